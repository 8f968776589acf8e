import { afterEach, expect, test, vi } from 'vitest';

import { listen } from './stream';
import type { Snapshot } from './types';

afterEach(() => void vi.useRealTimers());

/** A stream that is written to from outside, and an answer that carries it. */
function stream() {
  let sink!: ReadableStreamDefaultController<Uint8Array>;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: controller => void (sink = controller),
    cancel: () => void (isCancelled = true)
  });
  const response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  const encoder = new TextEncoder();
  return {
    open: () => Promise.resolve(response),
    write: (text: string | Uint8Array) =>
      sink.enqueue(typeof text === 'string' ? encoder.encode(text) : text),
    close: () => sink.close(),
    fail: () => sink.error(new TypeError('network error')),
    get isCancelled() {
      return isCancelled;
    }
  };
}

const event = (pid: number) => `data: ${JSON.stringify({ status: { pid } })}\n\n`;
const pids = (snapshots: Snapshot[]) => snapshots.map(({ status }) => status.pid);

test('snapshots come until the stream ends; characters may be cut in two', async () => {
  const line = stream();
  const heard: unknown[] = [];
  const end = listen(line.open, new AbortController().signal, one => heard.push(one));
  const bytes = new TextEncoder().encode('data: {"jobs": ["雪"]}\n\n');
  line.write(event(1));
  line.write(bytes.slice(0, 18));
  line.write(bytes.slice(18));
  line.close();
  await end;
  expect(heard).toEqual([{ status: { pid: 1 } }, { jobs: ['雪'] }]);
});

test('whoever has heard enough hangs up, and hears nothing more', async () => {
  const line = stream();
  const heard: Snapshot[] = [];
  const enough = new AbortController();
  const end = listen(line.open, enough.signal, one => heard.push(one));
  line.write(event(1));
  await vi.waitFor(() => expect(pids(heard)).toEqual([1]));
  line.write(event(2));
  enough.abort();
  await end;
  expect(pids(heard)).toEqual([1]);
  expect(line.isCancelled).toBe(true);
});

test('a line that breaks is told from one that ends', async () => {
  const line = stream();
  const end = listen(line.open, new AbortController().signal, () => undefined);
  line.write(event(1));
  setTimeout(line.fail, 5);
  await expect(end).rejects.toMatchObject({ code: 'broken' });
});

test('heartbeats keep a line; silence ends it', async () => {
  vi.useFakeTimers();
  const line = stream();
  const end = listen(line.open, new AbortController().signal, () => undefined).catch(
    (reason: unknown) => reason
  );
  let isOver = false;
  void end.then(() => (isOver = true));
  for (let beat = 0; beat < 4; beat++) {
    line.write(': heartbeat\n\n');
    await vi.advanceTimersByTimeAsync(40_000);
  }
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await end).toMatchObject({ code: 'silent' });
  expect(line.isCancelled).toBe(true);
});

test('a door that never opens is silent, too', async () => {
  vi.useFakeTimers();
  const open = (signal: AbortSignal) =>
    new Promise<Response>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    );
  const end = listen(open, new AbortController().signal, () => undefined).catch(
    (reason: unknown) => reason
  );
  await vi.advanceTimersByTimeAsync(45_000);
  expect(await end).toMatchObject({ code: 'silent' });
});

test.each([
  [503, 'application/json', '{"error": {"code": "overloaded", "message": "Full."}}', 'overloaded'],
  [404, 'text/html', 'Not found', 'no_extension'],
  [200, 'text/html', '<html>', 'unexpected']
])('%i %s is no stream', async (status, type, text, code) => {
  const response = new Response(text, { status, headers: { 'Content-Type': type } });
  const end = listen(
    () => Promise.resolve(response),
    new AbortController().signal,
    () => undefined
  );
  await expect(end).rejects.toMatchObject({ code });
});
