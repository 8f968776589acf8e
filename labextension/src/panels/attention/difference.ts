/** Two maps on tokens that correspond, and the difference between them; computed without a page. */

import type { NumberArray } from '../messages';
import type { Tokens } from '../tokens/state';
import { arranged, nameOf, type Side } from './arrangement';
import type { HeadMap } from './state';

/** The answer to `compare`; see the Python class `Comparison`. */
export interface Comparison {
  tokens: Tokens;
  other_tokens: Tokens;
  units: NumberArray;
  other_units: NumberArray;
  changes: Change[];
  distances: NumberArray;
  notes: string[];
}

export type Change = 'same' | 'changed' | 'removed' | 'inserted';

/** What stands along the two maps, and which of it corresponds. */
export interface Aligned {
  first: Side;
  second: Side;
  /** Lines of the first and of the second map that correspond, in order. */
  common: { first: number; second: number }[];
  /** Each unit's name in the two readings; null where it is not there. */
  units: { first: string | null; second: string | null; change: Change }[];
}

/** Return what stands along the maps of a comparison. */
export function alignedSides(comparison: Comparison): Aligned {
  const { tokens, other_tokens, units, other_units, changes } = comparison;
  const first = sideOf(tokens, units, changes.length);
  const second = sideOf(other_tokens, other_units, changes.length);
  const name = (side: Lines, unit: number) => {
    const line = side.lines[unit];
    return line === null ? null : side.names[line];
  };
  const named = changes.map((change, unit) => ({
    first: name(first, unit),
    second: name(second, unit),
    change
  }));
  const common = changes.flatMap((_, unit) => {
    const [one, two] = [first.lines[unit], second.lines[unit]];
    return one === null || two === null ? [] : [{ first: one, second: two }];
  });
  return { first, second, common, units: named };
}

/** A side, and the line of each unit in it. */
type Lines = Side & { lines: (number | null)[] };

function sideOf(tokens: Tokens, units: NumberArray, count: number): Lines {
  const groups: number[][] = Array.from({ length: count }, () => []);
  Array.from(units.data).forEach((unit, token) => groups[unit]?.push(token));
  let line = 0;
  const lines = groups.map(group => (group.length ? line++ : null));
  const there = groups.filter(group => group.length);
  const name = nameOf(tokens);
  return { groups: there, names: there.map(name), lines };
}

/** Differences of probabilities: `values[row * size + column]`, from the second minus the first. */
export interface Difference {
  values: Float32Array;
  size: number;
  /** The largest of their absolute values. */
  top: number;
}

/** Return the two maps on their own tokens, and their difference on the tokens that correspond. */
export function difference(
  one: HeadMap,
  two: HeadMap,
  { first, second, common }: Aligned,
  isRenormalized: boolean
): { first: HeadMap; second: HeadMap; difference: Difference } {
  const [a, b] = [
    arranged(one, { rows: first, columns: first, isWhole: false, isRenormalized }),
    arranged(two, { rows: second, columns: second, isWhole: false, isRenormalized })
  ];
  const size = common.length;
  const values = new Float32Array(size * size);
  common.forEach((row, down) =>
    common.forEach((column, across) => {
      values[down * size + across] =
        weight(b, row.second, column.second) - weight(a, row.first, column.first);
    })
  );
  const top = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return { first: a, second: b, difference: { values, size, top } };
}

/** Return the weight in a cell. */
export function weight(map: HeadMap, row: number, column: number): number {
  return map.weights[row * map.columns + column] * map.scale;
}

/** Return a difference as a map of bytes, 128 for none, that fits into so many pixels: a pixel shows the largest change under it. */
export function asMap({ values, size, top }: Difference, pixels: number): HeadMap {
  const factor = Math.max(1, Math.ceil(size / Math.max(pixels, 1)));
  const rows = Math.ceil(size / factor);
  const strongest = new Float32Array(rows * rows);
  values.forEach((value, index) => {
    const row = Math.floor(Math.floor(index / size) / factor);
    const at = row * rows + Math.floor((index % size) / factor);
    if (Math.abs(value) > Math.abs(strongest[at])) {
      strongest[at] = value;
    }
  });
  const weights = Uint8Array.from(strongest, value => 128 + Math.round((127 * value) / (top || 1)));
  return { weights, scale: top / 127, rows, columns: rows, block: 1 };
}

/** Return two maps in which equal colours mean equal weights. */
export function onOneScale(one: HeadMap, two: HeadMap): [HeadMap, HeadMap] {
  const scale = Math.max(one.scale, two.scale);
  const to = (map: HeadMap): HeadMap => ({
    ...map,
    scale,
    weights: map.weights.map(value => Math.round((value * map.scale) / scale))
  });
  return [to(one), to(two)];
}
