/** All heads as one coloured cell each; a number chooses a whole layer, or one head of every layer. */

import { pointOn } from '../canvas';
import type { NumberArray } from '../messages';
import { css } from '../theme';
import { quantized } from './arrangement';
import { type Brush, drawFrames, drawMap, drawNumbers } from './draw';
import { GridView } from './grid';
import type { Tools } from './scene';
import { type Cell, type Grid, overviewGrid, range } from './state';

/** What a grid of heads does for its view. */
export interface HeadWiring {
  label: string;
  /** What is read out of a head. */
  name(head: Cell): string;
  /** Heads were chosen: one, or all of a layer or of a number where lines can be chosen. */
  onChoose(heads: Cell[]): void;
  /** What is said of a number; without it, numbers choose nothing. */
  lineName?(line: string): string;
}

/** What is drawn. */
export interface HeadPicture {
  /** `(layers, heads)`, of all layers; null leaves the cells blank. */
  values: NumberArray | null;
  /** The first and the last layer that are shown. */
  layers: readonly [number, number];
  heads: number;
  /** Heads that are crossed out. */
  off: readonly (readonly [number, number])[];
  /** A head that is framed. */
  open: Cell | null;
}

/** Layers down, heads across. */
export class HeadGrid {
  readonly element: HTMLElement;

  constructor(
    private readonly tools: Tools,
    private readonly wiring: HeadWiring
  ) {
    this.view = new GridView({
      label: wiring.label,
      name: cell => wiring.name(this.headAt(cell)),
      onPoint: (cell, x, y) =>
        tools.point(cell && wiring.name(this.headAt(cell)), this.view.element, x, y),
      onOpen: cell => wiring.onChoose([this.headAt(cell)]),
      drawOver: (context, grid, pointed) => this.drawOver(context, grid, pointed)
    });
    this.element = this.view.element;
    this.element.classList.add('albert-overview');
    const { lineName } = wiring;
    if (lineName) {
      this.element.addEventListener('click', event => {
        const heads = this.lineAt(event);
        if (heads) {
          wiring.onChoose(heads);
        }
      });
      this.element.addEventListener('pointermove', event => {
        const heads = this.lineAt(event);
        if (heads) {
          const { x, y } = pointOn(this.element, event);
          const isLayer = x < (this.grid?.left ?? 0);
          const [{ row, column }] = heads;
          const line = isLayer ? `layer ${row + 1}` : `head ${column + 1} of every layer`;
          tools.point(lineName(line), this.element, x + 14, y + 16);
        }
      });
      // As in any ARIA grid: with Shift the space bar takes the row, with Control the column.
      this.element.addEventListener('keydown', event => this.press(event), { capture: true });
    }
  }

  /** Draw, and return the width in pixels. */
  draw(picture: HeadPicture, brush: Brush, width: number): number {
    this.picture = picture;
    this.brush = brush;
    const layers = range(...picture.layers);
    const heads = range(0, picture.heads - 1);
    const { data } = picture.values ?? { data: [] };
    const shown = layers.flatMap(layer =>
      heads.map(head => data[layer * heads.length + head] ?? 0)
    );
    const map = quantized(Float32Array.from(shown), layers.length, heads.length);
    const grid = { ...overviewGrid(Math.min(width, 420), layers.length, heads.length), gap: 1 };
    this.grid = grid;
    this.view.draw(grid, context => {
      drawMap(context, grid, map, null, null, brush);
      drawNumbers(context, grid, layers, heads, brush);
    });
    return grid.width;
  }

  private headAt({ row, column }: Cell): Cell {
    return { row: row + (this.picture?.layers[0] ?? 0), column };
  }

  /** Return the heads that a number stands for, or null beside the numbers. */
  private lineAt(event: MouseEvent): Cell[] | null {
    const { grid } = this;
    const { x, y } = pointOn(this.element, event);
    if (!grid) {
      return null;
    }
    const [row, column] = [
      Math.floor((y - grid.top) / grid.step),
      Math.floor((x - grid.left) / grid.step)
    ];
    if (row >= 0 && row < grid.rows && column < 0) {
      return this.line(row, null);
    }
    return row < 0 && column >= 0 && column < grid.columns ? this.line(null, column) : null;
  }

  private line(row: number | null, column: number | null): Cell[] {
    const { rows, columns } = this.grid as Grid;
    return (row === null ? range(0, rows - 1) : [row])
      .flatMap(at => (column === null ? range(0, columns - 1) : [column]).map(of => [at, of]))
      .map(([at, of]) => this.headAt({ row: at, column: of }));
  }

  private press(event: KeyboardEvent): void {
    const { row, column } = this.view.at;
    if (event.key === ' ' && (event.shiftKey || event.ctrlKey)) {
      this.wiring.onChoose(event.shiftKey ? this.line(row, null) : this.line(null, column));
      // What is said of the cell has changed with it.
      this.view.go(this.view.at);
      const { left, top, step } = this.grid as Grid;
      const [x, y] = [left + (column + 1) * step + 6, top + (row + 1) * step + 6];
      this.tools.point(this.wiring.name(this.headAt({ row, column })), this.element, x, y);
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private drawOver(context: CanvasRenderingContext2D, grid: Grid, pointed: Cell | null): void {
    const { brush, picture } = this;
    if (!brush || !picture) {
      return;
    }
    const { ink, background } = brush.colours;
    const [first, last] = picture.layers;
    context.lineWidth = 2;
    for (const [layer, head] of picture.off) {
      if (layer < first || layer > last) {
        continue;
      }
      const [x, y] = [grid.left + head * grid.step, grid.top + (layer - first) * grid.step];
      const margin = Math.min(4, grid.step / 4);
      const [from, to] = [margin, grid.step - 1 - margin];
      context.fillStyle = css(background);
      context.fillRect(x, y, grid.step - 1, grid.step - 1);
      context.strokeStyle = css(ink);
      context.beginPath();
      context.moveTo(x + from, y + from);
      context.lineTo(x + to, y + to);
      context.moveTo(x + to, y + from);
      context.lineTo(x + from, y + to);
      context.stroke();
    }
    const open = picture.open && { row: picture.open.row - first, column: picture.open.column };
    drawFrames(context, grid, open, pointed, brush.colours);
  }

  private readonly view: GridView;
  private picture: HeadPicture | null = null;
  private grid: Grid | null = null;
  private brush: Brush | null = null;
}
