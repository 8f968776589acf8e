/** All heads at a glance, with what each of them is in the habit of. */

import { make } from '../frame';
import { arranged } from './arrangement';
import { type Brush, drawFrames, drawNumbers, drawOverview, type Mark } from './draw';
import { GridView } from './grid';
import {
  type Habit,
  habitOf,
  type HeadStatistics,
  type Measure,
  MEASURES,
  ranked,
  readable,
  valueOf
} from './habits';
import type { Scene, Tools } from './scene';
import { type Cell, headMap, type HeadMap, headName, largest, overviewGrid, range } from './state';

/** How many heads are named under the thumbnails. */
const NAMED = 5;
const HABITS = 'habits';
/** What the letters on the thumbnails mean; a line never ends between a letter and its meaning. */
const LEGEND = ['P previous', 'N next', 'I itself', 'C first', 'S separator', 'B broad']
  .map(meaning => meaning.replace(' ', '\u00a0'))
  .join(' · ');

/** Thumbnails: layers down, heads across. */
export class Overview {
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.grid = new GridView({
      label: 'All heads: layers down, heads across. Enter opens one.',
      name: cell => this.read(cell),
      onPoint: (cell, x, y) =>
        tools.point((cell && this.read(cell)) || null, this.grid.element, x, y),
      onOpen: cell => {
        const open = this.headAt(cell);
        if (open) {
          tools.choose({ open, heads: [] });
        }
      },
      drawOver: (context, grid, pointed) => {
        if (this.scene && this.brush) {
          const shown = pointed && this.headAt(pointed) && pointed;
          drawFrames(context, grid, this.placeOf(this.scene.open), shown, this.brush.colours);
        }
      }
    });
    this.grid.element.classList.add('albert-overview');
    this.mark.setAttribute('aria-label', 'Mark heads by');
    this.mark.append(
      make('option', { value: HABITS, textContent: 'marked by habit' }),
      ...MEASURES.map(({ name, title }) => make('option', { value: name, textContent: title }))
    );
    this.mark.addEventListener('change', () =>
      tools.choose({ measure: this.mark.value as Measure | typeof HABITS })
    );
    this.sort.addEventListener('change', () => tools.choose({ sort: this.sort.checked }));
    this.sorting = make('label', { title: 'Best first, from left to right' }, [
      this.sort,
      'sorted'
    ]);
    this.marking = make('div', { className: 'albert-marking', hidden: true }, [
      make('div', { className: 'albert-choice' }, [this.mark, this.sorting]),
      this.named
    ]);
    this.element = make('div', {}, [this.grid.element, this.marking]);
  }

  /** How wide the thumbnails are, in pixels. */
  get width(): number {
    return this.drawn;
  }

  /** Show a scene; the statistics of its text may come later. */
  show(scene: Scene, statistics: HeadStatistics | null): void {
    this.scene = scene;
    this.statistics = statistics;
    this.marking.hidden = !statistics;
    this.mark.value = scene.measure;
    this.sort.checked = scene.sort;
    this.sorting.hidden = scene.measure === HABITS;
    this.order =
      statistics && scene.sort && scene.measure !== HABITS
        ? ranked(statistics, scene.measure, scene.layers)
        : null;
    this.grid.go(this.placeOf(scene.open));
    this.redraw();
  }

  draw(brush: Brush, width: number): void {
    this.brush = brush;
    this.room = width;
    this.redraw();
  }

  private redraw(): void {
    const { scene, brush } = this;
    if (!scene || !brush) {
      return;
    }
    const { num_heads } = scene.overview;
    const layers = range(...scene.layers);
    const grid = overviewGrid(this.room, layers.length, num_heads);
    this.drawn = grid.width;
    this.marking.style.maxWidth = `${grid.width}px`;
    this.grid.draw(grid, context => {
      drawOverview(
        context,
        grid,
        cell => this.mapOf(this.headAt(cell)),
        cell => this.markOf(this.headAt(cell)),
        brush
      );
      if (!this.order) {
        drawNumbers(context, grid, layers, range(0, num_heads - 1), brush);
      }
    });
    this.nameStrongest();
  }

  /** Return the head in a place of the grid: by layer and number, or by rank. */
  private headAt({ row, column }: Cell): Cell | null {
    const { scene, order } = this;
    if (!scene) {
      return null;
    }
    return order
      ? (order[row * scene.overview.num_heads + column] ?? null)
      : { row: row + scene.layers[0], column };
  }

  private placeOf(head: Cell): Cell {
    const { scene, order } = this;
    const heads = scene?.overview.num_heads ?? 1;
    const rank = order?.findIndex(({ row, column }) => row === head.row && column === head.column);
    return rank === undefined
      ? { row: head.row - (scene?.layers[0] ?? 0), column: head.column }
      : { row: Math.floor(rank / heads), column: rank % heads };
  }

  /** Thumbnails of short texts follow the switches; those of long ones are pooled already. */
  private mapOf(cell: Cell | null): HeadMap | null {
    if (!cell) {
      return null;
    }
    const { overview, arrangement } = this.scene as Scene;
    const map = headMap(overview, cell);
    return map.block > 1 ? map : arranged(map, arrangement);
  }

  private markOf(cell: Cell | null): Mark | null {
    const { statistics, scene } = this;
    if (!statistics || !scene || !cell) {
      return null;
    }
    if (scene.measure === HABITS) {
      const habit = this.habit(cell);
      return habit && { letter: habit.letter, share: 0 };
    }
    const { measure } = scene;
    const [top] = ranked(statistics, measure, scene.layers);
    const share =
      valueOf(statistics, measure, cell) / (valueOf(statistics, measure, top) || Infinity);
    return { letter: this.order ? `${cell.row + 1}.${cell.column + 1}` : '', share };
  }

  /** Name the heads that a measure is largest of, each a button that opens it. */
  private nameStrongest(): void {
    const { statistics, scene } = this;
    const measure = scene?.measure ?? HABITS;
    if (!statistics || !scene || measure === HABITS) {
      this.named.replaceChildren(...(statistics ? [LEGEND] : []));
      return;
    }
    this.named.replaceChildren(
      ...ranked(statistics, measure, scene.layers)
        .slice(0, NAMED)
        .map(cell => {
          const value = readable(measure, valueOf(statistics, measure, cell));
          const button = make('button', {
            type: 'button',
            textContent: `${cell.row + 1}.${cell.column + 1} ${value}`,
            title: headName(cell)
          });
          button.addEventListener('click', () => this.tools.choose({ open: cell, heads: [] }));
          return button;
        })
    );
  }

  private habit(cell: Cell): Habit | null {
    const { statistics, scene } = this;
    return statistics && scene && habitOf(statistics, cell, scene.names.length);
  }

  private read(place: Cell): string {
    const { scene, statistics } = this;
    const cell = this.headAt(place);
    if (!scene || !cell) {
      return '';
    }
    const parts = [
      headName(cell),
      `up to ${largest(headMap(scene.overview, cell)).toFixed(2)}`,
      this.habit(cell)?.text
    ];
    if (statistics && scene.measure !== HABITS) {
      const { measure } = scene;
      parts.push(
        `${MEASURES.find(({ name }) => name === measure)?.title}: ${readable(measure, valueOf(statistics, measure, cell))}`
      );
    }
    return parts.filter(part => part).join(' · ');
  }

  private readonly grid: GridView;
  private readonly mark = make('select');
  private readonly sort = make('input', { type: 'checkbox' });
  private readonly sorting: HTMLElement;
  private readonly named = make('span', { className: 'albert-named' });
  private readonly marking: HTMLElement;
  private scene: Scene | null = null;
  private statistics: HeadStatistics | null = null;
  /** All heads, best first, where they are sorted. */
  private order: Cell[] | null = null;
  private brush: Brush | null = null;
  private room = 0;
  private drawn = 0;
}
