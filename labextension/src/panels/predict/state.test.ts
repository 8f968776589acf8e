import { describe, expect, test } from 'vitest';

import {
  answer,
  barsOf,
  explained,
  numberText,
  placeOn,
  type Predictions,
  shareText
} from './state';

const array = (...data: number[]) => ({ data, shape: [1, data.length] });
const predictions = (
  problem_type: Predictions['problem_type'],
  label_names: string[],
  ...probabilities: number[]
): Predictions => ({
  model: 'run:a',
  labels: [''],
  probabilities: array(...probabilities),
  label_names,
  problem_type,
  truncated: array(0),
  max_length: 512
});
const three = predictions('single_label', ['a', 'b', 'c'], 0.2, 0.5, 0.3);

describe('the class that is explained', () => {
  test('is the answer, or the one of a name that the model has', () => {
    expect(explained(three, null)).toBe(1);
    expect(explained(three, 'c')).toBe(2);
    expect(explained(three, 'of another model')).toBe(1);
  });
});

describe('bars', () => {
  const order = (...how: [boolean, boolean]) => barsOf(three, 1, ...how).map(({ name }) => name);

  test('stand by probability, or as in the model', () => {
    expect(order(true, false)).toEqual(['b', 'c', 'a']);
    expect(order(false, false)).toEqual(['a', 'b', 'c']);
  });

  test('of one answer one is said, of several labels those over a half', () => {
    const said = (of: Predictions) => barsOf(of, 0, false, true).map(({ isSaid }) => isSaid);
    expect(said(three)).toEqual([false, true, false]);
    expect(said(predictions('multi_label', ['a', 'b', 'c'], 0.6, 0.5, 0.51))).toEqual([
      true,
      false,
      true
    ]);
  });

  test('of many are the likeliest, and the one that is explained', () => {
    const names = Array.from({ length: 30 }, (_, at) => `class ${at}`);
    const many = predictions('single_label', names, ...names.map((_, at) => at / 435));
    const shown = barsOf(many, 3, true, false);
    expect(shown.map(({ at }) => at)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 3]);
    expect(barsOf(many, 3, true, true)).toHaveLength(30);
  });

  test('equal ones keep the order of the model', () => {
    const equal = predictions('single_label', ['a', 'b'], 0.5, 0.5);
    expect(barsOf(equal, 0, true, false).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('words', () => {
  const said = (of: Predictions, more: Partial<Predictions> = {}) =>
    answer({ predictions: { ...of, ...more }, scale: null });

  test('the answer is told in a few', () => {
    expect(said(three)).toBe('b 50.0\u00a0%');
    const many = predictions('multi_label', ['a', 'b'], 0.1, 0.1);
    expect(said(many)).toBe('none of the labels');
    expect(said(many, { labels: ['a, b'] })).toBe('a, b');
    expect(said(predictions('regression', ['value'], 2.34567))).toBe('2.346');
    expect(said(three, { truncated: array(1) })).toContain('only the first 512 tokens');
  });

  test('what is nearly sure is not rounded to certainty', () => {
    expect(shareText(0.99987)).toBe('99.987\u00a0%');
    expect(shareText(0.00012)).toBe('0.012\u00a0%');
    expect(shareText(0.5)).toBe('50.0\u00a0%');
    expect(numberText(-0.00012346)).toBe('-0.0001235');
  });
});

test('a value beyond its scale stays at the end', () => {
  expect([-3, 0, 1, 4, 9].map(value => placeOn(value, [0, 4]))).toEqual([0, 0, 0.25, 1, 1]);
});
