/** The source: its sentences shaded by score, the chosen ones with a bar in the margin. */

import { make } from '../element';
import { Roving } from './roving';
import type { Reading } from './state';

/** Sentences of a source that is laid out as it is scrolled. */
const LONG = 500;

/** What a person does in the source. */
export interface SourceWiring {
  /** A sentence is pointed at, or none. */
  onPoint(index: number | null): void;
  /** A sentence is to be explained. */
  onOpen(index: number): void;
}

interface Drawn {
  element: HTMLElement;
  bars: HTMLElement;
  sentences: number[];
}

/** The text, one block after the other; the browser lays out what is in view only. */
export class SourceView {
  readonly element = make('div', { className: 'albert-source' });

  constructor(private readonly wiring: SourceWiring) {
    const { element } = this;
    element.setAttribute('role', 'listbox');
    element.setAttribute('aria-multiselectable', 'true');
    element.setAttribute(
      'aria-label',
      'Sentences of the source; those of the summary are selected. Enter explains one.'
    );
    element.addEventListener('pointerover', event => this.point(event));
    element.addEventListener('pointerleave', () => wiring.onPoint(null));
    element.addEventListener('focusin', event => {
      const index = this.point(event);
      if (index !== null) {
        this.reveal(index);
      }
    });
    element.addEventListener('focusout', () => wiring.onPoint(null));
    element.addEventListener('click', event => {
      const index = indexOf(event.target);
      // Whoever selects text does not ask for anything.
      if (index !== null && getSelection()?.isCollapsed !== false) {
        wiring.onOpen(index);
      }
    });
    element.addEventListener('keydown', event => {
      const index = indexOf(event.target);
      if (index !== null && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        wiring.onOpen(index);
      }
    });
    this.roving = new Roving(
      element,
      () => this.spans,
      span => span.getAttribute('aria-selected') === 'true'
    );
    this.resized = new ResizeObserver(() => this.drawBars());
    this.resized.observe(element);
  }

  /** Show a source, with nothing chosen yet. */
  show(reading: Reading): void {
    this.spans = [];
    this.first = new Set();
    this.second = null;
    this.marked = { near: [], link: [], open: [] };
    this.sight?.disconnect();
    this.visible.clear();
    const { answer } = reading;
    this.element.lang = answer.language;
    this.element.toggleAttribute('data-long', reading.count > LONG);
    let document = 0;
    const children: HTMLElement[] = [];
    this.drawn = new Map();
    for (const block of reading.blocks()) {
      if (block.document !== document) {
        children.push(make('hr'));
        document = block.document;
      }
      const bars = make('span', { className: 'albert-bars' });
      bars.setAttribute('aria-hidden', 'true');
      const sentences = block.pieces.filter(piece => typeof piece === 'number');
      const element = make('div', { className: 'albert-block', dir: 'auto' }, [
        ...block.pieces.map(piece =>
          typeof piece === 'string' ? piece : this.sentence(reading, piece)
        ),
        bars
      ]);
      element.dataset.kind = block.kind;
      element.setAttribute('role', 'presentation');
      this.drawn.set(element, { element, bars, sentences });
      children.push(element);
    }
    this.element.replaceChildren(...children);
    this.roving.choose(this.spans[0]);
    this.element.scrollTop = 0;
    this.sight = new IntersectionObserver(
      entries => {
        for (const { target, isIntersecting } of entries) {
          const block = this.drawn.get(target);
          if (block && isIntersecting) {
            this.visible.add(block);
          } else if (block) {
            this.visible.delete(block);
          }
        }
        this.drawBars();
      },
      { root: this.element, rootMargin: '200px' }
    );
    this.drawn.forEach(({ element }) => this.sight?.observe(element));
  }

  /** Show a text whose sentences nobody has parted yet. */
  wait(text: string): void {
    const blocks = text.trim().split(/\n\s*\n/);
    this.element.replaceChildren(
      ...blocks.map(block =>
        make('div', { className: 'albert-block', dir: 'auto', textContent: block })
      )
    );
  }

  /** Mark the sentences of the summary; `second` are those of another method. */
  mark(first: number[], second: number[] | null): void {
    const [mine, others] = [new Set(first), second && new Set(second)];
    const changed = new Set([
      ...different(this.first, mine),
      ...different(this.second ?? new Set(), others ?? new Set())
    ]);
    for (const index of changed) {
      const isChosen = mine.has(index) || Boolean(others?.has(index));
      this.spans[index]?.setAttribute('aria-selected', String(isChosen));
    }
    this.element.toggleAttribute('data-two', Boolean(others));
    this.first = mine;
    this.second = others;
    if (!this.isDue) {
      this.isDue = true;
      requestAnimationFrame(() => this.drawBars());
    }
  }

