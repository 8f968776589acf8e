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

/** A fine-tuned model in the list of `POST /runs`: see RunsAnswer of /openapi.json for all of it. */
export interface Run {
  model: string;
  base: string;
  task: string;
  created: number;
  [field: string]: unknown;
}

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
