/** Drawing the lines of several heads, and the tokens that they go between. */

import { type Colour, css } from '../theme';
import { type Brush, write } from './draw';
import type { Strand } from './strands';

/** Height of a token, in CSS pixels. */
export const ROW = 18;
const DASHES = [[], [5, 3], [2, 2]];
/** Steps of opacity. */
const LEVELS = 24;
/** More lines than this are thin, and none of them dashed. */
const FEW = 400;

/** Where lines go. */
export interface Strip {
  /** Pixels of the names at each side. */
  label: number;
  width: number;
  /** How far it is scrolled, in pixels. */
  offset: number;
  /** The weight of the strongest possible line. */
  top: number;
}

/** How the lines of a map look: its colour, and which of the dashes. */
export interface Pen {
  colour: Colour;
  dash: number;
}

/** Draw lines, the first ones first. */
export function drawStrands(
  context: CanvasRenderingContext2D,
  found: Strand[],
  pens: Pen[],
  { label, width, offset, top }: Strip
): void {
  // Without a GPU the browser takes three times as long for lines that are thicker than a pixel or dashed.
  const isFew = found.length <= FEW;
  context.lineWidth = isFew ? 1.5 : 1 / devicePixelRatio;
  const styles = pens.map(({ colour }) =>
    Array.from({ length: LEVELS + 1 }, (_, level) => css(colour, level / LEVELS))
  );
  for (const { query, key, map, weight } of found) {
    context.strokeStyle = styles[map][Math.ceil(Math.sqrt(Math.min(weight / top, 1)) * LEVELS)];
    if (isFew) {
      context.setLineDash(DASHES[pens[map].dash % DASHES.length]);
    }
    // Heads lie side by side, or one would hide the others.
    const shift = (map - (pens.length - 1) / 2) * Math.min(2, (ROW - 6) / pens.length) - offset;
    context.beginPath();
    context.moveTo(label, (query + 0.5) * ROW + shift);
    context.lineTo(width - label, (key + 0.5) * ROW + shift);
    context.stroke();
  }
  context.setLineDash([]);
}

/** How a token stands out. */
export interface Shade {
  isChosen: boolean;
  /** How much of the chosen token's attention it has, or gives. */
  share: number;
}

/** Write the tokens of one side that are seen. */
export function drawTokens(
  context: CanvasRenderingContext2D,
  names: string[],
  isLeft: boolean,
  [from, to]: [number, number],
  shadeOf: (token: number) => Shade,
  { label, width, offset }: Strip,
  { colours, font }: Brush
): void {
  const x = isLeft ? label - 6 : width - label + 6;
  context.font = font;
  context.textBaseline = 'middle';
  context.textAlign = isLeft ? 'right' : 'left';
  for (let token = from; token < Math.min(to, names.length); token++) {
    const y = (token + 0.5) * ROW - offset;
    const { isChosen, share } = shadeOf(token);
    if (isChosen || share > 0) {
      context.fillStyle = css(colours.accent, isChosen ? 0.35 : 0.6 * Math.sqrt(share));
      context.fillRect(isLeft ? 0 : x - 4, y - ROW / 2 + 1, label - 2, ROW - 2);
    }
    context.fillStyle = css(colours.ink);
    write(context, names[token], x, y, label - 8);
  }
}
