import { describe, expect, test } from 'vitest';

import type { Calibration, Curve, FitReport, JudgedRow } from '../report';
import { shares, shownClasses, shownLabels, submatrix } from './classes';
import { span, ticks } from './plot';
import { literal, pick } from './python';
import { widthOf } from './room';
import { letters, measured, overlaid, runRows, withPresent } from './runs';
import { bestThreshold, outcomeAt, shortest } from './sweep';
import { sorted } from './table';
import { named, targetsOf } from './targets';
import { advice, binsOf } from './trust';

const array = (...data: number[]) => ({ data, shape: [data.length] });

describe('thresholds', () => {
  /** Rows 0.9 yes, 0.8 no, 0.7 yes, 0.2 no, 0.1 no. */
  const curve: Curve = {
    label: 'yes',
    false_positive_rate: array(0, 0, 1 / 3, 1 / 3, 2 / 3, 1),
    true_positive_rate: array(0, 0.5, 0.5, 1, 1, 1),
    roc_thresholds: array(1, 0.9, 0.8, 0.7, 0.2, 0.1),
    recall: array(1, 1, 1, 0.5, 0.5, 0),
    precision: array(0.4, 0.5, 2 / 3, 0.5, 1, 1),
    pr_thresholds: array(0.1, 0.2, 0.7, 0.8, 0.9, 1),
    roc_auc: 5 / 6,
    average_precision: 5 / 6
  };
  const counts = (threshold: number) => {
    const { hits, wrong, missed, left } = outcomeAt(curve, 2, 5, threshold);
    return [hits, wrong, missed, left];
  };

  test('only rows over the threshold are a yes', () => {
    expect(counts(0.5)).toEqual([2, 1, 0, 2]);
    expect(counts(0.75)).toEqual([1, 1, 1, 2]);
    expect(counts(0.8)).toEqual([1, 0, 1, 3]);
    expect(counts(0)).toEqual([2, 3, 0, 0]);
    expect(counts(1)).toEqual([0, 0, 2, 3]);
  });

  test('figures follow from the counts, and are 0 where nothing is found', () => {
    expect(outcomeAt(curve, 2, 5, 0.5)).toMatchObject({ precision: 2 / 3, recall: 1, f1: 0.8 });
    expect(outcomeAt(curve, 2, 5, 1)).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  });

  test('the best F1 is offered in few digits, between the rows that it parts', () => {
    const best = bestThreshold(curve, 2, 5);
    expect(best).toBe(0.45);
    expect(counts(best)).toEqual([2, 1, 0, 2]);
  });

  test('a narrow gap takes more digits, and one of no width its end', () => {
    expect(shortest(0.98761, 0.98769)).toBe(0.98765);
    expect(shortest(0.5, 0.5)).toBe(0.5);
  });
});

describe('classes', () => {
  const confusion = { data: [5, 0, 0, 1, 2, 3, 0, 4, 9], shape: [3, 3] };

  test('those that are confused most are shown, in their order', () => {
    expect(shownClasses(confusion, 3)).toEqual([0, 1, 2]);
    expect(shownClasses(confusion, 2)).toEqual([1, 2]);
    expect(submatrix(confusion, [1, 2])).toEqual([
      [2, 3],
      [4, 9]
    ]);
  });

  test('labels with most errors are shown', () => {
    const many = { data: [9, 1, 0, 5, 9, 0, 0, 9, 1, 2, 2, 1], shape: [3, 2, 2] };
    expect(shownLabels(many, 2)).toEqual([0, 2]);
  });

  test('a share is of all rows of a class, also of those in classes that are not shown', () => {
    expect(
      shares(
        [
          [2, 3],
          [0, 0]
        ],
        [10, 0]
      )
    ).toEqual([
      [0.2, 0.3],
      [0, 0]
    ]);
  });
});

describe('what is explained', () => {
  const row = (truth: string, answer: string) => ({ truth, answer }) as JudgedRow;
  const report = (task: FitReport['task'], ...label_names: string[]) =>
    ({ task, label_names }) as FitReport;

  test('the answer, then the truth where it is another', () => {
    const two = report('single_label', 'no', 'yes');
    expect(targetsOf(row('no', 'yes'), two, null)).toEqual(['yes', 'no']);
    expect(targetsOf(row('yes', 'yes'), two, null)).toEqual(['yes']);
    expect(targetsOf(row('1', '2'), report('regression'), null)).toEqual([null]);
    expect(targetsOf(row('a', 'b'), report('summary'), null)).toEqual([]);
    expect(targetsOf(row('a', 'b'), report('extract'), null)).toEqual([]);
  });

  test('of several labels what is wrong, or the one that was asked for', () => {
    const many = report('multi_label', 'good', 'red, dark', 'tired');
    expect(targetsOf(row('good', 'red, dark'), many, null)).toEqual(['red, dark', 'good']);
    expect(targetsOf(row('good', 'good'), many, null)).toEqual(['good']);
    expect(targetsOf(row('none', 'none'), many, null)).toEqual(['good']);
    expect(targetsOf(row('good', 'tired'), many, 'tired')).toEqual(['tired']);
    expect(named('red, dark, tired', many.label_names)).toEqual(['red, dark', 'tired']);
  });
});

