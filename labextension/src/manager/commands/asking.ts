/** What commands have in common: whom they are about. */

import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IManagerStore } from '../tokens';
import type { Job, ModelInfo } from '../types';
import type { CommandOptions } from '../commands';

/** An argument that is a text; empty when it is not there. */
export function textOf(args: ReadonlyPartialJSONObject, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}

/** What is known of a model: the newest of the list and of memory. */
export function modelOf(store: IManagerStore, id: string): ModelInfo | null {
  const { models, status } = store.state;
  return models?.find(one => one.id === id) ?? status?.loaded.find(one => one.id === id) ?? null;
}

/** What is known of a job. */
export function jobOf(store: IManagerStore, id: string): Job | null {
  return store.state.jobs.find(one => one.id === id) ?? null;
}

/** Whether a command can do something: with its model, or else with any. */
export function canWith(
  { store }: CommandOptions,
  args: ReadonlyPartialJSONObject,
  isPossible: (model: ModelInfo) => boolean
): boolean {
  const id = textOf(args, 'model');
  if (id) {
    const model = modelOf(store, id);
    return model !== null && isPossible(model);
  }
  return store.state.models?.some(isPossible) ?? false;
}

/** The model of the arguments, or else the one that the user chooses; null for none. */
export async function askModel(
  { store, trans }: CommandOptions,
  args: ReadonlyPartialJSONObject,
  title: string,
  isPossible: (model: ModelInfo) => boolean
): Promise<string | null> {
  const given = textOf(args, 'model');
  if (given) {
    return given;
  }
  const ids = (store.state.models ?? []).filter(isPossible).map(({ id }) => id);
  if (ids.length === 1) {
    return ids[0];
  }
  const { chooseDialog } = await import('../dialogs');
  return chooseDialog(trans, title, trans.__('Model'), ids);
}

/** The job of the arguments, or else the one that the user chooses. */
export async function askJob(
  { store, trans }: CommandOptions,
  args: ReadonlyPartialJSONObject,
  title: string,
  isPossible: (job: Job) => boolean,
  nameOf: (job: Job) => string
): Promise<string | null> {
  const given = textOf(args, 'job');
  if (given) {
    return given;
  }
  const jobs = store.state.jobs.filter(isPossible);
  if (jobs.length < 2) {
    return jobs[0]?.id ?? null;
  }
  const { chooseDialog } = await import('../dialogs');
  return chooseDialog(
    trans,
    title,
    trans.__('Job'),
    jobs.map(({ id }) => id),
    jobs.map(nameOf)
  );
}
