/** The pictures of the attention panel: all heads as thumbnails, and one head's map. */

import { direction } from '../text';
import { type Colours, css } from '../theme';
import { bitmap, drawHeat } from './heat';
import { shrunk } from './pooling';
import { type Cell, type Grid, grouped, type HeadMap, partOf, rectangle } from './state';
import { marks } from './zoom';

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
  const thumbnail = document.createElement('canvas');
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
      const canvas = bitmap(map, map.scale * 255, brush.ramp, thumbnail);
      context.drawImage(canvas, x, y, side, side);
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
  context.clearRect(0, 0, grid.width, grid.height);
  const first = { row: 0, column: 0 };
  drawHeat(context, grid, [{ map, first }], map.scale * 255, brush.ramp);
  drawLattice(context, grid, brush);
  drawNames(context, grid, down, across, brush);
}

/** Draw the lines between the cells, and the one around them. */
export function drawLattice(
  context: CanvasRenderingContext2D,
  grid: Grid,
  { colours }: Brush
): void {
  const { left, top, step, gap, rows, columns } = grid;
  const down = grid.step_down ?? step;
  const part = partOf(grid);
  context.fillStyle = css(colours.background);
  for (let row = Math.ceil(part.row); gap && row < rows; row++) {
    const y = (row - part.row) * down;
    if (row > 0 && y <= part.down) {
      context.fillRect(left, top + y - gap, part.across, gap);
    }
  }
  for (let column = Math.ceil(part.column); gap && column < columns; column++) {
    const x = (column - part.column) * step;
    if (column > 0 && x <= part.across) {
      context.fillRect(left + x - gap, top, gap, part.down);
    }
  }
  context.strokeStyle = css(colours.line);
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, part.across - 1, part.down - 1);
}

/** Write the names of the rows and columns that are seen. */
export function drawNames(
  context: CanvasRenderingContext2D,
  grid: Grid,
  down: string[] | null,
  across: string[] | null,
  { colours, font }: Brush
): void {
  const { left, top, step } = grid;
  const high = grid.step_down ?? step;
  const part = partOf(grid);
  context.fillStyle = css(colours.ink);
  context.font = font;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (let row = Math.floor(part.row); down && row < down.length; row++) {
    const y = (row + 0.5 - part.row) * high;
    if (y >= 0 && y <= part.down) {
      write(context, down[row], left - 6, top + y, left - 6);
    }
  }
  context.textAlign = 'left';
  for (let column = Math.floor(part.column); across && column < across.length; column++) {
    const x = (column + 0.5 - part.column) * step;
    if (x >= 0 && x <= part.across) {
      context.save();
      context.translate(left + x, top - 6);
      context.rotate(-Math.PI / 2);
      write(context, across[column], 0, 0, top - 6);
      context.restore();
    }
  }
}

/** Write the numbers of the rows and columns that are seen, where cells are too small for names. */
export function drawPositions(
  context: CanvasRenderingContext2D,
  grid: Grid,
  { colours, font }: Brush,
  sides: 'both' | 'across' = 'both'
): void {
  const { left, top, step } = grid;
  const part = partOf(grid);
  context.font = font;
  context.fillStyle = css(colours.faint);
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const mark of sides === 'both' ? marks(part.row, part.down, step, 24) : []) {
    context.fillText(grouped(mark), left - 4, top + (mark - 0.5 - part.row) * step, left - 4);
  }
  context.textAlign = 'center';
  for (const mark of marks(part.column, part.across, step, 48)) {
    context.fillText(grouped(mark), left + (mark - 0.5 - part.column) * step, top / 2);
  }
}

/** Write a name in its own direction, whatever that of the page is. */
export function write(
  context: CanvasRenderingContext2D,
  name: string,
  x: number,
  y: number,
  room: number
): void {
  context.direction = direction(name);
  context.fillText(name, x, y, room);
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
  cell: Cell,
  { ink }: Colours
): void {
  const { left, top } = grid;
  const part = partOf(grid);
  const { x = 0, y = 0, width = 0, height = 0 } = rectangle(grid, cell);
  const [wide, high] = [Math.max(width, 1), Math.max(height, 1)];
  const isSeen = (at: number, extent: number, from: number, room: number) =>
    at + extent > from && at < from + room;
  const [inColumns, inRows] = [isSeen(x, wide, left, part.across), isSeen(y, high, top, part.down)];
  context.save();
  context.beginPath();
  context.rect(0, 0, left + part.across, top + part.down);
  context.clip();
  context.fillStyle = css(ink, 0.12);
  if (inRows) {
    context.fillRect(0, y, left + part.across, high);
  }
  if (inColumns) {
    context.fillRect(x, 0, wide, top + part.down);
  }
  if (inRows && inColumns) {
    context.strokeStyle = css(ink);
    context.lineWidth = 1.5;
    context.strokeRect(x, y, wide, high);
  }
  context.restore();
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
