import { expect, test } from 'vitest';

import { barAt, marginsOf, readKey, readQuery } from './margins';
import { pooled } from './pooling';
import type { HeadMap } from './state';
import { lookGrid, WHOLE } from './zoom';

const map: HeadMap = {
  weights: Uint8Array.of(100, 0, 20, 80, 50, 50),
  scale: 0.01,
  rows: 3,
  columns: 2,
  block: 1
};

test('a key receives the mean of its column, a query has its largest weight', () => {
  const margins = marginsOf(map);
  expect(margins.received[0]).toBeCloseTo(1.7 / 3);
  expect(margins.received[1]).toBeCloseTo(1.3 / 3);
  expect(Array.from(margins.strongest, value => value.toFixed(2))).toEqual([
    '1.00',
    '0.80',
    '0.50'
  ]);
  expect(readKey(['cat', 'sat'], map, margins, 1)).toBe('sat receives 0.433 on average');
  expect(readQuery(['a', 'b', 'c'], map, margins, 1)).toBe('largest weight of b 0.800');
});

test('bars of a pooled map are of the tokens of a cell', () => {
  const coarse = pooled(map, 2, 1);
  const names = ['a', 'b', 'c'];
  expect(readQuery(names, coarse, marginsOf(coarse), 1)).toBe('largest weight of tokens 1–2 1.000');
  expect(readQuery(names, coarse, marginsOf(coarse), 2)).toBe('largest weight of c 0.500');
  const wide = pooled(map, 1, 2);
  expect(readKey(['cat', 'sat'], wide, marginsOf(wide), 1)).toBe(
    'tokens 1–2 receive 0.767, the mean of their cells'
  );
});

test('a bar is found beside the map, and none in it or at the labels', () => {
  const grid = lookGrid(500, 13, 13, 60, WHOLE);
  const middle = (line: number, from: number) => from + (line + 0.5) * grid.step;
  const { left, top, part } = grid;
  expect(barAt(grid, middle(4, left), top + part.down + 9)).toEqual({ side: 'key', line: 4 });
  expect(barAt(grid, left + part.across + 9, middle(7, top))).toEqual({ side: 'query', line: 7 });
  expect(barAt(grid, middle(4, left), middle(7, top))).toBeNull();
  expect(barAt(grid, 3, middle(7, top))).toBeNull();
});
