import { describe, expect, test } from 'vitest';

import { CodePoints, direction, visible } from './text';

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
