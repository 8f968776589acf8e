import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Connection } from './connection';
import { BackendError } from './request';
import { type Finding, troubleOf, troubleOfError } from './trouble';
import type { Health, Snapshot } from './types';

const words = { __: (text: string) => text };
const SNAPSHOT = { status: {}, jobs: [], trash: [] } as unknown as Snapshot;
const SECOND = 1000;

const running: Health = {
  state: 'running',
  version: '1',
  backend: { version: '1', jobs: 0 },
  log: [],
  hint: '',
  command: ''
};
const stopped: Health = { ...running, state: 'stopped', backend: null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A world with a door, a page, and a connection between them. */
function world(found: Health | BackendError = running) {
  const it = {
    finding: (found instanceof BackendError ? { error: found } : { health: found }) as Finding,
    isHidden: false,
    /** What a stream does: stay, end, or be refused. */
    stream: 'stays' as 'stays' | 'ends' | 'held back' | BackendError,
    looks: 0,
    streams: 0,
    listeners: 0,
    pulls: 0,
    snapshots: 0,
    end: (): void => undefined,
    connection: null as unknown as Connection,
    pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * SECOND)
  };
  it.connection = new Connection(
    {
      look: () => {
        it.looks++;
        return Promise.resolve(it.finding);
      },
      listen: async (signal, onSnapshot) => {
        it.streams++;
        if (it.stream instanceof BackendError) {
          throw it.stream;
        }
        if (it.stream === 'held back') {
          throw new BackendError('silent', '');
        }
        it.listeners++;
        onSnapshot(SNAPSHOT);
        if (it.stream === 'stays') {
          await new Promise<void>(resolve => {
            it.end = resolve;
            signal.addEventListener('abort', () => resolve());
          });
        }
        it.listeners--;
      },
      pull: () => {
        it.pulls++;
        return Promise.resolve(SNAPSHOT);
      },
      troubleOf: found =>
        'refusal' in found ? troubleOfError(found.refusal, words) : troubleOf(found, '1', words),
      isHidden: () => it.isHidden
    },
    { onSnapshot: () => void it.snapshots++, onChange: () => undefined }
  );
  it.connection.start();
  return it;
}

test('without anybody who looks, health is asked for every 30 seconds, and nothing else', async () => {
  const it = world(stopped);
  await it.pass(95);
  expect([it.looks, it.streams, it.pulls]).toEqual([4, 0, 0]);
  expect(it.connection.hearing).toBe('paused');
});

test('the sidebar opens one stream, which starts a stopped backend; closed, it hangs up', async () => {
  const it = world(stopped);
  await it.pass(1);
  it.connection.setWanted(true);
  await it.pass(120);
  expect([it.streams, it.listeners, it.connection.hearing]).toEqual([1, 1, 'live']);
  it.connection.setWanted(false);
  await it.pass(1);
  expect([it.listeners, it.connection.hearing]).toEqual([0, 'paused']);
});

test('jobs are listened to without the sidebar, until none runs', async () => {
  const it = world({ ...running, backend: { version: '1', jobs: 1 } });
  await it.pass(1);
  expect(it.connection.hearing).toBe('live');
  it.finding = { health: running };
  it.connection.setJobs(false);
  await it.pass(1);
  expect([it.listeners, it.connection.hearing]).toEqual([0, 'paused']);
});

test('a hidden page asks nothing; shown again, it connects at once', async () => {
  const it = world();
  it.connection.setWanted(true);
  await it.pass(1);
  it.isHidden = true;
  it.connection.nudge();
  await it.pass(1);
  const { looks } = it;
  expect([it.listeners, it.connection.hearing]).toEqual([0, 'paused']);
  await it.pass(600);
  expect([it.looks, it.streams]).toEqual([looks, 1]);
  it.isHidden = false;
  it.connection.nudge();
  await it.pass(0.1);
  expect([it.streams, it.connection.hearing]).toEqual([2, 'live']);
});

test('a broken line is tried again, slower each time, up to 30 seconds', async () => {
  const it = world();
  it.connection.setWanted(true);
  await it.pass(1);
  it.stream = new BackendError('overloaded', 'Full.');
  it.end();
  await it.pass(0.9);
  expect(it.streams).toBe(1);
  await it.pass(0.2);
  expect(it.streams).toBe(2);
  await it.pass(1.8);
  expect(it.streams).toBe(2);
  await it.pass(0.3);
  expect(it.streams).toBe(3);
});

