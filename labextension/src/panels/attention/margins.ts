/** What stands in the margins of a map: what each key receives, and the strongest weight of each query. */

import { type Grid, type HeadMap, partOf, spanName, weightText } from './state';

/** One number a cell along each side of a map. */
export interface Margins {
  /** Of each column the mean: of a pooled map that of its cells, which are the strongest weights in them. */
  received: Float32Array;
  /** Of each row the largest. */
  strongest: Float32Array;
}

/** Return the margins of a map. */
export function marginsOf({ weights, scale, rows, columns }: HeadMap): Margins {
  const received = new Float32Array(columns);
  const strongest = new Float32Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let top = 0;
    for (let column = 0; column < columns; column++, at++) {
      received[column] += weights[at];
      top = Math.max(top, weights[at]);
    }
    strongest[row] = top * scale;
  }
  received.forEach((sum, column) => (received[column] = (sum * scale) / rows));
  return { received, strongest };
}

/** Return which bar is at a point: of a key (below the map) or of a query (at its right), by its line; else null. */
export function barAt(
  grid: Grid,
  x: number,
  y: number
): { side: 'key' | 'query'; line: number } | null {
  const part = partOf(grid);
  const [right, below] = [x - grid.left, y - grid.top];
  const isBelow = right >= 0 && right < part.across && below >= part.down;
  const isBeside = below >= 0 && below < part.down && right >= part.across;
  if (isBelow) {
    return { side: 'key', line: Math.floor(part.column + right / grid.step) };
  }
  return isBeside ? { side: 'query', line: Math.floor(part.row + below / grid.step) } : null;
}

/** Return what a key's bar says. */
export function readKey(
  names: string[],
  { block }: HeadMap,
  { received }: Margins,
  line: number
): string {
  const cell = Math.floor(line / block);
  const name = spanName(names, cell * block, block);
  const weight = weightText(received[cell]);
  return block > 1
    ? `${name} receive ${weight}, the mean of their cells`
    : `${name} receives ${weight} on average`;
}

/** Return what a query's bar says. */
export function readQuery(
  names: string[],
  { block, block_down }: HeadMap,
  { strongest }: Margins,
  line: number
): string {
  const tokens = block_down ?? block;
  const cell = Math.floor(line / tokens);
  return `largest weight of ${spanName(names, cell * tokens, tokens)} ${weightText(strongest[cell])}`;
}
