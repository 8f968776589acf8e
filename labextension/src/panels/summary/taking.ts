/** What a person takes away of a summary: a text in the clipboard, and a table. */

import { make } from '../element';
import { copy, type Table } from '../saving';
import type { Reading } from './state';

/** How long a button says that it did its work, in milliseconds. */
const SAID = 1500;

/** Return a button that copies a text. */
export function copier(label: string, title: string, content: () => string): HTMLButtonElement {
  const button = make('button', { type: 'button', textContent: label, title });
  button.setAttribute('aria-label', title);
  button.addEventListener('click', async () => {
    const isCopied = await copy(button, content());
    button.textContent = isCopied ? 'Copied' : 'Not allowed';
    setTimeout(() => (button.textContent = label), SAID);
  });
  return button;
}

/** Return one row a sentence of the source, with the columns of Python's `to_frame`. */
export function tableOf(reading: Reading, chosen: number[]): Table {
  const { starts, ends, scores, ranks, words, tokens, documents } = reading.answer;
  const mine = new Set(chosen);
  return {
    columns: [
      ...['sentence', 'start', 'end', 'score', 'rank', 'chosen'],
      ...['words', 'tokens', 'kind', 'document']
    ],
    rows: Array.from({ length: reading.count }, (_, at) => [
      ...[reading.text(at), starts.data[at], ends.data[at], scores.data[at], ranks.data[at]],
      ...[String(mine.has(at)), words.data[at], tokens.data[at], reading.kind(at)],
      documents.data[at]
    ])
  };
}
