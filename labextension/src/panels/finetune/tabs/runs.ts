/** Runs as a table compares them; no page in here. */

import type { FitReport } from '../report';

/** A run as the table has it; null where a run has no such number. */
export interface RunRow {
  report: FitReport;
  name: string;
  base: string;
  method: string;
  rows: number;
  epochs: number;
  rate: number | null;
  value: number | null;
  seconds: number;
  /** A letter for the data it learned from: the same letter, the same rows. */
  data: string;
}

/** Return a row for each run; `metric` is the one that they are compared by. */
export function runRows(reports: FitReport[], metric: string): RunRow[] {
  const hashes = [...new Set(reports.map(({ sha256 }) => sha256))];
  return reports.map(report => ({
    report,
    name: report.model.replace(/^run:/, ''),
    base: report.base,
    method: String(report.settings.method ?? '–'),
    rows: report.train_rows,
    epochs: report.epochs,
    rate: numberOrNull(report.settings.learning_rate),
    value: report.metrics[metric] ?? null,
    seconds: report.seconds,
    data: letters(hashes.indexOf(report.sha256))
  }));
}

/** Return the reports with that of this run, which may be newer than the answer, the newest first. */
export function withPresent(reports: FitReport[], present: FitReport): FitReport[] {
  const isThere = reports.some(({ model }) => model === present.model);
  return isThere ? reports : [present, ...reports];
}

/** Return the letters of a place: A … Z, AA, AB …. */
export function letters(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : letters(Math.floor(at / 26) - 1) + last;
}

/** What can be drawn of some runs: a loss or metric that evaluations on the way measured, by name, in a good order. */
export function measured(reports: FitReport[], primary: string): string[] {
  const names = new Set(
    reports.flatMap(({ history }) => history.flatMap(event => Object.keys(event)))
  );
  const found = [...names].filter(name => name.startsWith('eval_') || name === 'loss');
  const first = [`eval_${primary}`, 'eval_loss', 'loss'];
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return found.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/**
 * Return curves over one common axis, as uPlot wants them: epochs first, then one list a run.
 *
 * @returns null where a run was not measured at an epoch; uPlot draws the line on over it.
 */
export function overlaid(reports: FitReport[], name: string): [number[], ...(number | null)[][]] {
  const curves = reports.map(
    ({ history }) =>
      new Map(history.filter(event => name in event).map(event => [event.epoch, event[name]]))
  );
  const epochs = [...new Set(curves.flatMap(curve => [...curve.keys()]))].sort((a, b) => a - b);
  return [epochs, ...curves.map(curve => epochs.map(epoch => curve.get(epoch) ?? null))];
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
