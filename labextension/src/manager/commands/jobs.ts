/** Commands about jobs: stop, pause, resume, their notebook, and taking them out of the list. */

import { clearIcon, notebookIcon, pauseIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { announce } from '../announcing';
import { choicesOf } from '../choices';
import type { CommandOptions } from '../commands';
import { isActive } from '../jobs';
import { CommandIDs } from '../tokens';
import type { Job, JobState } from '../types';
import { isNotebook } from '../views/actions';
import { jobName } from '../views/jobwords';
import { askJob, jobOf, textOf } from './asking';

/** Register them. */
export function addJobCommands(commands: CommandRegistry, options: CommandOptions): void {
  const { store, trans } = options;

  steer(CommandIDs.stop, 'stop', ['queued', 'running', 'paused', 'interrupted'], {
    label: trans.__('Stop'),
    caption: trans.__('End a job cleanly; what it has so far is kept'),
    icon: stopIcon,
    title: trans.__('Stop which job?'),
    busy: trans.__('Stopping…'),
    done: job => trans.__('%1 is stopped.', job)
  });
  steer(CommandIDs.pause, 'pause', ['queued', 'running'], {
    label: trans.__('Pause'),
    caption: trans.__('Let a job rest'),
    icon: pauseIcon,
    title: trans.__('Pause which job?'),
    busy: trans.__('Pausing…'),
    done: job => trans.__('%1 is paused.', job)
  });
  steer(CommandIDs.resume, 'resume', ['paused', 'stopped', 'failed', 'interrupted'], {
    label: trans.__('Resume'),
    caption: trans.__('Go on with a job where it was'),
    icon: runIcon,
    title: trans.__('Go on with which job?'),
    busy: trans.__('Going on…'),
    done: job => trans.__('%1 goes on.', job)
  });

  commands.addCommand(CommandIDs.openNotebook, {
    label: trans.__('Open its notebook'),
    caption: trans.__('Open the notebook that has asked for a job, or that uses a model'),
    icon: notebookIcon,
    isEnabled: args => textOf(args, 'path') !== '' || jobsWithNotebook(args).length > 0,
    execute: async args => {
      const path = textOf(args, 'path');
      if (path) {
        return commands.execute('docmanager:open', { path });
      }
      const title = trans.__('Open the notebook of which job?');
      const job = await askJob(options, args, title, hasNotebook, jobName);
      const caller = job ? jobOf(store, job)?.caller : '';
      return caller ? commands.execute('docmanager:open', { path: caller }) : undefined;
    }
  });

  commands.addCommand(CommandIDs.clearJobs, {
    label: trans.__('Clear ended jobs'),
    caption: trans.__('Take jobs that have ended out of the list'),
    icon: clearIcon,
    isEnabled: () => store.state.jobs.some(job => !isActive(job) && !cleared().has(job.id)),
    execute: () => {
      const ended = store.state.jobs.filter(job => !isActive(job)).map(({ id }) => id);
      // Those that the backend has forgotten need not be remembered here.
      choicesOf(store).set({ cleared: new Set(ended) });
      commands.notifyCommandChanged(CommandIDs.clearJobs);
      announce(
        store,
        trans._n('%1 job taken out of the list.', '%1 jobs taken out of the list.', ended.length)
      );
    }
  });

  function cleared(): ReadonlySet<string> {
    return choicesOf(store).now.cleared;
  }

  function hasNotebook({ caller }: Job): boolean {
    return isNotebook(caller);
  }

  function jobsWithNotebook(args: Parameters<typeof textOf>[0]): Job[] {
    const id = textOf(args, 'job');
    return store.state.jobs.filter(job => hasNotebook(job) && (!id || job.id === id));
  }

  function steer(
    command: string,
    verb: 'stop' | 'pause' | 'resume',
    states: readonly JobState[],
    words: {
      label: string;
      caption: string;
      icon: typeof stopIcon;
      title: string;
      busy: string;
      done: (job: string) => string;
    }
  ): void {
    const isPossible = (job: Job) => states.includes(job.state);
    const { label, caption, icon, title, busy, done } = words;
    commands.addCommand(command, {
      label,
      caption,
      icon,
      isEnabled: args => {
        const id = textOf(args, 'job');
        return store.state.jobs.some(job => isPossible(job) && (!id || job.id === id));
      },
      execute: async args => {
        const id = await askJob(options, args, title, isPossible, jobName);
        if (!id) {
          return;
        }
        const job = jobOf(store, id);
        const answer = await store.act(id, busy, () =>
          store.ask(`POST /jobs/{id}/${verb}`, { path: { id } })
        );
        if (answer) {
          announce(store, done(job ? jobName(job) : id));
        }
      }
    });
  }
}
