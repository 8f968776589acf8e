/** Which classes of a confusion are shown, and how sure it is about each; no page in here. */

import type { NumberArray } from '../../messages';
import type { Evaluation } from '../report';

/** Classes along a matrix at most. */
export const MOST_CLASSES = 20;
/** Small matrices, of one label each, at most. */
export const MOST_LABELS = 24;

/** A class as the table has it. */
export interface ClassRow {
  at: number;
  name: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

/** Return a row for each class. */
export function classRows(evaluation: Evaluation): ClassRow[] {
  const { precision, recall, f1, support } = evaluation;
  return evaluation.label_names.map((name, at) => ({
    at,
    name,
    precision: precision.data[at],
    recall: recall.data[at],
    f1: f1.data[at],
    support: support.data[at]
  }));
}

/**
 * Return the classes that a matrix shows, in their order: all, or those that are confused most.
 *
 * @param confusion Truth × answer, `(classes, classes)`.
 */
export function shownClasses({ data, shape: [count] }: NumberArray, most = MOST_CLASSES): number[] {
  const errors = Array.from({ length: count }, (_, one) => {
    let sum = 0;
    for (let other = 0; other < count; other++) {
      sum += other === one ? 0 : data[one * count + other] + data[other * count + one];
    }
    return sum;
  });
  return mostOf(errors, most);
}

/**
 * Return the labels whose small matrices are shown, in their order: all, or those with most errors.
 *
 * @param confusion `(labels, 2, 2)`.
 */
export function shownLabels({ data, shape: [count] }: NumberArray, most = MOST_LABELS): number[] {
  const errors = Array.from({ length: count }, (_, at) => data[4 * at + 1] + data[4 * at + 2]);
  return mostOf(errors, most);
}

/** Return a part of a confusion: its rows and columns are the classes `shown`. */
export function submatrix({ data, shape: [count] }: NumberArray, shown: number[]): number[][] {
  return shown.map(row => shown.map(column => data[row * count + column]));
}

/** Return how much of each row's truth a cell holds, by rows of `counts`; `totals` are all rows of each class. */
export function shares(counts: number[][], totals: number[]): number[][] {
  return counts.map((row, at) => row.map(count => count / Math.max(totals[at], 1)));
}

function mostOf(errors: number[], most: number): number[] {
  return errors
    .map((_, at) => at)
    .sort((a, b) => errors[b] - errors[a] || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}
