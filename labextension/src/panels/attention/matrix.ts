/** One head's map, cell by cell. */

import { make } from '../frame';
import type { Table } from '../saving';
import { arranged } from './arrangement';
import { type Brush, drawCross, drawMap, widest } from './draw';
import { GridView } from './grid';
import type { Legend } from './legend';
import { fetchMap } from './maps';
import { tableOf } from './numbers';
import type { Scene, Tools, View } from './scene';
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
        tools.choose({ token: this.locked && this.tokenOf(this.locked.row) });
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
    if (scene.arrangement !== this.scene?.arrangement) {
      this.locked = null;
    }
    const known = scene.maps.get(scene.open);
    const keep = (map: HeadMap) => {
      this.scene = scene;
      this.map = arranged(map, scene.arrangement);
    };
    return known ? (keep(known), null) : fetchMap(this.tools, scene, scene.open).then(keep);
  }

  draw(brush: Brush, width: number): void {
    const { map, scene } = this;
    if (!map || !scene) {
      return;
    }
    this.brush = brush;
    const { rows, columns } = scene.arrangement;
    const longest = widest([...rows.names, ...columns.names], brush.font);
    const grid = mapGrid(width, map.rows, map.columns, longest);
    const isNamed = grid.isLabelled && map.block === 1;
    const [down, across] = isNamed ? [rows.names, columns.names] : [null, null];
    if (this.locked && this.tokenOf(this.locked.row) !== scene.token) {
      this.locked = null;
    }
    this.grid.draw(grid, context => drawMap(context, grid, map, down, across, brush));
    const isWeighed = scene.weight === 'value_norm';
    const weight = isWeighed ? ', weight="value_norm"' : '';
    this.legend.show(
      largest(map),
      `.attention(layer=${scene.open.row}, head=${scene.open.column}${weight})`,
      isWeighed ? 'probability × value norm (Kobayashi et al. 2020)' : 'probability'
    );
    this.showLocked();
  }

  table(): Table | null {
    const { scene, map } = this;
    return scene && map && tableOf(scene, [map], [scene.open.column]);
  }

  private read(cell: Cell): string {
    const { map, scene } = this;
    if (!map || !scene) {
      return '';
    }
    const { rows, columns } = scene.arrangement;
    return reading(rows.names, columns.names, map, cell, scene.open);
  }

  private tokenOf(row: number): number {
    const { scene, map } = this;
    return map && map.block > 1 ? row * map.block : (scene?.arrangement.rows.groups[row]?.[0] ?? 0);
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
