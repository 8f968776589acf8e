/** What a threshold on a probability makes of the rows; no page in here. */

import type { Curve } from '../report';

/** The rows at a threshold: those over it are a yes. */
export interface Outcome {
  threshold: number;
  /** Rows that are one and are found, are none and are taken for one, are one and are missed, are none and are left. */
  hits: number;
  wrong: number;
  missed: number;
  left: number;
  precision: number;
  recall: number;
  f1: number;
  falsePositiveRate: number;
}

/** Return what a threshold does. `positives` of all `rows` truly have the class. */
export function outcomeAt(
  curve: Curve,
  positives: number,
  rows: number,
  threshold: number
): Outcome {
  return outcomeOf(curve, positives, rows, lastOver(curve, threshold), threshold);
}

/** Return the threshold of the best F1; in the middle between the probabilities of the two rows that it parts. */
export function bestThreshold(curve: Curve, positives: number, rows: number): number {
  const { data: thresholds } = curve.roc_thresholds;
  let [best, at] = [-1, 0];
  for (let point = 0; point < thresholds.length; point++) {
    const { f1 } = outcomeOf(curve, positives, rows, point, 0);
    if (f1 > best) {
      [best, at] = [f1, point];
    }
  }
  const [above, below] = [thresholds[at], thresholds[at + 1] ?? 0];
  return shortest(below, above);
}

/** Return a number from `low` up to but without `high`, near their middle, in as few digits as it takes. */
export function shortest(low: number, high: number): number {
  const middle = (low + high) / 2;
  for (let digits = 2; digits < 7; digits++) {
    const rounded = Number(middle.toFixed(digits));
    if (rounded >= low && rounded < high) {
      return rounded;
    }
  }
  return middle;
}

/** Return the last point whose rows are all over the threshold. */
function lastOver({ roc_thresholds: { data } }: Curve, threshold: number): number {
  let at = 0;
  while (at + 1 < data.length && data[at + 1] > threshold) {
    at++;
  }
  return at;
}

function outcomeOf(
  curve: Curve,
  positives: number,
  rows: number,
  point: number,
  threshold: number
): Outcome {
  const falsePositiveRate = curve.false_positive_rate.data[point];
  const recall = curve.true_positive_rate.data[point];
  const hits = Math.round(recall * positives);
  const wrong = Math.round(falsePositiveRate * (rows - positives));
  const missed = positives - hits;
  return {
    threshold,
    hits,
    wrong,
    missed,
    left: rows - positives - wrong,
    precision: hits / Math.max(hits + wrong, 1),
    recall: hits / Math.max(positives, 1),
    f1: (2 * hits) / Math.max(2 * hits + wrong + missed, 1),
    falsePositiveRate
  };
}
