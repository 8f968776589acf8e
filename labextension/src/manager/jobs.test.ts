import { expect, test } from 'vitest';

import { modelOf, nameOf, shareOf } from './jobs';
import type { Job } from './types';

const job = (more: Partial<Job>) =>
  ({ id: 'fit-1', kind: 'fit', spec: {}, state: 'running', progress: {}, ...more }) as Job;

test('a job is called after the model that it makes, or works on', () => {
  expect(nameOf(job({ spec: { model: 'starter', settings: { name: 'reviews' } } }))).toBe(
    'reviews'
  );
  expect(nameOf(job({ spec: { model: 'a/b', settings: { name: '' } } }))).toBe('a/b');
  expect(nameOf(job({}))).toBe('fit-1');
});

test('its share is known when its end is', () => {
  expect(shareOf(job({ progress: { done: 1, total: 4 } }))).toBe(0.25);
  expect(shareOf(job({ progress: { done: 5, total: 4 } }))).toBe(1);
  expect(shareOf(job({ progress: { done: 5, total: 0 } }))).toBeNull();
  expect(shareOf(job({}))).toBeNull();
});

test('only what is whole can be used', () => {
  const result = { model: 'run:reviews' };
  expect(modelOf(job({ state: 'stopped', result }))).toBe('run:reviews');
  expect(modelOf(job({ state: 'failed', result }))).toBeNull();
  const spec = { model: 'a/b' };
  expect(modelOf(job({ kind: 'download', state: 'finished', spec }))).toBe('a/b');
  expect(modelOf(job({ kind: 'download', state: 'stopped', spec }))).toBeNull();
  expect(modelOf(job({ kind: 'export', state: 'finished', spec, result: {} }))).toBeNull();
});
