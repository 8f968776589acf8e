/** The summary beside its source: sentences that were chosen, or what a model wrote. */

import { make } from '../element';
import { Roving } from './roving';
import { indexOf } from './source';
import type { Groups, Reading } from './state';
import { number } from './state';

/** Rows that are drawn before somebody asks for all. */
export const SHOWN = 200;

/** What a person does in the summary. */
export interface ResultWiring {
  /** Rows are pointed at, by the sentences of the source that they are, or are supported by. */
  onPoint(sentences: number[]): void;
  /** A row is to be explained: a sentence of the source, or a written one. */
  onOpen(index: number, isWritten: boolean): void;
  onStop(): void;
}

/** The rows. A sentence keeps its row while the length changes. */
export class ResultView {
  readonly element = make('div', { className: 'albert-made' });

  constructor(wiring: ResultWiring) {
    const { element } = this;
    this.roving = new Roving(element, () => this.shown);
    const point = (event: Event) => {
      const index = indexOf(event.target);
      wiring.onPoint(index === null ? [] : this.meant(index));
    };
    element.addEventListener('pointerover', point);
    element.addEventListener('focusin', point);
    element.addEventListener('pointerleave', () => wiring.onPoint([]));
    element.addEventListener('focusout', () => wiring.onPoint([]));
    element.addEventListener('click', event => {
      const index = indexOf(event.target);
      if (index !== null) {
        wiring.onOpen(index, this.isWritten);
      }
    });
    this.stop.addEventListener('click', () => wiring.onStop());
    this.more.addEventListener('click', () => {
      this.isAll = true;
      this.again?.();
      this.shown[SHOWN]?.focus();
    });
  }

  /** Begin with another answer. */
  begin(reading: Reading): void {
    this.reading = reading;
    this.rows.clear();
    this.linked = [];
    this.isAll = false;
    this.element.lang = reading.answer.language;
    this.element.replaceChildren();
    if (reading.answer.written !== null) {
      this.write(reading);
    }
  }

  /** Show the sentences that are chosen. */
  show(chosen: number[]): void {
    this.again = () => this.show(chosen);
    const wanted = this.limited(chosen).map(index => this.row(index));
    this.place(wanted, chosen.length - wanted.length);
  }

  /** Show what two methods chose, by who chose it. */
  compare({ both, first, second }: Groups, names: [string, string]): void {
    this.again = () => this.compare({ both, first, second }, names);
    const part = (title: string, side: string, indices: number[]) => {
      const head = make('h5', { textContent: `${title} · ${number(indices.length)}` });
      head.dataset.side = side;
      const rows = this.limited(indices).map(index => this.row(index));
      rows.forEach(row => (row.dataset.side = side));
      return [head, ...rows];
    };
    const wanted = [
      ...part('chosen by both', 'both', both),
      ...part(`only ${names[0]}`, 'first', first),
      ...part(`only ${names[1]}`, 'second', second)
    ];
    const count = both.length + first.length + second.length;
    this.place(wanted, count + 3 - wanted.length);
  }

  /** Show what a model has written so far. */
  grow(text: string): void {
    this.words.textContent = text || '…';
    if (!this.growing.isConnected) {
      this.element.replaceChildren(this.growing);
    }
    this.stop.hidden = false;
    this.note.hidden = true;
    this.element.scrollTop = this.element.scrollHeight;
  }

  /** It was stopped: what was written stays, and says that it is not whole. */
  stopped(): void {
    this.stop.hidden = true;
    this.note.textContent = 'Stopped: this is not the whole summary.';
    this.note.hidden = false;
  }

  /** Outline the rows of a sentence of the source. */
  link(index: number | null): void {
    this.linked.forEach(row => row.removeAttribute('data-link'));
    this.linked =
      index === null
        ? []
        : this.shown.filter(row => this.meant(Number(row.dataset.index)).includes(index));
    this.linked.forEach(row => row.setAttribute('data-link', ''));
  }

  get isGrowing(): boolean {
    return this.growing.isConnected;
  }

  private write({ answer }: Reading): void {
    const { written_sentences: sentences, written } = answer;
    if (!sentences.length) {
      this.element.replaceChildren(
        make('p', { className: 'albert-plain', textContent: written ?? '', dir: 'auto' })
      );
      this.shown = [];
      return;
    }
    this.shown = sentences.map(({ text, support }, index) => {
      const row = rowOf(text, index);
      if (!support.length) {
        row.dataset.unsupported = '';
        row.append(make('small', { textContent: 'not found in the source' }));
      }
      return row;
    });
    this.element.replaceChildren(...this.shown);
    this.roving.choose(this.shown[0]);
  }

  /** Put rows in place; those that are there already are not touched. */
  private place(wanted: HTMLElement[], rest: number): void {
    const { element } = this;
    this.shown = wanted.filter(row => row.matches('[data-index]'));
    this.more.hidden = rest <= 0;
    this.more.textContent = `show ${number(rest)} more`;
    const keep = new Set<Element>(wanted);
    for (const present of [...element.children]) {
      if (!keep.has(present)) {
        present.remove();
      }
    }
    let at = element.firstElementChild;
    for (const row of wanted) {
      if (row === at) {
        at = at.nextElementSibling;
      } else {
        element.insertBefore(row, at);
      }
    }
    element.append(this.more);
    if (!this.shown.some(row => row.tabIndex === 0)) {
      this.roving.choose(this.shown[0]);
    }
  }

  private limited(indices: number[]): number[] {
    return this.isAll ? indices : indices.slice(0, SHOWN);
  }

  private row(index: number): HTMLButtonElement {
    const row = this.rows.get(index) ?? rowOf(this.reading?.text(index) ?? '', index);
    this.rows.set(index, row);
    delete row.dataset.side;
    return row;
  }

  /** Return the sentences of the source that a row is about. */
  private meant(index: number): number[] {
    if (!this.isWritten) {
      return [index];
    }
    const support = this.reading?.answer.written_sentences[index]?.support ?? [];
    return support.map(({ sentence }) => sentence);
  }

  private get isWritten(): boolean {
    return typeof this.reading?.answer.written === 'string';
  }

  private reading?: Reading;
  private readonly rows = new Map<number, HTMLButtonElement>();
  private shown: HTMLElement[] = [];
  private linked: HTMLElement[] = [];
  private isAll = false;
  private again?: () => void;
  private readonly roving: Roving;
  private readonly more = make('button', { type: 'button', className: 'albert-more' });
  private readonly words = make('span', { dir: 'auto' });
  private readonly note = make('small', { hidden: true });
  private readonly stop = make('button', { type: 'button', textContent: 'Stop' });
  private readonly growing = make('div', { className: 'albert-growing' }, [
    make('p', {}, [this.words]),
    this.note,
    this.stop
  ]);
}

function rowOf(text: string, index: number): HTMLButtonElement {
  const row = make('button', { type: 'button', className: 'albert-row', tabIndex: -1 }, [
    make('i'),
    make('i'),
    make('span', { textContent: text })
  ]);
  row.dir = 'auto';
  row.dataset.index = String(index);
  // A picture of the panel is one of these.
  row.dataset.drawn = '';
  return row;
}
