/** The pictures of the attention panel: all heads as thumbnails, and one head's map. */

import { type Colours, css } from '../theme';
import { type Cell, type Grid, type HeadMap, shrunk } from './state';

/** What pictures are drawn with. */
export interface Brush {
  colours: Colours;
  /** 256 RGBA colours, from weight 0 to the head's largest. */
  ramp: Uint8ClampedArray;
  font: string;
}

/** Draw numbers at the left of the rows and above the columns; those that would touch each other are thinned out. */
export function drawNumbers(
  context: CanvasRenderingContext2D,
  { left, top, step, gap }: Grid,
  rows: number[],
  columns: number[],
  { font, colours }: Brush
): void {
  const middle = (step - gap) / 2;
  const every = Math.ceil(20 / step);
  context.font = font;
  context.fillStyle = css(colours.faint);
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  for (let at = 0; at < columns.length; at += every) {
    context.fillText(String(columns[at] + 1), left + at * step + middle, top / 2);
  }
  context.textAlign = 'right';
  for (let at = 0; at < rows.length; at += every) {
    context.fillText(String(rows[at] + 1), left - 6, top + at * step + middle);
  }
}

/** Draw thumbnails; where `mapOf` says null, no head stands. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  grid: Grid,
  mapOf: (cell: Cell) => HeadMap | null,
  mark: (cell: Cell) => Mark | null,
  brush: Brush
): void {
  const side = grid.step - grid.gap;
  context.clearRect(0, 0, grid.width, grid.height);
  context.imageSmoothingEnabled = false;
  context.strokeStyle = css(brush.colours.line);
  context.lineWidth = 1;
  context.font = brush.font;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const [x, y] = [grid.left + column * grid.step, grid.top + row * grid.step];
      const whole = mapOf({ row, column });
      if (!whole) {
        continue;
      }
      const map = shrunk(whole, side * devicePixelRatio);
      context.drawImage(bitmap(map, brush.ramp), x, y, side, side);
      context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
      const marked = mark({ row, column });
      if (marked) {
        drawMark(context, marked, x, y, side, brush);
      }
    }
  }
}

/** What stands on a thumbnail: a letter (or two numbers) where it fits, and a bar along its lower edge. */
export interface Mark {
  letter: string;
  /** Length of the bar, 0 to 1. */
  share: number;
}

function drawMark(
  context: CanvasRenderingContext2D,
  { letter, share }: Mark,
  x: number,
  y: number,
  side: number,
  { colours, font }: Brush
): void {
  context.textBaseline = 'middle';
  context.font = letter.length > 1 ? font.replace('12px', '10px') : font;
  const width = letter && Math.max(context.measureText(letter).width + 3, 11);
  if (width && side >= width + 8) {
    context.fillStyle = css(colours.background, 0.8);
    context.fillRect(x + side - width - 1, y + 1, width, 12);
    context.fillStyle = css(colours.ink);
    context.textAlign = 'center';
    context.fillText(letter, x + side - 1 - width / 2, y + 7.5);
  }
  if (share > 0) {
    context.fillStyle = css(colours.background);
    context.fillRect(x + 1, y + side - 5, side - 2, 4);
    context.fillStyle = css(colours.ink);
    context.fillRect(x + 1, y + side - 4, (side - 2) * Math.min(share, 1), 3);
  }
}

/** Draw a map, with names along it where they fit. */
export function drawMap(
  context: CanvasRenderingContext2D,
  grid: Grid,
  map: HeadMap,
  down: string[] | null,
  across: string[] | null,
  brush: Brush
): void {
  const { left, top, step, gap, rows, columns } = grid;
  context.clearRect(0, 0, grid.width, grid.height);
  context.imageSmoothingEnabled = false;
  const fitting = shrunk(map, step * Math.max(rows, columns) * devicePixelRatio);
  context.drawImage(bitmap(fitting, brush.ramp), left, top, step * columns, step * rows);
  context.fillStyle = css(brush.colours.background);
  if (gap) {
    for (let line = 1; line < Math.max(rows, columns); line++) {
      context.fillRect(left, top + line * step - gap, step * columns, gap);
      context.fillRect(left + line * step - gap, top, gap, step * rows);
    }
  }
  context.strokeStyle = css(brush.colours.line);
  context.strokeRect(left + 0.5, top + 0.5, step * columns - 1, step * rows - 1);
  context.fillStyle = css(brush.colours.ink);
  context.font = brush.font;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  down?.forEach((name, row) =>
    context.fillText(name, left - 6, top + (row + 0.5) * step, left - 6)
  );
  context.textAlign = 'left';
  across?.forEach((name, column) => {
    context.save();
    context.translate(left + (column + 0.5) * step, top - 6);
    context.rotate(-Math.PI / 2);
    context.fillText(name, 0, 0, top - 6);
    context.restore();
  });
}

/** Frame the open thumbnail, and the one that is pointed at. */
export function drawFrames(
  context: CanvasRenderingContext2D,
  grid: Grid,
  open: Cell | null,
  pointed: Cell | null,
  { accent, ink }: Colours
): void {
  const frame = ({ row, column }: Cell, colour: string, width: number) => {
    context.strokeStyle = colour;
    context.lineWidth = width;
    const side = grid.step - grid.gap;
    context.strokeRect(grid.left + column * grid.step, grid.top + row * grid.step, side, side);
  };
  if (pointed) {
    frame(pointed, css(ink), 1.5);
  }
  if (open) {
    frame(open, css(accent), 2.5);
  }
}

/** Shade row and column of a cell and frame it. */
export function drawCross(
  context: CanvasRenderingContext2D,
  grid: Grid,
  { row, column }: Cell,
  { ink }: Colours
): void {
  const { left, top, step, rows, columns } = grid;
  const [x, y, thick] = [left + column * step, top + row * step, Math.max(step, 1)];
  context.fillStyle = css(ink, 0.12);
  context.fillRect(0, y, left + columns * step, thick);
  context.fillRect(x, 0, thick, top + rows * step);
  context.strokeStyle = css(ink);
  context.lineWidth = 1.5;
  context.strokeRect(x, y, thick, thick);
}

/** Return the width of the longest name in pixels. */
export function widest(names: string[], font: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) {
    return 60;
  }
  context.font = font;
  return names.reduce((width, name) => Math.max(width, context.measureText(name).width), 0);
}

/** Return a map as a picture, one pixel a cell. */
function bitmap({ weights, rows, columns }: HeadMap, ramp: Uint8ClampedArray): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows);
  const [pixels, colours] = [new Uint32Array(image.data.buffer), new Uint32Array(ramp.buffer)];
  for (let index = 0; index < pixels.length; index++) {
    pixels[index] = colours[weights[index]];
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
