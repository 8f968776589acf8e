/** Chips on the page: one element a token, what lies between them, and the keys that walk among them. */

import { focusedBeside } from '../element';
import { make } from '../frame';
import { direction } from '../text';
import { endsLine, signs } from './signs';
import {
  type Chip,
  description,
  offer,
  SEGMENTS,
  type Suggestion,
  tails,
  type Tokens
} from './state';

/** Tokens drawn at most; the counts always tell of all. */
export const SHOWN = 3000;
/** Characters of a label; a word may have thousands. */
const LABEL = 40;

/** Return the list of an answer's chips: segments marked, white space between them visible, the limit drawn in. */
export function chipList(answer: Tokens, chips: Chip[]): HTMLElement {
  const list = make('div', { className: 'albert-chips', dir: direction(answer.text) });
  list.setAttribute('role', 'list');
  list.setAttribute('aria-label', 'Tokens; Enter copies one');
  const isPair = answer.pair !== null;
  const ends = tails(answer, chips);
  let segment = -1;
  for (const chip of chips.slice(0, SHOWN)) {
    if (answer.max_length && chip.index === answer.max_length) {
      list.append(limit(answer));
    }
    if (chip.segment >= 0) {
      if (isPair && chip.segment !== segment) {
        list.append(badge(chip.segment));
      }
      segment = chip.segment;
      list.append(...gap(chip.gap));
    } else if (segment >= 0) {
      list.append(...gap(ends[segment]));
      ends[segment] = '';
    }
    list.append(chipElement(chip, chip.word % 2, isPair));
  }
  if (chips.length > SHOWN) {
    list.append(
      make('span', {
        className: 'albert-empty',
        textContent: ` … ${chips.length - SHOWN} more tokens`
      })
    );
  } else if (segment >= 0) {
    list.append(...gap(ends[segment]));
  }
  return list;
}

/** Return a chip; `shade` is that of its word. */
export function chipElement(chip: Chip, shade: number, isPair: boolean, row = 0): HTMLElement {
  const element = make('span', { className: `albert-chip albert-${chip.kind}`, tabIndex: -1 }, [
    make('bdi', {}, [
      ...(chip.marker ? [make('i', { textContent: chip.marker })] : []),
      // A token that is only a marker or a space must still be something to see.
      ...(chip.isShared ? [chip.label] : marked(chip.label || ' '))
    ]),
    make('small', { textContent: String(chip.id) })
  ]);
  element.setAttribute('role', 'listitem');
  element.setAttribute('aria-label', description(chip, isPair));
  element.dataset.index = String(chip.index);
  element.dataset.row = String(row);
  element.dataset.shade = chip.kind === 'special' ? '' : String(shade);
  element.dataset.segment = isPair && chip.segment >= 0 ? SEGMENTS[chip.segment] : '';
  // Small capitals would make "<S>" of "<s>".
  element.toggleAttribute(
    'data-caps',
    chip.kind === 'special' && chip.token === chip.token.toUpperCase()
  );
  element.toggleAttribute('data-continued', chip.isContinued);
  element.toggleAttribute('data-shared', chip.isShared);
  element.toggleAttribute('data-beyond', chip.isBeyond);
  return element;
}

/** Return a text with signs for what shows nothing, in at most `most` characters. */
export function marked(text: string, most = LABEL): (Node | string)[] {
  const characters = [...text];
  const shown = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
  // A mark without its letter has no width of its own.
  return signs(/^\p{M}/u.test(shown) ? `◌${shown}` : shown).map(({ text: run, sign, name }) =>
    sign ? make('i', { className: 'albert-sign', textContent: sign, title: name }) : run
  );
}

/** Return the letter of a segment. */
export function badge(segment: number): HTMLElement {
  return make('b', {
    className: 'albert-badge',
    textContent: SEGMENTS[segment],
    title: segment ? 'the second text' : 'the first text'
  });
}

function gap(text: string): HTMLElement[] {
  if (!text) {
    return [];
  }
  const shown = make('span', { className: 'albert-gap' }, marked(text));
  shown.setAttribute('aria-hidden', 'true');
  return endsLine(text) ? [shown, make('span', { className: 'albert-break' })] : [shown];
}

function limit({ max_length: most, tokens }: Tokens): HTMLElement {
  return make('span', {
    className: 'albert-limit',
    textContent: `limit ${most} · ${tokens.length - most} beyond`
  });
}

/** Return the line that offers another model. */
export function offerLine(suggestion: Suggestion): HTMLElement {
  const [message, advice] = offer(suggestion);
  const line = make('p', { className: 'albert-offer' }, [message, ' ', make('b', {}, [advice])]);
  line.setAttribute('role', 'note');
  return line;
}

/** Let a chip be the one that the Tab key finds. */
export function choose(root: HTMLElement, chip: HTMLElement): void {
  root.querySelectorAll('.albert-chip[tabindex="0"]').forEach(other => {
    (other as HTMLElement).tabIndex = -1;
  });
  chip.tabIndex = 0;
}

/** Move the focus among the chips as a key says; returns whether the key was one for that. */
export function walk(root: HTMLElement, key: string): boolean {
  const from = (focusedBeside(root) as HTMLElement | null)?.closest<HTMLElement>('.albert-chip');
  if (!from || !root.contains(from)) {
    return false;
  }
  const row = chipsOf(root, Number(from.dataset.row));
  const at = row.indexOf(from);
  const isRtl = getComputedStyle(from.parentElement!).direction === 'rtl';
  const step = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 }[key];
  const rows = { ArrowDown: 1, ArrowUp: -1 }[key];
  let next: HTMLElement | undefined;
  if (step !== undefined) {
    next = row[Math.min(Math.max(at + step, 0), row.length - 1)];
  } else if (key === 'Home' || key === 'End') {
    next = key === 'Home' ? row[0] : row[row.length - 1];
  } else if (rows !== undefined) {
    next = beside(root, from, Number(from.dataset.row) + rows);
  }
  if (!next) {
    return false;
  }
  choose(root, next);
  next.focus();
  return true;
}

function chipsOf(root: HTMLElement, row: number): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(`.albert-chip[data-row="${row}"]`)];
}

/** Return the chip of another tokenizer in the same column, or in the nearest column before. */
function beside(root: HTMLElement, from: HTMLElement, row: number): HTMLElement | undefined {
  const others = chipsOf(root, row);
  const column = Number(from.closest<HTMLElement>('[data-column]')?.dataset.column ?? -1);
  const isBefore = (chip: HTMLElement) =>
    Number(chip.closest<HTMLElement>('[data-column]')?.dataset.column ?? -1) <= column;
  const last = others.filter(isBefore).pop();
  const own = others.filter(chip => chip.parentElement === last?.parentElement);
  return own[0] ?? others[0];
}
