/** What the status bar says of the backend and its jobs. */

import { isActive, nameOf, shareOf } from '../manager/jobs';
import type { ManagerState } from '../manager/tokens';
import type { Finding, Words } from '../manager/trouble';
import type { Job, Trouble } from '../manager/types';

/** What the status bar shows. */
export interface Shown {
  state: 'ready' | 'stopped' | 'mismatch' | 'missing';
  text: string;
  title: string;
}

/** The part of the store's state that is needed here. */
export type Known = Pick<ManagerState, 'connection' | 'trouble' | 'status' | 'jobs'>;

/** Return what to show; null while nothing is known. */
export function shownOf(known: Known, finding: Finding | null, words: Words): Shown | null {
  const { connection, trouble, status, jobs } = known;
  // What is missing in one notebook's kernel is not the backend's fault.
  if (trouble && trouble.kind !== 'kernel') {
    return {
      state: trouble.kind.endsWith('-version') ? 'mismatch' : 'missing',
      text: words.__('albert-widgets: %1', wordsOf(trouble, finding, words)),
      title: [trouble.text, trouble.command].join(' ').trim()
    };
  }
  const isLive = connection === 'live';
  const backend = finding && 'health' in finding ? finding.health.backend : null;
  const version = isLive ? status?.version : backend?.version;
  if (version === undefined) {
    return finding === null
      ? null
      : {
          state: 'stopped',
          text: words.__('albert-widgets: backend not running yet'),
          title: words.__('It starts by itself with the first call: %1', '%load_ext albert_widgets')
        };
  }
  const active = isLive ? jobs.filter(isActive) : [];
  const count = isLive ? active.length : (backend?.jobs ?? 0);
  const running = active.find(({ state }) => state === 'running');
  const ready = words.__('albert-widgets is ready: backend %1', version);
  const parts = [running ? progressOf(running, words) : ready];
  if (count > (running ? 1 : 0)) {
    parts.push(count === 1 ? words.__('1 job') : words.__('%1 jobs', count));
  }
  return {
    state: 'ready',
    text: parts.join(' · '),
    title: running
      ? words.__('%1. A click opens the BERT models.', ready)
      : words.__('One BERT backend for all notebooks. A click opens the BERT models.')
  };
}

function progressOf(job: Job, words: Words): string {
  const share = shareOf(job);
  return share === null
    ? nameOf(job)
    : words.__('%1 %2 %', nameOf(job), String(Math.floor(share * 100)));
}

function wordsOf(trouble: Trouble, finding: Finding | null, words: Words): string {
  switch (trouble.kind) {
    case 'no-server':
      return words.__('no Jupyter server');
    case 'no-extension':
      return words.__('server extension missing');
    case 'no-backend-extra':
      return words.__('backend not installed');
    case 'crashed':
      return words.__('backend crashed');
    case 'failed':
      return finding && 'error' in finding && finding.error.status > 0
        ? words.__('the server says %1', finding.error.status)
        : words.__('backend does not start');
    default:
      return words.__('versions differ');
  }
}
