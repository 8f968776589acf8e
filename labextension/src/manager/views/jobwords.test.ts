import { describe, expect, test } from 'vitest';

import { errorText, jobDetail, jobName, jobShare, percentDone } from './jobwords';
import { aJob, english } from './testing';

const download = aJob('j', {
  spec: { model: 'a/b' },
  progress: { done: 64e6, total: 100e6, unit: 'bytes', per_second: 12e6, eta_seconds: 3 }
});

describe('a job in words', () => {
  test('is called by what it makes, or works on, or by its id', () => {
    expect(jobName(download)).toBe('a/b');
    const fit = aJob('j', { spec: { model: 'a/b', settings: { name: 'reviews' } } });
    expect(jobName(fit)).toBe('reviews');
    expect(jobName(aJob('j'))).toBe('j');
  });

  test('says what is left and how fast it is', () => {
    expect(percentDone(download)).toBe('64 %');
    expect(jobDetail(download, english)).toBe('download · 0:03 left · 12 MB/s');
    const rows = { done: 5, total: 10, unit: 'rows', per_second: 6.04, eta_seconds: null };
    expect(jobDetail(aJob('j', { kind: 'fit', progress: rows }), english)).toBe(
      'training · 6.0 rows/s'
    );
  });

  test('shows no speed while it rests, and how long it took when it has ended', () => {
    expect(jobDetail({ ...download, state: 'paused' }, english)).toBe('download · paused');
    const done = { ...download, state: 'finished' as const, started: 100, ended: 141 };
    expect(jobDetail(done, english)).toBe('download · finished · 0:41');
    expect(percentDone(done)).toBe('');
  });

  test('knows no share without a total', () => {
    const unknown = aJob('j', { progress: { done: 5e6, total: 0, unit: 'bytes' } });
    expect(jobShare(unknown)).toBeNull();
    expect(jobDetail(unknown, english)).toBe('download · 5.0 MB');
    expect(jobShare(aJob('j', { progress: { done: 7, total: 5 } }))).toBe(1);
  });

  test('tells its error with what to do', () => {
    const error = { code: 'x', message: 'The disk is full.', hint: 'Delete a model.', details: {} };
    expect(errorText(aJob('j', { state: 'failed', error }))).toBe(
      'The disk is full.\nDelete a model.'
    );
    expect(errorText(download)).toBe('');
  });
});
