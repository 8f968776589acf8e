/** Runs side by side: which columns there are, what is best, in which order they stand. */

import type { Run } from '../types';
import { duration, metricName, metricValue, moment, type Words } from './words';

/** A cell: what is shown, and what it is sorted by. */
export interface Cell {
  text: string;
  value: number | string | null;
  isBest: boolean;
}

/** A column, with a cell for each run. */
export interface Column {
  key: string;
  label: string;
  isNumber: boolean;
  cells: Cell[];
}

/** Metrics of which less is better; of all others more is. */
const LESS = new Set(['loss', 'eval_loss', 'log_loss', 'mae', 'rmse', 'mse']);
/** Counted, not measured. */
const NO_METRICS = new Set(['rouge_rows']);

/** The columns: base, metrics, settings that differ, rows, time. */
export function columnsOf(runs: readonly Run[], words: Words, language?: string): Column[] {
  const metrics = unique(runs.flatMap(run => [run.primary, ...Object.keys(run.metrics)])).filter(
    name => name && !NO_METRICS.has(name)
  );
  const settings = unique(runs.flatMap(run => Object.keys(run.settings))).filter(
    name => name !== 'name' && name !== 'model' && differ(runs, name)
  );
  return [
    text('base', words.__('Base'), runs, run => run.base),
    ...metrics.map(name => metric(name, runs)),
    ...settings.map(name => setting(name, runs)),
    number(
      'rows',
      words.__('Rows'),
      runs,
      run => run.train_rows,
      run => String(run.train_rows)
    ),
    number(
      'epochs',
      words.__('Epochs'),
      runs,
      run => run.epochs,
      run => String(rounded(run.epochs))
    ),
    number(
      'seconds',
      words.__('Time'),
      runs,
      run => run.seconds,
      run => duration(run.seconds)
    ),
    number(
      'created',
      words.__('Made'),
      runs,
      run => run.created,
      run => moment(run.created, language)
    )
  ];
}

/** Whether the runs have learned from the same rows; otherwise their metrics say little of each other. */
export function isSameData(runs: readonly Run[]): boolean {
  return new Set(runs.map(({ sha256 }) => sha256)).size < 2;
}

/** The places of the runs in the order of a column; what has no value stands last, either way. */
export function sorted(column: Column, isRising: boolean): number[] {
  const places = column.cells.map((_, at) => at);
  return places.sort((a, b) => {
    const [one, other] = [column.cells[a].value, column.cells[b].value];
    if (one === null || other === null) {
      return Number(one === null) - Number(other === null) || a - b;
    }
    const order =
      typeof one === 'number' && typeof other === 'number'
        ? one - other
        : String(one).localeCompare(String(other), undefined, { numeric: true });
    return (isRising ? order : -order) || a - b;
  });
}

function metric(name: string, runs: readonly Run[]): Column {
  const values = runs.map(run => run.metrics[name] ?? null);
  const known = values.filter(value => value !== null && Number.isFinite(value)) as number[];
  const best = LESS.has(name) ? Math.min(...known) : Math.max(...known);
  const hasBest = known.length > 1 && known.some(value => value !== best);
  return {
    key: `metric:${name}`,
    label: metricName(name),
    isNumber: true,
    cells: values.map(value => ({
      text: value === null ? '' : metricValue(name, value),
      value,
      isBest: hasBest && value === best
    }))
  };
}

function setting(name: string, runs: readonly Run[]): Column {
  const values = runs.map(run => run.settings[name] ?? null);
  return {
    key: `setting:${name}`,
    label: name.replaceAll('_', ' '),
    isNumber: values.every(value => value === null || typeof value === 'number'),
    cells: values.map(value => ({
      text: value === null ? '' : shown(value),
      value: typeof value === 'number' ? value : value === null ? null : shown(value),
      isBest: false
    }))
  };
}

function text(key: string, label: string, runs: readonly Run[], of: (run: Run) => string): Column {
  const cells = runs.map(run => ({ text: of(run), value: of(run), isBest: false }));
  return { key, label, isNumber: false, cells };
}

function number(
  key: string,
  label: string,
  runs: readonly Run[],
  of: (run: Run) => number,
  inWords: (run: Run) => string
): Column {
  const cells = runs.map(run => ({ text: inWords(run), value: of(run), isBest: false }));
  return { key, label, isNumber: true, cells };
}

function differ(runs: readonly Run[], name: string): boolean {
  return new Set(runs.map(run => JSON.stringify(run.settings[name] ?? null))).size > 1;
}

function shown(value: unknown): string {
  if (typeof value === 'number') {
    return String(Number(value.toPrecision(4)));
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
