import { expect, test } from 'vitest';

import table from './selection.cases.json';
import { choose, converted, stopOf, stops, total, type Unit, UNITS } from './selection';

type Case = [text: keyof typeof table.texts, unit: Unit, amount: number, chosen: number[]];

test.each(table.cases as Case[])('%s: %s %d', (text, unit, amount, chosen) => {
  const found = choose(table.texts[text], { unit, amount });
  expect([...found].sort((a, b) => a - b)).toEqual(chosen);
});

test.each(UNITS)('another unit keeps the sentences that are chosen: %s', unit => {
  for (const text of Object.values(table.texts)) {
    for (let amount = 1; amount <= text.order.length; amount++) {
      const length = { unit: 'sentences' as const, amount };
      const again = choose(text, converted(text, length, unit));
      const isFree = text.words.every(words => !words) && unit === 'words';
      expect(again).toEqual(isFree ? new Set(text.order) : choose(text, length));
    }
  }
});

test('a slider goes one by one at first, and by nice steps later, up to all there is', () => {
  expect(stops('sentences', 1)).toEqual([1]);
  expect(stops('sentences', 5)).toEqual([1, 2, 3, 4, 5]);
  expect(stops('percent', 100)).toHaveLength(100);
  const long = stops('sentences', 6_000);
  expect(long.slice(0, 20)).toEqual([...Array(20).keys()].map(at => at + 1));
  expect(long.at(-1)).toBe(6_000);
  expect(long.length).toBeLessThan(250);
  expect(stops('words', 7)).toEqual([7]);
  expect(stops('words', 95).slice(0, 4)).toEqual([10, 15, 20, 22]);
  for (const unit of UNITS) {
    const found = stops(unit, unit === 'percent' ? 100 : 12_345);
    expect(found.every((amount, at) => !at || amount > found[at - 1])).toBe(true);
    expect(found.every(Number.isInteger)).toBe(true);
  }
});

test('an amount between two stops stands at the one before', () => {
  expect(stopOf([1, 2, 5], 4)).toBe(1);
  expect(stopOf([1, 2, 5], 0)).toBe(0);
  expect(stopOf([1, 2, 5], 99)).toBe(2);
});

test('the most of a unit is what all candidates have', () => {
  const { plain } = table.texts;
  expect(UNITS.map(unit => total(plain, unit))).toEqual([5, 100, 55, 73]);
});
