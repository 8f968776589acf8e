/** Maps in fewer cells, without losing a strong weight. */

import type { HeadMap } from './state';

/** Return a map that fits into so many pixels a side: a pixel shows the largest weight of the cells under it. */
export function shrunk(map: HeadMap, side: number): HeadMap {
  const factor = Math.ceil(Math.max(map.rows, map.columns) / Math.max(side, 1));
  return pooled(map, factor, factor);
}

/** Return a map of which each cell is the largest of `down × across` cells. */
export function pooled(map: HeadMap, down: number, across: number): HeadMap {
  if (down <= 1 && across <= 1) {
    return map;
  }
  const [rows, columns] = [Math.ceil(map.rows / down), Math.ceil(map.columns / across)];
  const weights = new Uint8Array(rows * columns);
  for (let row = 0, at = 0; row < map.rows; row++) {
    const to = Math.floor(row / down) * columns;
    for (let column = 0; column < map.columns; column++, at++) {
      const cell = to + ((column / across) | 0);
      if (map.weights[at] > weights[cell]) {
        weights[cell] = map.weights[at];
      }
    }
  }
  const block_down = (map.block_down ?? map.block) * down;
  return { ...map, weights, rows, columns, block: map.block * across, block_down };
}
