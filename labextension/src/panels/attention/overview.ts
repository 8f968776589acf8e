/** All heads at a glance, with what each of them is in the habit of. */

import { make } from '../frame';
import { arranged } from './arrangement';
import { type Brush, drawFrames, drawOverview, type Mark } from './draw';
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
import { type Cell, headMap, type HeadMap, headName, largest, overviewGrid } from './state';

/** How many heads are named under the thumbnails. */
const NAMED = 5;
const HABITS = 'habits';

/** Thumbnails: layers down, heads across. */
export class Overview {
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.grid = new GridView({
      label: 'All heads: layers down, heads across. Enter opens one.',
      name: cell => this.read(cell),
      onPoint: (cell, x, y) => tools.point(cell && this.read(cell), this.grid.element, x, y),
      onOpen: cell => tools.choose({ open: cell, heads: [] }),
      drawOver: (context, grid, pointed) => {
        if (this.scene && this.brush) {
          drawFrames(context, grid, this.scene.open, pointed, this.brush.colours);
        }
      }
    });
    this.grid.element.classList.add('albert-overview');
    this.mark.setAttribute('aria-label', 'Mark heads by');
    this.mark.append(
      make('option', { value: HABITS, textContent: 'marked by habit' }),
      ...MEASURES.map(({ name, title }) => make('option', { value: name, textContent: title }))
    );
    this.mark.addEventListener('change', () => this.redraw());
    this.marking = make('div', { className: 'albert-marking', hidden: true }, [
      this.mark,
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
    this.grid.go(scene.open);
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
    const { overview } = scene;
    const grid = overviewGrid(this.room, overview.num_layers, overview.num_heads);
    this.drawn = grid.width;
    this.marking.style.maxWidth = `${grid.width}px`;
    this.grid.draw(grid, context =>
      drawOverview(
        context,
        grid,
        overview,
        cell => this.mapOf(cell),
        cell => this.markOf(cell),
        brush
      )
    );
    this.nameStrongest();
  }

  /** Thumbnails of short texts follow the switches; those of long ones are pooled already. */
  private mapOf(cell: Cell): HeadMap {
    const { overview, arrangement } = this.scene as Scene;
    const map = headMap(overview, cell);
    return map.block > 1 ? map : arranged(map, arrangement);
  }

  private markOf(cell: Cell): Mark | null {
    const { statistics, scene } = this;
    if (!statistics || !scene) {
      return null;
    }
    if (this.mark.value === HABITS) {
      const habit = this.habit(cell);
      return habit && { letter: habit.letter, share: 0 };
    }
    const measure = this.mark.value as Measure;
    const [top] = ranked(statistics, measure);
    const share =
      valueOf(statistics, measure, cell) / (valueOf(statistics, measure, top) || Infinity);
    return { letter: '', share };
  }

  /** Name the heads that a measure is largest of, each a button that opens it. */
  private nameStrongest(): void {
    const { statistics } = this;
    const measure = this.mark.value as Measure;
    if (!statistics || this.mark.value === HABITS) {
      this.named.replaceChildren(
        ...(statistics ? ['P previous · N next · I itself · C first · S separator · B broad'] : [])
      );
      return;
    }
    this.named.replaceChildren(
      ...ranked(statistics, measure)
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

  private read(cell: Cell): string {
    const { scene, statistics } = this;
    if (!scene) {
      return headName(cell);
    }
    const parts = [
      headName(cell),
      `up to ${largest(headMap(scene.overview, cell)).toFixed(2)}`,
      this.habit(cell)?.text
    ];
    if (statistics && this.mark.value !== HABITS) {
      const measure = this.mark.value as Measure;
      parts.push(
        `${MEASURES.find(({ name }) => name === measure)?.title}: ${readable(measure, valueOf(statistics, measure, cell))}`
      );
    }
    return parts.filter(part => part).join(' · ');
  }

  private readonly grid: GridView;
  private readonly mark = make('select');
  private readonly named = make('span', { className: 'albert-named' });
  private readonly marking: HTMLElement;
  private scene: Scene | null = null;
  private statistics: HeadStatistics | null = null;
  private brush: Brush | null = null;
  private room = 0;
  private drawn = 0;
}
