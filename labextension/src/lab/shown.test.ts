import { describe, expect, test } from 'vitest';

import { BackendError } from '../manager/request';
import { type Finding, troubleOf } from '../manager/trouble';
import type { Health, Job, Status, Trouble } from '../manager/types';
import { type Known, shownOf } from './shown';

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
const job = (name: string, state: Job['state'], done?: number): Job =>
  ({
    id: name,
    kind: 'fit',
    spec: { settings: { name } },
    state,
    progress: { done, total: 100 }
  }) as unknown as Job;

/** As after a look, without a stream. */
function shown(found: Partial<Health> | BackendError) {
  const finding: Finding =
    found instanceof BackendError ? { error: found } : { health: { ...running, ...found } };
  const trouble = troubleOf(finding, '0.1.0', words);
  const known: Known = {
    connection: trouble ? 'trouble' : 'paused',
    trouble,
    status: null,
    jobs: []
  };
  return shownOf(known, finding, words)!;
}

/** As with a stream. */
function live(...jobs: Job[]) {
  const status = { version: '0.1.0' } as Status;
  return shownOf({ connection: 'live', trouble: null, status, jobs }, null, words)!;
}

describe('the status bar', () => {
  test('shows nothing before the first look', () => {
    const known: Known = { connection: 'connecting', trouble: null, status: null, jobs: [] };
    expect(shownOf(known, null, words)).toBeNull();
  });

  test('is ready when door and backend are of our version', () => {
    expect(shown({})).toMatchObject({
      state: 'ready',
      text: 'albert-widgets is ready: backend 0.1.0'
    });
    expect(live().text).toBe('albert-widgets is ready: backend 0.1.0');
  });

  test('says that a stopped backend starts by itself', () => {
    const { state, title } = shown({ state: 'stopped', backend: null });
    expect(state).toBe('stopped');
    expect(title).toContain('%load_ext albert_widgets');
  });

  test('says what to type when the server extension is missing', () => {
    const { state, text, title } = shown(new BackendError('no_extension', '', '', {}, 404));
    expect([state, text]).toEqual(['missing', 'albert-widgets: server extension missing']);
    expect(title).toContain('jupyter server extension enable albert_widgets');
  });

  test('names both versions when they differ', () => {
    const backend = shown({ backend: { version: '0.0.9', jobs: 0 } });
    expect(backend).toMatchObject({ state: 'mismatch', text: 'albert-widgets: versions differ' });
    expect(backend.title).toMatch(/0\.0\.9.*0\.1\.0.*serve --replace/);
    expect(shown({ version: '0.2.0' }).title).toMatch(/0\.1\.0.*0\.2\.0.*restart JupyterLab/);
  });

  test('tells other failures apart', () => {
    const failed = shown(new BackendError('unexpected', 'It says 500.', '', {}, 500));
    expect(failed.text).toBe('albert-widgets: the server says 500');
    expect(failed.title).toContain('albert-widgets doctor');
    const gone = shown(new BackendError('no_server', 'No answer.', 'Failed to fetch'));
    expect(gone.text).toBe('albert-widgets: no Jupyter server');
    expect(gone.title).toContain('Failed to fetch');
    expect(shown({ state: 'crashed', backend: null }).text).toBe('albert-widgets: backend crashed');
    expect(shown({ state: 'missing', backend: null }).text).toContain('backend not installed');
  });

  test('a kernel that lacks something does not make the backend less ready', () => {
    const trouble: Trouble = { kind: 'kernel', title: '', text: '', command: '', log: [] };
    const status = { version: '0.1.0' } as Status;
    const known: Known = { connection: 'live', trouble, status, jobs: [] };
    expect(shownOf(known, null, words)?.state).toBe('ready');
  });
});

describe('jobs in the status bar', () => {
  test('the running one is named with its share', () => {
    expect(live(job('reviews-1', 'running', 64.9)).text).toBe('reviews-1 64 %');
    expect(live(job('reviews-1', 'running')).text).toBe('reviews-1');
  });

  test('others are counted, those that have ended are not', () => {
    const jobs = [job('b', 'queued'), job('a', 'running', 5), job('c', 'finished')];
    expect(live(...jobs).text).toBe('a 5 % · 2 jobs');
    expect(live(job('b', 'paused')).text).toBe('albert-widgets is ready: backend 0.1.0 · 1 job');
  });

  test('without a stream their number is known', () => {
    expect(shown({ backend: { version: '0.1.0', jobs: 2 } }).text).toContain('· 2 jobs');
  });
});
