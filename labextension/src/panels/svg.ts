/** The part of a canvas's context that panels draw with, written as SVG: text stays text, cells stay sharp. */

import type { Colour } from './theme';

type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number];

/** What `save` keeps. */
interface Style {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  matrix: Matrix;
  dash: number[];
  clips: number[];
}

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
/** Cells of a picture that are at least so many pixels wide become shapes, smaller ones stay a picture. */
const CELL = 5;
const MOST_CELLS = 20_000;
const ANCHORS: Partial<Record<CanvasTextAlign, string>> = {
  center: 'middle',
  right: 'end',
  end: 'end'
};
/** From the given line of a text down to its baseline, as a share of the font's size. */
const BASELINES: Partial<Record<CanvasTextBaseline, number>> = {
  middle: 0.35,
  top: 0.8,
  hanging: 0.8,
  bottom: -0.2
};
let clipped = 0;

/** Draws as a canvas does, into text. */
export class SvgContext {
  fillStyle = '#000';
  strokeStyle = '#000';
  lineWidth = 1;
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign: CanvasTextAlign = 'start';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  imageSmoothingEnabled = false;

  /**
   * @param read Reads any colour of CSS; of SVG's readers many know only the old ways to write one.
   * @param measure Returns the width of a text in a font.
   */
  constructor(
    private readonly read: (colour: string) => Colour,
    private readonly measure: (font: string, text: string) => number
  ) {}

  toString(): string {
    return this.parts.join('');
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline } = this;
    const { matrix, dash, clips } = this;
    this.saved.push({
      ...{ fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline },
      ...{ matrix, dash, clips }
    });
  }

  restore(): void {
    Object.assign(this, this.saved.pop());
  }

  /** What is drawn in CSS pixels is written in them: the scale of the screen means nothing here. */
  setTransform(): void {
    this.matrix = IDENTITY;
  }

  translate(x: number, y: number): void {
    this.transform(1, 0, 0, 1, x, y);
  }

  scale(x: number, y: number): void {
    this.transform(x, 0, 0, y, 0, 0);
  }

  rotate(angle: number): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.transform(cos, sin, -sin, cos, 0, 0);
  }

  transform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    const [A, B, C, D, E, F] = this.matrix;
    this.matrix = [
      A * a + C * b,
      B * a + D * b,
      A * c + C * d,
      B * c + D * d,
      A * e + C * f + E,
      B * e + D * f + F
    ];
  }

  setLineDash(dash: number[]): void {
    this.dash = dash;
  }

  measureText(text: string): { width: number } {
    return { width: this.measure(this.font, text) };
  }

  /** Canvases are cleared before they are drawn anew: all of it. */
  clearRect(): void {
    this.parts.length = 0;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.put(`<rect${box(x, y, width, height)}${this.filling}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.put(`<rect${box(x, y, width, height)} fill="none"${this.stroking}/>`);
  }

  beginPath(): void {
    this.path = '';
  }

  closePath(): void {
    this.path += 'Z';
  }

  moveTo(x: number, y: number): void {
    this.path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path ? 'L' : 'M'}${short(x)} ${short(y)}`;
  }

  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void {
    this.path += `Q${[x1, y1, x, y].map(short).join(' ')}`;
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.path += `C${[x1, y1, x2, y2, x, y].map(short).join(' ')}`;
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }

  /** Whole circles only; nothing in the panels draws another arc. */
  arc(x: number, y: number, radius: number): void {
    const [r, d] = [short(radius), short(2 * radius)];
    this.path += `M${short(x - radius)} ${short(y)}a${r} ${r} 0 1 0 ${d} 0a${r} ${r} 0 1 0 -${d} 0Z`;
  }

  fill(): void {
    this.put(`<path d="${this.path}"${this.filling}/>`);
  }

  stroke(): void {
    this.put(`<path d="${this.path}" fill="none"${this.stroking}/>`);
  }

  clip(): void {
    const id = ++clipped;
    this.parts.push(
      `<clipPath id="albert-clip-${id}"><path d="${this.path}"${this.moving}/></clipPath>`
    );
    this.clips = [...this.clips, id];
  }

  fillText(text: string, x: number, y: number, room = Infinity): void {
    const { size, attributes } = fontOf(this.font);
    const width = this.measure(this.font, text);
    const squeezed =
      width > room ? ` textLength="${short(room)}" lengthAdjust="spacingAndGlyphs"` : '';
    const anchor = ANCHORS[this.textAlign];
    const baseline = y + size * (BASELINES[this.textBaseline] ?? 0);
    this.put(
      `<text x="${short(x)}" y="${short(baseline)}"${attributes}${this.filling}` +
        `${anchor ? ` text-anchor="${anchor}"` : ''}${squeezed}>${escaped(text)}</text>`
    );
  }

  drawImage(image: HTMLCanvasElement, ...numbers: number[]): void {
    if (numbers.length === 8) {
      const [left, top, width, height, ...rest] = numbers;
      const part = document.createElement('canvas');
      [part.width, part.height] = [Math.max(1, width), Math.max(1, height)];
      part.getContext('2d')?.drawImage(image, -left, -top);
      this.drawImage(part, ...rest);
      return;
    }
    const [x, y, width = image.width, height = image.height] = numbers;
    const cells = image.width * image.height;
    if (width / image.width >= CELL && height / image.height >= CELL && cells <= MOST_CELLS) {
      const by = `translate(${short(x)} ${short(y)}) scale(${width / image.width} ${height / image.height})`;
      this.put(`<g transform="${by}" shape-rendering="crispEdges">${shapes(image)}</g>`);
    } else {
      this.put(
        `<image${box(x, y, width, height)} preserveAspectRatio="none" image-rendering="optimizeSpeed" ` +
          `style="image-rendering:pixelated" href="${image.toDataURL()}"/>`
      );
    }
  }

  private put(element: string): void {
    const moved = this.moving ? `<g${this.moving}>${element}</g>` : element;
    const clippedBy = this.clips.map(id => `<g clip-path="url(#albert-clip-${id})">`).join('');
    this.parts.push(`${clippedBy}${moved}${'</g>'.repeat(this.clips.length)}`);
  }

  private get moving(): string {
    return this.matrix.every((value, at) => value === IDENTITY[at])
      ? ''
      : ` transform="matrix(${this.matrix.map(value => Number(value.toFixed(4))).join(' ')})"`;
  }

  private get filling(): string {
    return this.paint('fill', this.fillStyle);
  }

  private get stroking(): string {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(' ')}"` : '';
    return `${this.paint('stroke', this.strokeStyle)} stroke-width="${short(this.lineWidth)}"${dash}`;
  }

  private paint(what: 'fill' | 'stroke', colour: string): string {
    const [hex, opacity] = written(this.read(colour), this.globalAlpha);
    return ` ${what}="${hex}"${opacity < 1 ? ` ${what}-opacity="${opacity}"` : ''}`;
  }

  private readonly parts: string[] = [];
  private readonly saved: Style[] = [];
  private matrix = IDENTITY;
  private dash: number[] = [];
  private clips: number[] = [];
  private path = '';
}

