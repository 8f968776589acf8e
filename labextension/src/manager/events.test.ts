import { expect, test } from 'vitest';

import { EventParser } from './events';

test('pieces may end anywhere', () => {
  const text =
    ': heartbeat\r\n\r\ndata: {"a":\r\ndata: 1}\r\n\r\nevent: other\ndata: no\n\ndata: 2\n\n';
  for (let size = 1; size <= text.length; size++) {
    const parser = new EventParser();
    const whole: string[] = [];
    for (let at = 0; at < text.length; at += size) {
      whole.push(...parser.push(text.slice(at, at + size)));
    }
    expect(whole).toEqual(['{"a":\n1}', '2']);
  }
});
