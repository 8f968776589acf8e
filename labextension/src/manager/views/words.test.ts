import { describe, expect, test } from 'vitest';

import { aRun, english } from './testing';
import {
  amount,
  bytes,
  bytesOf,
  day,
  duration,
  languageName,
  metricOf,
  metricValue,
  nameParts
} from './words';

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9940, '9.9 kB'],
    [9960, '10 kB'],
    [91_000_000, '91 MB'],
    [999_600_000, '1.0 GB'],
    [1_340_000_000, '1.3 GB'],
    [5e15, '5000 TB'],
    [-5, '0 B']
  ])('%d is %s', (count, text) => expect(bytes(count)).toBe(text));

  test('of a total share its unit where they can', () => {
    expect(bytesOf(1.2e9, 4e9, english)).toBe('1.2 of 4.0 GB');
    expect(bytesOf(310e6, 4e9, english)).toBe('310 MB of 4.0 GB');
  });
});

describe('time', () => {
  test.each([
    [0, '0:00'],
    [38.4, '0:38'],
    [59.6, '1:00'],
    [3723, '1:02:03'],
    [-1, '0:00']
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  test('a day is counted by the calendar, not by hours', () => {
    const noon = new Date(2026, 5, 15, 0, 30).getTime() / 1000;
    const at = (days: number, hour = 12) => new Date(2026, 5, 15 - days, hour).getTime() / 1000;
    expect(day(0, noon, english)).toBe('');
    expect(day(at(0), noon, english)).toBe('today');
    expect(day(at(1, 23), noon, english)).toBe('yesterday');
    expect(day(at(6), noon, english)).toBe('6 days ago');
    expect(day(at(8), noon, english, 'en')).toBe('Jun 7');
    expect(day(at(400), noon, english, 'en')).toBe('May 11, 2025');
  });
});

describe('names and numbers', () => {
  test('counts are short', () => {
    expect([amount(950), amount(22_700_000), amount(110_000_000)]).toEqual([
      '950',
      '22.7 M',
      '110 M'
    ]);
  });

  test('an accuracy is in percent, a loss is not, and what is no number is said to be none', () => {
    expect(metricValue('accuracy', 0.8661)).toBe('86.6 %');
    expect(metricValue('loss', 0.31)).toBe('0.310');
    expect(metricValue('r2', Number.NaN)).toBe('–');
    expect(metricOf(aRun('a'))).toBe('86.6 %');
    expect(metricOf(aRun('a', { metrics: {} }))).toBe('');
  });

  test('an unknown language stays a code', () => {
    expect(languageName('zh', english, 'en')).toBe('Chinese');
    expect(languageName('multilingual', english)).toBe('multilingual');
    expect(languageName('not a code', english, 'en')).toBe('not a code');
  });

  test('a long name keeps its end, but scripts are not torn apart', () => {
    expect(nameParts('starter')).toEqual(['starter', '']);
    const long = 'google-bert/bert-base-multilingual-cased';
    expect(nameParts(long).join('')).toBe(long);
    expect(nameParts(long)[1]).toBe('gual-cased');
    const arabic = 'نموذج-عربي-طويل-جدا-نموذج-عربي-طويل';
    expect(nameParts(arabic)).toEqual([arabic, '']);
  });
});
