import { describe, expect, test } from 'vitest';

import { chosen, jobsInOrder, kept, matches, wanted, withDeleted } from './filtering';
import { aHubModel, aJob, aModel } from './testing';

const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe('the filter', () => {
  test.each([
    ['', true],
    ['  ', true],
    ['bert', true],
    ['BASE bert', true],
    ['zoe', true],
    ['bert large', false]
  ])('%j: %s', (filter, isFound) => {
    expect(matches(filter, 'google/BERT-base', 'Zoë')).toBe(isFound);
  });

  test('finds Chinese, Arabic, and letters of full width', () => {
    expect(matches('中文', '模型/中文-bert')).toBe(true);
    expect(matches('عربي', 'نموذج-عربي')).toBe(true);
    expect(matches('bert', 'ＢＥＲＴ')).toBe(true);
  });

  test('does not read words as patterns', () => {
    expect(matches('.*', 'bert')).toBe(false);
    expect(matches('(', 'a (b')).toBe(true);
  });
});

describe('the order of models', () => {
  const models = [
    aModel('run-10', { bytes_on_disk: 1, last_used: 5 }),
    aModel('run-9', { bytes_on_disk: 3, last_used: 5 }),
    aModel('alpha', { bytes_on_disk: 2, last_used: 9, languages: ['zh'] })
  ];

  test('by name counts numbers, by size and use begins with the most', () => {
    expect(ids(chosen(models, '', 'name'))).toEqual(['alpha', 'run-9', 'run-10']);
    expect(ids(chosen(models, '', 'size'))).toEqual(['run-9', 'alpha', 'run-10']);
    expect(ids(chosen(models, '', 'last-used'))).toEqual(['alpha', 'run-9', 'run-10']);
  });

  test('leaves the list as it was, and looks at languages', () => {
    expect(ids(chosen(models, 'zh', 'name'))).toEqual(['alpha']);
    expect(ids(models)).toEqual(['run-10', 'run-9', 'alpha']);
  });

  test('lets what was deleted stand in its place by name, and first otherwise', () => {
    const gone = { model: 'beta', bytes: 1, revision: '', id: 't', time: 1 };
    const names = (order: 'name' | 'size') =>
      withDeleted(chosen(models, '', order), [gone], order).map(row =>
        'source' in row ? row.id : row.model
      );
    expect(names('name')).toEqual(['alpha', 'beta', 'run-9', 'run-10']);
    expect(names('size')[0]).toBe('beta');
  });
});

test('jobs that work come first, then those that need somebody, the newest first', () => {
  const jobs = [
    aJob('done', { state: 'finished', created: 9 }),
    aJob('failed', { state: 'failed', created: 8 }),
    aJob('waits', { state: 'queued', created: 7 }),
    aJob('old', { created: 1 }),
    aJob('new', { state: 'paused', created: 2 })
  ];
  expect(ids(jobsInOrder(jobs))).toEqual(['new', 'old', 'waits', 'failed', 'done']);
});

describe('what is wanted of the hub', () => {
  const models = [
    aHubModel('small', { bytes: 90e6, task: 'encoder' }),
    aHubModel('many', { languages: ['multilingual'] }),
    aHubModel('chinese', { languages: ['zh'], bytes: 0 })
  ];
  const any = { language: '', task: '', size: 0 };

  test.each([
    [any, ['small', 'many', 'chinese']],
    [{ ...any, language: 'zh' }, ['many', 'chinese']],
    [{ ...any, task: 'encoder' }, ['small']],
    // Whose size nobody knows is not left out.
    [{ ...any, size: 100e6 }, ['small', 'chinese']]
  ])('%j', (filter, expected) => expect(ids(wanted(models, '', filter))).toEqual(expected));
});

describe('objects that are equal', () => {
  test('stay the same, so that their rows are not drawn again', () => {
    const before = [aJob('1'), aJob('2')];
    const next = [aJob('1'), aJob('2', { state: 'finished' })];
    const list = kept(before, next, ({ id }) => id);
    expect(list[0]).toBe(before[0]);
    expect(list[1]).toBe(next[1]);
    expect(kept(before, [aJob('1'), aJob('2')], ({ id }) => id)).toBe(before);
  });
});
