/** What the attention panel shows and where, computed without a page. */

import type { NumberArray } from '../messages';
import { visible } from '../text';
import { chips, type Tokens } from '../tokens/state';

/** The answer to `attention`; see the Python class of this name. Indices count from 0. */
export interface AttentionMaps {
  tokens: Tokens;
  weights: NumberArray<Uint8Array>;
  scale: NumberArray<Float32Array>;
  layers: number[];
  heads: number[];
  rows: number[];
  pool: number;
  num_layers: number;
  num_heads: number;
  engine: string;
  notes: string[];
  kind: string;
  kinds: string[];
  /** Tokens that look, where they are others than those that are looked at. */
  query_tokens: Tokens | null;
}

/** One head's map: `rows × columns` bytes, `probability = byte * scale`. */
export interface HeadMap {
  weights: Uint8Array;
  scale: number;
  rows: number;
  columns: number;
  /** Tokens along each side of a cell: more than one where the map is pooled. */
  block: number;
}

/** A layer and a head, or a query and a key: a cell of a grid, counted from 0. */
export interface Cell {
  row: number;
  column: number;
}

/** Return the map at place `row` of the layers and `column` of the heads of an answer; a view, no copy. */
export function headMap(maps: AttentionMaps, { row, column }: Cell): HeadMap {
  const [, heads, rows, columns] = maps.weights.shape;
  const at = row * heads + column;
  return {
    weights: maps.weights.data.subarray(at * rows * columns, (at + 1) * rows * columns),
    scale: maps.scale.data[at],
    rows,
    columns,
    block: Math.ceil(maps.tokens.tokens.length / columns)
  };
}

/** Return a map that fits into so many pixels a side: a pixel shows the largest weight of the cells under it. */
export function shrunk(map: HeadMap, side: number): HeadMap {
  const factor = Math.ceil(Math.max(map.rows, map.columns) / Math.max(side, 1));
  if (factor <= 1) {
    return map;
  }
  const [rows, columns] = [Math.ceil(map.rows / factor), Math.ceil(map.columns / factor)];
  const weights = new Uint8Array(rows * columns);
  for (let row = 0; row < map.rows; row++) {
    const to = Math.floor(row / factor) * columns;
    for (let column = 0; column < map.columns; column++) {
      const at = to + Math.floor(column / factor);
      weights[at] = Math.max(weights[at], map.weights[row * map.columns + column]);
    }
  }
  return { ...map, weights, rows, columns };
}

/** Head maps that were fetched before, the least recently used given up first. */
export class MapCache {
  constructor(private readonly limit = 32_000_000) {}

  get({ row, column }: Cell): HeadMap | undefined {
    const key = `${row}/${column}`;
    const found = this.maps.get(key);
    if (found) {
      this.maps.delete(key);
      this.maps.set(key, found);
    }
    return found;
  }

  set({ row, column }: Cell, map: HeadMap): void {
    const key = `${row}/${column}`;
    this.bytes += map.weights.length - (this.maps.get(key)?.weights.length ?? 0);
    this.maps.delete(key);
    this.maps.set(key, map);
    for (const [oldest, old] of this.maps) {
      if (this.bytes <= this.limit || old === map) {
        break;
      }
      this.maps.delete(oldest);
      this.bytes -= old.weights.length;
    }
  }

  clear(): void {
    this.maps.clear();
    this.bytes = 0;
  }

  private readonly maps = new Map<string, HeadMap>();
  private bytes = 0;
}

/** A grid of equal square cells on a canvas, in CSS pixels, with room for labels above and at the left. */
export interface Grid {
  left: number;
  top: number;
  /** From the beginning of one cell to that of the next. */
  step: number;
  gap: number;
  rows: number;
  columns: number;
  width: number;
  height: number;
}

/** Lay out the thumbnails: layers down, heads across. */
export function overviewGrid(width: number, layers: number, heads: number): Grid {
  const [left, top, gap] = [22, 20, 2];
  const step = Math.min(48, Math.max(8, Math.floor((width - left) / heads)));
  return {
    left,
    top,
    step,
    gap,
    rows: layers,
    columns: heads,
    width: left + step * heads,
    height: top + step * layers
  };
}

