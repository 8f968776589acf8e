/** Models, jobs and runs for tests: all fields, of which a test changes those that it is about. */

import type { HubModel, Job, ModelInfo, Run } from '../types';
import type { Words } from './words';

/** English, as JupyterLab puts it together. */
export const english: Words = {
  __: (text, ...values) => filled(text, values),
  _n: (one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values])
};

function filled(text: string, values: unknown[]): string {
  return text.replace(/%(\d)/g, (_, place) => String(values[Number(place) - 1]));
}

/** A model on disk. */
export function aModel(id: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    source: 'hub',
    architecture: 'BertModel',
    model_type: 'bert',
    task: 'encoder',
    labels: [],
    languages: ['en'],
    num_hidden_layers: 12,
    num_attention_heads: 12,
    hidden_size: 768,
    vocab_size: 30_522,
    max_length: 512,
    parameters: 110_000_000,
    dtype: 'float32',
    bytes_on_disk: 440_000_000,
    bytes_loaded: 0,
    device: '',
    last_used: 0,
    licence: 'apache-2.0',
    revision: 'a'.repeat(40),
    formats: ['safetensors'],
    warnings: [],
    used_by: [],
    revisions: [],
    base: '',
    is_usable: true,
    ...more
  };
}

/** A job. */
export function aJob(id: string, more: Partial<Job> = {}): Job {
  return {
    id,
    kind: 'download',
    spec: {},
    state: 'running',
    created: 0,
    started: 0,
    ended: 0,
    progress: {},
    error: null,
    result: null,
    caller: '',
    user: '',
    ...more
  };
}

/** A model of the hub. */
export function aHubModel(id: string, more: Partial<HubModel> = {}): HubModel {
  return {
    id,
    task: 'fill-mask',
    model_type: 'bert',
    languages: ['en'],
    parameters: 110_000_000,
    bytes: 440_000_000,
    licence: 'apache-2.0',
    downloads: 0,
    likes: 0,
    is_gated: false,
    is_here: false,
    note: '',
    ...more
  };
}

/** A training that has made `run:NAME`. */
export function aRun(name: string, more: Partial<Run> = {}): Run {
  return {
    model: `run:${name}`,
    base: 'starter',
    job: 'job',
    created: 0,
    seconds: 41,
    settings: { name, method: 'full', learning_rate: 1e-4, seed: 1 },
    task: 'single_label',
    label_names: ['bad', 'good'],
    train_rows: 2700,
    validation_rows: 300,
    sha256: 'rows',
    steps: 100,
    best_step: 80,
    epochs: 2,
    metrics: { accuracy: 0.866 },
    primary: 'accuracy',
    history: [],
    evaluation: null,
    versions: {},
    ...more
  };
}
