/** Several tokenizers beside each other: their measures, and their tokens under the text that they cut. */

import { make } from '../frame';
import { direction } from '../text';
import { type Column, columns } from './align';
import { badge, chipElement, marked } from './draw';
import { type Chip, decimal, type Measures, measures, type Tokens } from './state';

/** Columns drawn at most. */
const SHOWN = 1500;

/** One tokenizer: what it made of the text, or why it could not. */
export interface Side {
  model: string;
  answer?: Tokens;
  message?: string;
}

/** Return the table of the measures; `onRemove` takes a tokenizer away. */
export function measuresTable(
  sides: Side[],
  onRemove: ((model: string) => void) | null
): HTMLElement {
  const found = sides.map(({ answer }) => answer && measures(answer));
  const most = Math.max(1, ...found.map(one => one?.perWord || 0));
  const head = ['tokenizer', 'tokens', 'per word', 'per character', 'unknown', 'limit'];
  const rows = sides.map((side, index) => {
    const name = make('th', { scope: 'row' }, [
      number(index),
      make('bdi', { textContent: side.model })
    ]);
    const cells = found[index] ? figures(found[index], side.answer!, most) : [failure(side)];
    if (onRemove && sides.length > 1) {
      const remove = make('button', { type: 'button', textContent: '×', title: 'Remove' });
      remove.setAttribute('aria-label', `Remove ${side.model}`);
      remove.addEventListener('click', () => onRemove(side.model));
      cells.push(make('td', {}, [remove]));
    }
    return make('tr', {}, [name, ...cells]);
  });
  const table = make('table', {}, [
    make('thead', {}, [
      make('tr', {}, [
        ...head.map(textContent => make('th', { scope: 'col', textContent })),
        ...(onRemove ? [make('td')] : [])
      ])
    ]),
    make('tbody', {}, rows)
  ]);
  table.setAttribute('aria-label', 'Tokenizers');
  return make('div', { className: 'albert-measures' }, [table]);
}

function figures(one: Measures, { max_length: limit }: Tokens, most: number): HTMLElement[] {
  const bar = make('span', { className: 'albert-bar' });
  bar.style.inlineSize = `${(100 * (one.perWord || 0)) / most}%`;
  bar.setAttribute('aria-hidden', 'true');
  return [
    make('td', { textContent: String(one.tokens) }),
    make('td', { className: 'albert-fertility' }, [
      make('span', { textContent: decimal(one.perWord) }),
      make('span', { className: 'albert-track' }, [bar])
    ]),
    make('td', { textContent: decimal(one.perCharacter) }),
    make('td', {
      textContent: one.unknown ? `${one.unknown} (${decimal(100 * one.unknownRate)} %)` : '0'
    }),
    make('td', {
      textContent: limit ? `${limit}${one.beyond ? ` · ${one.beyond} beyond` : ''}` : 'none'
    })
  ];
}

function failure({ message }: Side): HTMLTableCellElement {
  return make('td', { className: 'albert-failed', colSpan: 5, textContent: message ?? '' });
}

/** Return the tokens of all sides that have some, under the text; rows are numbered as in the table. */
export function alignedTokens(sides: Side[], rows: Chip[][]): HTMLElement {
  const shown = sides.map((side, index) => ({ ...side, index })).filter(({ answer }) => answer);
  const answers = shown.map(({ answer }) => answer!);
  const all = columns(
    answers,
    shown.map(({ index }) => rows[index])
  );
  const isPair = answers[0].pair !== null;
  const grid = make('div', { className: 'albert-columns', dir: direction(answers[0].text) });
  grid.setAttribute('role', 'table');
  grid.setAttribute('aria-label', 'Words, and the tokens of each tokenizer');
  grid.style.setProperty('--albert-rows', String(shown.length));
  let segment = -1;
  all.slice(0, SHOWN).forEach((column, place) => {
    const isFirst = isPair && column.segment >= 0 && column.segment !== segment;
    segment = Math.max(segment, column.segment);
    grid.append(columnElement(column, place, shown, isPair, isFirst));
  });
  if (all.length > SHOWN) {
    grid.append(
      make('span', { className: 'albert-empty', textContent: `… ${all.length - SHOWN} more words` })
    );
  }
  return grid;
}

function columnElement(
  column: Column,
  place: number,
  shown: { model: string; index: number }[],
  isPair: boolean,
  isFirst: boolean
): HTMLElement {
  const head = make('span', { className: 'albert-word' }, [
    ...(isFirst ? [badge(column.segment)] : []),
    // A plain space before a word is no news; a line's end is.
    make('bdi', {}, marked(column.text.replace(/^ | $/g, '')))
  ]);
  head.setAttribute('role', 'rowheader');
  const cells = column.cells.map((cell, index) => {
    const list = make(
      'span',
      { className: 'albert-cell' },
      cell.map(chip => chipElement(chip, place % 2, isPair, shown[index].index))
    );
    list.setAttribute('role', 'list');
    list.setAttribute('aria-label', shown[index].model);
    const box = make('span', { className: 'albert-box' }, [list]);
    box.setAttribute('role', 'cell');
    return box;
  });
  const element = make('div', { className: 'albert-column' }, [head, ...cells]);
  element.setAttribute('role', 'row');
  element.dataset.column = String(place);
  return element;
}

/** Number the rows at the beginning of each line of columns, wherever the width lets the lines break. */
export function numberLines(grid: HTMLElement, sides: Side[]): void {
  grid.querySelectorAll('.albert-numbers').forEach(old => old.remove());
  const tops = new Set(
    [...grid.querySelectorAll<HTMLElement>('.albert-column')].map(column => column.offsetTop)
  );
  for (const top of tops) {
    const names = sides.flatMap((side, index) =>
      side.answer
        ? [
            make('span', { title: side.model }, [
              number(index),
              make('bdi', { textContent: side.model })
            ])
          ]
        : []
    );
    const numbers = make('div', { className: 'albert-numbers' }, names);
    numbers.setAttribute('aria-hidden', 'true');
    numbers.style.top = `${top}px`;
    grid.append(numbers);
  }
}

function number(index: number): HTMLElement {
  return make('b', { className: 'albert-number', textContent: String(index + 1) });
}
