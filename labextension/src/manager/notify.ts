/** What is said when a job ends: once for each, and only for those that this page has seen at work. */

import { isActive, modelOf, nameOf } from './jobs';
import type { Words } from './trouble';
import type { Job } from './types';

/** What a notification says. */
export interface Notice {
  type: 'success' | 'error' | 'warning';
  message: string;
  /** The model that can be used now; null when there is none. */
  model: string | null;
}

/** Remembers the jobs that it has seen at work. */
export class Endings {
  constructor(private readonly words: Words) {}

  /** Take the jobs as they are now; return what to say of those that have ended since. */
  of(jobs: readonly Job[]): Notice[] {
    const ended = jobs.filter(job => !isActive(job) && this.active.delete(job.id));
    jobs.filter(isActive).forEach(({ id }) => this.active.add(id));
    return ended.map(job => noticeOf(job, this.words)).filter(notice => notice !== null);
  }

  private readonly active = new Set<string>();
}

/** What to say of a job that has ended; null of one that somebody has stopped. */
function noticeOf(job: Job, words: Words): Notice | null {
  const name = nameOf(job);
  switch (job.state) {
    case 'finished':
      return { type: 'success', message: finished(job, name, words), model: modelOf(job) };
    case 'failed': {
      const cause = job.error?.message ?? words.__('Its log may say why.');
      const message = `${words.__('%1 failed.', name)} ${cause} ${job.error?.hint ?? ''}`.trim();
      return { type: 'error', message, model: null };
    }
    case 'interrupted':
      return {
        type: 'warning',
        message: words.__('%1 was interrupted. It can be resumed in the sidebar.', name),
        model: null
      };
    default:
      return null;
  }
}

function finished(job: Job, name: string, words: Words): string {
  switch (job.kind) {
    case 'download':
      return words.__('%1 is downloaded.', name);
    case 'fit':
      return words.__('%1 is trained.', name);
    case 'export':
      return words.__('%1 is exported to %2', name, folderOf(job));
    case 'push':
      return words.__('%1 is on the hub.', name);
    default:
      return words.__('The trainings of %1 are done.', name);
  }
}

/** Where an export is. */
function folderOf({ result }: Job): string {
  return String((result as { folder?: unknown } | null)?.folder ?? '');
}
