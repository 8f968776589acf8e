/** Parts of the map of a long text: which ones a look needs, and fetching them. */

import { unusual } from './maps';
import type { Scene, Tools } from './scene';
import { type AttentionMaps, type Cell, type Grid, headMap, type HeadMap, partOf } from './state';

/** Cells along a tile. */
export const TILE = 512;
/** Tiles begin at multiples of so many cells, so that a small step needs no other one. */
const SNAP = TILE / 4;

/** A part of a map in tokens, and how many of them lie along the side of a cell. */
export interface Tile extends Cell {
  rows: number;
  columns: number;
  block: number;
}

/** A map, and the token that it begins with along each side. */
export interface Source {
  map: HeadMap;
  first: Cell;
}

/** Return the coarsest cells, in tokens, that still look sharp: a power of two, at most 384 of them in view. */
export function blockOf(grid: Grid): number {
  const { across, down } = partOf(grid);
  const seen = Math.max(across / grid.step, down / (grid.step_down ?? grid.step));
  return 2 ** Math.max(0, Math.ceil(Math.log2(seen / (TILE - SNAP))));
}

/** Return the tile that holds what is seen of a grid of tokens, in cells of `block` tokens. */
export function tileOf(grid: Grid, block: number): Tile {
  const part = partOf(grid);
  const [row, rows] = span(part.row, grid.rows, block);
  const [column, columns] = span(part.column, grid.columns, block);
  return { row, column, rows, columns, block };
}

/** All cells but the last begin at multiples of `block`, in each tile. */
function span(from: number, count: number, block: number): [number, number] {
  const length = TILE * block;
  if (count <= length) {
    return [0, count];
  }
  const last = Math.ceil((count - length) / block) * block;
  const start = Math.min(Math.floor(from / (SNAP * block)) * SNAP * block, last);
  return [start, Math.min(length, count - start)];
}

/** Return the tiles that may have been fetched of what is seen: coarse ones first, the one that is wanted last. */
export function tilesAround(grid: Grid, block: number, coarsest: number): Tile[] {
  const found: Tile[] = [];
  for (let size = block * 2; size < coarsest; size *= 2) {
    found.unshift(tileOf(grid, size));
  }
  const part = partOf(grid);
  const shift = SNAP * block;
  for (const down of [-shift, shift, 0]) {
    for (const across of [-shift, shift, 0]) {
      const moved = { ...part, row: part.row + down, column: part.column + across };
      if (moved.row >= 0 && moved.column >= 0) {
        found.push(tileOf({ ...grid, part: moved }, block));
      }
    }
  }
  return found;
}

/** Return the name that a tile is kept under. */
export function nameOf({ row, column, block }: Tile): string {
  return `${row}/${column}/${block}`;
}

/** Fetch a tile of the open head, and keep it. */
export async function fetchTile(tools: Tools, scene: Scene, tile: Tile): Promise<void> {
  const { open, maps, overview } = scene;
  const params = {
    layers: [open.row],
    heads: [open.column],
    rows: run(tile.row, tile.rows),
    columns: run(tile.column, tile.columns),
    pool: TILE,
    quantized: true,
    ...(overview.kinds.length > 1 ? { kind: overview.kind } : {}),
    ...unusual(scene.weight)
  };
  const answer = await tools.ask<AttentionMaps>(scene, 'attention', params, 'tile');
  maps.set(open, headMap(answer, { row: 0, column: 0 }), nameOf(tile));
}

/** Return `count` numbers from `first` on. */
export function run(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