/** The smallest cell that a label fits beside, in pixels. */
const LABELLED = 12;

/**
 * Lay out one head's map.
 *
 * @param labelWidth Pixels that the longest token label takes; labels are left out where cells are too small.
 */
export function mapGrid(
  width: number,
  rows: number,
  columns: number,
  labelWidth: number
): Grid & { isLabelled: boolean } {
  const room = Math.min(labelWidth + 6, width / 3, 110);
  const labelled = Math.floor((width - room) / columns);
  const isLabelled = labelled >= LABELLED && rows <= 128;
  const margin = isLabelled ? Math.ceil(room) : 0;
  // Large maps use each pixel: a step need not be a whole one, their cells are drawn as one picture.
  const step = isLabelled
    ? Math.min(26, labelled)
    : Math.min(26, (Math.min(width, 560) - 2) / Math.max(rows, columns));
  return {
    left: margin,
    top: margin,
    step,
    gap: isLabelled ? 1 : 0,
    rows,
    columns,
    width: Math.ceil(margin + step * columns),
    height: Math.ceil(margin + step * rows),
    isLabelled
  };
}

/** Return the cell at a point of the canvas, or null beside the grid. */
export function cellAt(grid: Grid, x: number, y: number): Cell | null {
  const column = Math.floor((x - grid.left) / grid.step);
  const row = Math.floor((y - grid.top) / grid.step);
  const isInside = column >= 0 && row >= 0 && column < grid.columns && row < grid.rows;
  return isInside ? { row, column } : null;
}

/** Return where a key leads from a cell, as in any ARIA grid, or null for a key that leads nowhere. */
export function moved(
  { row, column }: Cell,
  key: string,
  isControl: boolean,
  { rows, columns }: Grid
): Cell | null {
  const page = 10;
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  switch (key) {
    case 'ArrowUp':
      return { row: Math.max(row - 1, 0), column };
    case 'ArrowDown':
      return { row: Math.min(row + 1, lastRow), column };
    case 'ArrowLeft':
      return { row, column: Math.max(column - 1, 0) };
    case 'ArrowRight':
      return { row, column: Math.min(column + 1, lastColumn) };
    case 'PageUp':
      return { row: Math.max(row - page, 0), column };
    case 'PageDown':
      return { row: Math.min(row + page, lastRow), column };
    case 'Home':
      return { row: isControl ? 0 : row, column: 0 };
    case 'End':
      return { row: isControl ? lastRow : row, column: lastColumn };
    default:
      return null;
  }
}

/** Return a short label for each token: readable, with the "##" that says "continues". */
export function labels(tokens: Tokens): string[] {
  return chips(tokens).map(({ marker, label }) =>
    visible(marker === '##' ? marker + label : label || marker, 14)
  );
}

/** Return the largest weight of a map, as a probability. */
export function largest(map: HeadMap): number {
  return map.weights.reduce((top, weight) => Math.max(top, weight), 0) * map.scale;
}

/** Return what is read out of a cell: "cat → sat 0.41 · layer 3, head 7". Layers and heads are shown from 1. */
export function reading(
  queries: string[],
  keys: string[],
  map: HeadMap,
  cell: Cell,
  head: Cell
): string {
  const side = (names: string[], index: number) => {
    const first = index * map.block;
    const last = Math.min(first + map.block, names.length) - 1;
    return first === last ? names[first] : `tokens ${first + 1}–${last + 1}`;
  };
  const weight = map.weights[cell.row * map.columns + cell.column] * map.scale;
  return `${side(queries, cell.row)} → ${side(keys, cell.column)} ${weight.toFixed(2)} · ${headName(head)}`;
}

/** Return the name of a head as people count. */
export function headName({ row, column }: Cell): string {
  return `layer ${row + 1}, head ${column + 1}`;
}

/** Return the whole numbers from `first` to `last`, both included. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Return a cell moved into a model of so many layers and heads. */
export function clamped({ row, column }: Cell, layers: number, heads: number): Cell {
  const into = (index: number, count: number) =>
    Math.min(Math.max(Math.trunc(index) || 0, 0), count - 1);
  return { row: into(row, layers), column: into(column, heads) };
}
