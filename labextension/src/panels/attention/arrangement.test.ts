import { describe, expect, test } from 'vitest';

import type { Tokens } from '../tokens/state';
import { arrange, arranged, lineOf, quantized, type Switches } from './arrangement';

const array = (...data: number[]) => ({ data, shape: [data.length] });
/** [CLS] cat ##s [SEP] 你 好 [SEP] */
const tokens: Tokens = {
  model: 'starter',
  text: 'cats',
  pair: '你好',
  tokens: ['[CLS]', 'cat', '##s', '[SEP]', '你', '好', '[SEP]'],
  ids: array(1, 2, 3, 4, 5, 6, 4),
  offsets: array(0, 0, 0, 3, 3, 4, 0, 0, 0, 1, 1, 2, 0, 0),
  word_ids: array(-1, 0, 0, -1, 0, 1, -1),
  is_special: array(1, 0, 0, 1, 0, 0, 1),
  is_unknown: array(0, 0, 0, 0, 0, 0, 0),
  segment_ids: array(-1, 0, 0, -1, 1, 1, -1),
  max_length: 512,
  cut: 0
};
const all: Switches = { words: false, special_tokens: 'show', segments: 'all' };

/** Each row sums to 1: key k of n has the weight (k + 1) / (1 + … + n). */
const map = quantized(
  Float32Array.from({ length: 49 }, (_, at) => ((at % 7) + 1) / 28),
  7,
  7
);

describe('what stands along a map', () => {
  test('all tokens', () => {
    const { rows, isWhole } = arrange(tokens, all);
    expect(isWhole).toBe(true);
    expect(rows.names).toEqual(['[CLS]', 'cat', '##s', '[SEP]', '你', '好', '[SEP]']);
  });

  test('words, without special tokens', () => {
    const { rows } = arrange(tokens, { ...all, words: true, special_tokens: 'hide' });
    expect(rows).toEqual({ groups: [[1, 2], [4], [5]], names: ['cats', '你', '好'] });
    expect(lineOf(rows, 2)).toBe(0);
    expect(lineOf(rows, 0)).toBeNull();
    expect(lineOf(rows, null)).toBeNull();
  });

  test('from the text to the pair', () => {
    const { rows, columns } = arrange(tokens, { ...all, segments: 'AB' });
    expect(rows.groups).toEqual([[1], [2]]);
    expect(columns.groups).toEqual([[4], [5]]);
  });
});

describe('an arranged map', () => {
  const weight = (found: typeof map, row: number, column: number) =>
    found.weights[row * found.columns + column] * found.scale;

  test('is itself when nothing is switched', () => {
    expect(arranged(map, arrange(tokens, all))).toBe(map);
  });

  test('sums over the pieces of a key word, and averages over those of a query word', () => {
    const found = arranged(map, arrange(tokens, { ...all, words: true }));
    expect([found.rows, found.columns]).toEqual([6, 6]);
    expect(weight(found, 1, 1)).toBeCloseTo(5 / 28, 2);
    expect(weight(found, 4, 0)).toBeCloseTo(1 / 28, 2);
  });

  test('keeps its weights when tokens are left out, unless it is renormalized', () => {
    const hidden = arranged(map, arrange(tokens, { ...all, special_tokens: 'hide' }));
    expect(weight(hidden, 0, 3)).toBeCloseTo(6 / 28, 2);
    const whole = arranged(map, arrange(tokens, { ...all, special_tokens: 'renormalize' }));
    expect(weight(whole, 0, 3)).toBeCloseTo(6 / 16, 2);
  });
});
