import { describe, expect, test } from 'vitest';

import { diverging } from '../theme';
import type { Tokens } from '../tokens/state';
import { quantized } from './arrangement';
import { alignedSides, asMap, type Comparison, difference, onOneScale, weight } from './difference';

const array = (...data: number[]) => ({ data, shape: [data.length] });

function tokensOf(text: string): Tokens {
  const words = text.split(' ');
  let at = 0;
  const offsets = words.flatMap(word => {
    const start = at;
    at += word.length + 1;
    return [start, start + word.length];
  });
  return {
    model: 'starter',
    text,
    pair: null,
    tokens: words,
    ids: array(...words.map((_, index) => index)),
    offsets: array(...offsets),
    word_ids: array(...words.map((_, index) => index)),
    is_special: array(...words.map(() => 0)),
    is_unknown: array(...words.map(() => 0)),
    segment_ids: array(...words.map(() => 0)),
    max_length: 512,
    cut: 0
  };
}

/** "the cat sat" against "the old dog": sat went, old came in, cat became dog. */
const comparison: Comparison = {
  tokens: tokensOf('the cat sat'),
  other_tokens: tokensOf('the old dog'),
  units: array(0, 2, 3),
  other_units: array(0, 1, 2),
  changes: ['same', 'inserted', 'changed', 'removed'],
  distances: array(),
  notes: []
};
const map = (...values: number[]) => quantized(Float32Array.from(values), 3, 3);
const first = map(0.2, 0.2, 0.6, 0.5, 0.5, 0, 1, 0, 0);
const second = map(0.2, 0.7, 0.1, 0, 0, 1, 0, 1, 0);

describe('what corresponds in two readings', () => {
  test('stands along the maps in the order of both', () => {
    const { first: one, second: two, common, units } = alignedSides(comparison);
    expect(one.names).toEqual(['the', 'cat', 'sat']);
    expect(two.names).toEqual(['the', 'old', 'dog']);
    expect(common).toEqual([
      { first: 0, second: 0 },
      { first: 1, second: 2 }
    ]);
    expect(units).toEqual([
      { first: 'the', second: 'the', change: 'same' },
      { first: null, second: 'old', change: 'inserted' },
      { first: 'cat', second: 'dog', change: 'changed' },
      { first: 'sat', second: null, change: 'removed' }
    ]);
  });

  test('pieces of a word are one line, and what is left out none', () => {
    const { first: one, common } = alignedSides({
      ...comparison,
      units: array(0, 0, -1),
      other_units: array(-1, 0, 1),
      changes: ['changed', 'inserted']
    });
    expect(one).toMatchObject({ groups: [[0, 1]], names: ['the cat'] });
    expect(common).toEqual([{ first: 0, second: 0 }]);
  });
});

describe('the difference of two maps', () => {
  test('is the second minus the first, where tokens correspond', () => {
    const { values, size, top } = difference(
      first,
      second,
      alignedSides(comparison),
      false
    ).difference;
    expect(size).toBe(2);
    [0, 0.1 - 0.2, 0 - 0.5, 0 - 0.5].forEach((expected, at) =>
      expect(values[at]).toBeCloseTo(expected, 2)
    );
    expect(top).toBeCloseTo(0.5, 2);
  });

  test('is drawn with none in the middle and the largest change at an end', () => {
    const values = Float32Array.from([0, -0.4, 0.2, 0.1]);
    const { weights } = asMap({ values, size: 2, top: 0.4 }, 100);
    expect([...weights]).toEqual([128, 1, 192, 160]);
    const ramp = diverging({
      background: [255, 255, 255, 1],
      ink: [0, 0, 0, 1],
      faint: [0, 0, 0, 1],
      line: [0, 0, 0, 1],
      accent: [0, 0, 255, 1]
    });
    const [less, none, more] = [1, 128, 255].map(at => [...ramp.subarray(at * 4, at * 4 + 3)]);
    expect(none).toEqual([255, 255, 255]);
    expect(less[0]).toBeGreaterThan(less[2]);
    expect(more[2]).toBeGreaterThan(more[0]);
  });

  test('keeps the strongest change under each pixel, whatever its sign', () => {
    const values = Float32Array.from({ length: 16 }, (_, at) => (at === 5 ? -0.9 : 0.1));
    const { weights, rows } = asMap({ values, size: 4, top: 0.9 }, 2);
    expect(rows).toBe(2);
    expect(weights[0]).toBe(1);
    expect(weights[3]).toBeGreaterThan(128);
  });

  test('of equal maps is nothing', () => {
    const same = alignedSides({
      ...comparison,
      other_tokens: comparison.tokens,
      units: array(0, 1, 2),
      other_units: array(0, 1, 2),
      changes: ['same', 'same', 'same']
    });
    const { difference: none } = difference(first, first, same, false);
    expect(none.top).toBe(0);
    expect(new Set(asMap(none, 100).weights)).toEqual(new Set([128]));
  });
});

test('two maps on one scale mean the same by the same colour', () => {
  const [one, two] = onOneScale(map(1, 0, 0, 0.5, 0, 0, 0, 0, 0), map(0.5, 0, 0, 0, 0, 0, 0, 0, 0));
  expect(one.weights[3]).toBe(two.weights[0]);
  expect(weight(two, 0, 0)).toBeCloseTo(0.5, 2);
});
