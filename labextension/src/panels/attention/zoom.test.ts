import { describe, expect, test } from 'vitest';

import { cellAt, moved } from './state';
import { blockOf, TILE, tileOf, tilesAround } from './tiles';
import {
  anchor,
  isSeen,
  lookedAt,
  type Look,
  lookGrid,
  marks,
  panned,
  revealed,
  WHOLE,
  zoomed
} from './zoom';

const SIZES = [1, 13, 54, 130, 512, 1500, 8192];

describe.each([344, 560, 1100])('a canvas of %i pixels', width => {
  test.each(SIZES)('holds a map of %i tokens at any zoom, and does not change its size', count => {
    const whole = lookGrid(width, count, count, 70, WHOLE);
    expect(whole.width).toBeLessThanOrEqual(width);
    expect([whole.look.row, whole.look.column]).toEqual([0, 0]);
    for (const zoom of [1.3, 4, 60, 1e6]) {
      const grid = lookGrid(width, count, count, 70, { row: 3, column: 5, zoom });
      expect([grid.width, grid.height]).toEqual([whole.width, whole.height]);
      expect(grid.left + grid.part.across).toBeLessThanOrEqual(grid.width);
      expect(grid.top + grid.part.down).toBeLessThanOrEqual(grid.height);
      expect(grid.step).toBeLessThanOrEqual(48 + 1e-9);
    }
  });
});

test('a thin map gets room when it is zoomed', () => {
  const grid = lookGrid(560, 2000, 30, 70, { row: 0, column: 0, zoom: 40 });
  expect(grid.part.across).toBeGreaterThan(80);
  expect(grid.width).toBeLessThanOrEqual(560);
});

const layout = (look: Look) => lookGrid(600, 1500, 1500, 70, look);

test('what lies under the pointer stays there while one zooms, even where names come in', () => {
  let grid = layout(WHOLE);
  const [x, y] = [320, 211];
  const under = cellAt(grid, x, y);
  for (let step = 0; step < 14; step++) {
    grid = layout(zoomed(grid, 1.5, x, y, layout));
    const cell = cellAt(grid, x, y);
    expect(Math.abs(cell!.row - under!.row)).toBeLessThanOrEqual(1);
    expect(Math.abs(cell!.column - under!.column)).toBeLessThanOrEqual(1);
  }
  expect(grid.isLabelled).toBe(true);
  expect(grid.isClosest).toBe(true);
  for (let step = 0; step < 20; step++) {
    grid = layout(zoomed(grid, 1 / 1.5, x, y, layout));
  }
  expect(grid.look).toEqual(WHOLE);
});

test('a look stays within the map', () => {
  const grid = layout({ row: 700, column: 700, zoom: 10 });
  const far = layout(panned(grid, -1e6, 1e6));
  expect(far.look.row).toBe(0);
  expect(far.look.column).toBeCloseTo(1500 - far.part.across / far.step);
  // A map that follows the pointer: to the right shows what is further left.
  expect(panned(grid, grid.step, 0).column).toBeCloseTo(699);
});

test('the keyboard brings its cell into view, and moves nothing that is seen already', () => {
  const grid = layout({ row: 700, column: 700, zoom: 40 });
  const [row, column] = [710, 705];
  expect(revealed(grid, { row, column })).toEqual(grid.look);
  for (const cell of [
    { row: 3, column: 1499 },
    { row: 1499, column: 0 }
  ]) {
    const moved = layout(revealed(grid, cell));
    const { part, step } = moved;
    expect(cell.row).toBeGreaterThanOrEqual(part.row - 1e-6);
    expect(cell.row + 1).toBeLessThanOrEqual(part.row + part.down / step + 1e-6);
    expect(cell.column).toBeGreaterThanOrEqual(part.column - 1e-6);
    expect(cell.column + 1).toBeLessThanOrEqual(part.column + part.across / step + 1e-6);
  }
});

test('zoom goes to the chosen cell if it is seen, else to the middle', () => {
  const grid = layout({ row: 700, column: 700, zoom: 40 });
  const [x, y] = anchor(grid, { row: 703, column: 702 });
  expect(cellAt(grid, x, y)).toEqual({ row: 703, column: 702 });
  expect(anchor(grid, { row: 1, column: 1 })).toEqual(anchor(grid, null));
  expect(isSeen(grid, { row: 703, column: 702 })).toBe(true);
  expect(isSeen(grid, { row: 703, column: 1 })).toBe(false);
});

