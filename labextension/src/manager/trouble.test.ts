import { describe, expect, test } from 'vitest';

import { BackendError } from './request';
import { kernelTrouble, troubleOf, troubleOfError } from './trouble';
import type { Health } from './types';

const words = {
  __: (text: string, ...values: unknown[]) =>
    text.replace(/%(\d)/g, (_, index) => String(values[Number(index) - 1]))
};
const running: Health = {
  state: 'running',
  version: '0.1.0',
  backend: { version: '0.1.0', jobs: 0 },
  log: [],
  hint: '',
  command: ''
};
const found = (health: Partial<Health>) =>
  troubleOf({ health: { ...running, backend: null, ...health } }, '0.1.0', words);
const refused = (code: string, details = {}) =>
  troubleOfError(new BackendError(code, 'No.', 'Type this.', details), words);

describe('a look at the door', () => {
  test('finds nothing missing when a backend runs, or will start by itself', () => {
    expect(found(running)).toBeNull();
    expect(found({ state: 'stopped' })).toBeNull();
  });

  test('names both versions when they differ', () => {
    const server = found({ version: '0.2.0' });
    expect(server?.kind).toBe('server-version');
    expect(server?.text).toMatch(/0\.1\.0.*0\.2\.0.*restart JupyterLab/);
    const backend = found({ backend: { version: '0.0.9', jobs: 0 } });
    expect(backend?.text).toMatch(/0\.0\.9.*0\.1\.0/);
    expect(backend).toMatchObject({
      kind: 'backend-version',
      command: 'albert-widgets serve --replace --background'
    });
  });

  test('an older server, which says less, is still of another version', () => {
    const old = { state: 'running', version: '0.0.9', backend: null } as unknown as Health;
    expect(troubleOf({ health: old }, '0.1.0', words)?.kind).toBe('server-version');
  });

  test('passes on what to install, and the last words of a crash', () => {
    const command = '/opt/python -m pip install "albert-widgets[all]"';
    const missing = found({ state: 'missing', hint: 'Not installed in /opt.', command });
    expect(missing).toMatchObject({ kind: 'no-backend-extra', command });
    expect(missing?.text).toContain('/opt.');
    expect(found({ state: 'crashed', log: ['Killed'] })).toMatchObject({
      kind: 'crashed',
      log: ['Killed'],
      command: 'albert-widgets doctor'
    });
    expect(found({ state: 'unreachable', hint: 'Nobody at http://gpu.' })).toMatchObject({
      kind: 'failed',
      text: 'Nobody at http://gpu.'
    });
  });

  test('says what to type when the server extension is missing', () => {
    const error = new BackendError('no_extension', '', '', {}, 404);
    expect(troubleOf({ error }, '0.1.0', words)).toMatchObject({
      kind: 'no-extension',
      command: 'pip install albert-widgets && jupyter server extension enable albert_widgets'
    });
  });
});

test.each([
  ['no_server', 'no-server'],
  ['login_lost', 'no-server'],
  ['forbidden', 'no-server'],
  ['no_extension', 'no-extension'],
  ['missing_extra', 'no-backend-extra'],
  ['version_mismatch', 'backend-version'],
  ['backend_unavailable', 'failed'],
  ['unexpected', 'failed'],
  ['internal_error', 'failed']
])('%s means %s', (code, kind) => {
  expect(refused(code)?.kind).toBe(kind);
});

test.each(['broken', 'silent', 'overloaded'])('%s passes by itself', code => {
  expect(refused(code)).toBeNull();
});

test('a backend that does not start says why', () => {
  expect(refused('backend_unavailable', { log: 'one\n\ntwo\n' })?.log).toEqual(['one', 'two']);
});

describe('a cell of ours that failed', () => {
  const failed = (name: string, value: string) => kernelTrouble({ name, value }, '0.1.0', words);

  test('names the package of the same version where the kernel lacks it', () => {
    expect(failed('ModuleNotFoundError', "No module named 'albert_widgets'")?.command).toBe(
      '%pip install "albert-widgets==0.1.0"'
    );
  });

  test('knows a magic that was not loaded', () => {
    expect(failed('UsageError', 'Line magic function `%albert` not found.')?.command).toBe(
      '%load_ext albert_widgets'
    );
  });

  test('names the version to install where they differ', () => {
    const said =
      'This is albert-widgets 0.0.9, but the backend at http://127.0.0.1:1 is 0.1.0. Restart the backend';
    expect(failed('UsageError', said)).toMatchObject({
      kind: 'kernel',
      command: '%pip install "albert-widgets==0.1.0"'
    });
  });

  test('is left to the notebook when it is something else', () => {
    expect(failed('ModuleNotFoundError', "No module named 'torch'")).toBeNull();
    expect(failed('UsageError', 'There is no model "x".')).toBeNull();
  });
});
