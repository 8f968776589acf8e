import { describe, expect, test } from 'vitest';

import { bytesOf, spelling } from './spelling';
import {
  chips,
  counts,
  decimal,
  description,
  measures,
  offer,
  tails,
  type Tokens,
  wordTokens
} from './state';

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
  cut: 0,
  words: array(0, 0, 1, 0, 2, 14)
};

/** "é\n x" as a byte-level tokenizer cuts it: two tokens for one letter, one for the end of the line. */
const bytes: Tokens = {
  ...answer,
  text: 'é\n x\u00a0',
  tokens: ['Ã', '©', 'Ċ', 'Ġx'],
  ids: array(1, 2, 3, 4),
  offsets: array(0, 1, 0, 1, 1, 2, 3, 4),
  word_ids: array(0, 0, 1, 2),
  is_special: array(0, 0, 0, 0),
  is_unknown: array(0, 0, 0, 0),
  segment_ids: array(0, 0, 0, 0),
  words: array(0, 0, 1, 0, 3, 4)
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
    expect(chips(pair).map(chip => [chip.isContinued, chip.word, chip.isShared])).toEqual([
      [false, 0, false],
      [false, 1, false]
    ]);
    expect(description(chips(pair)[1], true)).toBe('b · id 2 · B, characters 0–1');
  });

  test('what lies between tokens is kept, but for the space that a marker says', () => {
    expect(all.map(chip => chip.gap)).toEqual(['', '', ' ', '', '']);
    expect(tails(answer, all)).toEqual(['ievable', '']);
    expect(chips(bytes).map(chip => chip.gap)).toEqual(['', '', '', '']);
    expect(tails(bytes, chips(bytes))[0]).toBe('\u00a0');
  });

  test('tokens that share a character show its bytes', () => {
    const [first, second, end, last] = chips(bytes);
    expect([first, second, end, last].map(chip => chip.isShared)).toEqual([
      true,
      true,
      false,
      false
    ]);
    expect([first.label, second.label, end.label]).toEqual(['C3', 'A9', '\n']);
    expect(description(first)).toContain('bytes C3 · shares a character');
    expect(description(end)).toContain('U+000A line feed');
  });

  test('a mark for a space that nobody typed shares nothing', () => {
    const mark: Tokens = {
      ...bytes,
      text: 'Zo',
      tokens: ['▁', 'Z', 'o'],
      offsets: array(0, 1, 0, 1, 1, 2)
    };
    expect(chips(mark).map(chip => chip.isShared)).toEqual([false, false, false]);
  });

  test('the description says what a person wants to know', () => {
    expect(description(all[3])).toBe('##bel · id 8671 · characters 4–7 · continues the word');
    expect(description(all[1])).toContain('not in the vocabulary');
    expect(description(all[4])).toContain('beyond what the model reads');
  });
});

describe('measures', () => {
  test('the counts are those of Python', () => {
    expect(counts(answer)).toBe(
      '5 tokens · 1.5 per word · 1 unknown · limit 4 · 1 beyond the limit'
    );
    expect(counts({ ...answer, max_length: 0, cut: 7 })).toBe(
      '5 tokens · 1.5 per word · 1 unknown · 7 cut off'
    );
    expect(counts({ ...answer, words: undefined })).not.toContain('per word');
  });

  test('a word lies in as many tokens as overlap it', () => {
    expect(wordTokens(answer)).toEqual([1, 2]);
    expect(wordTokens(bytes)).toEqual([2, 1]);
  });

  test('characters are those that are not white space', () => {
    expect(measures(bytes).perCharacter).toBe(2);
    expect(measures(answer).unknownRate).toBeCloseTo(1 / 3);
  });

  test('halves are rounded up, as in Python', () => {
    expect([1.125, 2.675, 1 / 3, 2, 0.005, NaN].map(decimal)).toEqual([
      '1.13',
      '2.68',
      '0.33',
      '2',
      '0.01',
      '–'
    ]);
  });
});

describe('spelling', () => {
  test('the marker of WordPiece and SentencePiece is set apart', () => {
    expect(spelling('##bel', 'bel')).toEqual(['##', 'bel']);
    expect(spelling('▁Haus', 'Haus')).toEqual(['▁', 'Haus']);
    expect(spelling('##', '##')).toEqual(['', '##']);
    expect(spelling('Ġan', 'Ġan')).toEqual(['', 'Ġan']);
  });

  test('bytes that spell the text are shown as the text', () => {
    expect(spelling('Ġcaf', ' caf')).toEqual(['Ġ', 'caf']);
    expect(spelling('ä½łå¥½', '你好')).toEqual(['', '你好']);
    expect(spelling('Ã©', 'é')).toEqual(['', 'é']);
    expect(spelling('ĊĊ', '\n\n')).toEqual(['', '\n\n']);
  });

  test('half a character is shown by its bytes, letters beside it as they are', () => {
    expect(spelling('ä½', '你', true)).toEqual(['', 'E4 BD']);
    expect(spelling('aÃ', 'aï', true)).toEqual(['', 'a C3']);
    expect(bytesOf('Ġä')).toBe('E4');
    expect(bytesOf('abc')).toBe('');
    expect(bytesOf('你')).toBe('');
  });

  test('half a character that shares with nobody, and a text that only looks like bytes, stay as they are', () => {
    expect(spelling('ä½', '你')).toEqual(['', 'ä½']);
    expect(spelling('Ã©', 'Ã©')).toEqual(['', 'Ã©']);
  });
});

describe('an offer', () => {
  const one = {
    model: 'starter',
    script: 'Arabic',
    unread: 0.9,
    here: ['many'],
    hub: ['a/b', 'c/d']
  };

  test('names a model that is here, or what to type', () => {
    expect(offer(one)).toEqual(['starter hardly reads Arabic.', 'Choose many above: it does.']);
    expect(offer({ ...one, here: [] })[1]).toBe('%albert download a/b');
    expect(offer({ ...one, here: [], hub: [] })[1]).toBe('%albert search');
  });
});
