/** Several tokenizers on one text: which of their tokens stand under each other. */

import { CodePoints } from '../text';
import { type Chip, chips, type Tokens } from './state';

/** A piece of the text that no token of any tokenizer crosses the edge of, and what each makes of it. */
export interface Column {
  /** 0 for the text, 1 for the pair; -1 for a column of special tokens. */
  segment: number;
  /** The piece of text; empty for special tokens. */
  text: string;
  /** One a tokenizer. */
  cells: Chip[][];
}

/** Return the columns of some answers to the same text, in its order. */
export function columns(answers: Tokens[], rows: Chip[][] = answers.map(chips)): Column[] {
  const [{ text, pair, words }] = answers;
  const specials = rows.map(specialsOf);
  const special = (place: number): Column => ({
    segment: -1,
    text: '',
    cells: specials.map(places => places[place])
  });
  const found = [special(0)];
  [text, ...(pair === null ? [] : [pair])].forEach((source, segment) => {
    const own = rows.map(row => row.filter(chip => chip.segment === segment));
    found.push(
      ...ordinary(new CodePoints(source), segment, own, words?.data ?? []),
      special(segment + 1)
    );
  });
  return found.filter(column => column.cells.some(cell => cell.length));
}

/** Return the special tokens before the text, behind it, and behind the pair. */
function specialsOf(row: Chip[]): Chip[][] {
  const places: Chip[][] = [[], [], []];
  let place = 0;
  for (const chip of row) {
    if (chip.segment < 0) {
      places[place].push(chip);
    } else {
      place = chip.segment + 1;
    }
  }
  return places;
}

function ordinary(
  points: CodePoints,
  segment: number,
  rows: Chip[][],
  words: ArrayLike<number>
): Column[] {
  const { length } = points;
  const isEdge = new Uint8Array(length + 1);
  const isCrossed = new Uint8Array(length + 1);
  const take = (start: number, end: number) => {
    isEdge[start] = isEdge[end] = 1;
    isCrossed.fill(1, start + 1, Math.max(start + 1, end));
  };
  // The words are the same for all tokenizers, and no column parts one.
  for (let word = 0; word < words.length; word += 3) {
    if (words[word] === segment) {
      take(words[word + 1], words[word + 2]);
    }
  }
  rows.flat().forEach(chip => take(chip.start, chip.end));

  const pieces: { start: number; cells: Chip[][] }[] = [];
  const pieceAt = new Uint32Array(length + 1);
  for (let at = 0; at <= length; at++) {
    if (at === 0 || (at < length && isEdge[at] && !isCrossed[at])) {
      pieces.push({ start: at, cells: rows.map(() => []) });
    }
    pieceAt[at] = pieces.length - 1;
  }
  rows.forEach((row, index) =>
    row.forEach(chip => pieces[pieceAt[chip.start]].cells[index].push(chip))
  );

  // What no tokenizer reads, such as a space, goes to the column that follows it.
  const found: Column[] = [];
  let from = 0;
  pieces.forEach(({ cells }, index) => {
    const to = pieces[index + 1]?.start ?? length;
    if (!cells.some(cell => cell.length)) {
      return;
    }
    const text = points.slice(from, to);
    const last = found[found.length - 1];
    if (last && /^ +$/.test(last.text)) {
      // So do tokens that are nothing but the space before a word.
      last.text += text;
      last.cells.forEach((cell, row) => cell.push(...cells[row]));
    } else {
      found.push({ segment, text, cells });
    }
    from = to;
  });
  if (found.length) {
    found[found.length - 1].text += points.slice(from, length);
  }
  return found;
}
