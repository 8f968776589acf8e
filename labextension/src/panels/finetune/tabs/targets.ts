/** Which outputs of a model explain its answer to a row; no page in here. */

import { type FitReport, isSummaries, type JudgedRow } from '../report';
import type { Targets } from './why';

/**
 * Return what is explained at the first click, and at the next ones: the answer, then the truth where it is another.
 *
 * @param label Of several labels a row, the one that the rows were asked for.
 */
export function targetsOf(
  { truth, answer }: JudgedRow,
  { task, label_names }: FitReport,
  label: string | null
): Targets {
  if (isSummaries(task)) {
    return [];
  }
  if (task === 'regression') {
    return [null];
  }
  if (task === 'single_label') {
    return truth === answer ? [answer] : [answer, truth];
  }
  if (label !== null) {
    return [label];
  }
  const [true_, told] = [named(truth, label_names), named(answer, label_names)];
  // What is there and should not be, and what should be and is not; of a right answer all that it has.
  const wrong = [
    ...told.filter(name => !true_.includes(name)),
    ...true_.filter(name => !told.includes(name))
  ];
  return wrong.length ? wrong : told.length ? told : label_names.slice(0, 1);
}

/** Return the labels of a list such as "good, tired"; names may have commas of their own. */
export function named(joined: string, names: string[]): string[] {
  const found: string[] = [];
  let rest = joined;
  for (const name of names) {
    if (rest === name || rest.startsWith(`${name}, `)) {
      found.push(name);
      rest = rest.slice(name.length + 2);
    }
  }
  return found;
}
