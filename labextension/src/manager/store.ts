/** The one place of the page that asks the backend, and that all parts of the manager read. */

import type { ServerConnection, Session } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

import { Connection } from './connection';
import { isActive } from './jobs';
import { modelsKey, runsKey } from './lists';
import { withMemory } from './memory';
import { Budget, DEFAULTS } from './preferences';
import { Renewal } from './renewal';
import { ask, BackendError, request } from './request';
import type { Answer, Asked, Route } from './routes';
import { listen } from './stream';
import type { IManagerStore, ManagerState } from './tokens';
import { type Finding, troubleOf, troubleOfError, type Words } from './trouble';
import type { Deleted, Preferences, Snapshot, Status, Trouble } from './types';

const EMPTY: ManagerState = {
  connection: 'connecting',
  trouble: null,
  status: null,
  models: null,
  runs: null,
  jobs: [],
  trash: [],
  notebooks: [],
  busy: new Map(),
  slip: null
};

/** What a store is made of. */
export interface StoreOptions {
  serverSettings: ServerConnection.ISettings;
  /** Of the page. */
  version: string;
  words: Words;
  /** What runs on the Jupyter server; null where nobody knows. */
  sessions: Session.IManager | null;
  /** Whether the page is hidden. */
  isHidden: () => boolean;
}

/** See `IManagerStore`. */
export class ManagerStore implements IManagerStore {
  constructor(private readonly options: StoreOptions) {
    const { serverSettings, version, words, sessions } = options;
    this.connection = new Connection(
      {
        look: async () => {
          try {
            return { health: await this.ask('GET /health') };
          } catch (reason) {
            return { error: BackendError.of(reason) };
          }
        },
        listen: (signal, onSnapshot) =>
          listen(
            line => request(serverSettings, 'GET /events', {}, { signal: line }),
            signal,
            onSnapshot
          ),
        pull: () => this.pull(),
        troubleOf: found =>
          'refusal' in found
            ? troubleOfError(found.refusal, words)
            : troubleOf(found, version, words),
        isHidden: options.isHidden
      },
      { onSnapshot: snapshot => this.take(snapshot), onChange: () => this.tellConnection() }
    );
    sessions?.runningChanged.connect(this.onSessions, this);
    this.onSessions();
  }

  get state(): ManagerState {
    return this.now;
  }

  get changed(): ISignal<this, void> {
    return this.signal;
  }

  get preferences(): Preferences {
    return this.set;
  }

  set preferences(preferences: Preferences) {
    this.set = preferences;
    // Of a backend that is not listened to nobody knows its budget.
    if (this.now.connection === 'live' && this.now.status) {
      this.sendBudget(this.now.status);
    }
    this.signal.emit();
  }

  /** What the last look at the door has found. */
  get finding(): Finding | null {
    return this.connection.finding;
  }

  /** Begin to look; later calls do nothing. */
  start(): void {
    this.connection.start();
  }

  /** The sidebar is seen, or is not. */
  setVisible(isVisible: boolean): void {
    this.connection.setWanted(isVisible);
  }

  /** The page is hidden or shown. */
  nudge(): void {
    this.connection.nudge();
  }

  /** A panel has heard of the backend: it runs, perhaps since just now. */
  noteAnswer(): void {
    if (this.now.connection !== 'live' && !this.isRunning) {
      this.connection.nudge();
    }
  }

  /** What a kernel lacks; shown until the next refresh. */
  show(trouble: Trouble): void {
    this.kernel = trouble;
    this.tellConnection();
  }

  /** What was deleted by this page, `id` as in `Deleted`. */
  remember(id: string): void {
    this.deleted.add(id);
  }

  /** The page goes: what it has deleted is deleted for good. */
  emptyTrash(): void {
    if (this.deleted.size > 0) {
      // What was restored meanwhile the backend no longer knows, and passes over. The page does not live to see the
      // answer.
      const body = { ids: [...this.deleted] };
      this.deleted.clear();
      request(
        this.options.serverSettings,
        'POST /trash/empty',
        { body },
        { keepalive: true }
      ).catch(() => undefined);
    }
  }

  async ask<R extends Route>(route: R, ...given: Asked<R>): Promise<Answer<R>> {
    const answer = await ask(this.options.serverSettings, route, ...given);
    if (route.startsWith('DELETE ')) {
      const { id } = answer as Partial<Deleted>;
      if (id) {
        this.remember(id);
      }
    }
    return answer;
  }

