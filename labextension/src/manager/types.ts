/** What the backend answers about models and jobs; see docs/contract.md and /openapi.json. */

/** One commit of a hub model in the cache. */
export interface Revision {
  commit: string;
  refs: string[];
  bytes: number;
  last_modified: number;
}

/** A model of the catalogue. */
export interface ModelInfo {
  /** `starter`, a hub id, `run:NAME`, or a registered folder's name. */
  id: string;
  source: 'starter' | 'hub' | 'run' | 'folder';
  architecture: string;
  model_type: string;
  task: string;
  labels: string[];
  languages: string[];
  num_hidden_layers: number;
  num_attention_heads: number;
  hidden_size: number;
  vocab_size: number;
  max_length: number;
  parameters: number;
  dtype: string;
  bytes_on_disk: number;
  /** 0 while it is not in memory. */
  bytes_loaded: number;
  /** Empty while it is not in memory. */
  device: string;
  /** Seconds since the epoch; 0 when never. */
  last_used: number;
  licence: string;
  revision: string;
  formats: string[];
  warnings: string[];
  /** Paths of notebooks, and names of programs. */
  used_by: string[];
  revisions: Revision[];
  base: string;
  is_usable: boolean;
}

/** A model that left memory by itself. */
export interface Eviction {
  model: string;
  bytes: number;
  /** The model that needed the room; empty when the budget was lowered. */
  reason: string;
  time: number;
}

/** How the backend is. */
export interface Status {
  version: string;
  pid: number;
  uptime_seconds: number;
  device: string;
  memory_used: number;
  memory_budget: number;
  memory_machine: number;
  memory_kept: number;
  loaded: ModelInfo[];
  waiting: number;
  running: number;
  jobs: string[];
  default_model: string;
  evictions: Eviction[];
  /** Changes whenever the list of models does. */
  catalog: string;
  is_offline: boolean;
}

/** What every error says. */
export interface ErrorBody {
  code: string;
  message: string;
  hint: string;
  details: Record<string, unknown>;
}

/** The states of a job. */
export type JobState =
  'queued' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed' | 'interrupted';

/** A job. */
export interface Job {
  id: string;
  kind: 'download' | 'fit' | 'study' | 'export' | 'push';
  /** What was asked for: `model`; a training's `settings.name`, … */
  spec: Record<string, unknown>;
  state: JobState;
  created: number;
  started: number;
  ended: number;
  progress: Partial<{
    done: number;
    total: number;
    unit: string;
    per_second: number;
    eta_seconds: number | null;
  }>;
  error: ErrorBody | null;
  result: unknown;
  /** The notebook (its path) or program that asked for it; may be empty. */
  caller: string;
  /** Whose it is, where the backend has several users. */
  user?: string;
}

/** What was deleted. */
export interface Deleted {
  model: string;
  bytes: number;
  revision: string;
  /** By which it can be brought back; empty when it is gone for good. */
  id: string;
  time: number;
}

/** One event of `GET /events`. */
export interface Snapshot {
  status: Status;
  jobs: Job[];
  trash: Deleted[];
}

/** A model of the hub. */
export interface HubModel {
  id: string;
  task: string;
  model_type: string;
  languages: string[];
  parameters: number;
  bytes: number;
  licence: string;
  downloads: number;
  likes: number;
  is_gated: boolean;
  is_here: boolean;
  note: string;
}

/** What a download would fetch. */
export interface DownloadPlan {
  model: string;
  revision: string;
  files: [string, number][];
  bytes_total: number;
  bytes_missing: number;
  bytes_free: number;
  folder: string;
  task: string;
  model_type: string;
  languages: string[];
  licence: string;
}

/** A model's card; its text is Markdown that nobody has checked. */
export interface ModelCard {
  model: string;
  text: string;
  page: string;
}

/** How a fine-tuned model came to be, as in `reports` of `POST /runs`. */
export interface Run {
  /** `run:NAME` */
  model: string;
  /** The model that it began as. */
  base: string;
  /** The job that made it. */
  job: string;
  /** Seconds since the epoch. */
  created: number;
  seconds: number;
  settings: Record<string, unknown>;
  /** `single_label`, `multi_label`, `regression`, `summary` or `extract`. */
  task: string;
  label_names: string[];
  train_rows: number;
  validation_rows: number;
  /** Of all rows with their targets. */
  sha256: string;
  steps: number;
  best_step: number;
  epochs: number;
  /** On the validation rows. */
  metrics: Record<string, number>;
  /** The metric that chose the best step; greater is better. */
  primary: string;
  /** step, epoch, loss, learning_rate; eval_loss, eval_NAME. */
  history: Record<string, number>[];
  /** See EvaluationAnswer of /openapi.json; null for summaries. */
  evaluation: Record<string, unknown> | null;
  versions: Record<string, string>;
}

/** What the door's own `GET health` answers; it starts nothing. */
export interface Health {
  /** `stopped` and `crashed` start with the next request; `unreachable` is named by the environment. */
  state: 'running' | 'stopped' | 'crashed' | 'missing' | 'unreachable';
  /** Of albert-widgets where the Jupyter server runs. */
  version: string;
  /** `jobs` counts those that have not ended. */
  backend: { version: string; jobs: number } | null;
  /** The last lines of a backend that crashed. */
  log: string[];
  hint: string;
  command: string;
}

/** What the settings editor holds for the manager; see schema/manager.json. */
export interface Preferences {
  /** 0 is the usual half of the machine. */
  readonly memoryBudgetGB: number;
  readonly notifications: boolean;
  /** How the sections are when the sidebar is opened for the first time, and which are not shown at all. */
  readonly sections: Readonly<Record<SectionName, 'open' | 'closed' | 'hidden'>>;
  readonly sortBy: 'last-used' | 'name' | 'size';
  /** Whether the hub may be searched. */
  readonly onlineSearch: boolean;
  /** Whether deleting asks first. */
  readonly confirmDelete: boolean;
}

/** The sections of the sidebar. */
export type SectionName = 'inMemory' | 'jobs' | 'yourModels' | 'onThisMachine' | 'getMore';

/** What is missing, and what to type; shown instead of the lists. */
export interface Trouble {
  kind:
    | 'no-server'
    | 'no-extension'
    | 'server-version'
    | 'backend-version'
    | 'no-backend-extra'
    | 'crashed'
    | 'failed'
    | 'kernel';
  title: string;
  text: string;
  /** A command for a terminal, or a line for a notebook; with a button that copies it. */
  command: string;
  /** The last lines of the backend's log. */
  log: string[];
}
