import { describe, expect, test } from 'vitest';

import { chips, counts, description, spelling, type Tokens } from './state';

const array = (...data: number[]) => ({ data, shape: [data.length] });

/** "🙂 unbelievable" as a WordPiece tokenizer cuts it. */
const answer: Tokens = {
  model: 'starter',
  text: '🙂 unbelievable',
  pair: null,
  tokens: ['[CLS]', '[UNK]', 'un', '##bel', '[SEP]'],
  ids: array(101, 100, 4895, 8671, 102),
  offsets: array(0, 0, 0, 1, 2, 4, 4, 7, 0, 0),
  word_ids: array(-1, 0, 1, 1, -1),
  is_special: array(1, 0, 0, 0, 1),
  is_unknown: array(0, 1, 0, 0, 0),
  segment_ids: array(-1, 0, 0, 0, -1),
  max_length: 4,
  cut: 0
};

describe('chips', () => {
  const all = chips(answer);

  test('special, unknown and ordinary tokens are told apart', () => {
    expect(all.map(chip => chip.kind)).toEqual([
      'special',
      'unknown',
      'ordinary',
      'ordinary',
      'special'
    ]);
  });

  test('only a piece of the same word continues', () => {
    expect(all.map(chip => chip.isContinued)).toEqual([false, false, false, true, false]);
    expect(all.map(chip => chip.word)).toEqual([-1, 0, 1, 1, -1]);
  });

  test('tokens beyond the limit are marked', () => {
    expect(all.map(chip => chip.isBeyond)).toEqual([false, false, false, false, true]);
  });

  test('word 0 of the pair does not continue word 0 of the text', () => {
    const pair: Tokens = {
      ...answer,
      text: 'a',
      pair: 'b',
      tokens: ['a', 'b'],
      ids: array(1, 2),
      offsets: array(0, 1, 0, 1),
      word_ids: array(0, 0),
      is_special: array(0, 0),
      is_unknown: array(0, 0),
      segment_ids: array(0, 1)
    };
    expect(chips(pair).map(chip => [chip.isContinued, chip.word])).toEqual([
      [false, 0],
      [false, 1]
    ]);
  });

  test('the description says what a person wants to know', () => {
    expect(description(all[3])).toBe('##bel · id 8671 · characters 4–7');
    expect(description(all[1])).toContain('not in the vocabulary');
    expect(description(all[4])).toContain('beyond what the model reads');
  });
});

test('the counts are those of Python', () => {
  expect(counts(answer)).toBe('5 tokens · 1.5 per word · 1 unknown · limit 4 · 1 beyond the limit');
  expect(counts({ ...answer, max_length: 0, cut: 7 })).toBe(
    '5 tokens · 1.5 per word · 1 unknown · 7 cut off'
  );
});

describe('spelling', () => {
  test('the marker of WordPiece and SentencePiece is set apart', () => {
    expect(spelling('##bel', 'bel')).toEqual(['##', 'bel']);
    expect(spelling('▁Haus', 'Haus')).toEqual(['▁', 'Haus']);
    expect(spelling('##', '##')).toEqual(['', '##']);
  });

  test('bytes that spell the text are shown as the text', () => {
    expect(spelling('Ġcaf', ' caf')).toEqual(['Ġ', 'caf']);
    expect(spelling('ä½łå¥½', '你好')).toEqual(['', '你好']);
    expect(spelling('Ã©', 'é')).toEqual(['', 'é']);
  });

  test('half a character, and a text that only looks like bytes, stay as they are', () => {
    expect(spelling('ä½', '你')).toEqual(['', 'ä½']);
    expect(spelling('Ã©', 'Ã©')).toEqual(['', 'Ã©']);
  });
});
