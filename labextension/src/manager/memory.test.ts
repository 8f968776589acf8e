import { expect, test } from 'vitest';

import { withMemory } from './memory';
import type { ModelInfo, Status } from './types';

const model = (id: string, more: Partial<ModelInfo> = {}) =>
  ({
    id,
    device: '',
    bytes_loaded: 0,
    used_by: [],
    dtype: 'float32',
    last_used: 0,
    ...more
  }) as unknown as ModelInfo;
const status = (...loaded: ModelInfo[]) => ({ loaded }) as Status;

test('the newest status knows what is in memory', () => {
  const loaded = model('a', { device: 'cpu', bytes_loaded: 9, used_by: ['x.ipynb'], last_used: 5 });
  const before = [model('a'), model('b', { device: 'cpu', bytes_loaded: 7, last_used: 3 })];
  const [a, b] = withMemory(before, status(loaded))!;
  expect(a).toEqual(loaded);
  expect(b).toEqual(model('b', { last_used: 3 }));
});

test('where nothing has changed, the list is the same one', () => {
  const models = [model('a'), model('b')];
  expect(withMemory(models, status())).toBe(models);
  const [a, b] = withMemory(models, status(model('a', { device: 'cpu' })))!;
  expect(a).not.toBe(models[0]);
  expect(b).toBe(models[1]);
});

test('what is not known stays unknown', () => {
  expect(withMemory(null, status())).toBeNull();
  const models = [model('a')];
  expect(withMemory(models, null)).toBe(models);
});
