/** One question to the door: JSON in, JSON out, and one kind of error for all that can go wrong on the way. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { Answer, Asked, Given, Route } from './routes';
import { NAME } from './tokens';
import type { ErrorBody } from './types';

/**
 * Why there is no answer: what the backend says itself, or one of the page's own codes: `no_server` (nobody answers),
 * `login_lost`, `no_extension` (the Jupyter server does not know our routes), `silent`, `unexpected`.
 */
export class BackendError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly details: Record<string, unknown> = {},
    readonly status = 0
  ) {
    super(message);
    this.name = 'BackendError';
  }

  /** Whatever was thrown, as such an error. */
  static of(reason: unknown): BackendError {
    if (reason instanceof BackendError) {
      return reason;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    return reason instanceof ServerConnection.NetworkError
      ? new BackendError('no_server', 'The Jupyter server does not answer.', message)
      : new BackendError('unexpected', message);
  }
}

/** An id as one segment of a path; dots alone are encoded, or they would mean a folder above. */
export function segment(id: string): string {
  // A lone surrogate cannot be encoded; the backend says that there is no such model.
  const encoded = encodeURIComponent(id.replace(/\p{Surrogate}/gu, '?')).replace(
    /[!'()*]/g,
    one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`
  );
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}

/** Ask the door, with all that Jupyter wants to see: base URL, token, XSRF. A body is sent as JSON. */
export async function request<R extends Route>(
  settings: ServerConnection.ISettings,
  route: R,
  given?: Given<R>,
  init: Omit<RequestInit, 'body' | 'method'> = {}
): Promise<Response> {
  const { path = {}, query = {}, body } = (given ?? {}) as Parts;
  const [method, template] = route.split(' ') as [string, string];
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => segment(path[name] ?? ''));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) {
      asked.set(name, String(value));
    }
  }
  const url = URLExt.join(settings.baseUrl, NAME, filled) + (asked.size > 0 ? `?${asked}` : '');
  const sent =
    body === undefined
      ? init
      : { ...init, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  try {
    return await ServerConnection.makeRequest(url, { ...sent, method }, settings);
  } catch (reason) {
    throw BackendError.of(reason);
  }
}

/** What {@link Given} is made of, whatever the route. */
type Parts = {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
};

/**
 * Ask the door, and return its answer.
 *
 * @throws BackendError
 */
export async function ask<R extends Route>(
  settings: ServerConnection.ISettings,
  route: R,
  ...[given]: Asked<R>
): Promise<Answer<R>> {
  const response = await request(settings, route, given);
  if (!response.ok) {
    throw await errorOf(response);
  }
  const text = await textOf(response);
  try {
    return JSON.parse(text) as Answer<R>;
  } catch {
    // A login page, or a page of a proxy.
    throw new BackendError(
      'unexpected',
      'What answers is not albert-widgets.',
      'Reload the page; you may have to log in to Jupyter again.',
      { text: text.slice(0, 200) },
      response.status
    );
  }
}

/** The backend's or the door's own error in an answer, or what it means that somebody else has answered. */
export async function errorOf(response: Response): Promise<BackendError> {
  const { status } = response;
  const error = bodyOf(await textOf(response));
  if (error) {
    return new BackendError(
      error.code,
      error.message,
      error.hint ?? '',
      error.details ?? {},
      status
    );
  }
  switch (status) {
    case 401:
    case 403:
      return new BackendError(
        'login_lost',
        'The Jupyter server does not know who you are any more.',
        'Reload the page and log in again.',
        {},
        status
      );
    case 404:
      return new BackendError(
        'no_extension',
        'The Jupyter server does not know albert-widgets.',
        'pip install albert-widgets && jupyter server extension enable albert_widgets',
        {},
        status
      );
    default:
      return new BackendError(
        'unexpected',
        `The Jupyter server says ${status} ${response.statusText}`.trim() + '.',
        'albert-widgets doctor',
        {},
        status
      );
  }
}

function bodyOf(text: string): (Partial<ErrorBody> & { code: string; message: string }) | null {
  try {
    const { error } = JSON.parse(text) ?? {};
    return typeof error?.code === 'string' && typeof error.message === 'string' ? error : null;
  } catch {
    return null;
  }
}

/** The text of an answer; a line that breaks in the middle is the network's failure, too. */
async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (reason) {
    throw new BackendError('no_server', 'The answer broke off.', String(reason));
  }
}
