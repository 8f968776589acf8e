/** How much memory is used, of how much. */

import type { Status } from '../types';

/** What the bar shows, in bytes and in parts of the budget. */
export interface Memory {
  weights: number;
  budget: number;
  process: number;
  machine: number;
  share: number;
}

/** Read it from the status; null while there is none. */
export function memoryOf(status: Status | null): Memory | null {
  if (!status) {
    return null;
  }
  const weights = status.loaded.reduce((sum, { bytes_loaded }) => sum + bytes_loaded, 0);
  const { memory_budget: budget, memory_used: process, memory_machine: machine } = status;
  return { weights, budget, process, machine, share: budget ? Math.min(weights / budget, 1) : 0 };
}
