/// <reference types="node" />
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ServerConnection } from '@jupyterlab/services';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { preferencesOf } from './preferences';
import { ManagerStore } from './store';
import type { Job, ModelInfo, Status } from './types';

const words = { __: (text: string) => text };
const starter = {
  id: 'starter',
  source: 'starter',
  device: '',
  bytes_loaded: 0,
  used_by: [] as string[],
  dtype: 'float32',
  last_used: 0
} as ModelInfo;
const reviews = { ...starter, id: 'run:reviews', source: 'run' } as ModelInfo;

/** A door with a backend behind it, as small as can be, but on a real line. */
class Door {
  models = [starter];
  status = {
    pid: 1,
    version: '1',
    catalog: 'a',
    loaded: [],
    memory_budget: 1
  } as unknown as Status;
  jobs: Job[] = [];
  asked: string[] = [];
  bodies: unknown[] = [];
  /** How many ask for the list of models at this moment, and did at most. */
  atOnce = [0, 0];
  listeners = new Set<ServerResponse>();

  async open(): Promise<ServerConnection.ISettings> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', piece => (body += piece));
      request.on('end', () => {
        const path = (request.url ?? '').replace(/^\/albert-widgets\/|[?&]\d+$/g, '');
        this.asked.push(`${request.method} ${path}`);
        this.bodies.push(body && JSON.parse(body));
        this.answer(`${request.method} ${path}`, response);
      });
    });
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/`;
    return ServerConnection.makeSettings({ baseUrl, token: 'x', fetch, Request, Headers });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Tell all listeners how it is now. */
  tell(): void {
    const { status, jobs } = this;
    const data = JSON.stringify({ status, jobs, trash: [] });
    this.listeners.forEach(one => one.write(`data: ${data}\n\n`));
  }

  count(asked: string): number {
    return this.asked.filter(one => one === asked).length;
  }

  private answer(asked: string, response: ServerResponse): void {
    const say = (answer: unknown, status = 200) =>
      void response.writeHead(status).end(JSON.stringify(answer));
    switch (asked) {
      case 'GET health':
        return say({
          state: 'running',
          version: '1',
          backend: { version: '1', jobs: this.jobs.filter(job => job.state === 'running').length },
          log: [],
          hint: '',
          command: ''
        });
      case 'GET events':
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        this.listeners.add(response);
        response.on('close', () => this.listeners.delete(response));
        return this.tell();
      case 'GET models':
        this.atOnce[0]++;
        this.atOnce[1] = Math.max(...this.atOnce);
        setTimeout(() => {
          this.atOnce[0]--;
          say(this.models);
        }, 50);
        return;
      case 'GET status':
        return say(this.status);
      case 'GET jobs':
        return say(this.jobs);
      case 'GET trash':
        return say([]);
      case 'POST runs':
        return say({ reports: [{ model: 'run:reviews' }] });
      case 'POST memory-budget':
        return say(this.status);
      case 'DELETE models/x?keep=true':
        return say({ model: 'x', id: 'kept-1' });
      case 'POST trash/empty':
        return say({ bytes: 1 });
      default: {
        const error = { code: 'model_not_found', message: 'There is none.', hint: 'Look.' };
        return say({ error }, 404);
      }
    }
  }

  private server!: Server;
}

let door: Door;
let store: ManagerStore;

beforeEach(async () => {
  door = new Door();
  const serverSettings = await door.open();
  const isHidden = () => false;
  store = new ManagerStore({ serverSettings, sessions: null, words, version: '1', isHidden });
});

afterEach(() => {
  store.dispose();
  door.close();
});

async function live(): Promise<void> {
  store.setVisible(true);
  store.start();
  await vi.waitFor(() => expect(store.state.models).not.toBeNull());
}

test('until the sidebar is seen, only health is asked for', async () => {
  store.start();
  await vi.waitFor(() => expect(store.finding).not.toBeNull());
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(door.asked).toEqual(['GET health']);
  expect(store.state.connection).toBe('paused');
});

test('what the stream says and the lists are one state', async () => {
  door.models = [starter, reviews];
  await live();
  await vi.waitFor(() => expect(store.state.runs).toEqual([{ model: 'run:reviews' }]));
  expect(store.state.connection).toBe('live');
  expect([door.count('GET events'), door.count('GET models')]).toEqual([1, 1]);
  const loaded = { ...starter, device: 'cpu', bytes_loaded: 9, used_by: ['a.ipynb'] };
  door.status = { ...door.status, loaded: [loaded] };
  door.tell();
  await vi.waitFor(() => expect(store.state.models?.[0]).toMatchObject({ device: 'cpu' }));
  // The list that is fetched meanwhile does not know it; the newest snapshot does.
  await vi.waitFor(() => expect(door.count('GET models')).toBe(2));
  await new Promise(resolve => setTimeout(resolve, 150));
  expect(store.state.models?.[0]).toMatchObject({ bytes_loaded: 9, used_by: ['a.ipynb'] });
  expect(door.count('POST runs')).toBe(1);
});

test('many changes of the catalogue are one question, never two at a time', async () => {
  await live();
  for (const catalog of ['b', 'c', 'd']) {
    door.status = { ...door.status, catalog };
    door.tell();
  }
  await vi.waitFor(() => expect(door.count('GET models')).toBe(2));
  await Promise.all([store.refresh(), store.refresh(), store.refresh()]);
  expect(door.atOnce[1]).toBe(1);
  expect(door.count('GET models')).toBeLessThanOrEqual(4);
});

test('what is done is shown as busy, and renews the lists', async () => {
  await live();
  const busy: unknown[] = [];
  store.changed.connect(() => busy.push(store.state.busy.get('starter')));
  door.models = [reviews];
  const done = await store.act('starter', 'loading', () => Promise.resolve('done'));
  expect(done).toBe('done');
  expect(busy).toContain('loading');
  expect(store.state.busy.size).toBe(0);
  expect(store.state.models).toEqual([reviews]);
});

test('what goes wrong is a slip of its model, until it is forgiven', async () => {
  await live();
  const done = await store.act('nix', 'loading', () =>
    store.ask('POST /models/{id}/load', { path: { id: 'nix' } })
  );
  expect(done).toBeUndefined();
  expect(store.state.slip).toEqual({ model: 'nix', message: 'There is none.', hint: 'Look.' });
  expect(store.state.busy.size).toBe(0);
  store.forgive();
  expect(store.state.slip).toBeNull();
});

test('a job that is started with the sidebar closed is followed to its end', async () => {
  store.start();
  await vi.waitFor(() => expect(store.state.connection).toBe('paused'));
  const job = { id: '1', state: 'running', spec: {}, progress: {} } as unknown as Job;
  await store.act('x', 'downloading', () => {
    door.jobs = [job];
    return Promise.resolve();
  });
  await vi.waitFor(() => expect(store.state.connection).toBe('live'));
  door.jobs = [{ ...job, state: 'finished' }];
  door.tell();
  await vi.waitFor(() => expect(store.state.connection).toBe('paused'));
  expect(store.state.jobs).toEqual(door.jobs);
  await vi.waitFor(() => expect(door.listeners.size).toBe(0));
});

test('a page that goes deletes for good what it has deleted, and nothing else', async () => {
  store.emptyTrash();
  await store.ask('DELETE /models/{id}', { path: { id: 'x' }, query: { keep: true } });
  store.emptyTrash();
  store.emptyTrash();
  await vi.waitFor(() => expect(door.count('POST trash/empty')).toBe(1));
  expect(door.bodies.at(-1)).toEqual({ ids: ['kept-1'] });
});

test('the budget is sent when the user sets it', async () => {
  await live();
  expect(door.count('POST memory-budget')).toBe(0);
  store.preferences = preferencesOf({ memoryBudgetGB: 2 });
  await vi.waitFor(() => expect(door.count('POST memory-budget')).toBe(1));
  expect(door.bodies.at(-1)).toEqual({ budget: 2_000_000_000 });
});

test('what a kernel lacks is shown until the next refresh', async () => {
  await live();
  store.show({ kind: 'kernel', title: '', text: '', command: '%load_ext', log: [] });
  expect(store.state.trouble?.command).toBe('%load_ext');
  await store.refresh();
  expect(store.state.trouble).toBeNull();
});
