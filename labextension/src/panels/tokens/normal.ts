/** The normalised text beside the raw one, with what is different marked. */

import { make } from '../frame';
import { changes } from './changes';
import { badge, marked } from './draw';
import type { Tokens } from './state';

/** Characters that are compared; the beginning shows what a normalizer does. */
const SHOWN = 2000;

/** Return what the tokenizer's normalizer made of the texts; null where it changes nothing. */
export function normalisedTexts(answer: Tokens): HTMLElement | null {
  const texts: [string, string | null | undefined][] = [
    [answer.text, answer.normalized],
    [answer.pair ?? '', answer.normalized_pair]
  ];
  const lines = texts.flatMap(([before, after], segment) =>
    (after ?? before) === before
      ? []
      : [make('div', {}, [...(answer.pair === null ? [] : [badge(segment)]), line(before, after!)])]
  );
  if (!lines.length) {
    return null;
  }
  const box = make('div', { className: 'albert-normal' }, [
    make('span', { className: 'albert-empty', textContent: 'normalised' }),
    make('div', {}, lines)
  ]);
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', 'The text as the tokenizer normalises it');
  return box;
}

function line(before: string, after: string): HTMLElement {
  const [raw, normal] = [before, after].map(text => [...text].slice(0, SHOWN).join(''));
  const runs = changes(raw, normal).map(({ text, isChanged, dropped }) => {
    if (!isChanged) {
      return text;
    }
    const title = dropped ? `${dropped} character${dropped > 1 ? 's' : ''} left out` : 'changed';
    return make('mark', { title, className: text ? '' : 'albert-dropped' }, marked(text, SHOWN));
  });
  return make('bdi', {}, after.length > SHOWN ? [...runs, ' …'] : runs);
}
