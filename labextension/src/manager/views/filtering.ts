/** Which rows are shown, and in which order. */

import type { Deleted, HubModel, Job, ModelInfo } from '../types';
import { isActive } from '../jobs';

/** How models can be sorted. */
export type Order = 'last-used' | 'name' | 'size';

/** Whether each word of the filter is in one of the texts; case, width and accents do not count. */
export function matches(filter: string, ...texts: readonly string[]): boolean {
  const words = plain(filter).split(/\s+/u).filter(Boolean);
  const all = words.length ? plain(texts.join('\n')) : '';
  return words.every(word => all.includes(word));
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})\p{Mn}+/gu, '')
    .toLowerCase();
}

/** What a filter looks at in a model. */
export function textsOf(model: ModelInfo): string[] {
  return [model.id, model.task, model.model_type, model.base, model.licence, ...model.languages];
}

/** What a filter looks at in a model of the hub. */
export function hubTextsOf(model: HubModel): string[] {
  return [model.id, model.task, model.model_type, model.licence, model.note, ...model.languages];
}

/** The models that a filter leaves, in order. */
export function chosen(models: readonly ModelInfo[], filter: string, order: Order): ModelInfo[] {
  return models.filter(model => matches(filter, ...textsOf(model))).sort(by(order));
}

function by(order: Order): (a: ModelInfo, b: ModelInfo) => number {
  const name = (a: ModelInfo, b: ModelInfo) => collator.compare(a.id, b.id);
  switch (order) {
    case 'name':
      return name;
    case 'size':
      return (a, b) => b.bytes_on_disk - a.bytes_on_disk || name(a, b);
    case 'last-used':
      return (a, b) => b.last_used - a.last_used || name(a, b);
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** What was deleted stands where it stood by its name, and otherwise first: it was the last thing done. */
export function withDeleted(
  models: readonly ModelInfo[],
  deleted: readonly Deleted[],
  order: Order
): (ModelInfo | Deleted)[] {
  const rows: (ModelInfo | Deleted)[] = [...models];
  for (const one of deleted) {
    const place =
      order === 'name'
        ? rows.findIndex(
            row =>
              collator.compare('id' in row && 'source' in row ? row.id : row.model, one.model) > 0
          )
        : 0;
    rows.splice(place < 0 ? rows.length : place, 0, one);
  }
  return rows;
}

/** Jobs that work first, then those that need somebody, then the rest; the newest first. */
export function jobsInOrder(jobs: readonly Job[]): Job[] {
  const rank = (job: Job) => {
    if (isActive(job)) {
      return job.state === 'queued' ? 1 : 0;
    }
    return job.state === 'failed' || job.state === 'interrupted' ? 2 : 3;
  };
  return [...jobs].sort((a, b) => rank(a) - rank(b) || b.created - a.created);
}

/** Upper bounds of sizes to choose from, in bytes. */
export const SIZES = [100e6, 300e6, 500e6, 1e9] as const;

/** What of the hub is wanted. */
export interface HubFilter {
  language: string;
  task: string;
  /** 0 for any. */
  size: number;
}

/** The models of the hub that are wanted; one of unknown size is not left out. */
export function wanted(
  models: readonly HubModel[],
  filter: string,
  { language, task, size }: HubFilter
): HubModel[] {
  return models.filter(
    model =>
      matches(filter, ...hubTextsOf(model)) &&
      (!language ||
        model.languages.includes(language) ||
        model.languages.includes('multilingual')) &&
      (!task || model.task === task) &&
      (!size || model.bytes <= size)
  );
}

/** The same list, with the objects of before where nothing has changed: what is drawn can stay. */
export function kept<T>(
  before: readonly T[],
  now: readonly T[],
  key: (one: T) => string
): readonly T[] {
  const known = new Map(before.map(one => [key(one), one]));
  const list = now.map(one => {
    const old = known.get(key(one));
    return old !== undefined && (old === one || JSON.stringify(old) === JSON.stringify(one))
      ? old
      : one;
  });
  return list.length === before.length && list.every((one, at) => one === before[at])
    ? before
    : list;
}
