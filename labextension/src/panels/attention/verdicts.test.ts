import { expect, test } from 'vitest';

import { change, moved, standing, type Verdict } from './verdicts';

const array = (...data: number[]) => ({ data, shape: [data.length] });
const verdict: Verdict = {
  position: 2,
  names: ['cat'],
  probabilities: array(0.5),
  before: array(0.25),
  logits: array(2),
  logits_before: array(1),
  original: 'dog',
  rank: 3,
  rank_before: 7,
  original_probability: 0.1,
  original_before: 0.04
};

test('what stood in a place has a rank and a probability, and what they were', () => {
  expect(standing(verdict)).toBe('rank 3 (was 7), 0.100 (+0.060)');
  expect(standing({ ...verdict, rank: 7, original_probability: 0.04 })).toBe('rank 7, 0.040');
  expect(standing({ ...verdict, rank: 0 })).toBe('');
});

test('a change too small for three digits is none', () => {
  expect(change(0.0004)).toBe('');
  expect(change(-0.0006)).toBe(' (-0.001)');
});

test('log-odds tell what a probability near its end hides', () => {
  expect(moved(0.5, 0.25, 2, 1)).toBe('log-odds 0.00 (+1.10) · logit +2.00 (+1.00)');
  expect(moved(0.9999, 0.999, 9, 7)).toContain('(+2.30)');
  expect(moved(1, 1, 3, 3)).not.toContain('(');
});
