/** States of a training in words. */

import type { State } from '../status';
import type { JobInfo } from './follow';
import { metricName, metricText } from './report';
import { recipe } from './words';

/** Return what a job trains: "fit-3: starter · full · 3 epochs · lr 1e-4 · batch 16 · 134 rows". */
export function overview(info: JobInfo, rates: Record<string, Record<string, number>>): string {
  const { settings, rows, task = '' } = info.spec;
  return `${info.id}: ${recipe(settings, rates[task] ?? {})} · ${rows.toLocaleString('en')} rows`;
}

/** Return how a job is: for the status line, its words, and what to do. */
export function verdict(info: JobInfo, ahead: number): [State, string, string] {
  const { id, state, error, result } = info;
  if (state === 'queued') {
    const others = ahead === 1 ? 'one other training' : `${ahead} other trainings`;
    return ['busy', ahead ? `${id} waits for ${others}` : `${id} begins…`, ''];
  }
  if (state === 'paused') {
    return ['idle', `${id} is paused`, 'Resume goes on at the same step.'];
  }
  if (state === 'interrupted') {
    return ['error', `${id} was interrupted`, 'Resume goes on from its last checkpoint.'];
  }
  if (state === 'failed') {
    return [
      'error',
      `${id} failed: ${error?.message ?? 'for no reason that it told'}`,
      error?.hint ?? ''
    ];
  }
  if (result) {
    const { model, primary, metrics, best_step } = result;
    const how = `${metricName(primary)} ${metricText(primary, metrics[primary])}`;
    const verb = state === 'stopped' ? 'stopped' : 'finished';
    return ['ready', `${verb} · ${model} · ${how} · best at step ${best_step}`, ''];
  }
  return state === 'stopped'
    ? ['idle', `${id} was stopped before there was anything to keep`, '']
    : ['busy', `${id} is running`, ''];
}

/** Return how a job was when its page was saved. */
export function saved(info: JobInfo): [State, string, string] {
  const isOver = info.state === 'finished' || info.state === 'stopped';
  return isOver ? verdict(info, 0) : ['ready', `saved while ${info.id} was ${info.state}`, ''];
}
