/** What the model says with some heads switched off, and which heads matter. */

import { make } from '../frame';
import { type NumberArray, RequestFailed } from '../messages';
import type { Table } from '../saving';
import { quantized } from './arrangement';
import { type Brush, drawMap } from './draw';
import { GridView } from './grid';
import { rounded } from './numbers';
import type { Scene, Tools, View } from './scene';
import { type Cell, type HeadMap, headName, overviewGrid } from './state';

/** The answer to `effect`: what the model says, likeliest first. */
interface Effect {
  names: string[];
  values: NumberArray;
}

/** The answer to `head_importance`; see the Python class of this name. */
interface HeadImportance {
  values: NumberArray;
  targets: string[];
}

/** A grid of heads to click on, and the prediction beside it. */
export class EffectView implements View {
  readonly id = 'effect';
  readonly title = 'Effect';
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.grid = new GridView({
      label: 'Heads: layers down, heads across. Enter switches one off or on.',
      name: cell => this.read(cell),
      onPoint: (cell, x, y) => tools.point(cell && this.read(cell), this.grid.element, x, y),
      onOpen: cell => {
        const name = `${cell.row}/${cell.column}`;
        if (!this.off.delete(name)) {
          this.off.add(name);
        }
        tools.choose({});
      },
      drawOver: (context, grid, pointed) => this.drawOff(context, grid, pointed)
    });
    this.grid.element.classList.add('albert-overview');
    this.all = make('button', { type: 'button', textContent: 'all on' });
    this.all.addEventListener('click', () => {
      this.off.clear();
      tools.choose({});
    });
    this.bars.setAttribute('role', 'list');
    this.body = make('div', { className: 'albert-effect' }, [
      this.grid.element,
      this.all,
      this.bars
    ]);
    this.element = make('div', {}, [this.body, this.note]);
  }

  load(scene: Scene): Promise<void> | null {
    const isNew = scene.maps !== this.scene?.maps;
    if (isNew) {
      this.off.clear();
      this.refusal = '';
    }
    const key = [...this.off].sort().join();
    if (!isNew && (key === this.key || this.refusal)) {
      this.scene = scene;
      return null;
    }
    const { tools } = this;
    const ablate = [...this.off].map(name => name.split('/').map(Number));
    const work = async () => {
      const now = await tools.ask<Effect>(scene, 'effect', { ablate }, 'effect');
      if (isNew) {
        this.importance = await tools.ask(scene, 'head_importance', {}, 'importance');
        this.whole = now;
      }
      this.now = now;
    };
    return work()
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed) || error.isVoid) {
          throw error;
        }
        // Not every model predicts something; that is no failure of the panel.
        this.refusal = `${error.message} ${error.hint}`;
      })
      .then(() => {
        this.scene = scene;
        this.key = key;
      });
  }

  draw(brush: Brush, width: number): void {
    const { scene, importance, whole, now } = this;
    this.body.hidden = Boolean(this.refusal);
    this.note.textContent = this.refusal;
    if (this.refusal || !scene || !importance || !whole || !now) {
      return;
    }
    this.brush = brush;
    const [layers, heads] = importance.values.shape;
    this.map = quantized(Float32Array.from(importance.values.data), layers, heads);
    const grid = overviewGrid(Math.min(width, 420), layers, heads);
    const map = this.map;
    const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1));
    this.grid.draw({ ...grid, gap: 1 }, context =>
      drawMap(context, grid, map, numbers(layers), null, brush)
    );
    this.all.hidden = !this.off.size;
    this.note.textContent =
      `A click switches a head off. The stronger its colour, the more a head matters for “${importance.targets[0]}”, relative to their layer ` +
      '(Michel et al. 2019). Thin bars: with all heads on.';
    this.bars.replaceChildren(
      ...now.names.map((name, index) => {
        const value = now.values.data[index];
        const before = whole.names.indexOf(name);
        const was = before < 0 ? 0 : whole.values.data[before];
        const change = Math.round((value - was) * 1000) / 1000;
        const bar = make('span', { className: 'albert-bar' }, [make('i'), make('b')]);
        bar.style.setProperty('--albert-now', `${Math.min(Math.max(value, 0), 1) * 100}%`);
        bar.style.setProperty('--albert-was', `${Math.min(Math.max(was, 0), 1) * 100}%`);
        const text = `${value.toFixed(3)}${change ? ` (${change > 0 ? '+' : ''}${change.toFixed(3)})` : ''}`;
        const item = make('div', { className: 'albert-outcome' }, [
          make('span', { textContent: name, dir: 'auto' }),
          bar,
          make('span', { textContent: text })
        ]);
        item.setAttribute('role', 'listitem');
        return item;
      })
    );
  }

  table(): Table | null {
    const { importance, now } = this;
    const width = importance?.values.shape[1] ?? 1;
    return (
      importance &&
      now && {
        columns: ['what', 'layer', 'head', 'value'],
        rows: [
          ...now.names.map((name, at) => [name, '', '', rounded(now.values.data[at])]),
          ...Array.from(importance.values.data, (value, at) => [
            this.off.has(`${Math.floor(at / width)}/${at % width}`)
              ? 'importance (off)'
              : 'importance',
            Math.floor(at / width),
            at % width,
            rounded(value)
          ])
        ]
      }
    );
  }

  private read(cell: Cell): string {
    const isOff = this.off.has(`${cell.row}/${cell.column}`);
    const { importance } = this;
    const value = importance
      ? importance.values.data[cell.row * importance.values.shape[1] + cell.column]
      : 0;
    return `${headName(cell)} · ${isOff ? 'off' : 'on'} · importance ${value.toFixed(2)}`;
  }

  private drawOff(
    context: CanvasRenderingContext2D,
    grid: { left: number; top: number; step: number },
    pointed: Cell | null
  ): void {
    const { brush } = this;
    if (!brush) {
      return;
    }
    const { ink, background } = brush.colours;
    const at = (row: number, column: number): [number, number] => [
      grid.left + column * grid.step,
      grid.top + row * grid.step
    ];
    context.lineWidth = 2;
    for (const name of this.off) {
      const [row, column] = name.split('/').map(Number);
      const [x, y] = at(row, column);
      context.fillStyle = `rgb(${background.slice(0, 3).join(' ')})`;
      context.fillRect(x + 1, y + 1, grid.step - 2, grid.step - 2);
      context.strokeStyle = `rgb(${ink.slice(0, 3).join(' ')})`;
      context.beginPath();
      context.moveTo(x + 4, y + 4);
      context.lineTo(x + grid.step - 4, y + grid.step - 4);
      context.moveTo(x + grid.step - 4, y + 4);
      context.lineTo(x + 4, y + grid.step - 4);
      context.stroke();
    }
    if (pointed) {
      context.strokeStyle = `rgb(${ink.slice(0, 3).join(' ')})`;
      context.strokeRect(...at(pointed.row, pointed.column), grid.step, grid.step);
    }
  }

  private readonly grid: GridView;
  private readonly all: HTMLButtonElement;
  private readonly body: HTMLElement;
  private readonly bars = make('div', { className: 'albert-bars' });
  private readonly note = make('p', { className: 'albert-note' });
  /** Heads that are switched off, as "layer/head". */
  private readonly off = new Set<string>();
  private scene: Scene | null = null;
  private key = '';
  private importance: HeadImportance | null = null;
  private whole: Effect | null = null;
  private now: Effect | null = null;
  private map: HeadMap | null = null;
  private brush: Brush | null = null;
  private refusal = '';
}
