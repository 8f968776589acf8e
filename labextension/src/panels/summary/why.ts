/** Why a sentence is in the summary or not: its score, and the sentences that it is like. */

import { make } from '../element';
import { visible } from '../text';
import { known, type Reading } from './state';

const TEXT = 160;

/** What a person does with an explanation. */
export interface WhyWiring {
  onGo(sentence: number): void;
  onClose(): void;
}

/** The explanation; one at a time. */
export class WhyView {
  readonly element = make('section', { className: 'albert-why', hidden: true });

  constructor(private readonly wiring: WhyWiring) {
    this.element.setAttribute('aria-label', 'Why');
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.preventDefault();
        wiring.onClose();
      }
    });
  }

  /** Explain a sentence of the source; returns the sentences that are near it. */
  show(reading: Reading, index: number, isChosen: boolean): number[] {
    const score = make('span', { className: 'albert-score-bar' }, [make('i')]);
    score.style.setProperty('--albert-share', `${reading.score(index) * 100}%`);
    const list = make('dl', {}, []);
    for (const [name, value] of known(reading, index, isChosen)) {
      const shown = make('dd', { textContent: value });
      if (name === 'score') {
        shown.prepend(score);
      }
      list.append(make('div', {}, [make('dt', { textContent: name }), shown]));
    }
    const near = reading.neighbours(index);
    const compares = reading.answer.method !== 'lead';
    this.fill(`Why sentence ${index + 1}?`, [
      make('p', {
        className: 'albert-quoted',
        textContent: visible(reading.text(index), TEXT),
        dir: 'auto'
      }),
      list,
      ...(near.length
        ? [
            heading('Most like it'),
            ...near.map(({ sentence, meaning, words }) =>
              this.line(reading, sentence, [
                ['meaning', meaning],
                ['words', words]
              ])
            )
          ]
        : [
            make('p', {
              className: 'albert-empty',
              textContent: compares
                ? 'There is no other sentence.'
                : 'lead compares no sentences: it takes the first ones.'
            })
          ])
    ]);
    return near.map(({ sentence }) => sentence);
  }

  /** Say what supports a written sentence; returns those sentences. */
  support(reading: Reading, index: number): number[] {
    const { text, support } = reading.answer.written_sentences[index];
    this.fill(`What supports written sentence ${index + 1}?`, [
      make('p', { className: 'albert-quoted', textContent: visible(text, TEXT), dir: 'auto' }),
      ...(support.length
        ? [
            heading('In the source'),
            ...support.map(({ sentence, similarity }) =>
              this.line(reading, sentence, [['meaning', similarity]])
            )
          ]
        : [
            make('p', {
              className: 'albert-empty',
              textContent: 'Nothing in the source is like this sentence: it may be made up.'
            })
          ])
    ]);
    return support.map(({ sentence }) => sentence);
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  private fill(title: string, content: HTMLElement[]): void {
    const close = make('button', { type: 'button', textContent: 'Close', title: 'Escape' });
    close.addEventListener('click', () => this.wiring.onClose());
    this.element.hidden = false;
    this.element.replaceChildren(
      make('div', { className: 'albert-why-head' }, [make('h4', { textContent: title }), close]),
      ...content
    );
  }

  private line(reading: Reading, sentence: number, values: [string, number][]): HTMLElement {
    const text = visible(reading.text(sentence), TEXT);
    const line = make('button', { type: 'button', className: 'albert-near' }, [
      make('span', { className: 'albert-near-text', textContent: text, dir: 'auto' }),
      ...values.map(([name, value]) => {
        const bar = make('span', { className: 'albert-near-bar' }, [
          name,
          make('span', { className: 'albert-near-track' }, [make('i')]),
          make('b', { textContent: value.toFixed(2) })
        ]);
        bar.dataset.of = name;
        bar.style.setProperty('--albert-share', `${Math.max(0, value) * 100}%`);
        return bar;
      })
    ]);
    const said = values.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ');
    line.setAttribute('aria-label', `Sentence ${sentence + 1}, ${said}: ${text}`);
    line.addEventListener('click', () => this.wiring.onGo(sentence));
    return line;
  }
}

function heading(title: string): HTMLElement {
  return make('h5', { className: 'albert-near-head', textContent: title });
}
