/** What this page has deleted is gone for good when the page goes. */

import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';

import { NAME } from './tokens';

/** The question that outlives the page, with what Jupyter wants to see of a POST. */
export function emptying(
  settings: Pick<ServerConnection.ISettings, 'baseUrl' | 'token' | 'appendToken'>,
  ids: readonly string[],
  cookies: string
): [url: string, init: RequestInit] {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (settings.token) {
    headers.Authorization = `token ${settings.token}`;
  }
  const xsrf = /(?:^|;\s*)_xsrf=([^;]*)/.exec(cookies)?.[1];
  if (xsrf) {
    headers['X-XSRFToken'] = xsrf;
  }
  return [
    URLExt.join(settings.baseUrl, NAME, 'trash/empty'),
    {
      method: 'POST',
      headers,
      body: JSON.stringify({ ids }),
      credentials: 'same-origin',
      cache: 'no-store',
      keepalive: true
    }
  ];
}
