/** What heads are in the habit of: a letter for each, and what is said about it. */

import type { NumberArray } from '../messages';
import { type Cell, range } from './state';

/** The answer to `head_statistics`; see the Python class of this name. Each measure is `(layers, heads)`. */
export type HeadStatistics = Record<Measure, NumberArray>;

/** What is measured of each head. */
export type Measure = (typeof MEASURES)[number]['name'];

/** The measures: how they are called, and the letter of heads that have mostly this habit. */
export const MEASURES = [
  { name: 'previous', title: 'to the previous token', letter: 'P' },
  { name: 'next', title: 'to the next token', letter: 'N' },
  { name: 'same', title: 'to the token itself', letter: 'I' },
  { name: 'first', title: 'to the first token', letter: 'C' },
  { name: 'separator', title: 'to separators', letter: 'S' },
  { name: 'punctuation', title: 'to punctuation', letter: '.' },
  { name: 'entropy', title: 'entropy', letter: '' },
  { name: 'distance', title: 'mean distance', letter: '' }
] as const;

/** The share of its attention from which a head is said to have a habit. */
const HABIT = 0.4;
/** The share of the largest possible entropy from which a head is said to look everywhere. */
const BROAD = 0.75;

/** A head's habit: its letter, and the share in words. */
export interface Habit {
  letter: string;
  text: string;
}

/** Return what a head mostly does in a text of so many tokens, or null when nothing stands out. */
export function habitOf(statistics: HeadStatistics, cell: Cell, tokens: number): Habit | null {
  const shares = MEASURES.filter(({ letter }) => letter)
    .map(measure => ({ measure, share: valueOf(statistics, measure.name, cell) }))
    .sort((a, b) => b.share - a.share);
  const [{ measure, share }] = shares;
  if (share >= HABIT) {
    return { letter: measure.letter, text: `${Math.round(share * 100)} % ${measure.title}` };
  }
  const entropy = valueOf(statistics, 'entropy', cell) / Math.log(Math.max(tokens, 2));
  return entropy >= BROAD ? { letter: 'B', text: 'broad: looks at many tokens alike' } : null;
}

/** Return one value of a measure. */
export function valueOf(statistics: HeadStatistics, name: Measure, { row, column }: Cell): number {
  const { data, shape } = statistics[name];
  return data[row * shape[1] + column];
}

/** Return the heads of some layers (first and last) by a measure, largest first; all heads without layers. */
export function ranked(
  statistics: HeadStatistics,
  name: Measure,
  layers?: readonly [number, number]
): Cell[] {
  const [count, heads] = statistics[name].shape;
  const [first, last] = layers ?? [0, count - 1];
  return range(first, last)
    .flatMap(row => range(0, heads - 1).map(column => ({ row, column })))
    .sort((a, b) => valueOf(statistics, name, b) - valueOf(statistics, name, a));
}

/** Return a value as a person reads it: shares in percent, entropy in nats, distance in tokens. */
export function readable(name: Measure, value: number): string {
  if (name === 'entropy') {
    return `${value.toFixed(2)} nats`;
  }
  return name === 'distance' ? `${value.toFixed(1)} tokens` : `${Math.round(value * 100)} %`;
}
