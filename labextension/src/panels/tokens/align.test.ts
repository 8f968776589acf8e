import { expect, test } from 'vitest';

import { columns } from './align';
import { chipsAt } from './link';
import { chips, type Tokens } from './state';

const array = (data: number[]) => ({ data, shape: [data.length] });

/** An answer whose ordinary tokens have these spans, in a pair those of the second text behind those of the first. */
function answer(text: string, spans: [number, number][], rest: Partial<Tokens> = {}): Tokens {
  const count = spans.length + 2;
  return {
    model: 'm',
    text,
    pair: null,
    tokens: ['<', ...spans.map(([start, end]) => [...text].slice(start, end).join('')), '>'],
    ids: array(Array(count).fill(1)),
    offsets: array([0, 0, ...spans.flat(), 0, 0]),
    word_ids: array([-1, ...spans.map((_, index) => index), -1]),
    is_special: array([1, ...spans.map(() => 0), 1]),
    is_unknown: array(Array(count).fill(0)),
    segment_ids: array([-1, ...spans.map(() => 0), -1]),
    max_length: 0,
    cut: 0,
    words: array([]),
    ...rest
  };
}

const shape = (answers: Tokens[]) =>
  columns(answers).map(
    ({ text, cells }) =>
      `${text}: ${cells.map(cell => cell.map(chip => chip.token).join('+')).join(' / ')}`
  );

test('pieces of a word stand under the word, whoever cuts it', () => {
  const words = array([0, 0, 2, 0, 3, 6]);
  const one = answer(
    '🙂a cat',
    [
      [0, 1],
      [1, 2],
      [3, 6]
    ],
    { words }
  );
  const other = answer(
    '🙂a cat',
    [
      [0, 2],
      [3, 4],
      [4, 6]
    ],
    { words }
  );
  expect(shape([one, other])).toEqual([
    ': < / <',
    '🙂a: 🙂+a / 🙂a',
    ' cat: cat / c+at',
    ': > / >'
  ]);
});

test('a token over two words brings them together, and a lone space goes to its word', () => {
  const words = array([0, 0, 1, 0, 2, 3, 0, 4, 5]);
  const one = answer(
    'a b c',
    [
      [0, 1],
      [2, 3],
      [4, 5]
    ],
    { words }
  );
  const other = answer(
    'a b c',
    [
      [0, 3],
      [3, 4],
      [4, 5]
    ],
    { words }
  );
  expect(shape([one, other])).toEqual([': < / <', 'a b: a+b / a b', ' c: c /  +c', ': > / >']);
});

test('an end of a line that a tokenizer reads has a column of its own', () => {
  const one = answer('a\nb', [
    [0, 1],
    [2, 3]
  ]);
  const other = answer('a\nb', [
    [0, 1],
    [1, 2],
    [2, 3]
  ]);
  expect(shape([one, other]).slice(1, -1)).toEqual(['a: a / a', '\n:  / \n', 'b: b / b']);
});

test('special tokens of a pair stand before, between and behind', () => {
  const pair: Tokens = {
    ...answer('a', []),
    pair: 'b',
    tokens: ['<', 'a', '>', '>', 'b', '>'],
    ids: array(Array(6).fill(1)),
    offsets: array([0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]),
    word_ids: array([-1, 0, -1, -1, 0, -1]),
    is_special: array([1, 0, 1, 1, 0, 1]),
    is_unknown: array(Array(6).fill(0)),
    segment_ids: array([-1, 0, -1, -1, 1, -1])
  };
  expect(shape([pair])).toEqual([': <', 'a: a', ': >+>', 'b: b', ': >']);
});

test('no token is lost or doubled, wherever tokenizers cut', () => {
  let seed = 7;
  const next = (most: number) => (seed = (seed * 48271) % 2147483647) % most;
  const text = 'The 🙂 naïve café — 你好, e\u0301te\u0301!';
  const { length } = [...text];
  for (let round = 0; round < 200; round++) {
    const answers = Array.from({ length: 3 }, () => {
      const spans: [number, number][] = [];
      for (let at = next(3); at < length;) {
        const end = Math.min(length, at + 1 + next(6));
        spans.push([at, end]);
        // Sometimes two tokens share a character, sometimes one is left out.
        at = end + next(3) - 1 || end;
      }
      return answer(text, spans);
    });
    const found = columns(answers);
    answers.forEach((one, row) => {
      const drawn = found.flatMap(({ cells }) => cells[row].map(chip => chip.index));
      expect(drawn).toEqual(one.tokens.map((_, index) => index));
    });
    const read = found.map(column => column.text).join('');
    expect(text.startsWith(read) || read === text).toBe(true);
  }
});

test('a place in the text finds its tokens, the end of the text the last one', () => {
  const all = chips(
    answer('🙂a cat', [
      [0, 1],
      [1, 2],
      [3, 6]
    ])
  );
  const at = (start: number, end = start) =>
    chipsAt(all, { segment: 0, start, end }).map(chip => chip.index);
  expect([at(0), at(1), at(4), at(6)]).toEqual([[1], [2], [3], [3]]);
  expect(at(2)).toEqual([2]);
  expect(at(0, 4)).toEqual([1, 2, 3]);
  expect(chipsAt(all, { segment: 1, start: 0, end: 9 })).toEqual([]);
});
