import { expect, test } from 'vitest';

import { habitOf, type HeadStatistics, MEASURES, ranked, readable } from './habits';

/** Two heads in one layer; every measure is 0 where none is given. */
function statistics(given: Partial<Record<string, [number, number]>>): HeadStatistics {
  return Object.fromEntries(
    MEASURES.map(({ name }) => [
      name,
      { data: Float32Array.from(given[name] ?? [0, 0]), shape: [1, 2] }
    ])
  ) as unknown as HeadStatistics;
}

test('a head has the habit of its largest share', () => {
  const found = statistics({ previous: [0.5, 0.1], first: [0.45, 0.2] });
  expect(habitOf(found, { row: 0, column: 0 }, 10)).toEqual({
    letter: 'P',
    text: '50 % to the previous token'
  });
  expect(habitOf(found, { row: 0, column: 1 }, 10)).toBeNull();
});

test('a head that looks everywhere is broad, as measured against the length of the text', () => {
  const found = statistics({ entropy: [2, 2] });
  expect(habitOf(found, { row: 0, column: 0 }, 10)?.letter).toBe('B');
  expect(habitOf(found, { row: 0, column: 0 }, 100)).toBeNull();
  expect(habitOf(found, { row: 0, column: 0 }, 1)?.letter).toBe('B');
});

test('heads by a measure, and its values in words', () => {
  expect(ranked(statistics({ distance: [1.5, 4.25] }), 'distance')).toEqual([
    { row: 0, column: 1 },
    { row: 0, column: 0 }
  ]);
  expect(readable('distance', 4.25)).toBe('4.3 tokens');
  expect(readable('entropy', 1.234)).toBe('1.23 nats');
  expect(readable('separator', 0.256)).toBe('26 %');
});

test('heads are sorted among the layers that are shown', () => {
  const two = { data: [0.9, 0.1, 0.2, 0.8], shape: [2, 2] };
  const found = { ...statistics({}), previous: two };
  expect(ranked(found, 'previous').map(({ row, column }) => [row, column])).toEqual([
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1]
  ]);
  expect(ranked(found, 'previous', [1, 1]).map(({ row }) => row)).toEqual([1, 1]);
});
