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

/** Most lines in one picture; more are a carpet, and slow. */
export const MOST = 4000;

/**
 * Return the lines that are seen: those whose query (or key) is in view, at least as strong as the threshold.
 *
 * @param maps All of one text and unpooled.
 * @param from, to Rows in view, `to` excluded.
 * @param only A token whose lines alone are wanted: those from it, or (`side` "key") those to it.
 * @returns The strongest last, so that they are drawn over the others.
 */
export function strands(
  maps: HeadMap[],
  from: number,
  to: number,
  threshold: number,
  only: { token: number; side: 'query' | 'key' } | null
): Strand[] {
  const found: Strand[] = [];
  maps.forEach((map, index) => {
    const least = Math.max(Math.ceil(threshold / map.scale), 1);
    const take = (query: number, key: number) => {
      const weight = map.weights[query * map.columns + key];
      if (weight >= least) {
        found.push({ query, key, map: index, weight: weight * map.scale });
      }
    };
    if (only?.side === 'key') {
      for (let query = 0; query < map.rows; query++) {
        take(query, only.token);
      }
      return;
    }
    const [first, last] = only ? [only.token, only.token + 1] : [from, Math.min(to, map.rows)];
    for (let query = first; query < last; query++) {
      for (let key = 0; key < map.columns; key++) {
        take(query, key);
      }
    }
  });
  found.sort((a, b) => a.weight - b.weight);
  return found.length > MOST ? found.slice(-MOST) : found;
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
  return { ...first, weights, scale };
}
