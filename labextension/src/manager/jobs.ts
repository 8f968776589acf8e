/** What the page says of a job. */

import type { Job } from './types';

/** Whether a job has not ended; one that is paused waits for somebody. */
export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running' || job.state === 'paused';
}

/** The name of what a job is about: the model that it makes, or else the one that it works on. */
export function nameOf(job: Job): string {
  const settings = job.spec.settings as Record<string, unknown> | undefined;
  return String(settings?.name || job.spec.model || job.id);
}

/** The share that is done, 0 to 1; null when nobody knows. */
export function shareOf(job: Job): number | null {
  const { done, total } = job.progress;
  return done !== undefined && total ? Math.min(Math.max(done / total, 0), 1) : null;
}
