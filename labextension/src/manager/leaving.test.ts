import { expect, test } from 'vitest';

import { emptying } from './leaving';

test('the last question of a page has the token and the XSRF cookie', () => {
  const settings = { baseUrl: 'http://host/user/ann/', token: 'secret', appendToken: false };
  const [url, init] = emptying(settings, ['1'], 'other=2; _xsrf=ab|c; more=3');
  expect(url).toBe('http://host/user/ann/albert-widgets/trash/empty');
  expect(init).toMatchObject({ method: 'POST', keepalive: true, body: '{"ids":["1"]}' });
  expect(init.headers).toMatchObject({ Authorization: 'token secret', 'X-XSRFToken': 'ab|c' });
});

test('without a token there is no Authorization', () => {
  const [, init] = emptying({ baseUrl: '/', token: '', appendToken: false }, [], '');
  expect(Object.keys(init.headers as object)).toEqual(['Content-Type']);
});
