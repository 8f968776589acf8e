/** The tokens twice, with a line for each weight: several heads of one layer in colours. */

import { pointOn, resize, scaled } from '../canvas';
import { focusedBeside } from '../element';
import { make } from '../frame';
import type { Table } from '../saving';
import { isolated } from '../text';
import { category, css } from '../theme';
import { lineOf } from './arrangement';
import { type Brush, widest } from './draw';
import { HeadButtons, headsOf } from './heads';
import { tableOf } from './numbers';
import { Paints } from './paints';
import type { Scene, Tools, View } from './scene';
import { type HeadMap, largest } from './state';
import { type Strand, strands } from './strands';
import { drawStrands, drawTokens, type Pen, ROW, type Strip } from './strokes';
import { WindowedMaps } from './windowed';

const VIEWPORT = 540;
/** How many lines of a query may be chosen, besides all. */
const COUNTS = [1, 3, 5, 10];

/** A line of one of the sides: a token, or a word. */
type Pointed = { token: number; side: 'query' | 'key' };

/** Lines between queries at the left and keys at the right. */
export class LinesView implements View {
  readonly id = 'lines';
  readonly title = 'Lines';
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.heads = new HeadButtons(tools);
    this.source = new WindowedMaps(tools, () => this.paints.ask());
    this.canvas.setAttribute('role', 'listbox');
    this.canvas.setAttribute(
      'aria-label',
      'Tokens and what they attend to. Arrows move, Enter keeps one.'
    );
    // The arrow keys of JupyterLab's command mode would move from cell to cell of the notebook.
    this.canvas.dataset.lmSuppressShortcuts = 'true';
    this.option.id = `albert-token-${Math.random().toString(36).slice(2)}`;
    this.option.setAttribute('role', 'option');
    this.option.setAttribute('aria-selected', 'true');
    this.canvas.append(this.option);
    this.canvas.setAttribute('aria-activedescendant', this.option.id);
    this.canvas.addEventListener('pointermove', event => this.point(this.at(event), event));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('click', event => this.lock(this.at(event)));
    this.canvas.addEventListener('keydown', event => this.press(event));
    this.canvas.addEventListener('blur', () => this.point(null));
    this.scroller.addEventListener('scroll', () => this.paints.ask());
    this.threshold.setAttribute('aria-label', 'Weakest weight that is drawn');
    this.most.setAttribute('aria-label', 'Lines of each query');
    this.most.append(
      make('option', { value: 'Infinity', textContent: 'all lines' }),
      ...COUNTS.map(count =>
        make('option', { value: String(count), textContent: `strongest ${count}` })
      )
    );
    this.most.title = 'Of each query, in each head.';
    for (const control of [this.threshold, this.most, this.mean]) {
      control.addEventListener('input', () => this.paints.ask());
    }
    this.scroller.append(this.spacer);
    this.spacer.append(this.canvas);
    const threshold = make('label', {}, ['from', this.threshold, this.least]);
    const mean = make('label', {}, [this.mean, 'mean']);
    const controls = make('div', { className: 'albert-choice' }, [
      this.heads.element,
      mean,
      this.most,
      threshold
    ]);
    this.note.setAttribute('aria-live', 'polite');
    this.element = make('div', {}, [controls, this.scroller, this.note]);
  }

  load(scene: Scene): Promise<void> | null {
    const isSame = scene.arrangement === this.scene?.arrangement;
    const loading = this.source.load(scene, isSame ? this.top : 0);
    return loading ? loading.then(() => this.keep(scene)) : (this.keep(scene), null);
  }

  draw(brush: Brush, width: number): void {
    const { scene } = this;
    if (!scene) {
      return;
    }
    this.brush = brush;
    const { rows, columns } = scene.arrangement;
    const longest = widest([...rows.names, ...columns.names], brush.font);
    this.label = Math.min(Math.ceil(longest) + 12, width / 3, 130);
    this.lines = Math.max(rows.names.length, columns.names.length);
    // Room for the scroll bar.
    this.width = Math.min(width - 16, 2 * this.label + 320);
    this.height = Math.min(VIEWPORT, this.lines * ROW);
    this.spacer.style.height = `${this.lines * ROW}px`;
    this.scroller.style.width = `${this.width + 16}px`;
    this.scroller.style.maxHeight = `${VIEWPORT}px`;
    this.heads.show(scene, brush);
    if (this.isMoved) {
      this.isMoved = false;
      this.scroller.scrollTop = 0;
    }
    this.paints.now();
  }

  table(): Table | null {
    const { scene } = this;
    return scene && tableOf(scene, this.source.maps, headsOf(scene), this.source.first);
  }

  private keep(scene: Scene): void {
    if (scene.arrangement !== this.scene?.arrangement) {
      this.current = 0;
      this.isMoved = true;
    }
    if (scene.token !== this.scene?.token) {
      this.current = lineOf(scene.arrangement.rows, scene.token) ?? this.current;
    }
    this.scene = scene;
    // Value norms know no largest possible weight as probabilities do.
    this.strongest =
      scene.weight === 'probability' ? 1 : Math.max(...this.source.maps.map(largest), 1e-9);
  }

  private names(): { query: string[]; key: string[] } {
    const { rows, columns } = this.scene?.arrangement ?? { rows: null, columns: null };
    return { query: rows?.names ?? [], key: columns?.names ?? [] };
  }

  private paint(): void {
    const { scene, brush, canvas } = this;
    if (!scene || !brush) {
      return;
    }
    resize(canvas, this.width, this.height);
    const context = scaled(canvas);
    if (!context) {
      return;
    }
    const { maps: before } = this.source;
    this.source.follow(this.top);
    if (this.pointed && this.source.maps !== before) {
      this.tell();
      this.option.textContent = this.read(this.pointed);
    }
    const offset = this.scroller.scrollTop;
    const [from, to] = [this.top, Math.min(this.lines, Math.ceil((offset + this.height) / ROW))];
    this.say(this.source.note(from, to));
    const locked = lineOf(scene.arrangement.rows, scene.token);
    const only: Pointed | null =
      this.pointed ?? (locked === null ? null : { token: locked, side: 'query' });
    const { maps, pens } = this.drawn(scene, brush);
    const found = this.found(maps, from, to, only);
    const strip = { label: this.label, width: this.width, offset, top: this.strongest };
    context.clearRect(0, 0, this.width, this.height);
    drawStrands(context, found, pens, strip);
    this.drawNames(context, [from, to], only, found, strip, brush);
  }

  /** The maps that lines are drawn of, and how those look. */
  private drawn(scene: Scene, { colours }: Brush): { maps: HeadMap[]; pens: Pen[] } {
    const { maps, mean } = this.source;
    if (this.mean.checked && maps.length > 1) {
      return { maps: [mean], pens: [{ colour: colours.accent, dash: 0 }] };
    }
    const pens = headsOf(scene).map(head => ({
      colour: category(head, colours),
      dash: Math.floor(head / 7)
    }));
    return { maps, pens };
  }

  /** The lines that are seen, between tokens of the whole text. */
  private found(maps: HeadMap[], from: number, to: number, only: Pointed | null): Strand[] {
    // A square, so that the weak end of the slider has room.
    const threshold = Number(this.threshold.value) ** 2 * this.strongest;
    this.least.textContent = threshold.toFixed(2);
    const { row, column } = this.source.first;
    const shift = only?.side === 'key' ? column : row;
    const wanted = {
      threshold,
      most: Number(this.most.value),
      only: only && { ...only, token: only.token - shift }
    };
    const found = strands(maps, from - row, to - row, wanted);
    if (row || column) {
      found.forEach(strand => {
        strand.query += row;
        strand.key += column;
      });
    }
    return found;
  }

  private drawNames(
    context: CanvasRenderingContext2D,
    span: [number, number],
    only: Pointed | null,
    found: Strand[],
    strip: Strip,
    brush: Brush
  ): void {
    const names = this.names();
    const reached = new Map<number, number>();
    for (const { query, key, weight } of only ? found : []) {
      const other = only?.side === 'query' ? key : query;
      reached.set(other, Math.max(reached.get(other) ?? 0, weight));
    }
    for (const side of ['query', 'key'] as const) {
      const shadeOf = (token: number) => ({
        isChosen: only?.side === side && only.token === token,
        share: only && only.side !== side ? (reached.get(token) ?? 0) / strip.top : 0
      });
      drawTokens(context, names[side], side === 'query', span, shadeOf, strip, brush);
    }
    if (focusedBeside(this.canvas) === this.canvas) {
      context.lineWidth = 1.5;
      context.strokeStyle = css(brush.colours.ink);
      context.strokeRect(0.5, this.current * ROW - strip.offset + 0.5, this.label - 3, ROW - 1);
    }
  }

  private say(note: string): void {
    this.note.hidden = !note;
    if (this.note.textContent !== note) {
      this.note.textContent = note;
    }
  }

  /** The first line that is seen. */
  private get top(): number {
    return Math.floor(this.scroller.scrollTop / ROW);
  }

  private at(event: PointerEvent | MouseEvent): Pointed | null {
    const { x, y } = pointOn(this.canvas, event);
    const token = Math.floor((y + this.scroller.scrollTop) / ROW);
    const isKey = x >= this.width - this.label - 12;
    const side = isKey ? 'key' : x <= this.label + 12 ? 'query' : null;
    return side && this.names()[side][token] !== undefined ? { token, side } : null;
  }

  private point(pointed: Pointed | null, event?: PointerEvent): void {
    const isSame = pointed?.token === this.pointed?.token && pointed?.side === this.pointed?.side;
    this.pointed = pointed;
    const { x, y } = event ? pointOn(this.canvas, event) : { x: this.label - 14, y: -16 };
    this.place = [x + 14, y + 16];
    this.tell();
    if (!isSame) {
      this.paints.ask();
    }
  }

  private tell(): void {
    const { pointed } = this;
    this.tools.point(pointed && this.read(pointed), this.canvas, ...this.place);
  }

  private lock(pointed: Pointed | null): void {
    if (pointed && this.scene) {
      const { rows, columns } = this.scene.arrangement;
      const [token] = (pointed.side === 'key' ? columns : rows).groups[pointed.token];
      this.tools.choose({ token: this.scene.token === token ? null : token });
    }
  }

  private press(event: KeyboardEvent): void {
    const last = Math.max(this.names().query.length - 1, 0);
    const next = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -last, End: last }[
      event.key
    ];
    if (event.altKey || event.metaKey || event.ctrlKey) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      this.lock({ token: this.current, side: 'query' });
    } else if (event.key === 'Escape') {
      this.point(null);
      this.tools.choose({ token: null });
    } else if (next !== undefined) {
      this.current = Math.max(0, Math.min(last, this.current + next));
      const top = this.current * ROW;
      if (top < this.scroller.scrollTop || top + ROW > this.scroller.scrollTop + this.height) {
        this.scroller.scrollTop = top - this.height / 2;
      }
      const pointed: Pointed = { token: this.current, side: 'query' };
      this.option.textContent = this.read(pointed);
      this.pointed = null;
      this.point(pointed);
    } else {
      return;
    }
    event.preventDefault();
  }

  private read({ token, side }: Pointed): string {
    return side === 'query'
      ? this.source.read(token)
      : `${isolated(this.names().key[token])} ← who attends to it`;
  }

  private readonly canvas = make('canvas', { tabIndex: 0 });
  private readonly option = make('span');
  private readonly spacer = make('div');
  private readonly scroller = make('div', { className: 'albert-lines' });
  private readonly note = make('p', { className: 'albert-note', hidden: true });
  private readonly heads: HeadButtons;
  private readonly source: WindowedMaps;
  private readonly mean = make('input', { type: 'checkbox' });
  private readonly most = make('select');
  private readonly least = make('span');
  private readonly threshold = make('input', {
    type: 'range',
    min: '0',
    max: '0.9',
    step: '0.05',
    value: '0.2'
  });
  private readonly paints = new Paints(() => this.paint());
  private scene: Scene | null = null;
  private brush: Brush | null = null;
  private pointed: Pointed | null = null;
  /** Where the note on it stands. */
  private place: [x: number, y: number] = [0, 0];
  /** The line of the queries that the keyboard is at. */
  private current = 0;
  private isMoved = false;
  /** The weight of the strongest possible line. */
  private strongest = 1;
  private lines = 0;
  private label = 80;
  private width = 400;
  private height = VIEWPORT;
}
