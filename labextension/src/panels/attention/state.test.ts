import { describe, expect, test } from 'vitest';

import type { Tokens } from '../tokens/state';
import { shrunk } from './pooling';
import {
  type AttentionMaps,
  cellAt,
  clamped,
  headMap,
  type HeadMap,
  labels,
  largest,
  MapCache,
  mapGrid,
  moved,
  overviewGrid,
  reading
} from './state';

const array = (...data: number[]) => ({ data, shape: [data.length] });
const tokens: Tokens = {
  model: 'starter',
  text: 'cats',
  pair: null,
  tokens: ['cat', '##s'],
  ids: array(1, 2),
  offsets: array(0, 3, 3, 4),
  word_ids: array(0, 0),
  is_special: array(0, 0),
  is_unknown: array(0, 0),
  segment_ids: array(0, 0),
  max_length: 512,
  cut: 0
};
/** 2 layers × 3 heads × 2 × 2: the byte of a cell is its index. */
const maps: AttentionMaps = {
  tokens,
  weights: { data: Uint8Array.from({ length: 24 }, (_, index) => index), shape: [2, 3, 2, 2] },
  scale: { data: Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.01), shape: [2, 3] },
  layers: [0, 1],
  heads: [0, 1, 2],
  rows: [0, 1],
  columns: [0, 1],
  pool: 0,
  num_layers: 2,
  num_heads: 3,
  engine: 'albert',
  notes: [],
  kind: 'encoder',
  kinds: ['encoder'],
  query_tokens: null
};

function square(side: number, weights = new Uint8Array(side * side)): HeadMap {
  return { weights, scale: 1, rows: side, columns: side, block: 1 };
}

test('a head is found among all, without a copy', () => {
  const map = headMap(maps, { row: 1, column: 2 });
  expect(Array.from(map.weights)).toEqual([20, 21, 22, 23]);
  expect(map.weights.buffer).toBe(maps.weights.data.buffer);
  expect(map.scale).toBeCloseTo(0.01);
  expect(largest(map)).toBeCloseTo(0.23);
});

test('a cell is read out with tokens, weight, and layer and head as people count', () => {
  const map = headMap(maps, { row: 1, column: 2 });
  expect(
    reading(labels(tokens), labels(tokens), map, { row: 0, column: 1 }, { row: 1, column: 2 })
  ).toBe('cat → ##s 0.210 · layer 2, head 3');
});

test('a pooled cell is read out as the tokens under it', () => {
  const names = Array.from({ length: 5 }, (_, index) => `t${index}`);
  const map = { ...square(3), block: 2 };
  expect(reading(names, names, map, { row: 0, column: 2 }, { row: 0, column: 0 })).toBe(
    'tokens 1–2 → t4 0.000 · layer 1, head 1'
  );
});

test('a shrunk map keeps each strong weight', () => {
  const weights = new Uint8Array(25);
  weights[4 * 5 + 3] = 200;
  const small = shrunk(square(5, weights), 3);
  expect([small.rows, small.columns]).toEqual([3, 3]);
  expect(Array.from(small.weights)).toEqual([0, 0, 0, 0, 0, 0, 0, 200, 0]);
  expect(shrunk(small, 3)).toBe(small);
});

describe('MapCache', () => {
  test('gives up the least recently used map when it is full', () => {
    const cache = new MapCache(3 * 4);
    const cell = (column: number) => ({ row: 0, column });
    [0, 1, 2].forEach(column => cache.set(cell(column), square(2)));
    cache.get(cell(0));
    cache.set(cell(3), square(2));
    expect([0, 1, 2, 3].map(column => cache.get(cell(column)) !== undefined)).toEqual([
      true,
      false,
      true,
      true
    ]);
  });

  test('keeps the newest map even when it alone is too large', () => {
    const cache = new MapCache(1);
    cache.set({ row: 0, column: 0 }, square(8));
    expect(cache.get({ row: 0, column: 0 })).toBeDefined();
  });

  test('counts a map that is set again only once', () => {
    const cache = new MapCache(2 * 4);
    cache.set({ row: 0, column: 0 }, square(2));
    cache.set({ row: 0, column: 1 }, square(2));
    cache.set({ row: 0, column: 1 }, square(2));
    expect(cache.get({ row: 0, column: 0 })).toBeDefined();
  });
});

describe('grids', () => {
  test('a point is found in its cell, and beside the grid in none', () => {
    const grid = overviewGrid(400, 6, 12);
    expect(grid.width).toBeLessThanOrEqual(400);
    const middle = (index: number) => (index + 0.5) * grid.step;
    expect(cellAt(grid, grid.left + middle(7), grid.top + middle(3))).toEqual({
      row: 3,
      column: 7
    });
    expect(cellAt(grid, grid.left - 1, grid.top + 1)).toBeNull();
    expect(cellAt(grid, grid.left + 12 * grid.step, grid.top + 1)).toBeNull();
  });

  test.each([320, 560, 900])('a map of any length fits into %i pixels', width => {
    for (const count of [1, 2, 13, 54, 128, 512, 1024]) {
      expect(mapGrid(width, count, count, 80).width).toBeLessThanOrEqual(width);
    }
  });

  test('labels are shown where they fit', () => {
    expect(mapGrid(560, 13, 13, 60).isLabelled).toBe(true);
    expect(mapGrid(560, 512, 512, 60).isLabelled).toBe(false);
  });

  test('keys move as in any ARIA grid and stop at the edges', () => {
    const grid = overviewGrid(400, 6, 12);
    const at = { row: 2, column: 11 };
    expect(moved(at, 'ArrowRight', false, grid)).toEqual(at);
    expect(moved(at, 'ArrowUp', false, grid)).toEqual({ row: 1, column: 11 });
    expect(moved(at, 'Home', false, grid)).toEqual({ row: 2, column: 0 });
    expect(moved(at, 'End', true, grid)).toEqual({ row: 5, column: 11 });
    expect(moved(at, 'PageDown', false, grid)).toEqual({ row: 5, column: 11 });
    expect(moved(at, 'x', false, grid)).toBeNull();
  });
});

test('a selection is moved into a smaller model', () => {
  expect(clamped({ row: 11, column: -1 }, 6, 12)).toEqual({ row: 5, column: 0 });
  expect(clamped({ row: NaN, column: 3 }, 6, 12)).toEqual({ row: 0, column: 3 });
});
