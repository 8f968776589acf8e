/** Which lines the line view draws, computed without a page. */

import type { HeadMap } from './state';

/** A line from a query to a key. */
export interface Strand {
  query: number;
  key: number;
  /** Which of the maps it is of. */
  map: number;
  /** Probability. */
  weight: number;
}

/** Which lines are wanted. */
export interface Wanted {
  /** The weakest probability. */
  threshold: number;
  /** So many of each query, the strongest of each map; Infinity for all. */
  most: number;
  /** A token whose lines alone are wanted: those from it, or (`side` "key") those to it. */
  only: { token: number; side: 'query' | 'key' } | null;
}

/** Most lines in one picture; more are a carpet, and slow. */
export const MOST = 2000;

/**
 * Return the lines that are seen: those whose query (or key) is in view.
 *
 * @param maps All of one text and unpooled.
 * @param from, to Rows in view, `to` excluded.
 * @returns The strongest last, so that they are drawn over the others.
 */
export function strands(
  maps: HeadMap[],
  from: number,
  to: number,
  { threshold, most, only }: Wanted
): Strand[] {
  const found: Strand[] = [];
  const isKey = only?.side === 'key';
  maps.forEach((map, index) => {
    const { weights, scale, rows, columns } = map;
    const least = Math.max(Math.ceil(threshold / scale), 1);
    const limits = most < columns ? limitsOf(map, most) : null;
    const [first, last] = isKey ? [0, rows] : only ? [only.token, only.token + 1] : [from, to];
    for (let query = Math.max(first, 0); query < Math.min(last, rows); query++) {
      const weakest = Math.max(least, limits?.weakest[query] ?? 1);
      let ties = limits?.ties[query] ?? columns;
      const start = query * columns;
      const end = isKey ? only.token + 1 : columns;
      for (let key = 0; key < end; key++) {
        const weight = weights[start + key];
        // Of equal weights the first ones count.
        if (weight < weakest || (weight === limits?.weakest[query] && ties-- <= 0)) {
          continue;
        }
        if (!isKey || key === only.token) {
          found.push({ query, key, map: index, weight: weight * scale });
        }
      }
    }
  });
  found.sort((a, b) => a.weight - b.weight);
  return found.length > MOST ? found.slice(-MOST) : found;
}

/** For each row: the weakest of its strongest weights, and how many of just that weight are among them. */
interface Limits {
  most: number;
  weakest: Uint8Array;
  ties: Uint32Array;
}

const known = new WeakMap<HeadMap, Limits>();

function limitsOf(map: HeadMap, most: number): Limits {
  const before = known.get(map);
  if (before?.most === most) {
    return before;
  }
  const { weights, rows, columns } = map;
  const limits = { most, weakest: new Uint8Array(rows), ties: new Uint32Array(rows) };
  const counts = new Uint32Array(256);
  for (let row = 0; row < rows; row++) {
    counts.fill(0);
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      counts[weights[at]]++;
    }
    let left = most;
    let byte = 255;
    while (byte > 0 && counts[byte] < left) {
      left -= counts[byte--];
    }
    limits.weakest[row] = byte;
    limits.ties[row] = left;
  }
  known.set(map, limits);
  return limits;
}

/** Return the mean of some maps of one text. */
export function meanOf(maps: HeadMap[]): HeadMap {
  const [first] = maps;
  const sums = new Float32Array(first.weights.length);
  for (const { weights, scale } of maps) {
    for (let at = 0; at < sums.length; at++) {
      sums[at] += weights[at] * scale;
    }
  }
  const top = sums.reduce((largest, sum) => Math.max(largest, sum), 0) / maps.length;
  const scale = top > 0 ? top / 255 : 1;
  const weights = Uint8Array.from(sums, sum => Math.round(sum / maps.length / scale));
  const inside = first.inside?.map((_, row) => meanInside(maps, row));
  return { ...first, weights, scale, inside };
}

function meanInside(maps: HeadMap[], row: number): number {
  return maps.reduce((sum, { inside }) => sum + (inside?.[row] ?? 1), 0) / maps.length;
}
