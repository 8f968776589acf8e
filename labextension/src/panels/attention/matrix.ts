/** One head's map, cell by cell. */

import { make } from '../frame';
import { type Brush, drawCross, drawMap, widest } from './draw';
import { GridView } from './grid';
import { fetchMap } from './maps';
import { queryOf, type Scene, type Tools, type View } from './scene';
import { type Cell, type HeadMap, largest, mapGrid, reading } from './state';

/** The heat map of the open head. */
export class MatrixView implements View {
  readonly id = 'matrix';
  readonly title = 'Matrix';
  readonly element: HTMLElement;

  constructor(
    private readonly tools: Tools,
    private readonly legend: Legend
  ) {
    this.grid = new GridView({
      label: 'One head: queries down, keys across.',
      name: cell => this.read(cell),
      onPoint: (cell, x, y) => tools.point(cell && this.read(cell), this.grid.element, x, y),
      onOpen: cell => {
        const isSame = this.locked?.row === cell.row && this.locked.column === cell.column;
        this.locked = isSame ? null : cell;
        this.showLocked();
        const { block } = this.map ?? { block: 1 };
        tools.choose({ token: this.locked && this.locked.row * block });
      },
      drawOver: (context, grid, pointed) => {
        const cell = pointed ?? this.locked;
        if (cell && this.brush) {
          drawCross(context, grid, cell, this.brush.colours);
        }
      }
    });
    this.element = make('div', {}, [this.grid.element, this.locking]);
  }

  load(scene: Scene): Promise<void> | null {
    if (scene.maps !== this.scene?.maps) {
      this.locked = null;
    }
    const known = scene.maps.get(scene.open);
    const keep = (map: HeadMap) => {
      this.scene = scene;
      this.map = map;
    };
    return known ? (keep(known), null) : fetchMap(this.tools, scene, scene.open).then(keep);
  }

  draw(brush: Brush, width: number): void {
    const { map, scene } = this;
    if (!map || !scene) {
      return;
    }
    this.brush = brush;
    const { names } = scene;
    const grid = mapGrid(width, map.rows, map.columns, widest(names, brush.font));
    const along = grid.isLabelled && map.block === 1 ? names : null;
    if (this.locked && this.locked.row * map.block !== queryOf(scene)) {
      this.locked = null;
    }
    this.grid.draw(grid, context => drawMap(context, grid, map, along, along, brush));
    this.legend.show(
      largest(map),
      `.attention(layer=${scene.open.row}, head=${scene.open.column})`
    );
    this.showLocked();
  }

  private read(cell: Cell): string {
    const { map, scene } = this;
    return map && scene ? reading(scene.names, map, cell, scene.open) : '';
  }

  private showLocked(): void {
    this.locking.textContent = this.locked ? this.read(this.locked) : '';
  }

  private readonly grid: GridView;
  private readonly locking = make('div', { className: 'albert-locked' });
  private scene: Scene | null = null;
  private map: HeadMap | null = null;
  private locked: Cell | null = null;
  private brush: Brush | null = null;
}

/** The scale of colours, and how the same numbers are had in Python. */
export interface Legend {
  show(top: number, code: string): void;
}
