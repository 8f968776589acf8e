/** What the manager's parts talk about. What the backend answers is taken from its own description, api.ts. */

import type { components } from './api';

type Schemas = components['schemas'];

/** A model of the catalogue. */
export type ModelInfo = Schemas['ModelAnswer'];

/** A model that left memory by itself. */
export type Eviction = Schemas['EvictionAnswer'];

/** How the backend is. */
export type Status = Schemas['StatusAnswer'];

/** What every error says. */
export type ErrorBody = Schemas['ErrorBody'];

/** A job. */
export type Job = Schemas['JobAnswer'];

/** The states of a job. */
export type JobState = Job['state'];

/** What was deleted. */
export type Deleted = Schemas['DeletedAnswer'];

/** One event of `GET /events`. */
export type Snapshot = Schemas['Snapshot'];

/** A model of the hub. */
export type HubModel = Schemas['HubModelAnswer'];

/** What a download would fetch. */
export type DownloadPlan = Schemas['DownloadPlanAnswer'];

/** A model's card; its text is Markdown that nobody has checked. */
export type ModelCard = Schemas['CardAnswer'];

/** How a fine-tuned model came to be, as in `reports` of `POST /runs`. */
export type Run = Schemas['FitReportAnswer'];

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
