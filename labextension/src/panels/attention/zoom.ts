/** Which part of a map is looked at, and where it lies on the canvas; computed without a page. */

import { type Cell, type Grid, grouped, mapGrid, rectangle } from './state';

/** How a map is looked at: enlarged so many times, with this place (in lines) at the upper left corner. */
export interface Look extends Cell {
  zoom: number;
}

/** All of the map. */
export const WHOLE: Look = { row: 0, column: 0, zoom: 1 };

/** Room for the bars at the right and below, in pixels. */
export const BARS = 28;
/** The smallest cell that a name fits beside, and the largest that a person may zoom to. */
const NAMED = 12;
const LARGEST = 48;
/** Room for the numbers of tokens, where cells are too small for names. */
const RULER = { left: 38, top: 16 };
/** A thin map gets at least this many pixels when it is zoomed. */
const ROOM = 200;

/** A map on a canvas: what is seen of it, and whether names or only numbers fit along it. */
export interface MapGrid extends Grid {
  isLabelled: boolean;
  /** Closer does not go. */
  isClosest: boolean;
  look: Look;
  part: NonNullable<Grid['part']>;
}

/**
 * Lay out what is looked at of a map of `rows × columns` lines. The canvas is as large at each zoom.
 *
 * @param labelWidth Pixels that the longest name takes.
 */
export function lookGrid(
  width: number,
  rows: number,
  columns: number,
  labelWidth: number,
  look: Look
): MapGrid {
  const named = mapGrid(width - BARS, rows, columns, labelWidth);
  const whole = named.isLabelled
    ? named
    : mapGrid(width - BARS - RULER.left, rows, columns, labelWidth);
  const least = whole.isLabelled ? 0 : Math.min(ROOM, width);
  const [left, top] = whole.isLabelled ? [whole.left, whole.top] : [RULER.left, RULER.top];
  const full = {
    width: Math.max(Math.ceil(left + whole.step * columns) + BARS, least),
    height: Math.max(Math.ceil(top + whole.step * rows) + BARS, least)
  };
  const closest = Math.max(1, LARGEST / whole.step);
  const zoom = Math.min(Math.max(look.zoom, 1), closest);
  const step = whole.step * zoom;
  const isLabelled = whole.isLabelled || step >= NAMED;
  const room = Math.ceil(Math.min(labelWidth + 6, width / 3, 110));
  const margin = isLabelled ? { left: room, top: room } : RULER;
  const across = Math.min(step * columns, full.width - margin.left - BARS);
  const down = Math.min(step * rows, full.height - margin.top - BARS);
  const seen = {
    row: clamp(look.row, rows - down / step),
    column: clamp(look.column, columns - across / step)
  };
  return {
    ...margin,
    ...full,
    step,
    gap: step >= NAMED ? 1 : 0,
    rows,
    columns,
    isLabelled,
    isClosest: zoom === closest,
    look: { ...seen, zoom },
    part: { ...seen, across, down, stride: { row: 1, column: 1 } }
  };
}

/**
 * Return the look that is `factor` times closer, with what lies at a point of the canvas staying there.
 *
 * @param layout Lays a look out; the margins may change with it.
 */
export function zoomed(
  grid: MapGrid,
  factor: number,
  x: number,
  y: number,
  layout: (look: Look) => MapGrid
): Look {
  const { part, step, left, top, look } = grid;
  const column = part.column + clamp(x - left, part.across) / step;
  const row = part.row + clamp(y - top, part.down) / step;
  const next = layout({ ...look, zoom: look.zoom * factor });
  return layout({
    zoom: next.look.zoom,
    column: column - clamp(x - next.left, next.part.across) / next.step,
    row: row - clamp(y - next.top, next.part.down) / next.step
  }).look;
}

/** Return the point to zoom at where none is pointed at: a chosen cell if it is seen, else the middle. */
export function anchor(grid: MapGrid, chosen: Cell | null): [x: number, y: number] {
  const { left, top, part } = grid;
  if (chosen && isSeen(grid, chosen)) {
    const { x = 0, y = 0, width = 0, height = 0 } = rectangle(grid, chosen);
    return [x + width / 2, y + height / 2];
  }
  return [left + part.across / 2, top + part.down / 2];
}

/** Return whether anything of a cell is in view. */
export function isSeen(grid: MapGrid, cell: Cell): boolean {
  const { left, top, part } = grid;
  const { x = 0, y = 0, width = 0, height = 0 } = rectangle(grid, cell);
  const isInColumns = x + width > left && x < left + part.across;
  return isInColumns && y + height > top && y < top + part.down;
}

/** Return the look that is moved by so many pixels: the map follows the pointer. */
export function panned({ look, step }: MapGrid, right: number, below: number): Look {
  return { ...look, column: look.column - right / step, row: look.row - below / step };
}

/** Return the look that a cell is seen in whole: the present one if it is, else the nearest. */
export function revealed(
  { look, part, step, rows, columns }: MapGrid,
  { row, column }: Cell
): Look {
  const into = (from: number, extent: number, cell: number, stride: number, count: number) => {
    const end = Math.min(cell + stride, count);
    return Math.min(Math.max(from, end - extent / step), cell);
  };
  return {
    ...look,
    row: into(look.row, part.down, row, part.stride.row, rows),
    column: into(look.column, part.across, column, part.stride.column, columns)
  };
}

/** Return what is looked at, in words; nothing for all of a map that is known in full. */
export function lookedAt({ part, step, rows, columns, look }: MapGrid): string {
  const side = (first: number, extent: number, count: number) => {
    const last = Math.min(count, Math.ceil(first + extent / step - 1e-6));
    return `${grouped(Math.floor(first) + 1)}–${grouped(last)}`;
  };
  const { stride } = part;
  const seen = `${side(part.row, part.down, rows)} → ${side(part.column, part.across, columns)}`;
  const isPooled = Math.max(stride.row, stride.column) > 1;
  return [
    look.zoom > 1 ? seen : '',
    isPooled ? `a cell: the strongest of ${stride.row} × ${stride.column} weights` : ''
  ]
    .filter(text => text)
    .join(' · ');
}

/** Return the numbers of lines, counted from 1, that stand along a side where names do not fit. */
export function marks(first: number, extent: number, step: number, spacing: number): number[] {
  const least = spacing / step;
  const power = 10 ** Math.floor(Math.log10(least));
  const every = Math.max(1, power * ([1, 2, 5, 10].find(times => times * power >= least) ?? 10));
  const found: number[] = [];
  for (
    let mark = Math.max(every, Math.ceil((first + 0.5) / every) * every);
    mark < first + 0.5 + extent / step;
    mark += every
  ) {
    found.push(mark);
  }
  return found;
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), Math.max(most, 0));
}