  /** Outline sentences: what is pointed at, what is explained, what is near it. */
  outline(how: 'link' | 'open' | 'near', indices: number[]): void {
    this.marked[how].forEach(index => this.spans[index]?.removeAttribute(`data-${how}`));
    indices.forEach(index => this.spans[index]?.setAttribute(`data-${how}`, ''));
    this.marked[how] = indices;
  }

  /** Bring a sentence into view: the box scrolls, never the notebook around it. */
  reveal(index: number, again = true): void {
    const span = this.spans[index];
    if (!span) {
      return;
    }
    const box = this.element;
    const zoom = this.zoom;
    const [outer, inner] = [box.getBoundingClientRect(), span.getBoundingClientRect()];
    const above = inner.top - outer.top - 24 * zoom;
    const below = inner.bottom - outer.bottom + 24 * zoom;
    const by = Math.min(0, above) || Math.max(0, Math.min(below, above));
    if (by) {
      box.scrollTop += by / zoom;
      if (again) {
        // What was never in view has its true height only now.
        requestAnimationFrame(() => this.reveal(index, false));
      }
    }
  }

  focus(index: number): void {
    this.spans[index]?.focus({ preventScroll: true });
  }

  dispose(): void {
    this.sight?.disconnect();
    this.resized.disconnect();
  }

  private sentence(reading: Reading, index: number): HTMLElement {
    const span = make('span', { textContent: reading.text(index), tabIndex: -1 });
    span.dataset.index = String(index);
    span.setAttribute('role', 'option');
    span.setAttribute('aria-selected', 'false');
    span.style.setProperty('--albert-score', shade(reading.score(index)));
    this.spans[index] = span;
    return span;
  }

  private point(event: Event): number | null {
    const index = indexOf(event.target);
    this.wiring.onPoint(index);
    return index;
  }

  /** Draw the margins of what is in view, from where the lines are. */
  private drawBars(): void {
    this.isDue = false;
    const sides: [Set<number>, string][] = [[this.first, 'first']];
    if (this.second) {
      sides.push([this.second, 'second']);
    }
    const { zoom } = this;
    for (const { element, bars, sentences } of this.visible) {
      const { top } = element.getBoundingClientRect();
      const drawn = sides.flatMap(([chosen, side]) =>
        runs(sentences.filter(index => chosen.has(index)).map(index => this.extent(index))).map(
          ([from, to]) => {
            const bar = make('i');
            bar.dataset.side = side;
            bar.style.top = `${(from - top) / zoom}px`;
            bar.style.height = `${(to - from) / zoom}px`;
            return bar;
          }
        )
      );
      bars.replaceChildren(...drawn);
    }
  }

  private extent(index: number): [number, number] {
    const { top, bottom } = this.spans[index].getBoundingClientRect();
    return [top, bottom];
  }

  /** Rectangles are in pixels of the page, everything else in those of the panel: a presentation's are larger. */
  private get zoom(): number {
    const { element } = this;
    return element.offsetWidth ? element.getBoundingClientRect().width / element.offsetWidth : 1;
  }

  private spans: HTMLElement[] = [];
  private first = new Set<number>();
  private second: Set<number> | null = null;
  private marked: Record<'link' | 'open' | 'near', number[]> = { near: [], link: [], open: [] };
  private drawn = new Map<Element, Drawn>();
  private readonly visible = new Set<Drawn>();
  private readonly roving: Roving;
  private readonly resized: ResizeObserver;
  private sight?: IntersectionObserver;
  private isDue = false;
}

/** Return how strong a shade is: most scores are between a third and 1, so that the best must stand out from them. */
function shade(score: number): string {
  return (score ** 1.5).toFixed(3);
}

/** Return the sentence that an event is about. */
export function indexOf(target: EventTarget | null): number | null {
  const found = (target as Element | null)?.closest<HTMLElement>('[data-index]');
  return found ? Number(found.dataset.index) : null;
}

/** Join spans that touch each other. */
function runs(extents: [number, number][]): [number, number][] {
  const found: [number, number][] = [];
  for (const [from, to] of extents) {
    const last = found.at(-1);
    if (last && from <= last[1] + 4) {
      last[1] = Math.max(last[1], to);
    } else {
      found.push([from, to]);
    }
  }
  return found;
}

function different(before: Set<number>, after: Set<number>): number[] {
  return [
    ...[...before].filter(index => !after.has(index)),
    ...[...after].filter(index => !before.has(index))
  ];
}
