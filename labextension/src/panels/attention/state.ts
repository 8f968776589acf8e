/** What the attention panel shows and where, computed without a page. */

import type { NumberArray } from '../messages';
import { isolated, visible } from '../text';
import { chips, type Tokens } from '../tokens/state';

/** The answer to `attention`; see the Python class of this name. Indices count from 0. */
export interface AttentionMaps {
  tokens: Tokens;
  weights: NumberArray<Uint8Array>;
  scale: NumberArray<Float32Array>;
  layers: number[];
  heads: number[];
  rows: number[];
  columns: number[];
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
  /** Tokens along the upper side of a cell: more than one where the map is pooled. */
  block: number;
  /** Tokens along its left side, where they are not as many. */
  block_down?: number;
  /** Of a part of a map: how much of each query's attention lies within it. */
  inside?: Float32Array;
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
    block: Math.ceil(maps.columns.length / columns),
    block_down: Math.ceil(maps.rows.length / rows)
  };
}

/** Head maps that were fetched before, or parts of them, the least recently used given up first. */
export class MapCache {
  constructor(private readonly limit = 32_000_000) {}

  /** @param part Which part of the head's map; empty: all of it. */
  get({ row, column }: Cell, part = ''): HeadMap | undefined {
    const key = `${row}/${column}/${part}`;
    const found = this.maps.get(key);
    if (found) {
      this.maps.delete(key);
      this.maps.set(key, found);
    }
    return found;
  }

  set({ row, column }: Cell, map: HeadMap, part = ''): void {
    const key = `${row}/${column}/${part}`;
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

/** A grid of equal cells on a canvas, in CSS pixels, with room for labels above and at the left. */
export interface Grid {
  left: number;
  top: number;
  /** From the beginning of one column to that of the next. */
  step: number;
  /** From the beginning of one row to that of the next, where cells are no squares. */
  step_down?: number;
  gap: number;
  rows: number;
  columns: number;
  width: number;
  height: number;
  /** Where only a part is seen: which. */
  part?: Part;
}

/** A part of a grid that is seen. */
export interface Part {
  /** What lies at its upper left corner, in rows and columns; not whole numbers. */
  row: number;
  column: number;
  /** Its extents in pixels. */
  across: number;
  down: number;
  /** Rows and columns that are one cell at present: the map may be known only so well. */
  stride: Cell;
}

/** Return the part of a grid that is seen. */
export function partOf(grid: Grid): Part {
  return (
    grid.part ?? {
      row: 0,
      column: 0,
      across: grid.step * grid.columns,
      down: (grid.step_down ?? grid.step) * grid.rows,
      stride: { row: 1, column: 1 }
    }
  );
}

/** Return where a cell lies on the canvas. */
export function rectangle(grid: Grid, { row, column }: Cell): DOMRectInit {
  const part = partOf(grid);
  const down = grid.step_down ?? grid.step;
  return {
    x: grid.left + (column - part.column) * grid.step,
    y: grid.top + (row - part.row) * down,
    width: grid.step * Math.min(part.stride.column, grid.columns - column),
    height: down * Math.min(part.stride.row, grid.rows - row)
  };
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
  const part = partOf(grid);
  const [right, below] = [x - grid.left, y - grid.top];
  const isInside = right >= 0 && below >= 0 && right < part.across && below < part.down;
  const column = Math.floor(part.column + right / grid.step);
  const row = Math.floor(part.row + below / (grid.step_down ?? grid.step));
  return isInside ? aligned(grid, { row, column }) : null;
}

/** Return the cell that a place is in, by its first row and column. */
function aligned(grid: Grid, { row, column }: Cell): Cell {
  const { stride } = partOf(grid);
  const into = (at: number, count: number, step: number) =>
    Math.floor(Math.max(0, Math.min(at, count - 1)) / step) * step;
  return {
    row: into(row, grid.rows, stride.row),
    column: into(column, grid.columns, stride.column)
  };
}

/** Return where a key leads from a cell, as in any ARIA grid, or null for a key that leads nowhere. */
export function moved(
  { row, column }: Cell,
  key: string,
  isControl: boolean,
  grid: Grid
): Cell | null {
  const { stride } = partOf(grid);
  const page = 10 * stride.row;
  const to = {
    ArrowUp: { row: row - stride.row, column },
    ArrowDown: { row: row + stride.row, column },
    ArrowLeft: { row, column: column - stride.column },
    ArrowRight: { row, column: column + stride.column },
    PageUp: { row: row - page, column },
    PageDown: { row: row + page, column },
    Home: { row: isControl ? 0 : row, column: 0 },
    End: { row: isControl ? grid.rows - 1 : row, column: grid.columns - 1 }
  }[key];
  return to ? aligned(grid, to) : null;
}

/** Return a short label for each token: readable, with the "##" that says "continues". */
export function labels(tokens: Tokens): string[] {
  return chips(tokens).map(({ marker, label }) =>
    visible(marker === '##' ? marker + label : label || marker, 14)
  );
}

/** Return the largest weight of a map, as a probability. */
export function largest(map: HeadMap): number {
  let top = 0;
  for (const weight of map.weights) {
    top = Math.max(top, weight);
  }
  return top * map.scale;
}

/** Return a weight as people read it: three digits after the point, of small ones the first two that are not 0. */
export function weightText(weight: number): string {
  return weight >= 0.01 || weight === 0 ? weight.toFixed(3) : String(Number(weight.toPrecision(2)));
}

/** Return what is read out of a cell: "cat → sat 0.412 · layer 3, head 7". Layers and heads are shown from 1. */
export function reading(
  queries: string[],
  keys: string[],
  map: HeadMap,
  cell: Cell,
  head: Cell,
  first: Cell = { row: 0, column: 0 }
): string {
  const weight = map.weights[cell.row * map.columns + cell.column] * map.scale;
  const down = map.block_down ?? map.block;
  const query = spanName(queries, first.row + cell.row * down, down);
  const key = spanName(keys, first.column + cell.column * map.block, map.block);
  return `${query} → ${key} ${weightText(weight)} · ${headName(head)}`;
}

/** Return the name of `count` tokens in a row, as far as there are so many. */
export function spanName(names: string[], first: number, count: number): string {
  const last = Math.min(first + count, names.length) - 1;
  return first >= last
    ? isolated(names[first])
    : `tokens ${grouped(first + 1)}–${grouped(last + 1)}`;
}

/** Return a count with its thousands apart. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
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
