/** What is said of jobs outside of the sidebar: in the status bar, and when one ends. */

import type { Job } from './types';

/** Whether it has not ended; one that is paused waits for somebody. */
export function isActive({ state }: Job): boolean {
  return state === 'queued' || state === 'running' || state === 'paused';
}

/** What people call it: the model that it makes, or else the one that it works on. */
export function nameOf(job: Job): string {
  const settings = job.spec.settings as Record<string, unknown> | undefined;
  const name = [settings?.name, job.spec.model].find(one => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? name : job.id;
}

/** The share that is done, 0 to 1; null when nobody knows. */
export function shareOf({ progress: { done, total } }: Job): number | null {
  return done !== undefined && total ? Math.min(Math.max(done / total, 0), 1) : null;
}

/** The model that a job has left to be used; null when there is none. */
export function modelOf(job: Job): string | null {
  if (job.kind === 'download') {
    return job.state === 'finished' ? nameOf(job) : null;
  }
  // A training that was stopped has made a model of its best step.
  const hasModel = job.kind === 'fit' && (job.state === 'finished' || job.state === 'stopped');
  const { model } = (job.result ?? {}) as { model?: unknown };
  return hasModel && typeof model === 'string' ? model : null;
}
