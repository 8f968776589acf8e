/** Lines of a long text: the tokens around what is seen, and the exact weights between them. */

import { unusual } from './maps';
import { quantized } from './arrangement';
import type { Scene, Tools } from './scene';
import type { AttentionMaps, HeadMap } from './state';
import { run, type Tile } from './tiles';

/** Tokens along each side of a window, and how far the next one is moved. */
const WINDOW = 128;
const SNAP = 32;

/** Return the window around the lines from `first` on: at least 30 of them, and as many before and after. */
export function windowOf({ arrangement: { rows, columns } }: Scene, first: number): Tile {
  const start = (Math.floor(first / SNAP) - 1) * SNAP;
  const into = (count: number) => Math.max(0, Math.min(start, count - WINDOW));
  const [row, column] = [into(rows.names.length), into(columns.names.length)];
  return {
    row,
    column,
    rows: Math.min(WINDOW, rows.names.length - row),
    columns: Math.min(WINDOW, columns.names.length - column),
    block: 1
  };
}

/** Return the maps of some heads of the open layer in a window, or null while one is missing. */
export function knownWindow(scene: Scene, heads: number[], window: Tile): HeadMap[] | null {
  const maps = heads.map(head => scene.maps.get(cellOf(scene, head), nameOf(window)));
  return maps.every(map => map !== undefined) ? maps : null;
}

/** Fetch the maps of some heads of the open layer in a window, as far as they are missing, and keep them. */
export async function fetchWindow(
  tools: Tools,
  scene: Scene,
  heads: number[],
  window: Tile,
  kind: string
): Promise<void> {
  const { overview, open, maps } = scene;
  const missing = heads.filter(head => !maps.get(cellOf(scene, head), nameOf(window)));
  const params = {
    layers: [open.row],
    heads: missing,
    rows: run(window.row, window.rows),
    columns: run(window.column, window.columns),
    ...(overview.kinds.length > 1 ? { kind: overview.kind } : {}),
    ...unusual(scene.weight)
  };
  // Exact numbers: what lies outside is what is left of 1.
  const { weights } = await tools.ask<AttentionMaps>(scene, 'attention', params, kind);
  const { rows, columns } = window;
  missing.forEach((head, at) => {
    const exact = Float32Array.from(
      { length: rows * columns },
      (_, index) => weights.data[at * rows * columns + index]
    );
    const inside = Float32Array.from({ length: rows }, (_, row) =>
      exact.subarray(row * columns, (row + 1) * columns).reduce((sum, weight) => sum + weight, 0)
    );
    // Weights by value norm do not add up to anything.
    const isShare = scene.weight === 'probability';
    const map = { ...quantized(exact, rows, columns), ...(isShare ? { inside } : {}) };
    maps.set(cellOf(scene, head), map, nameOf(window));
  });
}

function cellOf({ open }: Scene, head: number): { row: number; column: number } {
  return { row: open.row, column: head };
}

function nameOf({ row, column }: Tile): string {
  return `lines ${row}/${column}`;
}
