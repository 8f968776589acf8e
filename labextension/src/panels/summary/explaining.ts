/** What is explained now: it opens beside its sentence, follows the length, and closes again. */

import type { SourceView } from './source';
import type { Reading } from './state';
import { WhyView } from './why';

/** What there is to explain. */
export interface Explained {
  reading: Reading | null;
  chosen: number[];
}

/** One explanation at a time, of a sentence of the source or of one that was written. */
export class Explaining {
  readonly element: HTMLElement;

  /** @param now Returns what is shown. */
  constructor(
    private readonly source: SourceView,
    private readonly now: () => Explained
  ) {
    this.why = new WhyView({
      onGo: sentence => {
        source.reveal(sentence);
        source.focus(sentence);
      },
      onClose: () => this.leave()
    });
    this.element = this.why.element;
  }

  get isOpen(): boolean {
    return this.opened !== null;
  }

  /** Explain a sentence, or close its explanation. */
  toggle(index: number, isWritten: boolean): void {
    if (this.opened?.index === index && this.opened.isWritten === isWritten) {
      this.close();
      return;
    }
    this.explain(index, isWritten);
    if (!isWritten) {
      this.source.reveal(index);
    }
  }

  /** Others are chosen now: what is said of a sentence may have changed. */
  follow(): void {
    const { opened } = this;
    if (opened && !opened.isWritten && opened.isChosen !== this.isChosen(opened.index)) {
      this.explain(opened.index, false);
    }
  }

  /** Close for a person, who goes on where the explanation began. */
  leave(): void {
    if (this.opened && !this.opened.isWritten) {
      this.source.focus(this.opened.index);
    }
    this.close();
  }

  close(): void {
    this.opened = null;
    this.why.hide();
    this.element.parentElement?.removeAttribute('data-open');
    this.source.outline('open', []);
    this.source.outline('near', []);
  }

  private explain(index: number, isWritten: boolean): void {
    const { why, source } = this;
    const { reading } = this.now();
    if (!reading || (isWritten && !reading.answer.written_sentences[index])) {
      return;
    }
    const isChosen = this.isChosen(index);
    this.opened = { index, isWritten, isChosen };
    const near = isWritten ? why.support(reading, index) : why.show(reading, index, isChosen);
    source.outline('open', isWritten ? [] : [index]);
    source.outline('near', near);
    if (isWritten && near.length) {
      source.reveal(near[0]);
    }
    const side = this.element.parentElement;
    side?.setAttribute('data-open', '');
    if (side && side.offsetTop > source.element.offsetTop) {
      // Where one stands below the other, it is out of sight.
      this.element.scrollIntoView({ block: 'nearest' });
    }
  }

  private isChosen(index: number): boolean {
    return this.now().chosen.includes(index);
  }

  private opened: { index: number; isWritten: boolean; isChosen: boolean } | null = null;
  private readonly why: WhyView;
}
