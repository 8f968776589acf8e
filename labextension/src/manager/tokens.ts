/** What the manager's parts agree on: names of commands, and the store that all of them read. */

import type { ISignal } from '@lumino/signaling';

import type { Answer, Asked, Route } from './routes';
import type { Deleted, Job, ModelInfo, Preferences, Run, Status, Trouble } from './types';

/** The manager's namespace on the page. */
export const NAME = 'albert-widgets';

/** Ids of the commands; arguments are `{ model }`, `{ job }` or `{ id }` where they need one. */
export const CommandIDs = {
  open: 'albert-widgets:open',
  tour: 'albert-widgets:tour',
  refresh: 'albert-widgets:refresh',
  /** `{ model }` and the four that follow. */
  load: 'albert-widgets:load',
  unload: 'albert-widgets:unload',
  use: 'albert-widgets:use',
  setDefault: 'albert-widgets:set-default',
  copyId: 'albert-widgets:copy-id',
  /** `{ model, page? }`: in a tab of the main area. */
  card: 'albert-widgets:card',
  /** `{ models?: string[] }`: runs side by side, in a tab of the main area; without any, all of them. */
  compare: 'albert-widgets:compare',
  /** `{ model, format?, precision? }`: asks for what is not given. */
  exportModel: 'albert-widgets:export',
  /** `{ model, name? }` */
  rename: 'albert-widgets:rename',
  /** `{ model, revision? }`: says what that frees, and asks. */
  deleteModel: 'albert-widgets:delete',
  /** `{ id }` of what was deleted. */
  restore: 'albert-widgets:restore',
  /** `{ model?, revision? }`: says size and room first, and asks; without a model for its id, too. */
  download: 'albert-widgets:download',
  /** A folder with a checkpoint joins the catalogue. `{ folder?, name? }` */
  register: 'albert-widgets:register',
  /** `{ job }` and the three that follow. */
  stop: 'albert-widgets:stop-job',
  pause: 'albert-widgets:pause-job',
  resume: 'albert-widgets:resume-job',
  openNotebook: 'albert-widgets:open-notebook',
  /** Takes jobs that have ended out of the list. */
  clearJobs: 'albert-widgets:clear-jobs'
} as const;

/** Whether the page hears of the backend: not yet, at every change, not while it is hidden, or not at all. */
export type Connection = 'connecting' | 'live' | 'paused' | 'trouble';

/** All that the sidebar shows. Values are replaced, never changed; null is what is not known yet. */
export interface ManagerState {
  readonly connection: Connection;
  readonly trouble: Trouble | null;
  readonly status: Status | null;
  readonly models: readonly ModelInfo[] | null;
  readonly runs: readonly Run[] | null;
  readonly jobs: readonly Job[];
  readonly trash: readonly Deleted[];
  /** Paths of the notebooks that have a kernel on this Jupyter server. */
  readonly notebooks: readonly string[];
  /** What the user just did and is not yet done, by model: a row shows it as busy. */
  readonly busy: ReadonlyMap<string, string>;
  /** The last thing that went wrong: message and hint; the row's or the panel's status line shows it. */
  readonly slip: { model: string; message: string; hint: string } | null;
}

/** Where the state is, and who is told of its changes. */
export interface IManagerStore {
  readonly state: ManagerState;
  readonly changed: ISignal<IManagerStore, void>;
  /** What the user has set; `changed` tells of it, too. */
  readonly preferences: Preferences;
  /** Ask the backend; JSON in, JSON out. Rejects with a `BackendError`, which has `code`, `message`, `hint`. */
  ask<R extends Route>(route: R, ...given: Asked<R>): Promise<Answer<R>>;
  /** Do something with a model or job: it is busy meanwhile, a slip is shown, and the lists are renewed. */
  act<T>(subject: string, what: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Look at everything anew, now. */
  refresh(): Promise<void>;
  /** Leave the slip alone: the user has seen it. */
  forgive(): void;
}
