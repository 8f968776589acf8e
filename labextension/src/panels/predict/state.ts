/** What the prediction panel shows of an answer; no page in here. */

import type { NumberArray } from '../messages';
import { isolated } from '../text';

/** The answer to `predict`; see the Python classes `Said` and `Predictions`. */
export interface Said {
  predictions: Predictions;
  /** Of a regression: the least and the greatest true value that the model was judged on. */
  scale: [number, number] | null;
}

export interface Predictions {
  model: string;
  labels: string[];
  /** `(1, classes)`; of a regression the value. */
  probabilities: NumberArray;
  label_names: string[];
  problem_type: 'single_label' | 'multi_label' | 'regression';
  truncated: NumberArray;
  max_length: number;
}

/** Classes that are shown before somebody asks for all; as in Python. */
export const SHOWN = 8;
/** More bars are of no use to anybody. */
export const MOST = 500;
/** Over it one of several labels counts as said. */
export const HALF = 0.5;

/** A class as it is shown. */
export interface Bar {
  /** Its place in the model. */
  at: number;
  name: string;
  probability: number;
  /** It is what the model answers, or a part of it. */
  isSaid: boolean;
}

/** Return the class that is explained: that of a name, or the likeliest. */
export function explained(
  { label_names, probabilities }: Predictions,
  label: string | null
): number {
  const named = label === null ? -1 : label_names.indexOf(label);
  return named >= 0 ? named : likeliest(probabilities.data);
}

/**
 * Return the classes to show, in the order in which they stand.
 *
 * @param isAll Without it only the likeliest ones, and the one that is explained.
 */
export function barsOf(
  { label_names, probabilities, problem_type }: Predictions,
  chosen: number,
  isSorted: boolean,
  isAll: boolean
): Bar[] {
  const { data } = probabilities;
  const best = likeliest(data);
  const ranked = label_names.map((_, at) => at).sort((a, b) => data[b] - data[a] || a - b);
  const shown = new Set(ranked.slice(0, isAll ? MOST : SHOWN));
  shown.add(chosen);
  const order = isSorted ? ranked : label_names.map((_, at) => at);
  return order
    .filter(at => shown.has(at))
    .map(at => ({
      at,
      name: label_names[at],
      probability: data[at],
      isSaid: problem_type === 'multi_label' ? data[at] > HALF : at === best
    }));
}

/** Return the answer in a few words, for the status line. */
export function answer(said: Said): string {
  const { predictions } = said;
  const { label_names: names, labels, probabilities, problem_type } = predictions;
  const best = likeliest(probabilities.data);
  const cut = predictions.truncated.data[0]
    ? ` · only the first ${predictions.max_length.toLocaleString('en')} tokens were read`
    : '';
  if (problem_type === 'regression') {
    return `${numberText(probabilities.data[0])}${cut}`;
  }
  if (problem_type === 'multi_label') {
    return `${isolated(labels[0]) || 'none of the labels'}${cut}`;
  }
  return `${isolated(names[best])} ${shareText(probabilities.data[best])}${cut}`;
}

/** Return a share in percent; of one that is nearly 0 or 1 what still tells it from them. */
export function shareText(share: number): string {
  const percent = share * 100;
  const digits = percent >= 0.1 && percent <= 99.9 ? 1 : 3;
  return `${percent.toFixed(digits)}\u00a0%`;
}

/** Return a value in four digits. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Return where a value lies on a scale, from 0 to 1; beyond its ends it stays there. */
export function placeOn(value: number, [low, high]: [number, number]): number {
  return Math.min(Math.max((value - low) / (high - low), 0), 1);
}

function likeliest(data: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < data.length; at++) {
    best = data[at] > data[best] ? at : best;
  }
  return best;
}
