import { describe, expect, test } from 'vitest';

import { columnsOf, isSameData, sorted } from './comparing';
import { aRun, english } from './testing';

const runs = [
  aRun('a', { metrics: { accuracy: 0.86, loss: 0.3 } }),
  aRun('b', {
    metrics: { accuracy: 0.91, loss: 0.4 },
    settings: { name: 'b', method: 'lora', learning_rate: 5e-4, seed: 1 },
    seconds: 421
  }),
  aRun('c', { metrics: { loss: 0.35 }, sha256: 'others' })
];
const columns = columnsOf(runs, english, 'en');
const column = (key: string) => columns.find(one => one.key === key)!;

describe('runs side by side', () => {
  test('show the settings that differ, and only those', () => {
    const settings = columns.map(({ key }) => key).filter(key => key.startsWith('setting:'));
    expect(settings).toEqual(['setting:method', 'setting:learning_rate']);
  });

  test('mark the best: more of an accuracy, less of a loss', () => {
    const best = (key: string) => column(key).cells.map(({ isBest }) => isBest);
    expect(best('metric:accuracy')).toEqual([false, true, false]);
    expect(best('metric:loss')).toEqual([true, false, false]);
  });

  test('have no best among equals, or alone', () => {
    const equal = columnsOf([aRun('a'), aRun('b')], english);
    expect(equal.flatMap(({ cells }) => cells).some(({ isBest }) => isBest)).toBe(false);
    expect(columnsOf([aRun('a')], english)[1].cells[0].isBest).toBe(false);
  });

  test('are sorted by numbers, and what is not known stands last either way', () => {
    expect(sorted(column('metric:accuracy'), true)).toEqual([0, 1, 2]);
    expect(sorted(column('metric:accuracy'), false)).toEqual([1, 0, 2]);
    expect(sorted(column('seconds'), false)).toEqual([1, 0, 2]);
  });

  test('say when they have learned from other rows', () => {
    expect(isSameData(runs)).toBe(false);
    expect(isSameData(runs.slice(0, 2))).toBe(true);
  });

  test('are shown in words', () => {
    expect(column('seconds').cells[1].text).toBe('7:01');
    expect(column('metric:accuracy').cells.map(({ text }) => text)).toEqual([
      '86.0 %',
      '91.0 %',
      ''
    ]);
    expect(column('setting:learning_rate').cells[0].text).toBe('0.0001');
  });
});
