/** The margins of a map as bars, below it and at its right. */

import { css } from '../theme';
import type { Brush } from './draw';
import type { Margins } from './margins';
import { type Grid, type HeadMap, partOf } from './state';
import { BARS } from './zoom';

/** Pixels between a map and its bars. */
const GAP = 4;

/**
 * Draw the bars of what is seen, each side up to its own largest.
 *
 * @param map The map that the margins are of.
 */
export function drawMargins(
  context: CanvasRenderingContext2D,
  grid: Grid,
  { block, block_down }: HeadMap,
  { received, strongest }: Margins,
  { colours }: Brush
): void {
  const { left, top, step } = grid;
  const part = partOf(grid);
  const length = BARS - GAP - 2;
  context.fillStyle = css(colours.accent, 0.7);
  bars(received, part.column, part.across, step, block, (from, thick, share) =>
    context.fillRect(left + from, top + part.down + GAP, thick, share * length)
  );
  bars(strongest, part.row, part.down, step, block_down ?? block, (from, thick, share) =>
    context.fillRect(left + part.across + GAP, top + from, share * length, thick)
  );
  context.fillStyle = css(colours.line);
  context.fillRect(left, top + part.down + GAP - 1, part.across, 1);
  context.fillRect(left + part.across + GAP - 1, top, 1, part.down);
}

/** Call `draw` for each bar that is seen: where it begins, how thick it is, and its share of the largest. */
function bars(
  values: Float32Array,
  first: number,
  room: number,
  step: number,
  block: number,
  draw: (from: number, thick: number, share: number) => void
): void {
  const most = values.reduce((top, value) => Math.max(top, value), 0) || 1;
  const cell = step * block;
  // Several cells under one pixel are one bar, as long as the largest of them.
  const together = Math.max(1, Math.ceil(1 / cell));
  const gap = cell >= 6 ? 1 : 0;
  const begin = Math.floor(first / block / together) * together;
  for (let index = begin; index < values.length; index += together) {
    const from = Math.max(0, (index * block - first) * step);
    const to = Math.min(room, ((index + together) * block - first) * step);
    if (from >= room) {
      break;
    }
    let value = 0;
    for (let at = index; at < Math.min(index + together, values.length); at++) {
      value = Math.max(value, values[at]);
    }
    if (to > from) {
      // As in the colours of the map, or one strong token would flatten all others.
      draw(from, Math.max(to - from - gap, 0.5), Math.sqrt(value / most));
    }
  }
}
