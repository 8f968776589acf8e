import { expect, test } from 'vitest';

import { changes } from './changes';

const marks = (before: string, after: string) =>
  changes(before, after)
    .map(({ text, isChanged, dropped }) => (isChanged ? `[${text}${'-'.repeat(dropped)}]` : text))
    .join('');

test('a letter for another is marked, and no more', () => {
  expect(marks('Zoë at CERN.', 'zoe at cern.')).toBe('[z]o[e] at [cern].');
  expect(marks('Aab', 'aab')).toBe('[a]ab');
  expect(marks('same', 'same')).toBe('same');
});

test('what is put in or left out is found', () => {
  expect(marks('好 你好', '好  你  好')).toBe('好 [ ]你[  ]好');
  expect(marks('é 你好 🙂 u', 'e  你  好  🙂 u')).toBe('[e ] 你[  ]好 [ ]🙂 u');
  expect(marks('e\u0301te\u0301', 'ete')).toBe('e[-]te[-]');
  expect(marks('ﬁne', 'fine')).toBe('[fi]ne');
  expect(marks('Hello world', '▁Hello▁world')).toBe('[▁]Hello[▁]world');
  expect(marks('abc', '')).toBe('[---]');
});

test('what is left is always the normalised text', () => {
  const letters = ['a', 'A', 'b', ' ', '🙂', 'é', 'e\u0301'];
  let seed = 1;
  const next = () => (seed = (seed * 48271) % 2147483647);
  for (let round = 0; round < 500; round++) {
    const [before, after] = [0, 1].map(() =>
      Array.from({ length: next() % 30 }, () => letters[next() % letters.length]).join('')
    );
    const runs = changes(before, after);
    expect(runs.map(run => run.text).join('')).toBe(after);
    expect(runs.every((run, index) => run.isChanged !== runs[index + 1]?.isChanged)).toBe(true);
  }
});
