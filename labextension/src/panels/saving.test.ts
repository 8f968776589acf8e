import { describe, expect, test } from 'vitest';

import { csv, fileName } from './saving';

describe('fileName', () => {
  test('has letters of any script, and nothing a file system or shell would take for something', () => {
    expect(fileName('Matrix', 'Zoë’s 你好/../etc: <b>', 'svg')).toBe('matrix-zoë-s-你好-etc-b.svg');
    expect(fileName('Tokens', '../../\u0000\u202egpj.exe', 'csv')).toBe('tokens-gpj-exe.csv');
    expect(fileName('Tokens', '🙂 …', 'png')).toBe('tokens.png');
  });

  test('is short, and never ends in the middle of a character', () => {
    const name = fileName('Tokens', '𠀀'.repeat(10_000), 'svg');
    expect([...name]).toHaveLength(48 + '.svg'.length);
    // Half a character cannot be encoded.
    expect(() => encodeURIComponent(name)).not.toThrow();
  });
});

describe('csv', () => {
  const lines = (rows: (string | number)[][]) =>
    csv({ columns: ['token', 'weight'], rows }).split('\r\n');

  test('quotes what would end a field', () => {
    expect(
      lines([
        ['say "a, b"', 0.5],
        ['two\nlines', 1]
      ])
    ).toEqual(['\ufefftoken,weight', '"say ""a, b""",0.5', '"two\nlines",1', '']);
  });

  test('hands no formula to a spreadsheet; signs and negative numbers stay', () => {
    expect(
      lines([
        ['=1+1', -2],
        ['@x', 0],
        ['-', 0],
        ['+', 0]
      ]).slice(1, 5)
    ).toEqual(["'=1+1,-2", "'@x,0", '-,0', '+,0']);
  });
});
