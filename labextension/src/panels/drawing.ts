/** What a panel shows, as one picture: SVG with real text, and PNG at twice the size. */

import { pixelRatio, recorded } from './canvas';
import { escaped, fontOf, short, written } from './svg';
import { type Colour, coloursOf, parse } from './theme';

/** What a person works with is no part of a picture, unless it says so itself. */
const CONTROLS =
  'select, input, textarea, label, [role=tablist], code, style, button:not([data-drawn])';
const MARGIN = 8;
/** Pixels of a PNG, at most; browsers draw no larger canvases. */
const MOST_PIXELS = 64_000_000;

/** A drawing, and its size in CSS pixels. */
export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

/**
 * Return what `element` shows as SVG.
 *
 * @param redraw Draws all canvases again.
 */
export function drawingOf(element: HTMLElement, title: string, redraw: () => void): Drawing {
  const parts = new Parts(element, recorded(redraw));
  parts.add(element);
  const [left, top, right, bottom] = parts.extent;
  const [width, height] = [right - left, bottom - top].map(size => Math.ceil(size) + 2 * MARGIN);
  const [background] = written(coloursOf(element).background);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${background}"/>` +
    `<g transform="translate(${short(MARGIN - left)} ${short(MARGIN - top)})">${parts.toString()}</g></svg>`;
  return { svg, width, height };
}

/** Return a drawing as a PNG of twice its size. */
export async function png({ svg, width, height }: Drawing): Promise<Blob> {
  const image = new Image();
  // Not a blob's address: saved pages allow pictures from data only.
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('no picture'))))
  );
}

/** Elements as shapes, in pixels of the panel from the upper left corner of `base`. */
class Parts {
  /** Left, top, right and bottom of all that was added. */
  extent: [number, number, number, number] = [Infinity, Infinity, 0, 0];

  constructor(
    base: HTMLElement,
    private readonly canvases: Map<HTMLCanvasElement, string>
  ) {
    this.zoom = pixelRatio(base) / devicePixelRatio;
    this.origin = base.getBoundingClientRect();
  }

  toString(): string {
    return this.parts.join('');
  }

  add(element: HTMLElement): void {
    const style = getComputedStyle(element);
    if (element.matches(CONTROLS) || style.display === 'none' || style.visibility === 'hidden') {
      return;
    }
    const place = this.place(element.getBoundingClientRect());
    if (element instanceof HTMLCanvasElement) {
      this.addCanvas(element, place);
      return;
    }
    // What is inline has a box in each of its lines.
    const boxes = style.display === 'inline' ? [...element.getClientRects()] : [];
    (boxes.length ? boxes.map(box => this.place(box)) : [place]).forEach(box =>
      this.addBox(style, box)
    );
    for (const child of element.childNodes) {
      if (child instanceof HTMLElement) {
        this.add(child);
      } else if (child instanceof Text && child.data.trim()) {
        this.addText(child, style);
      }
    }
  }

  private addCanvas(canvas: HTMLCanvasElement, { x, y, width, height }: DOMRect): void {
    this.extend(x, y, width, height);
    const inside =
      this.canvases.get(canvas) ??
      `<image width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" href="${canvas.toDataURL()}"/>`;
    this.parts.push(`<g transform="translate(${short(x)} ${short(y)})">${inside}</g>`);
  }

  private addBox(style: CSSStyleDeclaration, { x, y, width, height }: DOMRect): void {
    const [fill, opacity] = written(parse(style.backgroundColor), Number(style.opacity));
    const border = parseFloat(style.borderTopWidth);
    const stroke = parse(style.borderTopColor);
    const isFramed = border > 0 && style.borderTopStyle !== 'none' && stroke[3] > 0;
    if (!opacity && !isFramed) {
      return;
    }
    const inset = isFramed ? border / 2 : 0;
    const dash = style.borderTopStyle === 'dashed' ? ' stroke-dasharray="3 2"' : '';
    this.extend(x, y, width, height);
    this.parts.push(
      `<rect x="${short(x + inset)}" y="${short(y + inset)}" width="${short(width - 2 * inset)}" ` +
        `height="${short(height - 2 * inset)}" rx="${parseFloat(style.borderTopLeftRadius) || 0}" ` +
        (opacity ? `fill="${fill}" fill-opacity="${opacity}"` : 'fill="none"') +
        (isFramed ? `${painted('stroke', stroke)} stroke-width="${border}"${dash}` : '') +
        '/>'
    );
  }

  /** A text may be broken into lines; each is placed where the browser has it. */
  private addText(node: Text, style: CSSStyleDeclaration): void {
    const range = document.createRange();
    const lines: { text: string; left: number; right: number; top: number; height: number }[] = [];
    let at = 0;
    for (const character of node.data) {
      range.setStart(node, at);
      range.setEnd(node, (at += character.length));
      const rect = range.getClientRects()[0];
      if (!rect?.height) {
        continue;
      }
      const { x, y, width, height } = this.place(rect);
      const line = lines.at(-1);
      if (line && Math.abs(line.top - y) < height / 2) {
        line.text += character;
        line.left = Math.min(line.left, x);
        line.right = Math.max(line.right, x + width);
      } else {
        lines.push({ text: character, left: x, right: x + width, top: y, height });
      }
    }
    const { size, attributes } = fontOf(
      `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    );
    const isRightToLeft = style.direction === 'rtl';
    for (const { text, left, right, top, height } of lines) {
      this.extend(left, top, right - left, height);
      this.parts.push(
        `<text x="${short(isRightToLeft ? right : left)}" y="${short(top + height / 2 + size * 0.35)}"${attributes}` +
          `${painted('fill', parse(style.color))}${isRightToLeft ? ' direction="rtl"' : ''}` +
          `${style.fontVariantCaps === 'normal' ? '' : ` style="font-variant-caps:${style.fontVariantCaps}"`}` +
          `>${escaped(text.trim())}</text>`
      );
    }
  }

  private place({ left, top, width, height }: DOMRect): DOMRect {
    const { origin, zoom } = this;
    return new DOMRect(
      (left - origin.left) / zoom,
      (top - origin.top) / zoom,
      width / zoom,
      height / zoom
    );
  }

  private extend(x: number, y: number, width: number, height: number): void {
    const [left, top, right, bottom] = this.extent;
    this.extent = [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x + width),
      Math.max(bottom, y + height)
    ];
  }

  private readonly parts: string[] = [];
  private readonly zoom: number;
  private readonly origin: DOMRect;
}

function painted(what: 'fill' | 'stroke', colour: Colour): string {
  const [hex, opacity] = written(colour);
  return ` ${what}="${hex}"${opacity < 1 ? ` ${what}-opacity="${opacity}"` : ''}`;
}
