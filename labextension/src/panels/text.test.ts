import { describe, expect, test } from 'vitest';

import { CodePoints, direction, directionOf, visible } from './text';

describe('CodePoints', () => {
  const text = "Zoë's 🙂 café 👩‍🔬!";

  test('slices as Python does, also behind an emoji', () => {
    const points = new CodePoints(text);
    expect(points.slice(0, 3)).toBe('Zoë');
    expect(points.slice(6, 7)).toBe('🙂');
    expect(points.slice(8, 12)).toBe('café');
    expect(points.slice(13, 16)).toBe('👩‍🔬');
    expect(points.slice(16, 17)).toBe('!');
  });

  test('splits without losing a unit', () => {
    const [before, inside, after] = new CodePoints(text).split(6, 7);
    expect([before, inside, after]).toEqual(["Zoë's ", '🙂', ' café 👩‍🔬!']);
    expect(before + inside + after).toBe(text);
  });

  test('stays inside the text when a position is beyond it', () => {
    expect(new CodePoints('🙂').slice(0, 99)).toBe('🙂');
    expect(new CodePoints('').slice(0, 1)).toBe('');
  });
});

describe('CodePoints of any text', () => {
  // Letters of every kind of width, marks and joiners; no lone surrogates, which Python refuses.
  const planes = [
    0x20, 0x7f, 0x301, 0x627, 0x4f60, 0x200d, 0xfffd, 0x1f642, 0x1d54f, 0x2f800, 0x10ffff
  ];
  let seed = 42;
  const next = (most: number) => (seed = (seed * 48271) % 2147483647) % most;
  const texts = Array.from({ length: 300 }, () =>
    String.fromCodePoint(...Array.from({ length: next(40) }, () => planes[next(planes.length)]))
  );

  test('slices are those of the list of characters', () => {
    for (const text of texts) {
      const [points, characters] = [new CodePoints(text), [...text]];
      expect(points.length).toBe(characters.length);
      const start = next(characters.length + 1);
      const end = start + next(characters.length + 1 - start);
      expect(points.slice(start, end)).toBe(characters.slice(start, end).join(''));
      expect(points.split(start, end).join('')).toBe(text);
    }
  });

  test('every unit finds its own code point again', () => {
    for (const text of texts) {
      const points = new CodePoints(text);
      let at = 0;
      [...text].forEach((character, index) => {
        for (let unit = at; unit < at + character.length; unit++) {
          expect(points.at(unit)).toBe(index);
        }
        at += character.length;
      });
      expect(points.at(text.length)).toBe(points.length);
    }
  });
});

test('the first letter gives the direction, not a digit or a quotation mark before it', () => {
  expect(direction('123 – «שלום»')).toBe('rtl');
  expect(direction('(2) مرحبا hello')).toBe('rtl');
  expect(direction('hello שלום')).toBe('ltr');
  expect(direction('🙂 42')).toBe('ltr');
});

test('control characters become visible and long labels end with an ellipsis', () => {
  expect(visible('a\nb')).toBe('a␊b');
  expect(visible('🙂🙂🙂🙂', 3)).toBe('🙂🙂…');
});

test('characters that turn the direction of what comes after them are named', () => {
  expect(visible('a\u202eb\u2069')).toBe('a⟨RLO⟩b⟨PDI⟩');
});

test('a row of tokens goes as its first token that is not special', () => {
  expect(directionOf(['[CLS]', 'ש', '##לום', '[SEP]'])).toBe('rtl');
  expect(directionOf(['<s>', '1', 'مرحبا', 'cat'])).toBe('rtl');
  expect(directionOf(['[CLS]', 'cat', 'שלום'])).toBe('ltr');
  expect(directionOf(['[CLS]', '[SEP]'])).toBe('ltr');
  expect(directionOf([])).toBe('ltr');
});
