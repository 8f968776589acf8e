/** Zooming and moving a map by wheel, pinch, drag, buttons and keys; the plain wheel scrolls the page. */

import { make } from '../frame';
import type { MapGrid } from './zoom';

/** What a map does when it is zoomed and moved. Points are in CSS pixels of the element. */
export interface ZoomWiring {
  /** Go closer by a factor; without a point, to what is chosen. */
  zoom(factor: number, x?: number, y?: number): void;
  /** Move what is seen by so many pixels. */
  pan(right: number, below: number): void;
  /** Show all of it. */
  fit(): void;
}

/** Pixels that a pointer may tremble in a click. */
const TREMBLE = 4;
/** Pixels that Shift and an arrow move. */
const STRIDE = 60;
const FACTOR = 1.6;
/** Pixels of a line, for wheels that count in lines. */
const LINE = 16;

/** Listens to a map, and has the buttons for it. */
export class Zooming {
  /** The buttons, and a line on what is seen. */
  readonly element: HTMLElement;

  constructor(
    private readonly target: HTMLElement,
    private readonly wiring: ZoomWiring
  ) {
    this.element = make('div', { className: 'albert-zoom' }, [
      this.out,
      this.closer,
      this.all,
      this.said
    ]);
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Zoom');
    this.element.title = 'Ctrl + wheel, pinch or + − 0 zoom; drag or Shift + arrows move.';
    this.said.setAttribute('aria-live', 'polite');
    this.closer.addEventListener('click', () => wiring.zoom(FACTOR));
    this.out.addEventListener('click', () => wiring.zoom(1 / FACTOR));
    this.all.addEventListener('click', () => wiring.fit());
    target.addEventListener('wheel', event => this.wheel(event), { passive: false });
    // Before the map's own listeners: what zooms or moves the map does not point at cells or choose them.
    const first = { capture: true };
    target.addEventListener('keydown', event => this.press(event), first);
    target.addEventListener('pointerdown', event => this.down(event), first);
    target.addEventListener('pointermove', event => this.move(event), first);
    for (const name of ['pointerup', 'pointercancel'] as const) {
      target.addEventListener(name, event => this.up(event), first);
    }
    target.addEventListener('click', event => this.click(event), first);
    target.addEventListener('dblclick', event => {
      const [x, y] = this.place(event);
      wiring.zoom(event.shiftKey ? 0.5 : 2, x, y);
    });
  }

  /** Show what is seen, and which way there is more. */
  show(said: string, { look, isClosest }: MapGrid): void {
    if (this.said.textContent !== said) {
      this.said.textContent = said;
    }
    this.isZoomed = look.zoom > 1;
    this.out.disabled = this.all.disabled = !this.isZoomed;
    this.closer.disabled = isClosest;
    this.target.toggleAttribute('data-zoomed', this.isZoomed);
  }

  private wheel(event: WheelEvent): void {
    // The browser makes a pinch on a touch pad a wheel with Ctrl.
    if (!event.ctrlKey && !event.metaKey) {
      return;
    }
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE);
    const [x, y] = this.place(event);
    this.wiring.zoom(Math.exp(-Math.max(-40, Math.min(40, pixels)) / 100), x, y);
  }

  private press(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || event.ctrlKey) {
      return;
    }
    const way = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [1, 0], ArrowRight: [-1, 0] }[
      event.key
    ];
    if (event.shiftKey && way) {
      this.wiring.pan(way[0] * STRIDE, way[1] * STRIDE);
    } else if (event.key === '+' || event.key === '=') {
      this.wiring.zoom(FACTOR);
    } else if (event.key === '-' || event.key === '_') {
      this.wiring.zoom(1 / FACTOR);
    } else if (event.key === '0') {
      this.wiring.fit();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private down(event: PointerEvent): void {
    if (event.button === 0) {
      this.pointers.set(event.pointerId, this.place(event));
      this.isDragged = this.pointers.size > 1;
      this.from = this.place(event);
    }
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      return;
    }
    const [x, y] = this.place(event);
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    if (others.length) {
      const [[, [otherX, otherY]]] = others;
      const spread = (at: [number, number]) => Math.hypot(at[0] - otherX, at[1] - otherY) || 1;
      this.wiring.zoom(spread([x, y]) / spread(before), (x + otherX) / 2, (y + otherY) / 2);
      this.wiring.pan((x - before[0]) / 2, (y - before[1]) / 2);
    } else {
      const isFar = Math.hypot(x - this.from[0], y - this.from[1]) > TREMBLE;
      if (!this.isZoomed || !(this.isDragged || isFar)) {
        return;
      }
      this.target.setPointerCapture(event.pointerId);
      this.isDragged = true;
      this.target.toggleAttribute('data-dragged', true);
      this.wiring.pan(x - before[0], y - before[1]);
    }
    this.pointers.set(event.pointerId, [x, y]);
    event.stopPropagation();
  }

  private up(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    this.target.removeAttribute('data-dragged');
  }

  private click(event: MouseEvent): void {
    // The second click of a double one would take back what the first chose.
    if (this.isDragged || event.detail > 1) {
      this.isDragged = false;
      event.stopPropagation();
    }
  }

  private place(event: MouseEvent): [number, number] {
    const box = this.target.getBoundingClientRect();
    return [event.clientX - box.left + this.target.scrollLeft, event.clientY - box.top];
  }

  private readonly said = make('span');
  private readonly out = button('−', 'Zoom out');
  private readonly closer = button('+', 'Zoom in');
  private readonly all = button('fit', 'Show all');
  /** Where each pointer that is down was last. */
  private readonly pointers = new Map<number, [number, number]>();
  private from: [number, number] = [0, 0];
  private isDragged = false;
  private isZoomed = false;
}

function button(textContent: string, label: string): HTMLButtonElement {
  const made = make('button', { type: 'button', textContent });
  made.setAttribute('aria-label', label);
  return made;
}
