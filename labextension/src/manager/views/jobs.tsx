/** The section of jobs: what works now, what needs somebody, what has ended. */

import { useState } from 'react';

import { isActive } from '../jobs';
import { CommandIDs } from '../tokens';
import type { Job } from '../types';
import { isNotebook, jobActions } from './actions';
import { jobsInOrder, kept, matches } from './filtering';
import {
  errorText,
  jobDetail,
  jobName,
  jobShare,
  kindName,
  percentDone,
  stateName
} from './jobwords';
import { Facts } from './modelrow';
import { NoMatch } from './models';
import { Name, NotebookLink } from './name';
import { language, useChoice, useKept, useParts, useStore } from './parts';
import type { RowShape } from './row';
import { RowList } from './rowlist';
import { CopyButton, Empty, Skeleton } from './states';
import { moment } from './words';

const NONE: readonly Job[] = [];
/** Jobs that have ended and are shown without asking. */
const ENDED = 5;
const idOf = ({ id }: Job) => id;

/** The jobs that are not taken out of the list. */
export function useJobs(): readonly Job[] {
  const jobs = useKept(useStore(state => state.jobs) ?? NONE, idOf);
  const cleared = useChoice(now => now.cleared);
  return useKept(
    jobs.filter(job => isActive(job) || !cleared.has(job.id)),
    idOf
  );
}

/** The list of jobs. */
export function Jobs() {
  const { trans, commands } = useParts();
  const isKnown = useStore(state => state.status !== null);
  const busy = useStore(state => state.busy);
  const slipped = useStore(state => state.slip?.model ?? '');
  const filter = useChoice(now => now.filter);
  const [showsAll, setShowsAll] = useState(false);
  const jobs = useJobs();
  if (!isKnown) {
    return <Skeleton rows={1} />;
  }
  if (jobs.length === 0) {
    return (
      <Empty
        text={trans.__('Nothing is going on. Downloads, trainings and exports show up here.')}
        action={[trans.__('Download a model…'), () => void commands.execute(CommandIDs.download)]}
      />
    );
  }
  const found = jobsInOrder(jobs).filter(job =>
    matches(filter, jobName(job), kindName(job, trans), stateName(job, trans))
  );
  if (found.length === 0) {
    return <NoMatch filter={filter} />;
  }
  const going = found.filter(isActive);
  const ended = found.filter(job => !isActive(job));
  const shown = showsAll ? found : kept([], [...going, ...ended.slice(0, ENDED)], idOf);
  const shape = (job: Job): RowShape => {
    const share = jobShare(job);
    return {
      id: job.id,
      label: [jobName(job), percentDone(job), jobDetail(job, trans), job.error?.message]
        .filter(Boolean)
        .join(', '),
      actions: jobActions(job),
      busy: busy.get(job.id),
      isSteered: isActive(job) || job.state === 'interrupted',
      className: [
        `jp-mod-${job.state}`,
        share === null ? '' : 'jp-mod-measured',
        slipped === job.id ? 'jp-mod-slipped' : ''
      ].join(' ')
    };
  };
  return (
    <>
      <RowList
        label={trans.__('Jobs')}
        items={shown}
        shape={shape}
        content={job => <JobRow job={job} busy={busy.get(job.id)} />}
      />
      {ended.length > ENDED && (
        <div className="jp-AlbertManager-bulk">
          <button
            type="button"
            className="jp-AlbertManager-button"
            aria-expanded={showsAll}
            onClick={() => setShowsAll(!showsAll)}
          >
            {showsAll
              ? trans.__('Show fewer')
              : trans._n('Show %1 more', 'Show %1 more', ended.length - ENDED)}
          </button>
        </div>
      )}
    </>
  );
}

function JobRow({ job, busy }: { job: Job; busy?: string }) {
  const { trans } = useParts();
  const share = jobShare(job);
  const isGoing = job.state === 'running' || job.state === 'paused' || job.state === 'queued';
  return (
    <>
      <div className="jp-AlbertManager-line" title={moment(job.created, language())}>
        <span className="jp-AlbertManager-state" data-state={job.state} />
        <Name name={jobName(job)} />
        <span className="jp-AlbertManager-aside">{percentDone(job)}</span>
      </div>
      {isGoing && job.state !== 'queued' && (
        <div
          className="jp-AlbertManager-progress"
          role="progressbar"
          aria-label={trans.__('Progress of %1', jobName(job))}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share === null ? undefined : Math.round(100 * share)}
          aria-valuetext={[percentDone(job), jobDetail(job, trans)].filter(Boolean).join(', ')}
          data-is-unknown={share === null || undefined}
        >
          <span style={{ transform: `scaleX(${share ?? 1})` }} />
        </div>
      )}
      <div className="jp-AlbertManager-line jp-mod-second">
        <Facts facts={[busy ?? jobDetail(job, trans), job.user ?? '']} />
        {isNotebook(job.caller) && <NotebookLink path={job.caller} />}
      </div>
      {job.error && (
        <div className="jp-AlbertManager-jobError">
          <p dir="auto" title={errorText(job)}>
            <strong>{job.error.message}</strong> {job.error.hint}
          </p>
          <CopyButton text={errorText(job)} label={trans.__('Copy the message')} tabIndex={-1} />
        </div>
      )}
    </>
  );
}