test('keys go from cell to cell of a map that is known in blocks', () => {
  const grid = layout(WHOLE);
  grid.part.stride = { row: 3, column: 3 };
  expect(cellAt(grid, grid.left + 4.5 * grid.step, grid.top + 1)).toEqual({ row: 0, column: 3 });
  expect(moved({ row: 3, column: 6 }, 'ArrowDown', false, grid)).toEqual({ row: 6, column: 6 });
  expect(moved({ row: 3, column: 6 }, 'PageDown', false, grid)).toEqual({ row: 33, column: 6 });
  expect(moved({ row: 3, column: 6 }, 'End', true, grid)).toEqual({ row: 1497, column: 1497 });
  // From a cell of a finer look.
  expect(moved({ row: 4, column: 7 }, 'ArrowLeft', false, grid)).toEqual({ row: 3, column: 3 });
});

test('what is looked at is said in tokens as people count', () => {
  const whole = layout(WHOLE);
  expect(lookedAt(whole)).toBe('');
  whole.part.stride = { row: 3, column: 3 };
  expect(lookedAt(whole)).toBe('a cell: the strongest of 3 × 3 weights');
  const grid = layout({ row: 1499, column: 0, zoom: 1e6 });
  expect(lookedAt(grid)).toMatch(/^1,4\d\d–1,500 → 1–\d+$/);
});

test('numbers along a side are round and far enough apart', () => {
  expect(marks(0, 500, 0.5, 48)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  expect(marks(700, 100, 10, 24)).toEqual([705, 710]);
  expect(marks(0, 20, 1, 48)).toEqual([]);
});

describe('tiles', () => {
  const counts = [1500, 1501, 4097, 8191, 8192];
  const looks: [zoom: number, at: number][] = [1.5, 2, 3.7, 9, 40, 300].flatMap(zoom =>
    [0, 0.31, 0.77, 1].map(at => [zoom, at] as [number, number])
  );

  test.each(counts)('of %i tokens hold all of a look, in whole cells that fit together', count => {
    const coarse = Math.ceil(count / TILE);
    for (const [zoom, at] of looks) {
      const grid = lookGrid(600, count, count, 70, {
        row: at * count,
        column: (1 - at) * count,
        zoom
      });
      const { part, step } = grid;
      const block = blockOf(grid);
      if (block >= coarse) {
        continue;
      }
      const tile = tileOf(grid, block);
      for (const [first, length, from, room] of [
        [tile.row, tile.rows, part.row, part.down],
        [tile.column, tile.columns, part.column, part.across]
      ]) {
        expect(first).toBeLessThanOrEqual(from + 1e-6);
        expect(first + length).toBeGreaterThanOrEqual(from + room / step - 1e-6);
        expect(first + length).toBeLessThanOrEqual(count);
        expect(first % block).toBe(0);
        // As the backend pools: at most TILE cells, each of as many tokens.
        expect(Math.ceil(length / TILE)).toBe(block);
      }
      // Sharp, but not sharper than a screen needs.
      expect(Math.max(part.down, part.across) / step / block).toBeLessThanOrEqual(384);
      if (block > 1) {
        expect(Math.max(part.down, part.across) / step / block).toBeGreaterThan(192);
      }
    }
  });

  test('a small step needs no other tile', () => {
    const names = new Set<string>();
    for (let row = 4000; row < 4100; row++) {
      const { rows, ...tile } = tileOf(
        lookGrid(600, 8192, 8192, 70, { row, column: 9, zoom: 64 }),
        1
      );
      expect(rows).toBe(TILE);
      names.add(JSON.stringify(tile));
    }
    expect(names.size).toBeLessThanOrEqual(2);
  });

  test('coarser tiles are drawn first, and the one that is wanted last', () => {
    const grid = lookGrid(600, 8192, 8192, 70, { row: 4000, column: 4000, zoom: 64 });
    const around = tilesAround(grid, 1, 16);
    expect(around.slice(0, 3).map(({ block }) => block)).toEqual([8, 4, 2]);
    expect(around.at(-1)).toEqual(tileOf(grid, 1));
  });
});
