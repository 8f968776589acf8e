/** The tokens twice, with a line for each weight: several heads of one layer in colours. */

import { pointOn, resize, scaled } from '../canvas';
import { focusedBeside } from '../element';
import { make } from '../frame';
import type { Table } from '../saving';
import { category, css } from '../theme';
import { arranged, lineOf } from './arrangement';
import { type Brush, widest } from './draw';
import { HeadButtons, headsOf } from './heads';
import { fetchHeads } from './maps';
import { tableOf } from './numbers';
import { LARGEST_MAP, type Scene, strongest, type Tools, type View } from './scene';
import { type HeadMap, largest } from './state';
import { meanOf, type Strand, strands } from './strands';

/** Heights in CSS pixels. */
const ROW = 18;
const VIEWPORT = 540;
const DASHES = [[], [5, 3], [2, 2]];

/** A line of one of the sides: a token, or a word. */
type Pointed = { token: number; side: 'query' | 'key' };

/** Lines between queries at the left and keys at the right. */
export class LinesView implements View {
  readonly id = 'lines';
  readonly title = 'Lines';
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.heads = new HeadButtons(tools);
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
    this.scroller.addEventListener('scroll', () => this.paint());
    this.threshold.setAttribute('aria-label', 'Weakest weight that is drawn');
    this.threshold.addEventListener('input', () => this.paint());
    this.mean.addEventListener('change', () => this.paint());
    this.scroller.append(this.spacer);
    this.spacer.append(this.canvas);
    const threshold = make('label', {}, ['from', this.threshold, this.least]);
    const mean = make('label', {}, [this.mean, 'mean']);
    const controls = make('div', { className: 'albert-choice' }, [
      this.heads.element,
      mean,
      threshold
    ]);
    this.element = make('div', {}, [controls, this.tooLong, this.scroller]);
  }

  load(scene: Scene): Promise<void> | null {
    const { length } = scene.overview.tokens.tokens;
    if (length > LARGEST_MAP) {
      this.keep(scene, []);
      return null;
    }
    const heads = headsOf(scene);
    const known = heads.map(head => scene.maps.get({ row: scene.open.row, column: head }));
    if (known.every(map => map)) {
      this.keep(scene, known as HeadMap[]);
      return null;
    }
    return fetchHeads(this.tools, scene, scene.open.row, heads).then(maps =>
      this.keep(scene, maps)
    );
  }

  draw(brush: Brush, width: number): void {
    const { scene } = this;
    if (!scene) {
      return;
    }
    this.brush = brush;
    const { rows, columns } = scene.arrangement;
    const { length } = scene.names;
    const isTooLong = length > LARGEST_MAP;
    this.tooLong.hidden = !isTooLong;
    this.scroller.hidden = isTooLong;
    this.tooLong.textContent = `Lines show up to ${LARGEST_MAP.toLocaleString('en')} tokens; this text has ${length.toLocaleString('en')}. The matrix shows all of them.`;
    const longest = widest([...rows.names, ...columns.names], brush.font);
    this.label = Math.min(Math.ceil(longest) + 12, width / 3, 130);
    this.lines = Math.max(rows.names.length, columns.names.length);
    // Room for the scroll bar.
    this.width = Math.min(width - 16, 2 * this.label + 320);
    this.height = Math.min(VIEWPORT, this.lines * ROW);
    this.spacer.style.height = `${this.lines * ROW}px`;
    this.scroller.style.width = `${this.width + 16}px`;
    this.scroller.style.maxHeight = `${VIEWPORT}px`;
    resize(this.canvas, this.width, this.height);
    this.heads.show(scene, brush);
    this.paint();
  }

  table(): Table | null {
    const { scene } = this;
    return scene && tableOf(scene, this.maps, headsOf(scene));
  }

  private keep(scene: Scene, maps: HeadMap[]): void {
    if (scene.arrangement !== this.scene?.arrangement) {
      this.current = 0;
      this.scroller.scrollTop = 0;
    }
    if (scene.token !== this.scene?.token) {
      this.current = lineOf(scene.arrangement.rows, scene.token) ?? this.current;
    }
    this.scene = scene;
    this.maps = maps.map(map => arranged(map, scene.arrangement));
    // Value norms know no largest possible weight as probabilities do.
    this.strongest = scene.weight === 'probability' ? 1 : Math.max(...this.maps.map(largest), 1e-9);
  }

  private names(): { query: string[]; key: string[] } {
    const { rows, columns } = this.scene?.arrangement ?? { rows: null, columns: null };
    return { query: rows?.names ?? [], key: columns?.names ?? [] };
  }

  private paint(): void {
    const { scene, brush, canvas } = this;
    const context = scaled(canvas);
    if (!context || !scene || !brush || !this.maps.length) {
      return;
    }
    // A square, so that the weak end of the slider has room.
    const threshold = Number(this.threshold.value) ** 2 * this.strongest;
    this.least.textContent = threshold.toFixed(2);
    const offset = this.scroller.scrollTop;
    const [from, to] = [
      Math.floor(offset / ROW),
      Math.min(this.lines, Math.ceil((offset + this.height) / ROW))
    ];
    const heads = headsOf(scene);
    const maps = this.mean.checked && this.maps.length > 1 ? [this.meanMap()] : this.maps;
    const locked = lineOf(scene.arrangement.rows, scene.token);
    const only: Pointed | null =
      this.pointed ?? (locked === null ? null : { token: locked, side: 'query' });
    context.clearRect(0, 0, this.width, this.height);
    const y = (token: number) => (token + 0.5) * ROW - offset;
    const [left, right] = [this.label, this.width - this.label];
    context.lineWidth = 1.5;
    const found = strands(maps, from, to, threshold, only);
    for (const { query, key, map, weight } of found) {
      const head = maps === this.maps ? heads[map] : -1;
      context.strokeStyle = css(
        head < 0 ? brush.colours.accent : category(head, brush.colours),
        Math.sqrt(weight / this.strongest)
      );
      context.setLineDash(head < 0 ? [] : DASHES[Math.floor(head / 7) % DASHES.length]);
      context.beginPath();
      // Heads lie side by side, or one would hide the others.
      const shift = (map - (maps.length - 1) / 2) * Math.min(2, (ROW - 6) / maps.length);
      context.moveTo(left, y(query) + shift);
      context.lineTo(right, y(key) + shift);
      context.stroke();
    }
    context.setLineDash([]);
    this.drawTokens(context, from, to, only, found, y);
  }

  private drawTokens(
    context: CanvasRenderingContext2D,
    from: number,
    to: number,
    only: Pointed | null,
    found: Strand[],
    y: (token: number) => number
  ): void {
    const { scene, brush } = this;
    if (!scene || !brush) {
      return;
    }
    const { ink, accent } = brush.colours;
    const names = this.names();
    const reached = new Map<number, number>();
    for (const { query, key, weight } of only ? found : []) {
      const other = only?.side === 'query' ? key : query;
      reached.set(other, Math.max(reached.get(other) ?? 0, weight));
    }
    context.font = brush.font;
    context.textBaseline = 'middle';
    for (let token = from; token < to; token++) {
      for (const side of ['query', 'key'] as const) {
        if (names[side][token] === undefined) {
          continue;
        }
        const isLeft = side === 'query';
        const x = isLeft ? this.label - 6 : this.width - this.label + 6;
        const isChosen = only?.side === side && only.token === token;
        const share = only && only.side !== side ? (reached.get(token) ?? 0) : 0;
        if (isChosen || share > 0) {
          context.fillStyle = css(
            accent,
            isChosen ? 0.35 : 0.6 * Math.sqrt(share / this.strongest)
          );
          context.fillRect(isLeft ? 0 : x - 4, y(token) - ROW / 2 + 1, this.label - 2, ROW - 2);
        }
        context.fillStyle = css(ink);
        context.textAlign = isLeft ? 'right' : 'left';
        context.fillText(names[side][token], x, y(token), this.label - 8);
      }
    }
    if (focusedBeside(this.canvas) === this.canvas) {
      context.strokeStyle = css(ink);
      context.strokeRect(0.5, y(this.current) - ROW / 2 + 0.5, this.label - 3, ROW - 1);
    }
  }

  private meanMap(): HeadMap {
    if (this.meanOf !== this.maps) {
      this.meanOf = this.maps;
      this.meanKept = meanOf(this.maps);
    }
    return this.meanKept as HeadMap;
  }

  private at(event: PointerEvent | MouseEvent): Pointed | null {
    const place = pointOn(this.canvas, event);
    const token = Math.floor((place.y + this.scroller.scrollTop) / ROW);
    const isKey = place.x >= this.width - this.label - 12;
    const side = isKey ? 'key' : place.x <= this.label + 12 ? 'query' : null;
    return side && this.names()[side][token] !== undefined ? { token, side } : null;
  }

  private point(pointed: Pointed | null, event?: PointerEvent): void {
    const isSame = pointed?.token === this.pointed?.token && pointed?.side === this.pointed?.side;
    this.pointed = pointed;
    const { x, y } = event ? pointOn(this.canvas, event) : { x: this.label - 14, y: -16 };
    this.tools.point(pointed && this.read(pointed), this.canvas, x + 14, y + 16);
    if (!isSame) {
      this.paint();
    }
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

  /** What is read out of a token: "cat → sat 0.41, mat 0.20, it 0.11 · head 3". */
  private read({ token, side }: Pointed): string {
    const { scene } = this;
    if (!scene || !this.maps.length) {
      return '';
    }
    const names = this.names();
    if (side === 'key') {
      return `${names.key[token]} ← who attends to it`;
    }
    const map = this.maps.length > 1 ? this.meanMap() : this.maps[0];
    const best = strongest(map, token, 3)
      .map(({ key, weight }) => `${names.key[key]} ${weight.toFixed(2)}`)
      .join(', ');
    const heads = headsOf(scene);
    const of = heads.length > 1 ? `mean of ${heads.length} heads` : `head ${heads[0] + 1}`;
    return `${names.query[token]} → ${best} · ${of}`;
  }

  private readonly canvas = make('canvas', { tabIndex: 0 });
  private readonly option = make('span');
  private readonly spacer = make('div');
  private readonly scroller = make('div', { className: 'albert-lines' });
  private readonly tooLong = make('p', { hidden: true });
  private readonly heads: HeadButtons;
  private readonly mean = make('input', { type: 'checkbox' });
  private readonly least = make('span');
  private readonly threshold = make('input', {
    type: 'range',
    min: '0',
    max: '0.9',
    step: '0.05',
    value: '0.2'
  });
  private scene: Scene | null = null;
  private maps: HeadMap[] = [];
  private strongest = 1;
  private meanOf: HeadMap[] | null = null;
  private meanKept: HeadMap | null = null;
  private brush: Brush | null = null;
  private pointed: Pointed | null = null;
  /** The line of the queries that the keyboard is at. */
  private current = 0;
  private lines = 0;
  private label = 80;
  private width = 400;
  private height = VIEWPORT;
}
