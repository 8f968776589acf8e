/** A job as people read it. */

import type { Job } from '../types';
import { bytes, duration, percent, type Words } from './words';

/** The model or the name that a job is about. */
export function jobName({ id, spec }: Job): string {
  const settings = spec.settings as Record<string, unknown> | undefined;
  const name = [settings?.name, spec.name, spec.model].find(
    one => typeof one === 'string' && one !== ''
  );
  return typeof name === 'string' ? name : id;
}

/** What kind of work it is. */
export function kindName({ kind }: Job, words: Words): string {
  switch (kind) {
    case 'download':
      return words.__('download');
    case 'fit':
      return words.__('training');
    case 'study':
      return words.__('study');
    case 'export':
      return words.__('export');
    case 'push':
      return words.__('upload');
    default:
      return kind;
  }
}

/** How it stands, in a word. */
export function stateName({ state }: Job, words: Words): string {
  switch (state) {
    case 'queued':
      return words.__('waits its turn');
    case 'running':
      return words.__('running');
    case 'paused':
      return words.__('paused');
    case 'finished':
      return words.__('finished');
    case 'stopped':
      return words.__('stopped');
    case 'failed':
      return words.__('failed');
    case 'interrupted':
      return words.__('interrupted');
  }
}

/** The share that is done, 0 to 1; null when nobody knows. */
export function jobShare({ progress: { done, total } }: Job): number | null {
  return done === undefined || !total ? null : Math.min(Math.max(done / total, 0), 1);
}

/** What is left, and the speed: `"0:38 left · 12 MB/s"`; how much is done where nobody knows of how much. */
export function progressText(job: Job, words: Words): string {
  const { done, unit = '', per_second, eta_seconds } = job.progress;
  const isBytes = unit === 'bytes' || unit === 'B';
  const count = (value: number) =>
    isBytes ? bytes(value) : `${value >= 10 ? value.toFixed(0) : value.toFixed(1)} ${unit}`.trim();
  const parts = [jobShare(job) === null && done ? count(done) : ''];
  if (job.state === 'running') {
    parts.push(
      eta_seconds === null || eta_seconds === undefined
        ? ''
        : words.__('%1 left', duration(eta_seconds))
    );
    parts.push(per_second ? words.__('%1/s', count(per_second)) : '');
  }
  return parts.filter(Boolean).join(' · ');
}

/** What a row says under its name. */
export function jobDetail(job: Job, words: Words): string {
  const parts = [kindName(job, words)];
  if (job.state !== 'running') {
    parts.push(stateName(job, words));
  }
  if (['running', 'paused', 'interrupted'].includes(job.state)) {
    parts.push(progressText(job, words));
  } else if (job.started && job.ended) {
    parts.push(duration(job.ended - job.started));
  }
  return parts.filter(Boolean).join(' · ');
}

/** The share that is done in percent, where there is more to come; otherwise empty. */
export function percentDone(job: Job): string {
  const share = jobShare(job);
  const isUnderWay = ['running', 'paused', 'queued', 'interrupted'].includes(job.state);
  return share === null || !isUnderWay ? '' : percent(share);
}

/** Why a job failed, to be copied. */
export function errorText({ error }: Job): string {
  return error ? [error.message, error.hint].filter(Boolean).join('\n') : '';
}
