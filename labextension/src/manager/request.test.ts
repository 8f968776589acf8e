/// <reference types="node" />
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ServerConnection } from '@jupyterlab/services';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ask, BackendError, segment } from './request';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answer: Answer;
let settings: ServerConnection.ISettings;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  settings = ServerConnection.makeSettings({
    baseUrl: `http://127.0.0.1:${port}/user/ada/`,
    token: 'secret',
    fetch,
    Request,
    Headers
  });
});

afterAll(() => void server.close());

/** What an answer of this status and text is to whoever asks. */
async function refusal(status: number, text: string): Promise<BackendError> {
  answer = (_, response) => response.writeHead(status).end(text);
  return ask(settings, 'GET /models').then(
    () => expect.fail('answered'),
    (reason: unknown) => BackendError.of(reason)
  );
}

test('a question goes below the base URL, with the token, and as JSON', async () => {
  let seen: unknown[] = [];
  answer = (request, response) => {
    let body = '';
    request.on('data', piece => (body += piece));
    request.on('end', () => {
      const { authorization, 'content-type': type } = request.headers;
      seen = [request.method, request.url?.split('?')[0], authorization, type, JSON.parse(body)];
      response.end('{"id": "starter"}');
    });
  };
  const said = await ask(settings, 'POST /models/{id}/load', {
    path: { id: 'a/b' },
    body: { device: 'cpu' }
  });
  expect(said).toEqual({ id: 'starter' });
  expect(seen).toEqual([
    'POST',
    '/user/ada/albert-widgets/models/a%2Fb/load',
    'token secret',
    'application/json',
    { device: 'cpu' }
  ]);
});

test('the query of a path stays one', async () => {
  let url = '';
  answer = (request, response) => {
    url = request.url ?? '';
    response.end('{}');
  };
  await ask(settings, 'DELETE /models/{id}', { path: { id: 'run:é?' }, query: { keep: true } });
  expect(url).toMatch(/\/models\/run%3A%C3%A9%3F\?keep=true(&\d+)?$/);
});

test.each([
  ['google-bert/bert-base-uncased', 'google-bert%2Fbert-base-uncased'],
  ['run:reviews-1', 'run%3Areviews-1'],
  ['..', '%2E%2E'],
  ['.', '%2E'],
  ['a.b', 'a.b'],
  ["it's (1)*!", 'it%27s%20%281%29%2A%21'],
  ['..\\x', '..%5Cx'],
  ['中文', '%E4%B8%AD%E6%96%87'],
  ['\ud800', '%3F']
])('%s is one segment of a path', (id, encoded) => {
  expect(segment(id)).toBe(encoded);
});

test('what the backend says is wrong is said with its hint', async () => {
  const error = {
    code: 'conflict',
    message: 'starter is in memory.',
    hint: 'Unload it.',
    details: { model: 'starter' }
  };
  expect(await refusal(409, JSON.stringify({ error }))).toMatchObject({ ...error, status: 409 });
});

test.each([
  [403, '<html>Forbidden</html>', 'login_lost'],
  [404, '{"message": "Not Found", "reason": null}', 'no_extension'],
  [502, 'Bad gateway', 'unexpected'],
  [200, '<html>Login</html>', 'unexpected']
])('%i with somebody else’s words is told apart', async (status, text, code) => {
  expect(await refusal(status, text)).toMatchObject({ code, status });
});

test('404 in our own words is no missing extension', async () => {
  const error = { code: 'model_not_found', message: 'There is no model x.', hint: '', details: {} };
  expect((await refusal(404, JSON.stringify({ error }))).code).toBe('model_not_found');
});

test('an answer that breaks off, and no server at all', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('{"id": ');
    setTimeout(() => response.destroy(), 20);
  };
  await expect(ask(settings, 'GET /status')).rejects.toMatchObject({ code: 'no_server' });
  const nobody = { ...settings, baseUrl: 'http://127.0.0.1:9/' };
  await expect(ask(nobody, 'GET /status')).rejects.toMatchObject({ code: 'no_server' });
});
