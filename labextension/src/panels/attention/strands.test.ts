import { expect, test } from 'vitest';

import type { HeadMap } from './state';
import { meanOf, MOST, strands, type Wanted } from './strands';

function map(rows: number[][], scale = 0.01): HeadMap {
  return {
    weights: Uint8Array.from(rows.flat()),
    scale,
    rows: rows.length,
    columns: rows[0].length,
    block: 1
  };
}

const all = (threshold: number, only: Wanted['only'] = null): Wanted => ({
  threshold,
  most: Infinity,
  only
});
const short = (found: ReturnType<typeof strands>) =>
  found.map(({ query, key, map, weight }) => [query, key, map, Number(weight.toFixed(2))]);

test('lines of the rows in view, the strongest last, none below the threshold', () => {
  const maps = [
    map([
      [90, 10, 0],
      [5, 60, 35],
      [30, 30, 40]
    ]),
    map([
      [0, 0, 100],
      [0, 0, 0],
      [20, 0, 0]
    ])
  ];
  expect(short(strands(maps, 0, 2, all(0.1)))).toEqual([
    [0, 1, 0, 0.1],
    [1, 2, 0, 0.35],
    [1, 1, 0, 0.6],
    [0, 0, 0, 0.9],
    [0, 2, 1, 1]
  ]);
  expect(short(strands(maps, 1, 99, all(0.5)))).toEqual([[1, 1, 0, 0.6]]);
});

test('a token alone: what it looks at, or who looks at it, in view or not', () => {
  const maps = [
    map([
      [90, 10],
      [40, 60]
    ])
  ];
  expect(short(strands(maps, 0, 0, all(0, { token: 1, side: 'query' })))).toEqual([
    [1, 0, 0, 0.4],
    [1, 1, 0, 0.6]
  ]);
  expect(short(strands(maps, 0, 0, all(0, { token: 0, side: 'key' })))).toEqual([
    [1, 0, 0, 0.4],
    [0, 0, 0, 0.9]
  ]);
});

test('weights of nothing draw no line, and there are never too many', () => {
  expect(strands([map([[0, 0]])], 0, 1, all(0))).toEqual([]);
  const side = 100;
  const full = map(
    Array.from({ length: side }, (_, row) => Array.from({ length: side }, () => row + 1))
  );
  const found = strands([full], 0, side, all(0));
  expect(found).toHaveLength(MOST);
  expect(found[0].query).toBe(80);
  expect(found.at(-1)?.query).toBe(99);
});

test('the mean of heads with different scales', () => {
  const mean = meanOf([map([[100, 0]], 0.01), map([[100, 100]], 0.005)]);
  expect(mean.weights[0] * mean.scale).toBeCloseTo(0.75);
  expect(mean.weights[1] * mean.scale).toBeCloseTo(0.25, 2);
  expect(meanOf([map([[0, 0]])]).weights).toEqual(Uint8Array.of(0, 0));
});

test('of each query and map the strongest, of equal weights the first', () => {
  const maps = [
    map([
      [10, 40, 30, 20],
      [25, 25, 25, 25],
      [0, 0, 0, 100]
    ])
  ];
  const most = (count: number, only: Wanted['only'] = null) =>
    short(strands(maps, 0, 3, { threshold: 0, most: count, only })).map(([query, key]) => [
      query,
      key
    ]);
  expect(most(2)).toEqual([
    [1, 0],
    [1, 1],
    [0, 2],
    [0, 1],
    [2, 3]
  ]);
  // Who looks at key 1 with one of its two strongest weights.
  expect(most(2, { token: 1, side: 'key' })).toEqual([
    [1, 1],
    [0, 1]
  ]);
  expect(most(1, { token: 1, side: 'key' })).toEqual([[0, 1]]);
  expect(most(99)).toHaveLength(9);
});

test('the mean of windows says how much of each row lies in them', () => {
  const windows = [0.5, 0.1].map(share => ({ ...map([[1, 2]]), inside: Float32Array.of(share) }));
  expect(meanOf(windows).inside?.[0]).toBeCloseTo(0.3);
});