/** Return a text as XML may hold it: characters that no XML knows are shown as replaced. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
}

/** Return a colour as every reader of SVG knows it, and its opacity. */
export function written([red, green, blue, opacity]: Colour, alpha = 1): [string, number] {
  const hex = [red, green, blue].map(byte => Math.round(byte).toString(16).padStart(2, '0'));
  return [`#${hex.join('')}`, Math.round(opacity * alpha * 1000) / 1000];
}

/** Return a font's size in pixels, and the attributes that say it. */
export function fontOf(font: string): { size: number; attributes: string } {
  const [, before = '', pixels = '10', family = 'sans-serif'] =
    /^(.*?)([\d.]+)px(?:\s*\/\s*\S+)?\s+(.*)$/.exec(font) ?? [];
  const weight = /\b(bold|[1-9]00)\b/.exec(before)?.[1];
  return {
    size: Number(pixels),
    attributes:
      ` font-size="${pixels}" font-family="${escaped(family)}"` +
      `${weight && weight !== '400' ? ` font-weight="${weight}"` : ''}`
  };
}

/** Return a number in as few characters as a picture needs. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function box(x: number, y: number, width: number, height: number): string {
  return ` x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
}

let reader: CanvasRenderingContext2D | null = null;

/** Return a small picture as one path a colour, runs of equal cells as one shape. */
function shapes(image: HTMLCanvasElement): string {
  // One canvas is read again and again, and made for it; those of the panels are on the graphics card.
  reader ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const { width, height } = image;
  Object.assign(reader?.canvas ?? {}, { width, height });
  reader?.drawImage(image, 0, 0);
  const pixels = reader?.getImageData(0, 0, width, height).data;
  const paths = new Map<string, string>();
  const colourAt = (index: number) => {
    const [red, green, blue, alpha] = pixels?.subarray(index * 4) ?? [0, 0, 0, 0];
    return alpha ? written([red, green, blue, 1])[0] : '';
  };
  for (let row = 0; row < image.height; row++) {
    for (let column = 0; column < image.width;) {
      const start = column;
      const colour = colourAt(row * image.width + start);
      do {
        column++;
      } while (column < image.width && colourAt(row * image.width + column) === colour);
      const run = `M${start} ${row}h${column - start}v1h-${column - start}z`;
      paths.set(colour, (paths.get(colour) ?? '') + run);
    }
  }
  paths.delete('');
  return [...paths].map(([colour, path]) => `<path fill="${colour}" d="${path}"/>`).join('');
}
