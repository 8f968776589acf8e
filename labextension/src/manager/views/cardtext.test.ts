import { describe, expect, test } from 'vitest';

import { wholeAddress } from './cardtext';

describe('links of a card', () => {
  const page = 'https://huggingface.co/a/b';
  test.each([
    ['https://example.com/x', 'https://example.com/x'],
    ['LICENSE', 'https://huggingface.co/a/b/blob/main/LICENSE'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null]
  ])('%s', (address, expected) => expect(wholeAddress(address, page)).toBe(expected));

  test('that are relative lead nowhere without a page', () => {
    expect(wholeAddress('LICENSE', '')).toBeNull();
  });
});
