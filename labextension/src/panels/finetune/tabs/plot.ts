/** A small diagram on a canvas: two axes with round numbers, lines, dots and bars in the panel's colours. */

import { resize, scaled } from '../../canvas';
import { make } from '../../element';
import { type Colour, type Colours, coloursOf, css } from '../../theme';
import { percent } from '../report';

/** One axis. */
export interface Axis {
  label: string;
  min: number;
  max: number;
  /** Its numbers are shares, shown in percent. */
  isShare?: boolean;
}

const LEFT = 60;
const BOTTOM = 36;
const MARGIN = 8;
/** Room for the half of the last number that stands beyond its line. */
const RIGHT = 18;

/** Return round numbers within a span, about as many as wanted. */
export function ticks(min: number, max: number, wanted = 5): number[] {
  const raw = (max - min) / Math.max(wanted, 1);
  if (!(raw > 0) || !Number.isFinite(raw)) {
    return [min];
  }
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= raw * 0.999) ?? 10);
  const found: number[] = [];
  for (let at = Math.ceil(min / step - 1e-9); at * step <= max + step * 1e-9; at++) {
    // 3 × 0.1 is not 0.3.
    found.push(Number((at * step).toPrecision(12)));
  }
  return found;
}

/** Return a span that is a little wider than the values, and never empty. */
export function span(values: ArrayLike<number>): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    min = Math.min(min, values[at]);
    max = Math.max(max, values[at]);
  }
  if (!(min <= max)) {
    return [0, 1];
  }
  const room = (max - min) * 0.05 || Math.abs(max) * 0.05 || 0.5;
  return [min - room, max + room];
}

/** What a diagram's content is drawn with, in the numbers of its axes. */
export class Pen {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    readonly colours: Colours,
    readonly x: (value: number) => number,
    readonly y: (value: number) => number
  ) {}

  line(
    xs: ArrayLike<number>,
    ys: ArrayLike<number>,
    colour: Colour,
    dash: number[] = [],
    width = 1.5
  ): void {
    const { context } = this;
    context.strokeStyle = css(colour);
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    for (let at = 0; at < xs.length; at++) {
      const [x, y] = [this.x(xs[at]), this.y(ys[at])];
      if (at) {
        context.lineTo(x, y);
      } else {
        context.moveTo(x, y);
      }
    }
    context.stroke();
    context.setLineDash([]);
  }

  dot(x: number, y: number, colour: Colour, radius = 3, opacity = 1): void {
    const { context } = this;
    context.fillStyle = css(colour, opacity);
    context.beginPath();
    context.arc(this.x(x), this.y(y), radius, 0, 2 * Math.PI);
    context.fill();
  }

  /** A dot with a ring of the background around it, which stands out on lines. */
  mark(x: number, y: number): void {
    this.dot(x, y, this.colours.background, 7);
    this.dot(x, y, this.colours.ink, 5);
  }

  bar(from: number, to: number, low: number, high: number, colour: Colour, opacity = 1): void {
    const [left, right, top, bottom] = [this.x(from), this.x(to), this.y(high), this.y(low)];
    this.context.fillStyle = css(colour, opacity);
    this.context.fillRect(left + 1, top, Math.max(right - left - 2, 1), bottom - top);
  }
}

/** A diagram with its name; what it shows is said in words, too. */
export class Plot {
  readonly element: HTMLElement;
  readonly canvas = make('canvas', { className: 'albert-plot' });

  constructor(
    title: string,
    private readonly height = 240
  ) {
    this.canvas.setAttribute('role', 'img');
    this.element = make('figure', { className: 'albert-diagram' }, [this.caption, this.canvas]);
    this.title = title;
    this.caption.textContent = title;
  }

  /**
   * Draw anew.
   *
   * @param said What it shows, in words.
   */
  draw(width: number, x: Axis, y: Axis, said: string, content: (pen: Pen) => void): void {
    const { canvas, height } = this;
    resize(canvas, width, height);
    canvas.setAttribute('aria-label', `${this.title}: ${said}`);
    const context = scaled(canvas);
    if (!context) {
      return;
    }
    const colours = coloursOf(canvas);
    const [right, bottom] = [width - RIGHT, height - BOTTOM];
    const across = (value: number) => LEFT + ((value - x.min) / (x.max - x.min)) * (right - LEFT);
    const down = (value: number) =>
      bottom - ((value - y.min) / (y.max - y.min)) * (bottom - MARGIN);
    context.clearRect(0, 0, width, height);
    context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    context.textBaseline = 'middle';
    context.fillStyle = css(colours.faint);
    context.strokeStyle = css(colours.line);
    context.lineWidth = 1;
    const text = (axis: Axis, value: number) => (axis.isShare ? percent(value) : short(value));
    context.textAlign = 'center';
    for (const value of ticks(x.min, x.max, Math.floor((right - LEFT) / 56))) {
      line(context, across(value), bottom, across(value), MARGIN);
      context.fillText(text(x, value), across(value), bottom + 10);
    }
    context.textAlign = 'right';
    for (const value of ticks(y.min, y.max, Math.floor(bottom / 40))) {
      line(context, LEFT, down(value), right, down(value));
      context.fillText(text(y, value), LEFT - 5, down(value));
    }
    context.textAlign = 'center';
    context.fillText(x.label, (LEFT + right) / 2, height - 8);
    context.save();
    context.translate(8, (bottom + MARGIN) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(y.label, 0, 0);
    context.restore();
    content(new Pen(context, colours, across, down));
  }

  /** Change what stands above it. */
  say(caption: string): void {
    this.caption.textContent = caption;
  }

  private readonly title: string;
  private readonly caption = make('figcaption');
}

function line(
  context: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number
): void {
  context.beginPath();
  // On whole pixels, so that it is one pixel wide.
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
}

function short(value: number): string {
  return Math.abs(value) >= 10_000 ? value.toExponential(1) : String(Number(value.toPrecision(4)));
}
