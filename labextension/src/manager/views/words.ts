/** Bytes, times and metrics as people read them. */

import type { ModelInfo, Run } from '../types';

/** The part of a translation bundle that is needed here. */
export interface Words {
  __(text: string, ...values: unknown[]): string;
  _n(one: string, many: string, count: number, ...values: unknown[]): string;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A byte count: `"91 MB"`; the same as in Python's `readable_bytes`. */
export function bytes(count: number): string {
  const [value, unit] = scaled(count);
  return `${value} ${unit}`;
}

/** What is used of what there is: `"1.2 of 4.0 GB"`, or `"310 MB of 4.0 GB"`. */
export function bytesOf(used: number, total: number, words: Words): string {
  const [value, unit] = scaled(used);
  const [whole, wholeUnit] = scaled(total);
  const first = unit === wholeUnit ? value : `${value} ${unit}`;
  return words.__('%1 of %2', first, `${whole} ${wholeUnit}`);
}

function scaled(count: number): [string, string] {
  let value = Math.max(count, 0);
  let unit = 0;
  // What would be rounded to 1000 is one of the next unit.
  while (unit < UNITS.length - 1 && Math.round(value) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  return [unit === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1), UNITS[unit]];
}

/** A count of things: `"22.7 M"`. */
export function amount(count: number): string {
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k']
  ] as const) {
    if (count >= size) {
      const value = count / size;
      return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${letter}`;
    }
  }
  return String(count);
}

/** A duration: `"0:38"`, `"1:02:03"`. */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The time of a day: `"12:03"`. */
export function clock(time: number, language?: string): string {
  return new Date(1000 * time).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
}

/** A day, near ones in words; the empty string for never. */
export function day(time: number, now: number, words: Words, language?: string): string {
  if (!time) {
    return '';
  }
  const [date, today] = [new Date(1000 * time), new Date(1000 * now)];
  const days = Math.round((midnight(today) - midnight(date)) / 86_400_000);
  if (days <= 0) {
    return words.__('today');
  }
  if (days === 1) {
    return words.__('yesterday');
  }
  if (days < 7) {
    return words._n('%1 day ago', '%1 days ago', days);
  }
  const year = date.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(language, { day: 'numeric', month: 'short', year });
}

/** Date and time. */
export function moment(time: number, language?: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return time ? new Date(1000 * time).toLocaleString(language, options) : '';
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Layers × heads. */
export function shape(model: ModelInfo): string {
  return model.num_hidden_layers ? `${model.num_hidden_layers}×${model.num_attention_heads}` : '';
}

/** What a model is for. */
export function taskName(task: string, words: Words): string {
  switch (task) {
    case 'encoder':
      return words.__('encoder');
    case 'fill-mask':
      return words.__('fill mask');
    case 'text-classification':
      return words.__('text classification');
    case 'token-classification':
      return words.__('token classification');
    case 'question-answering':
      return words.__('question answering');
    case 'summarization':
      return words.__('summarization');
    default:
      return task;
  }
}

/** A language by its ISO code. */
export function languageName(code: string, words: Words, language?: string): string {
  if (code === 'multilingual') {
    return words.__('multilingual');
  }
  try {
    return new Intl.DisplayNames(language ? [language] : undefined, { type: 'language' }).of(code)!;
  } catch {
    return code;
  }
}

const SHARES = new Set(['accuracy', 'exact_match']);
const METRICS: Record<string, string> = {
  macro_f1: 'macro F1',
  r2: 'R²',
  mae: 'MAE',
  rmse: 'RMSE',
  spearman: 'Spearman'
};

/** A metric's name; those of the field are the same in all languages. */
export function metricName(name: string): string {
  return METRICS[name] ?? name.replaceAll('_', ' ');
}

/** A metric's value: an accuracy in percent, all else with three digits. */
export function metricValue(name: string, value: number): string {
  if (!Number.isFinite(value)) {
    return '–';
  }
  return SHARES.has(name) ? percent(value, 1) : value.toFixed(3);
}

/** The value of the metric that a run is compared by; empty when it was not measured. */
export function metricOf(run: Run): string {
  const value = run.metrics[run.primary];
  return value === undefined ? '' : metricValue(run.primary, value);
}

/** A share, 0 to 1. */
export function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A name in two parts, of which the first may be shortened: what tells models apart is often at the end. */
export function nameParts(name: string): [string, string] {
  // Scripts whose letters join, or run to the left, would be torn apart.
  if (name.length <= 24 || !/^[\x20-\x7e]+$/.test(name)) {
    return [name, ''];
  }
  return [name.slice(0, -10), name.slice(-10)];
}