  async act<T>(subject: string, what: string, work: () => Promise<T>): Promise<T | undefined> {
    const token = Symbol(what);
    this.acts.set(token, [subject, what]);
    this.change({ busy: this.busy(), slip: null });
    try {
      return await work();
    } catch (reason) {
      const { message, hint } = BackendError.of(reason);
      this.change({ slip: { model: subject, message, hint } });
      return undefined;
    } finally {
      await this.renew(true);
      this.acts.delete(token);
      this.change({ busy: this.busy() });
    }
  }

  async refresh(): Promise<void> {
    this.kernel = null;
    this.tellConnection();
    await this.connection.refresh();
    await this.renew(this.isRunning);
  }

  forgive(): void {
    if (this.now.slip) {
      this.change({ slip: null });
    }
  }

  dispose(): void {
    this.connection.dispose();
    this.models.dispose();
    this.runs.dispose();
    Signal.clearData(this);
  }

  /** All lists anew; those that the stream brings are asked for only where there is none, and a backend is expected. */
  private async renew(isThere: boolean): Promise<void> {
    if (this.connection.trouble) {
      this.connection.nudge();
    } else if (this.now.connection === 'live') {
      await this.models.now();
    } else if (isThere) {
      try {
        this.take(await this.pull());
        await this.models.now();
      } catch {
        // What was done has said what is wrong, or the next look will.
        this.connection.nudge();
      }
    }
  }

  private get isRunning(): boolean {
    const { finding } = this;
    return finding !== null && 'health' in finding && finding.health.backend !== null;
  }

  private async pull(): Promise<Snapshot> {
    const [status, jobs, trash] = await Promise.all([
      this.ask('GET /status'),
      this.ask('GET /jobs'),
      this.ask('GET /trash')
    ]);
    return { status, jobs, trash };
  }

  private take({ status, jobs, trash }: Snapshot): void {
    const key = modelsKey(status);
    this.change({ status, jobs, trash, models: withMemory(this.now.models, status) });
    this.connection.setJobs(jobs.some(isActive));
    if (key !== this.modelsKey) {
      // The first list is waited for; later changes come in bunches.
      this.modelsKey = key;
      void (this.now.models ? this.models.soon() : this.models.now());
    }
    this.sendBudget(status);
  }

  private sendBudget(status: Status): void {
    const budget = this.budget.toSend(this.set.memoryBudgetGB, status);
    if (budget !== undefined) {
      void this.ask('POST /memory-budget', { body: { budget } }).catch(reason => this.fail(reason));
    }
  }

  private async fetchModels(): Promise<void> {
    try {
      const models = await this.ask('GET /models');
      this.change({ models: withMemory(models, this.now.status) });
      if (runsKey(models) !== this.runsKey) {
        this.runs.soon();
      }
    } catch (reason) {
      this.fail(reason);
      // Tried again with the next snapshot.
      this.modelsKey = '';
    }
  }

  private async fetchRuns(): Promise<void> {
    const models = this.now.models ?? [];
    try {
      // Without any, there is nothing to ask, but an answer.
      const { reports } = models.some(({ source }) => source === 'run')
        ? await this.ask('POST /runs', { body: {} })
        : { reports: [] };
      this.runsKey = runsKey(models);
      this.change({ runs: reports });
    } catch (reason) {
      this.fail(reason);
    }
  }

  private fail(reason: unknown): void {
    const { code, message, hint } = BackendError.of(reason);
    // A line that broke is the connection's to tell.
    if (!['no_server', 'login_lost', 'backend_unavailable'].includes(code)) {
      this.change({ slip: { model: '', message, hint } });
    }
  }

  private busy(): ReadonlyMap<string, string> {
    return new Map(this.acts.values());
  }

  private tellConnection(): void {
    const { hearing, trouble } = this.connection;
    this.change({ connection: hearing, trouble: trouble ?? this.kernel });
  }

  private change(part: Partial<ManagerState>): void {
    this.now = { ...this.now, ...part };
    this.signal.emit();
  }

  private onSessions(): void {
    const { sessions } = this.options;
    const running = [...(sessions?.running() ?? [])].filter(({ type }) => type === 'notebook');
    const notebooks = [...new Set(running.map(({ path }) => path))].sort();
    // The sessions are asked for every few seconds, and are mostly the same.
    if (notebooks.join('\n') !== this.now.notebooks.join('\n')) {
      this.change({ notebooks });
    }
  }

  private readonly connection: Connection;
  private readonly signal = new Signal<this, void>(this);
  private readonly models = new Renewal(() => this.fetchModels());
  private readonly runs = new Renewal(() => this.fetchRuns(), 0);
  private readonly acts = new Map<symbol, [string, string]>();
  private now: ManagerState = EMPTY;
  private set: Preferences = DEFAULTS;
  private readonly budget = new Budget();
  private readonly deleted = new Set<string>();
  private kernel: Trouble | null = null;
  private modelsKey = '';
  private runsKey = '';
}
