/** One connection to `GET events`: every snapshot as it comes, until the line breaks or nobody wants to hear more. */

import { EventParser } from './events';
import { BackendError, errorOf } from './request';
import type { Snapshot } from './types';

/** Silence after which a line is taken for dead, in milliseconds; the backend says something every 15 s. */
export const SILENCE = 45_000;

/**
 * Listen until the stream ends; resolves then, and when `signal` says that it is enough.
 *
 * @param open - Asks for the stream.
 * @throws BackendError: it cannot be opened, breaks, or stays silent.
 */
export async function listen(
  open: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
  onSnapshot: (snapshot: Snapshot) => void,
  silence = SILENCE
): Promise<void> {
  const line = new AbortController();
  const hangUp = () => line.abort();
  signal.addEventListener('abort', hangUp);
  let isSilent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSilent = true;
      line.abort();
    }, silence);
  };
  try {
    heard();
    if (signal.aborted) {
      return;
    }
    const response = await open(line.signal);
    if (!response.ok) {
      throw await errorOf(response);
    }
    if (!response.body || !response.headers.get('content-type')?.includes('event-stream')) {
      throw new BackendError('unexpected', 'What answers is no stream of events.');
    }
    await read(response.body, line.signal, heard, data => {
      if (!signal.aborted) {
        onSnapshot(JSON.parse(data) as Snapshot);
      }
    });
  } catch (reason) {
    if (isSilent) {
      throw new BackendError('silent', 'The backend has said nothing for a while.');
    }
    if (!signal.aborted) {
      throw BackendError.of(reason);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', hangUp);
    // Ends the request where it is not at its end: the backend counts its listeners.
    line.abort();
  }
}

async function read(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  heard: () => void,
  take: (data: string) => void
): Promise<void> {
  const reader = body.getReader();
  // A proxy's body may not follow the request's signal, but its reader does.
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel);
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((reason: unknown) => {
        throw new BackendError('broken', 'The connection broke off.', String(reason));
      });
      if (signal.aborted) {
        throw new BackendError('broken', 'The connection was given up.');
      }
      if (done) {
        return;
      }
      heard();
      parser.push(decoder.decode(value, { stream: true })).forEach(take);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