test('where streams are held back, snapshots are asked for every 5 seconds, and streams again later', async () => {
  const it = world();
  it.stream = 'held back';
  it.connection.setWanted(true);
  await it.pass(8);
  const { pulls, streams } = it;
  expect(pulls).toBeGreaterThan(0);
  expect([streams, it.connection.hearing]).toEqual([3, 'live']);
  await it.pass(50);
  expect(it.pulls).toBe(pulls + 10);
  it.stream = 'stays';
  await it.pass(310);
  const after = it.pulls;
  expect(it.listeners).toBe(1);
  await it.pass(60);
  expect(it.pulls).toBe(after);
});

test('a crashed backend is not started anew until somebody says so', async () => {
  const it = world();
  it.connection.setWanted(true);
  await it.pass(1);
  it.finding = { health: { ...stopped, state: 'crashed', log: ['Killed'] } };
  it.end();
  await it.pass(100);
  expect([it.streams, it.connection.hearing]).toEqual([1, 'trouble']);
  expect(it.connection.trouble).toMatchObject({ kind: 'crashed', log: ['Killed'] });
  const done = vi.fn();
  void it.connection.refresh().then(done);
  await it.pass(0.1);
  expect([it.streams, it.connection.hearing]).toEqual([2, 'live']);
  expect(it.connection.trouble).toBeNull();
  expect(done).toHaveBeenCalled();
});

test('a backend that somebody else has started is found', async () => {
  const it = world({ ...stopped, state: 'crashed' });
  it.connection.setWanted(true);
  await it.pass(1);
  it.finding = { health: running };
  await it.pass(11);
  expect(it.connection.hearing).toBe('live');
});

test('a backend that cannot be started is tried once, with what it said, and again on demand', async () => {
  const it = world(stopped);
  it.stream = new BackendError('backend_unavailable', 'It ended.', 'Look.', { log: 'a\nb\n' }, 503);
  it.connection.setWanted(true);
  await it.pass(120);
  expect(it.streams).toBe(1);
  expect(it.connection.trouble).toMatchObject({ kind: 'failed', log: ['a', 'b'] });
  it.stream = 'stays';
  void it.connection.refresh();
  await it.pass(1);
  expect([it.connection.hearing, it.connection.trouble]).toEqual(['live', null]);
});

test('a backend that runs and refuses is tried again, and its words stay until it answers', async () => {
  const it = world();
  it.stream = new BackendError('internal_error', 'KeyError', '', {}, 500);
  it.connection.setWanted(true);
  for (let second = 0; second < 4; second++) {
    await it.pass(1);
    expect([it.connection.hearing, it.connection.trouble?.kind]).toEqual(['trouble', 'failed']);
  }
  expect(it.streams).toBeGreaterThan(1);
  it.stream = 'stays';
  await it.pass(60);
  expect([it.connection.hearing, it.connection.trouble]).toEqual(['live', null]);
});

test('a backend that was ended on purpose gets a moment to be replaced', async () => {
  const it = world();
  it.connection.setWanted(true);
  await it.pass(1);
  it.finding = { health: stopped };
  it.end();
  await it.pass(5.5);
  expect([it.streams, it.connection.hearing]).toEqual([1, 'connecting']);
  await it.pass(2);
  expect([it.streams, it.pulls, it.connection.hearing]).toEqual([2, 0, 'live']);
});

test('a backend that was replaced is connected to as soon as it is seen', async () => {
  const it = world();
  it.connection.setWanted(true);
  await it.pass(1);
  it.finding = { health: stopped };
  it.end();
  await it.pass(1);
  it.finding = { health: running };
  await it.pass(4);
  expect([it.streams, it.connection.hearing]).toEqual([2, 'live']);
});

test('a missing extension is said, and looked for again', async () => {
  const it = world(new BackendError('no_extension', '', '', {}, 404));
  it.connection.setWanted(true);
  await it.pass(1);
  expect(it.connection.trouble?.kind).toBe('no-extension');
  await it.pass(25);
  expect([it.looks, it.streams]).toEqual([3, 0]);
});

test('refresh resolves though nobody wants to hear, or the page is of another version', async () => {
  const it = world({ ...running, version: '2' });
  await it.pass(1);
  const done = vi.fn();
  void it.connection.refresh().then(done);
  await it.pass(0.1);
  expect(done).toHaveBeenCalled();
  expect(it.streams).toBe(0);
});

test('a connection that is given up asks nothing more', async () => {
  const it = world();
  it.connection.setWanted(true);
  await it.pass(1);
  it.connection.dispose();
  await it.pass(300);
  expect([it.listeners, it.streams]).toEqual([0, 1]);
});
