/** What of the list of models the newest status knows better: what is in memory. */

import type { ModelInfo, Status } from './types';

/** The models as they are in memory now; the same array when nothing has changed. */
export function withMemory(
  models: readonly ModelInfo[] | null,
  status: Status | null
): readonly ModelInfo[] | null {
  if (!models || !status) {
    return models;
  }
  const loaded = new Map(status.loaded.map(model => [model.id, model]));
  const now = models.map(model => {
    const known = loaded.get(model.id);
    const news = known
      ? pick(known)
      : {
          device: '',
          bytes_loaded: 0,
          used_by: [],
          dtype: model.dtype,
          last_used: model.last_used
        };
    return isSame(pick(model), news) ? model : { ...model, ...news };
  });
  return now.every((model, index) => model === models[index]) ? models : now;
}

type Memory = Pick<ModelInfo, 'device' | 'bytes_loaded' | 'used_by' | 'dtype' | 'last_used'>;

function pick({ device, bytes_loaded, used_by, dtype, last_used }: Memory): Memory {
  return { device, bytes_loaded, used_by, dtype, last_used };
}

function isSame(one: Memory, other: Memory): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
