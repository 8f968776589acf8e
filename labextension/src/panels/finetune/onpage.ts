/** What the fine-tune panel shows on a page of its own, without a kernel. */

import { RequestFailed } from '../messages';
import type { Answers } from '../page';
import type { JudgedRow, JudgedRows } from './report';

/** What `FinetunePanel.to_html` puts into a page: the answers to the requests of those names. */
interface PageFit {
  [method: string]: unknown;
  judged_rows?: JudgedRows | null;
}

/** Answer a request of the panel from what the page holds. */
export const answerOnPage: Answers = (method, params, data) => {
  const page = data as PageFit;
  if (method === 'judged_rows' && page.judged_rows) {
    return chosenRows(page.judged_rows, params);
  }
  const found = page[method];
  if (found === undefined || found === null) {
    throw new RequestFailed('page', `A saved page cannot answer ${method.replaceAll('_', ' ')}.`);
  }
  return found;
};

/** Return the rows of a cell, of those that the page has: the worst of all. */
export function chosenRows(all: JudgedRows, params: Record<string, unknown>): JudgedRows {
  const { label, truth, answer, limit } = params;
  const has = (names: string, name: unknown) => names.split(', ').includes(String(name));
  const fits = (names: string, wanted: unknown) =>
    typeof wanted === 'boolean'
      ? has(names, label) === wanted
      : wanted === null || wanted === undefined || names === wanted;
  const isWanted = (row: JudgedRow) =>
    fits(row.truth, truth) &&
    fits(row.answer, answer) &&
    (typeof truth === 'boolean' || !label || has(row.truth, label));
  const rows = all.rows.filter(isWanted);
  return { ...all, rows: rows.slice(0, Number(limit ?? 50)), count: rows.length };
}
