/** Canvases as sharp as the screen, and the same drawing as SVG when somebody saves it. */

import { SvgContext } from './svg';
import { parse } from './theme';

let recordings: Map<HTMLCanvasElement, SvgContext> | null = null;

/** Return how many pixels of the screen a CSS pixel of an element takes along each side. */
export function pixelRatio(element: Element): number {
  // The zoom of CSS; browsers that don't tell it draw a little less sharply in presentations.
  const { currentCSSZoom = 1 } = element as Element & { currentCSSZoom?: number };
  return devicePixelRatio * currentCSSZoom;
}

/** Return where on a canvas an event is, in its CSS pixels; in a zoomed element `offsetX` counts those of the page. */
export function pointOn(canvas: HTMLElement, event: MouseEvent): { x: number; y: number } {
  const { left, top, width } = canvas.getBoundingClientRect();
  const zoom = width / canvas.offsetWidth || 1;
  return { x: (event.clientX - left) / zoom, y: (event.clientY - top) / zoom };
}

/** Give a canvas its size in CSS pixels; one that has it already keeps its picture. */
export function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  const ratio = pixelRatio(canvas);
  const [across, down] = [width, height].map(side => Math.round(side * ratio));
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/** Return the context that a canvas is drawn with, in CSS pixels. */
export function scaled(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  if (context && recordings) {
    const recording = new SvgContext(parse, (font, text) => {
      context.font = font;
      return context.measureText(text).width;
    });
    recordings.set(canvas, recording);
    return recording as unknown as CanvasRenderingContext2D;
  }
  // The ratio that the canvas was given its size with: between the two a window may have moved to another screen.
  const ratio = canvas.width / (parseFloat(canvas.style.width) || canvas.width);
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Run `draw`, and return what it drew on each canvas as the inside of an SVG. */
export function recorded(draw: () => void): Map<HTMLCanvasElement, string> {
  const made = new Map<HTMLCanvasElement, SvgContext>();
  recordings = made;
  try {
    draw();
  } finally {
    recordings = null;
  }
  return new Map([...made].map(([canvas, context]) => [canvas, context.toString()]));
}
