import { describe, expect, test } from 'vitest';

import { hubPath, slipOf } from './hubsearch';

describe('questions to the hub', () => {
  test('without words the whole list is asked for, and chosen from here', () => {
    expect(hubPath('', 'zh', 'encoder')).toBe('hub/models?limit=100');
    expect(hubPath('a & b', 'zh', '')).toBe('hub/models?limit=30&query=a+%26+b&language=zh');
  });

  test('fail with a message, whatever was thrown', () => {
    expect(slipOf(Object.assign(new Error('no'), { hint: 'do' }))).toEqual({
      message: 'no',
      hint: 'do'
    });
    expect(slipOf('no')).toEqual({ message: 'no', hint: '' });
  });
});
