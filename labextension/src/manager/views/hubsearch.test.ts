import { describe, expect, test } from 'vitest';

import { hubQuery, slipOf } from './hubsearch';

describe('questions to the hub', () => {
  test('without words the whole list is asked for, and chosen from here', () => {
    expect(hubQuery('', 'zh', 'encoder')).toEqual({ limit: 100 });
    expect(hubQuery('a & b', 'zh', '')).toEqual({ limit: 30, query: 'a & b', language: 'zh' });
  });

  test('fail with a message, whatever was thrown', () => {
    expect(slipOf(Object.assign(new Error('no'), { hint: 'do' }))).toEqual({
      message: 'no',
      hint: 'do'
    });
    expect(slipOf('no')).toEqual({ message: 'no', hint: '' });
  });
});
