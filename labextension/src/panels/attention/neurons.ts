/** What one row of one head is made of: q, k, their product, its sum, and the softmax of it. */

import { pointOn, resize, scaled } from '../canvas';
import { make } from '../frame';
import type { NumberArray } from '../messages';
import type { Table } from '../saving';
import { isolated } from '../text';
import { css, signed } from '../theme';
import { type Brush, widest, write } from './draw';
import { rounded } from './numbers';
import { queryOf, type Scene, type Tools, type View } from './scene';
import { grouped, weightText } from './state';

/** The answer to `neurons`; see the Python class of this name. */
interface Neurons {
  query: number;
  query_vector: NumberArray;
  key_vectors: NumberArray;
  scores: NumberArray;
  probabilities: NumberArray;
  scaling: number;
}

const ROW = 20;
/** Keys that are shown at once; of a longer text first those with the largest probabilities. */
const SHOWN = 48;

/** Vectors as strips of colour, one row a key. */
export class NeuronsView implements View {
  readonly id = 'neurons';
  readonly title = 'Neurons';
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.canvas.setAttribute('role', 'img');
    this.canvas.addEventListener('pointermove', event => this.point(event));
    this.canvas.addEventListener('pointerleave', () => tools.point(null));
    this.canvas.addEventListener('click', event => {
      const key = this.keys[Math.floor(pointOn(this.canvas, event).y / ROW) - 2];
      if (key !== undefined) {
        tools.choose({ token: key });
      }
    });
    this.stronger.addEventListener('click', () => this.turn(-1));
    this.weaker.addEventListener('click', () => this.turn(1));
    this.turning = make('div', { className: 'albert-choice' }, [
      this.stronger,
      this.weaker,
      this.place
    ]);
    this.place.setAttribute('aria-live', 'polite');
    this.element = make('div', { className: 'albert-neurons' }, [
      this.turning,
      this.canvas,
      this.note
    ]);
  }

  load(scene: Scene): Promise<void> | null {
    const query = queryOf(scene);
    const { row: layer, column: head } = scene.open;
    const key = `${layer}/${head}/${query}`;
    if (scene.maps === this.scene?.maps && key === this.key) {
      this.scene = scene;
      return null;
    }
    return this.tools
      .ask<Neurons>(scene, 'neurons', { layer, head, query }, 'neurons')
      .then(found => {
        this.scene = scene;
        this.key = key;
        this.found = found;
        this.page = 0;
      });
  }

  draw(brush: Brush, width: number): void {
    const { scene, found } = this;
    if (!scene || !found) {
      return;
    }
    this.brush = brush;
    this.width = width;
    const probabilities = found.probabilities.data;
    // Vectors are of pieces: of the switches, words join nothing here.
    const shown = scene.arrangement.columns.groups.flat();
    this.showPage(shown, probabilities);
    // Among so many tokens a name alone does not say which.
    const names =
      shown.length > SHOWN
        ? scene.names.map((name, key) => `${grouped(key + 1)} ${name}`)
        : scene.names;
    const size = found.query_vector.data.length;
    const label = Math.min(Math.ceil(widest(names, brush.font)) + 10, 120);
    const numbers = 130;
    const strip = Math.max(48, Math.min(size * 4, (width - label - numbers - 32) / 2));
    this.columns = { label, strip, size };
    const total = label + 2 * strip + 24 + numbers;
    const height = (this.keys.length + 2) * ROW + 4;
    resize(this.canvas, total, height);
    const context = scaled(this.canvas);
    if (!context) {
      return;
    }
    context.clearRect(0, 0, total, height);
    context.font = brush.font;
    context.textBaseline = 'middle';
    const [first, second, third] = [label, label + strip + 12, label + 2 * strip + 24];
    context.fillStyle = css(brush.colours.faint);
    context.textAlign = 'left';
    context.fillText('k', first, ROW / 2);
    context.fillText('q × k', second, ROW / 2);
    context.fillText(`q · k`, third, ROW / 2);
    context.fillText('softmax', third + 56, ROW / 2);
    const queries = Array.from(found.query_vector.data);
    const vectors = this.keys.map(key =>
      Array.from({ length: size }, (_, at) => found.key_vectors.data[key * size + at])
    );
    const products = vectors.map(vector => vector.map((value, at) => value * queries[at]));
    const top = Math.max(...queries.map(Math.abs), ...vectors.flat().map(Math.abs));
    const topProduct = Math.max(...products.flat().map(Math.abs));
    this.dots = products.map(row => row.reduce((sum, value) => sum + value, 0));
    const row = (index: number) => (index + 2) * ROW;
    context.fillStyle = css(brush.colours.ink);
    context.textAlign = 'right';
    write(context, `q ${names[found.query]}`, label - 6, 1.5 * ROW, label - 6);
    this.drawStrip(context, queries, top, first, ROW, brush);
    this.keys.forEach((key, index) => {
      const y = row(index);
      context.fillStyle = css(brush.colours.ink);
      context.textAlign = 'right';
      write(context, names[key], label - 6, y + ROW / 2, label - 6);
      this.drawStrip(context, vectors[index], top, first, y, brush);
      this.drawStrip(context, products[index], topProduct, second, y, brush);
      context.fillStyle = css(brush.colours.accent, 0.35);
      context.fillRect(third + 56, y + 3, (numbers - 60) * probabilities[key], ROW - 6);
      context.fillStyle = css(brush.colours.ink);
      context.textAlign = 'left';
      context.fillText(this.dots[index].toFixed(1), third, y + ROW / 2);
      context.fillText(weightText(probabilities[key]), third + 60, y + ROW / 2);
    });
    this.note.textContent = `softmax(q · k × ${found.scaling.toFixed(3)}): blue is positive, orange negative. A click on a row makes it the query.`;
    if (!this.keys.length) {
      return;
    }
    const strong = this.keys.reduce((a, b) => (probabilities[a] >= probabilities[b] ? a : b));
    this.canvas.setAttribute(
      'aria-label',
      `Query ${names[found.query]}: strongest key ${names[strong]}, ${probabilities[strong].toFixed(2)}`
    );
  }

  table(): Table | null {
    const { scene, found } = this;
    const size = this.columns.size;
    const dimensions = Array.from({ length: size }, (_, at) => `k${at}`);
    return (
      scene &&
      found && {
        columns: ['key', 'key_token', 'score', 'probability', ...dimensions],
        rows: this.keys.map(key => [
          key,
          scene.names[key],
          rounded(found.scores.data[key]),
          rounded(found.probabilities.data[key]),
          ...Array.from({ length: size }, (_, at) =>
            rounded(found.key_vectors.data[key * size + at])
          )
        ])
      }
    );
  }

  /** Choose the keys that are shown: all, in their order; of a long text a page of them, the strongest first. */
  private showPage(shown: number[], probabilities: ArrayLike<number>): void {
    const isLong = shown.length > SHOWN;
    // The switches may have left fewer keys.
    this.page = Math.min(this.page, Math.floor((shown.length - 1) / SHOWN));
    const from = this.page * SHOWN;
    this.keys = isLong
      ? shown.sort((a, b) => probabilities[b] - probabilities[a]).slice(from, from + SHOWN)
      : shown;
    this.turning.hidden = !isLong;
    this.stronger.disabled = from === 0;
    this.weaker.disabled = from + SHOWN >= shown.length;
    const rest = shown.slice(from + this.keys.length);
    const left = rest.reduce((sum, key) => sum + probabilities[key], 0);
    this.place.textContent = `keys ${grouped(from + 1)}–${grouped(from + this.keys.length)} of ${grouped(shown.length)}, the strongest first; weaker ones share ${weightText(left)}`;
  }

  private turn(by: number): void {
    this.page += by;
    if (this.brush) {
      this.draw(this.brush, this.width);
    }
  }

  private drawStrip(
    context: CanvasRenderingContext2D,
    values: number[],
    top: number,
    x: number,
    y: number,
    { colours }: Brush
  ): void {
    const { strip, size } = this.columns;
    const step = strip / size;
    values.forEach((value, at) => {
      context.fillStyle = css(signed(top ? value / top : 0, colours));
      // Whole pixels, or thin lines of the background would show between the cells.
      const [from, to] = [Math.round(x + at * step), Math.round(x + (at + 1) * step)];
      context.fillRect(from, y + 3, to - from, ROW - 6);
    });
    context.strokeStyle = css(colours.line);
    context.strokeRect(x - 0.5, y + 2.5, strip + 1, ROW - 5);
  }

  private point(event: PointerEvent): void {
    const { scene, found } = this;
    const { x, y } = pointOn(this.canvas, event);
    const index = Math.floor(y / ROW) - 2;
    const key = this.keys[index];
    if (!scene || !found || (key === undefined && index !== -1)) {
      this.tools.point(null);
      return;
    }
    const { label, strip, size } = this.columns;
    const offset = x - label;
    const isProduct = offset > strip + 12;
    const within = isProduct ? offset - strip - 12 : offset;
    const dimension = Math.floor((within / strip) * size);
    let text: string;
    if (index === -1) {
      text = `q of ${isolated(scene.names[found.query])}`;
    } else {
      const weight = weightText(found.probabilities.data[key]);
      text = `${isolated(scene.names[found.query])} → ${isolated(scene.names[key])} ${weight} · score ${found.scores.data[key].toFixed(2)}`;
    }
    if (dimension >= 0 && dimension < size) {
      const q = found.query_vector.data[dimension];
      const k = index === -1 ? 1 : found.key_vectors.data[key * size + dimension];
      text += ` · dimension ${dimension + 1}: ${isProduct && index >= 0 ? `q × k ${(q * k).toFixed(2)}` : (index === -1 ? q : k).toFixed(2)}`;
    }
    this.tools.point(text, this.canvas, x + 14, y + 16);
  }

  private readonly canvas = make('canvas');
  private readonly stronger = make('button', { type: 'button', textContent: '◂ back' });
  private readonly weaker = make('button', { type: 'button', textContent: 'more ▸' });
  private readonly place = make('span');
  private readonly turning: HTMLElement;
  private page = 0;
  private brush: Brush | null = null;
  private width = 0;
  private readonly note = make('p', { className: 'albert-note' });
  private scene: Scene | null = null;
  private key = '';
  private found: Neurons | null = null;
  private keys: number[] = [];
  private dots: number[] = [];
  private columns = { label: 80, strip: 128, size: 32 };
}
