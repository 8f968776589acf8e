import { describe, expect, test } from 'vitest';

import { Endings } from './notify';
import type { Job, JobState } from './types';

const words = {
  __: (text: string, ...values: unknown[]) =>
    text.replace(/%(\d)/g, (_, index) => String(values[Number(index) - 1]))
};
const job = (state: JobState, more: Partial<Job> = {}): Job => ({
  id: 'a',
  kind: 'fit',
  spec: { model: 'starter', settings: { name: 'reviews-1' } },
  state,
  created: 0,
  started: 0,
  ended: 0,
  progress: {},
  error: null,
  result: null,
  caller: '',
  user: '',
  ...more
});

describe('a job that ends', () => {
  test('is told once, with the model it made', () => {
    const endings = new Endings(words);
    expect(endings.of([job('running')])).toEqual([]);
    const done = job('finished', { result: { model: 'run:reviews-1' } });
    expect(endings.of([done])).toMatchObject([{ type: 'success', model: 'run:reviews-1' }]);
    expect(endings.of([done])).toEqual([]);
  });

  test('says where an export is', () => {
    const endings = new Endings(words);
    const exporting = { kind: 'export', spec: { model: 'starter' } } as const;
    endings.of([job('running', exporting)]);
    const result = { folder: '/home/me/exports/starter' };
    const [notice] = endings.of([job('finished', { ...exporting, result })]);
    expect(notice).toMatchObject({ type: 'success', model: null });
    expect(notice.message).toBe('starter is exported to /home/me/exports/starter');
  });

  test('is not told when it had ended before the page looked', () => {
    expect(new Endings(words).of([job('finished')])).toEqual([]);
  });

  test('says why it has failed', () => {
    const endings = new Endings(words);
    endings.of([job('running')]);
    const error = {
      code: 'no_room',
      message: 'The disk is full.',
      hint: 'Free 2 GB.',
      details: {}
    };
    const [notice] = endings.of([job('failed', { error })]);
    expect(notice).toMatchObject({ type: 'error', model: null });
    expect(notice.message).toContain('reviews-1');
    expect(notice.message).toContain('The disk is full. Free 2 GB.');
  });
});
