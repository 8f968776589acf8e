/** Which actions a row has, in which state. */

import { isActive } from '../jobs';
import { CommandIDs } from '../tokens';
import type { Deleted, HubModel, Job, ModelInfo } from '../types';

/** A command with its arguments. */
export interface Action {
  command: string;
  args: Record<string, string | string[]>;
}

/** What can be done with a row. */
export interface RowActions {
  /** By Enter and a double click. */
  main: Action | null;
  /** By the Delete key. */
  remove: Action | null;
  /** By F2. */
  rename: Action | null;
  /** On the row itself. */
  buttons: Action[];
  /** In the context menu, in groups. */
  menu: Action[][];
}

/** Of a model on this machine. */
export function modelActions(model: ModelInfo): RowActions {
  const of = (command: string, more = {}): Action => ({
    command,
    args: { model: model.id, ...more }
  });
  const isLoaded = model.device !== '';
  const isOurs = model.source === 'run' || model.source === 'folder';
  const rename = isOurs ? of(CommandIDs.rename) : null;
  const remove = model.source === 'starter' ? null : of(CommandIDs.deleteModel);
  const use = model.is_usable ? of(CommandIDs.use) : null;
  const memory = isLoaded ? of(CommandIDs.unload) : model.is_usable ? of(CommandIDs.load) : null;
  const some = (...actions: (Action | null)[]) => actions.filter(one => one !== null);
  return {
    main: use ?? of(CommandIDs.card),
    remove,
    rename,
    buttons: some(use, memory, isLoaded ? null : remove),
    menu: [
      some(use, memory, model.is_usable ? of(CommandIDs.setDefault) : null),
      some(
        of(CommandIDs.card),
        model.source === 'run' ? { command: CommandIDs.compare, args: {} } : null,
        of(CommandIDs.copyId)
      ),
      some(model.is_usable ? of(CommandIDs.exportModel) : null, rename),
      some(
        remove,
        ...(model.revisions.length > 1
          ? model.revisions.map(({ commit }) => of(CommandIDs.deleteModel, { revision: commit }))
          : [])
      )
    ].filter(group => group.length > 0)
  };
}

/** Of what was deleted. */
export function deletedActions(deleted: Deleted): RowActions {
  const restore = deleted.id
    ? { command: CommandIDs.restore, args: { id: deleted.id, model: deleted.model } }
    : null;
  const list = restore ? [restore] : [];
  return { main: restore, remove: null, rename: null, buttons: list, menu: [list] };
}

/** Of a job. */
export function jobActions(job: Job): RowActions {
  const of = (command: string): Action => ({ command, args: { job: job.id } });
  const canPause = job.state === 'queued' || job.state === 'running';
  const canResume = ['paused', 'stopped', 'failed', 'interrupted'].includes(job.state);
  const canStop = isActive(job) || job.state === 'interrupted';
  const steer = [
    ...(canPause ? [of(CommandIDs.pause)] : []),
    ...(canResume ? [of(CommandIDs.resume)] : []),
    ...(canStop ? [of(CommandIDs.stop)] : [])
  ];
  const open = isNotebook(job.caller) ? of(CommandIDs.openNotebook) : null;
  const made = madeModel(job);
  const use = made ? { command: CommandIDs.use, args: { model: made } } : null;
  return {
    main: use ?? open,
    remove: canStop ? of(CommandIDs.stop) : null,
    rename: null,
    buttons: steer,
    menu: [
      steer,
      [...(use ? [use] : []), ...(open ? [open] : [])],
      isActive(job) ? [] : [{ command: CommandIDs.clearJobs, args: {} }]
    ].filter(group => group.length > 0)
  };
}

/** Of a model of the hub. */
export function hubActions(model: HubModel, isHere: boolean): RowActions {
  const args = { model: model.id };
  const main = { command: isHere ? CommandIDs.use : CommandIDs.download, args };
  const page = { command: CommandIDs.card, args: { ...args, page: hubPage(model.id) } };
  return {
    main,
    remove: null,
    rename: null,
    buttons: [main],
    menu: [[main], [page, { command: CommandIDs.copyId, args }]]
  };
}

/** Where the hub shows a model. */
export function hubPage(model: string): string {
  return `https://huggingface.co/${model.split('/').map(encodeURIComponent).join('/')}`;
}

/** Whether a caller is a notebook of the Jupyter server. */
export function isNotebook(caller: string): boolean {
  return caller.endsWith('.ipynb');
}

function madeModel(job: Job): string | null {
  if (job.state !== 'finished') {
    return null;
  }
  const { model } = (job.result ?? {}) as { model?: unknown };
  return (job.kind === 'fit' || job.kind === 'download') && typeof model === 'string'
    ? model
    : null;
}