describe('runs', () => {
  const run = (name: string, sha256: string, more: Partial<FitReport> = {}) =>
    ({
      model: `run:${name}`,
      base: 'starter',
      sha256,
      settings: { method: 'full', learning_rate: 1e-4 },
      metrics: { accuracy: 0.5 },
      history: [],
      ...more
    }) as unknown as FitReport;

  test('the same rows bear the same letter', () => {
    const reports = [run('a', 'x'), run('b', 'y'), run('c', 'x', { metrics: { r2: 1 } })];
    const rows = runRows(reports, 'accuracy');
    expect(rows.map(({ name, data, value }) => [name, data, value])).toEqual([
      ['a', 'A', 0.5],
      ['b', 'B', 0.5],
      ['c', 'A', null]
    ]);
    expect([0, 25, 26, 52].map(letters)).toEqual(['A', 'Z', 'AA', 'BA']);
  });

  test('this run is there, also when the answer is older than it', () => {
    const present = run('new', 'x');
    expect(withPresent([run('a', 'x')], present).map(({ model }) => model)).toEqual([
      'run:new',
      'run:a'
    ]);
    expect(withPresent([present], present)).toHaveLength(1);
  });

  test('curves of other lengths share one axis, with gaps', () => {
    const one = run('a', 'x', {
      history: [
        { step: 1, epoch: 0.5, loss: 1 },
        { step: 1, epoch: 0.5, eval_loss: 0.9 },
        { step: 2, epoch: 1, eval_loss: 0.8 }
      ]
    });
    const other = run('b', 'x', { history: [{ step: 9, epoch: 2, eval_loss: 0.7, eval_r2: 0 }] });
    expect(overlaid([one, other], 'eval_loss')).toEqual([
      [0.5, 1, 2],
      [0.9, 0.8, null],
      [null, null, 0.7]
    ]);
    expect(measured([one, other], 'r2')).toEqual(['eval_r2', 'eval_loss', 'loss']);
  });
});

describe('sorting', () => {
  const rows = [{ v: 2 }, { v: null }, { v: 10 }, { v: 1 }];
  const column = { name: 'v', value: ({ v }: { v: number | null }) => v };

  test('goes both ways, with what has no value last', () => {
    expect(sorted(rows, column, false).map(({ v }) => v)).toEqual([1, 2, 10, null]);
    expect(sorted(rows, column, true).map(({ v }) => v)).toEqual([10, 2, 1, null]);
  });

  test('names with numbers are in the order of the numbers', () => {
    const names = ['run-10', 'run-2', 'Run-1'].map(name => ({ name }));
    const byName = { name: 'name', value: ({ name }: { name: string }) => name };
    expect(sorted(names, byName, false).map(({ name }) => name)).toEqual([
      'Run-1',
      'run-2',
      'run-10'
    ]);
  });
});

describe('calibration', () => {
  const calibration = (error: number, temperature: number, then: number): Calibration => ({
    confidence: array(0, 0.7),
    accuracy: array(0, 0.5),
    count: array(0, 4),
    error,
    temperature,
    error_at_temperature: then
  });

  test('bins know their place', () => {
    expect(binsOf(calibration(0, 1, 0))[1]).toEqual({
      from: 0.5,
      to: 1,
      confidence: 0.7,
      accuracy: 0.5,
      count: 4
    });
  });

  test('what helps is said, and only that', () => {
    const mended = advice(calibration(0.12, 1.8, 0.04), false);
    expect(mended.text).toContain('too sure of itself');
    expect(mended.text).toContain('4.0 percentage points');
    expect(mended.code).toContain('temperature_scaling=True');
    expect(advice(calibration(0.12, 0.6, 0.04), false).text).toContain('not sure enough');
    for (const rest of [
      advice(calibration(0.02, 1.8, 0.01), false),
      advice(calibration(0.12, 1.8, 0.13), false),
      advice(calibration(0.12, 1.01, 0.12), false),
      advice(calibration(0.12, 1.8, 0.04), true)
    ]) {
      expect(rest.code).toBe('');
    }
  });
});

describe('diagrams', () => {
  test('numbers on the axes are round', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(-1.3, 2.9, 4)).toEqual([0, 2]);
    expect(ticks(0.31, 0.62, 4)).toEqual([0.4, 0.5, 0.6]);
    expect(ticks(3, 3, 4)).toEqual([3]);
  });

  test('an axis is never empty', () => {
    expect(span([])).toEqual([0, 1]);
    expect(span([2, 2])).toEqual([1.9, 2.1]);
    expect(span([0, 10])).toEqual([-0.5, 10.5]);
    expect(span([0])).toEqual([-0.5, 0.5]);
  });

  test('diagrams stand beside each other where there is room', () => {
    expect(widthOf(900, 2, 420)).toBe(420);
    expect(widthOf(600, 2, 420)).toBe(288);
    expect(widthOf(336, 2, 420)).toBe(336);
    expect(widthOf(0, 2, 420)).toBe(0);
  });
});

describe('Python', () => {
  test('an index is written as Python reads it', () => {
    expect(pick(['r1', 7, ['a', 2], null, true])).toBe('df.loc[["r1", 7, ("a", 2), None, True]]');
    expect(literal('it\'s "so"\n')).toBe('"it\'s \\"so\\"\\n"');
    expect(literal([1])).toBe('(1,)');
  });
});
