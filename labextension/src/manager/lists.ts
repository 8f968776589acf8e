/** What of a snapshot changes the lists of models and runs. */

import type { ModelInfo, Status } from './types';

/** Changes when the list of models must be fetched again. */
export function modelsKey(status: Status): string {
  const loaded = status.loaded.map(model => [model.id, model.bytes_loaded]);
  return JSON.stringify([status.pid, status.catalog, loaded]);
}

/** Changes when the list of runs must be fetched again. */
export function runsKey(models: readonly ModelInfo[]): string {
  return JSON.stringify(models.filter(one => one.source === 'run').map(one => one.id));
}
