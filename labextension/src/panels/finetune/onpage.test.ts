import { describe, expect, it } from 'vitest';
import { answerOnPage, chosenRows } from './onpage';
import type { JudgedRow, JudgedRows } from './report';

const row = (truth: string, answer: string, at: number): JudgedRow => ({
  ...{ row: at, text: 'a', pair: null, truth, answer },
  ...{ probability: 0.5, loss: 1 }
});
const all: JudgedRows = {
  model: 'run:x',
  rows: [row('good', 'bad', 0), row('bad', 'bad', 1), row('good, sad', 'good', 2)],
  count: 3
};
const found = (params: Record<string, unknown>) =>
  chosenRows(all, params).rows.map(({ row }) => row);

describe('a saved page', () => {
  it('finds the rows of a cell among those that it has', () => {
    expect(found({})).toEqual([0, 1, 2]);
    expect(found({ truth: 'good', answer: 'bad' })).toEqual([0]);
    expect(found({ truth: null, answer: 'bad' })).toEqual([0, 1]);
    expect(found({ label: 'sad', truth: true, answer: false })).toEqual([2]);
    expect(found({ label: 'good', truth: null, answer: null })).toEqual([0, 2]);
    expect(chosenRows(all, { limit: 1 })).toMatchObject({ rows: [{ row: 0 }], count: 3 });
  });

  it('answers what it holds, and says what it does not', () => {
    expect(answerOnPage('judged_rows', {}, { judged_rows: all })).toMatchObject({ count: 3 });
    expect(answerOnPage('card', {}, { card: '# x' })).toBe('# x');
    expect(() => answerOnPage('judged_rows', {}, { judged_rows: null })).toThrow(
      'A saved page cannot answer judged rows.'
    );
  });
});
