/** A grid on a canvas that pointer and keyboard can explore; an ARIA grid whose one present cell is read out. */

import { pointOn, resize, scaled } from '../canvas';
import { make } from '../frame';
import { Paints } from './paints';
import { type Cell, cellAt, type Grid, moved, rectangle } from './state';

/** What a grid does for its panel. */
export interface GridWiring {
  label: string;
  /** What is read out of a cell. */
  name(cell: Cell): string;
  /** A cell is pointed at, by pointer or keyboard; null: none is. */
  onPoint(cell: Cell | null, x: number, y: number): void;
  /** The pointer is at a point beside the cells. */
  onBeside?(x: number, y: number): void;
  /** The keyboard went to a cell; it may have to be brought into view. */
  onGo?(cell: Cell): void;
  /** A cell was clicked, or chosen with Enter. */
  onOpen(cell: Cell): void;
  /** Draw what lies over the picture. */
  drawOver(context: CanvasRenderingContext2D, grid: Grid, pointed: Cell | null): void;
}

let grids = 0;

/** Two canvases: the picture, drawn once, and over it what changes with each movement. */
export class GridView {
  readonly element: HTMLElement;
  private readonly base = make('canvas');
  private readonly over = make('canvas', { tabIndex: 0 });
  private readonly row = make('span');
  private readonly cell = make('span');
  private grid: Grid | null = null;
  private current: Cell = { row: 0, column: 0 };
  private pointed: Cell | null = null;
  /** Where the pointer is; null while the keyboard points. */
  private place: [x: number, y: number] | null = null;

  constructor(private readonly wiring: GridWiring) {
    this.element = make('div', { className: 'albert-grid' }, [this.base, this.over]);
    this.base.setAttribute('aria-hidden', 'true');
    this.cell.id = `albert-cell-${Date.now().toString(36)}-${++grids}`;
    this.cell.setAttribute('role', 'gridcell');
    this.row.setAttribute('role', 'row');
    this.row.append(this.cell);
    // What lies inside a canvas is not drawn, but it is what assistive technology reads.
    this.over.append(this.row);
    this.over.setAttribute('role', 'grid');
    this.over.setAttribute('aria-label', wiring.label);
    this.over.setAttribute('aria-activedescendant', this.cell.id);
    // The arrow keys of JupyterLab's command mode would move from cell to cell of the notebook.
    this.over.dataset.lmSuppressShortcuts = 'true';
    this.over.addEventListener('pointermove', event => this.follow(event));
    this.over.addEventListener('pointerleave', () => this.leave());
    this.over.addEventListener('click', event => {
      const { x, y } = pointOn(this.over, event);
      const cell = this.grid && cellAt(this.grid, x, y);
      if (cell) {
        this.go(cell);
        wiring.onOpen(cell);
        this.overs.ask();
        // What is said of the cell may have changed with it.
        this.hover(x, y);
      }
    });
    this.over.addEventListener('keydown', event => this.press(event));
    this.over.addEventListener('focus', () => {
      if (this.over.matches(':focus-visible')) {
        this.pointAt(this.current);
      }
    });
    this.over.addEventListener('blur', () => this.leave());
  }

  /** Lay the grid out anew and draw the picture. */
  draw(grid: Grid, picture: (context: CanvasRenderingContext2D) => void): void {
    this.grid = grid;
    for (const canvas of [this.base, this.over]) {
      resize(canvas, grid.width, grid.height);
    }
    this.over.setAttribute('aria-rowcount', String(grid.rows));
    this.over.setAttribute('aria-colcount', String(grid.columns));
    this.go({
      row: Math.min(this.current.row, grid.rows - 1),
      column: Math.min(this.current.column, grid.columns - 1)
    });
    const context = scaled(this.base);
    if (context) {
      picture(context);
    }
    this.overs.now();
    // What is under the pointer may have changed.
    if (this.place) {
      this.hover(...this.place);
    } else if (this.pointed) {
      this.pointAt(this.current);
    }
  }

  /** The cell that the keyboard is at. */
  get at(): Cell {
    return this.current;
  }

  /** Make a cell the one that the keyboard is at. */
  go(cell: Cell): void {
    this.current = cell;
    this.row.setAttribute('aria-rowindex', String(cell.row + 1));
    this.cell.setAttribute('aria-colindex', String(cell.column + 1));
    this.cell.textContent = this.wiring.name(cell);
  }

  private drawOver(): void {
    const context = scaled(this.over);
    if (context && this.grid) {
      context.clearRect(0, 0, this.grid.width, this.grid.height);
      this.wiring.drawOver(context, this.grid, this.pointed);
    }
  }

  private follow(event: MouseEvent): void {
    const { x, y } = pointOn(this.over, event);
    this.hover(x, y);
  }

  private hover(x: number, y: number): void {
    this.place = [x, y];
    const cell = this.grid && cellAt(this.grid, x, y);
    this.point(cell, x + 14, y + 16);
    if (!cell) {
      this.wiring.onBeside?.(x, y);
    }
  }

  private leave(): void {
    this.place = null;
    this.point(null);
  }

  private press(event: KeyboardEvent): void {
    if (!this.grid || event.altKey || event.metaKey) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      this.wiring.onOpen(this.current);
      this.overs.ask();
      if (this.pointed) {
        this.pointAt(this.current);
      }
    } else if (event.key === 'Escape') {
      this.leave();
    } else {
      const next = moved(this.current, event.key, event.ctrlKey, this.grid);
      if (!next) {
        return;
      }
      this.go(next);
      this.wiring.onGo?.(next);
      this.pointAt(next);
    }
    event.preventDefault();
  }

  private pointAt(cell: Cell): void {
    this.place = null;
    if (this.grid) {
      const { x = 0, y = 0, width = 0, height = 0 } = rectangle(this.grid, cell);
      this.point(cell, x + width + 6, y + height + 6);
    }
  }

  private point(cell: Cell | null, x = 0, y = 0): void {
    const isSame = cell?.row === this.pointed?.row && cell?.column === this.pointed?.column;
    this.pointed = cell;
    this.wiring.onPoint(cell, x, y);
    if (!isSame) {
      this.overs.ask();
    }
  }

  private readonly overs = new Paints(() => this.drawOver());
}
