/** One head's map, cell by cell; of a long text the part that is looked at in all its detail. */

import { make } from '../frame';
import type { Table } from '../saving';
import { arranged } from './arrangement';
import { Detail } from './detail';
import { type Brush, drawCross, drawLattice, drawNames, drawPositions, widest } from './draw';
import { GridView } from './grid';
import { drawHeat } from './heat';
import type { Legend } from './legend';
import { fetchMap } from './maps';
import { drawMargins } from './marginbars';
import { barAt, type Margins, marginsOf, readKey, readQuery } from './margins';
import { tableOf } from './numbers';
import { Paints } from './paints';
import type { Scene, Tools, View } from './scene';
import { type Cell, type HeadMap, headName, largest, reading } from './state';
import type { Source } from './tiles';
import {
  anchor,
  isSeen,
  lookedAt,
  type Look,
  lookGrid,
  type MapGrid,
  panned,
  revealed,
  WHOLE,
  zoomed
} from './zoom';
import { Zooming } from './zooming';

/** The open head, and what was made of its map. */
interface Shown {
  scene: Scene;
  /** As it was fetched. */
  whole: HeadMap;
  /** As the switches arrange it. */
  map: HeadMap;
  margins: Margins;
  /** The weight that the colours end at. */
  top: number;
}

/** The heat map of the open head. */
export class MatrixView implements View {
  readonly id = 'matrix';
  readonly title = 'Matrix';
  readonly element: HTMLElement;

