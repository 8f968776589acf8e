import { expect, test } from 'vitest';

import { endsLine, hiddenNames, signs } from './signs';

const shown = (text: string) =>
  signs(text)
    .map(({ text: run, sign }) => sign || run)
    .join('|');

test('white space and what has no width are something to see', () => {
  expect(shown('a b\tc')).toBe('a|·|b|→|c');
  expect(shown('\r\n\u00a0\u3000\u2009')).toBe('␍|↵|⍽|□|U+2009');
  expect(shown('x\u200by\ufeff')).toBe('x|ZWSP|y|BOM');
  expect(shown('\u0000\u007f')).toBe('␀|␡');
});

test('an override of direction never acts, whatever stands beside it', () => {
  expect(shown('abc\u202ecba\u2066')).toBe('abc|RLO|cba|LRI');
});

test('what joins letters and emoji is left to join them, and is a sign only alone', () => {
  expect(shown('👩‍🔬')).toBe('👩‍🔬');
  expect(shown('نمی‌خواهم')).toBe('نمی‌خواهم');
  expect(shown('🏳️')).toBe('🏳️');
  expect(shown('\u200d')).toBe('ZWJ');
  expect(shown('\ufe0f')).toBe('VS16');
});

test('nothing of a text is lost', () => {
  const text = 'a\u200d \n\u202e🙂e\u0301\u{e0041}';
  expect(
    signs(text)
      .map(part => part.text)
      .join('')
  ).toBe(text);
});

test('hidden characters are named, each once', () => {
  expect(hiddenNames('a b')).toEqual([]);
  expect(hiddenNames('👩‍👩‍👧')).toEqual(['U+200D zero width joiner']);
  expect(hiddenNames('\t\u2009')).toEqual(['U+0009 tab', 'U+2009']);
  expect([endsLine('a\r\n'), endsLine('a\u2028'), endsLine('a b')]).toEqual([true, true, false]);
});
