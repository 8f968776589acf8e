/** What is said when a job ends: once for each, and only for those that this page has seen at work. */

import { isActive, nameOf } from './jobs';
import type { Words } from './trouble';
import type { Job } from './types';

/** What a notification says. */
export interface Notice {
  type: 'success' | 'error' | 'warning';
  message: string;
  /** The model that is there now; null when there is none. */
  model: string | null;
}

/** Remembers the jobs that it has seen active. */
export class Endings {
  constructor(private readonly words: Words) {}

  /** Take the jobs as they are now; return what to say of those that have ended since. */
  of(jobs: readonly Job[]): Notice[] {
    const ended = jobs.filter(job => !isActive(job) && this.active.delete(job.id));
    for (const job of jobs) {
      if (isActive(job)) {
        this.active.add(job.id);
      }
    }
    return ended.flatMap(job => {
      const said = wordsOf(job, this.words);
      return said ? [{ ...said, model: modelOf(job) }] : [];
    });
  }

  private readonly active = new Set<string>();
}

/** The model that a finished job has made or fetched; null when it gives none. */
function modelOf(job: Job): string | null {
  if (job.state !== 'finished' && job.state !== 'stopped') {
    return null;
  }
  const result = job.result as { model?: unknown } | null;
  if (job.kind === 'fit') {
    return typeof result?.model === 'string' ? result.model : null;
  }
  return job.kind === 'download' && job.state === 'finished' ? String(job.spec.model ?? '') : null;
}

/** What is said of a job that has ended; null where the user ended it. */
function wordsOf(
  job: Job,
  words: Words
): { message: string; type: 'success' | 'error' | 'warning' } | null {
  const subject = nameOf(job);
  switch (job.state) {
    case 'finished':
      return { message: words.__('%1 is finished: %2', job.kind, subject), type: 'success' };
    case 'failed':
      return {
        message: words.__(
          '%1 has failed: %2. %3',
          job.kind,
          subject,
          `${job.error?.message ?? ''} ${job.error?.hint ?? ''}`.trim()
        ),
        type: 'error'
      };
    case 'interrupted':
      return {
        message: words.__('%1 was interrupted: %2. It can be resumed.', job.kind, subject),
        type: 'warning'
      };
    default:
      return null;
  }
}