  constructor(
    private readonly tools: Tools,
    private readonly legend: Legend
  ) {
    this.detail = new Detail(tools, () => this.paints.ask());
    this.grid = new GridView({
      label: 'One head: queries down, keys across.',
      name: cell => this.read(cell),
      onPoint: (cell, x, y) => tools.point(cell && this.read(cell), this.grid.element, x, y),
      onBeside: (x, y) => tools.point(this.readBar(x, y), this.grid.element, x + 14, y + 16),
      onGo: cell => this.laid && this.look(revealed(this.laid, cell)),
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
    this.zooming = new Zooming(this.grid.element, {
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      pan: (right, below) => this.laid && this.look(panned(this.laid, right, below)),
      fit: () => this.look(WHOLE)
    });
    this.element = make('div', {}, [this.zooming.element, this.grid.element, this.locking]);
  }

  load(scene: Scene): Promise<void> | null {
    const known = scene.maps.get(scene.open);
    return known
      ? (this.keep(scene, known), null)
      : fetchMap(this.tools, scene, scene.open).then(map => this.keep(scene, map));
  }

  draw(brush: Brush, width: number): void {
    const { shown } = this;
    if (!shown) {
      return;
    }
    const { arrangement, open, token } = shown.scene;
    this.brush = brush;
    this.width = width;
    this.longest = widest([...arrangement.rows.names, ...arrangement.columns.names], brush.font);
    if (this.locked && this.tokenOf(this.locked.row) !== token) {
      this.locked = null;
    }
    const isWeighed = shown.scene.weight === 'value_norm';
    const weight = isWeighed ? ', weight="value_norm"' : '';
    this.legend.show(
      shown.top,
      `.attention(layer=${open.row}, head=${open.column}${weight})`,
      isWeighed ? 'probability × value norm (Kobayashi et al. 2020)' : 'probability'
    );
    this.paints.now();
  }

  private keep(scene: Scene, whole: HeadMap): void {
    const { shown } = this;
    if (scene.arrangement !== shown?.scene.arrangement) {
      this.locked = null;
      this.looked = WHOLE;
    } else if (whole === shown.whole) {
      this.shown = { ...shown, scene };
      return;
    }
    const map = arranged(whole, scene.arrangement);
    this.shown = { scene, whole, map, margins: marginsOf(map), top: largest(map) };
  }

  /** Look at another part, with the next frame; several moves of one frame add up. */
  private look(look: Look): void {
    this.laid = this.layout(look);
    this.looked = this.laid.look;
    this.paints.ask();
  }

  private zoom(factor: number, x?: number, y?: number): void {
    const { laid, locked } = this;
    if (!laid) {
      return;
    }
    const [middleX, middleY] = anchor(laid, locked);
    const layout = (look: Look) => this.layout(look);
    const next = zoomed(laid, factor, x ?? middleX, y ?? middleY, layout);
    // A chosen cell at the edge would slip out of view when names come in.
    const isKept = x === undefined && locked && isSeen(laid, locked);
    this.look(isKept ? revealed(layout(next), locked) : next);
  }

  private layout(look: Look): MapGrid {
    const { map } = this.shown as Shown;
    const { rows, columns } = (this.shown as Shown).scene.arrangement;
    const grid = lookGrid(this.width, rows.names.length, columns.names.length, this.longest, look);
    const { map: finest } = this.finest ?? { map };
    grid.part.stride = { row: finest.block_down ?? finest.block, column: finest.block };
    return grid;
  }

  private paint(): void {
    const { shown, brush } = this;
    if (!shown || !brush) {
      return;
    }
    const { scene, map, margins, top } = shown;
    const { rows, columns } = scene.arrangement;
    const seen = this.detail.see(scene, map, this.layout(this.looked));
    this.finest = seen.finest;
    const grid = this.layout(this.looked);
    // What was looked at is kept as it was wanted: a width may be a passing one.
    this.laid = grid;
    this.grid.draw(grid, context => {
      context.clearRect(0, 0, grid.width, grid.height);
      drawHeat(context, grid, seen.sources, top, brush.ramp);
      drawLattice(context, grid, brush);
      if (grid.isLabelled) {
        drawNames(context, grid, rows.names, columns.names, brush);
      } else {
        drawPositions(context, grid, brush);
      }
      drawMargins(context, grid, map, margins, brush);
    });
    this.zooming.show([lookedAt(grid), seen.note].filter(text => text).join(' · '), grid);
    this.showLocked();
  }

  table(): Table | null {
    const { shown } = this;
    return shown && tableOf(shown.scene, [shown.map], [shown.scene.open.column]);
  }

  private read(cell: Cell): string {
    const { finest, shown } = this;
    if (!finest || !shown) {
      return '';
    }
    const { map, first } = finest;
    const { arrangement, open } = shown.scene;
    const at = {
      row: Math.floor((cell.row - first.row) / (map.block_down ?? map.block)),
      column: Math.floor((cell.column - first.column) / map.block)
    };
    // A locked cell may be out of view, and out of the tile.
    const isThere = at.row >= 0 && at.column >= 0 && at.row < map.rows && at.column < map.columns;
    const { rows, columns } = arrangement;
    return isThere ? reading(rows.names, columns.names, map, at, open, first) : headName(open);
  }

  private readBar(x: number, y: number): string | null {
    const { laid, shown } = this;
    const bar = laid && barAt(laid, x, y);
    if (!bar || !shown) {
      return null;
    }
    const { rows, columns } = shown.scene.arrangement;
    return bar.side === 'key'
      ? readKey(columns.names, shown.map, shown.margins, bar.line)
      : readQuery(rows.names, shown.map, shown.margins, bar.line);
  }

  private tokenOf(row: number): number {
    return this.shown?.scene.arrangement.rows.groups[row]?.[0] ?? 0;
  }

  private showLocked(): void {
    const { locked, shown } = this;
    if (!locked || !shown) {
      this.locking.textContent = '';
      return;
    }
    const { map, margins, scene } = shown;
    const { rows, columns } = scene.arrangement;
    this.locking.textContent = [
      this.read(locked),
      readQuery(rows.names, map, margins, locked.row),
      readKey(columns.names, map, margins, locked.column)
    ].join(' · ');
  }

  private readonly grid: GridView;
  private readonly zooming: Zooming;
  private readonly detail: Detail;
  private readonly locking = make('div', { className: 'albert-locked' });
  private readonly paints = new Paints(() => this.paint());
  private shown: Shown | null = null;
  private finest: Source | null = null;
  private locked: Cell | null = null;
  private looked: Look = WHOLE;
  private laid: MapGrid | null = null;
  private brush: Brush | null = null;
  private width = 0;
  private longest = 60;
}
