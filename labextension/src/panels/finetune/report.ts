/** What is known of a finished training; see the Python classes of these names. */

import type { NumberArray } from '../messages';

/** A training run and the model it made. */
export interface FitReport {
  /** Ids of the model that was made, `run:NAME`, and of the one it began as. */
  model: string;
  base: string;
  job: string;
  /** Seconds since the epoch. */
  created: number;
  /** Wall time of the training. */
  seconds: number;
  settings: Record<string, unknown>;
  task: 'single_label' | 'multi_label' | 'regression' | 'summary' | 'extract';
  label_names: string[];
  train_rows: number;
  validation_rows: number;
  /** Of all rows with their targets: the same data, the same digits. */
  sha256: string;
  steps: number;
  best_step: number;
  epochs: number;
  metrics: Record<string, number>;
  /** The metric by which the best step was chosen; greater is better. */
  primary: string;
  /** What was measured on the way: `step`, `epoch`, and `loss`, … or `eval_loss` and `eval_NAME`. */
  history: Record<string, number>[];
  /** Everything about the validation rows; null for summaries. */
  evaluation: Evaluation | null;
  versions: Record<string, string>;
}

/** Whether a task's answers are summaries, written or chosen: texts, not classes or numbers. */
export function isSummaries(task: string): boolean {
  return task === 'summary' || task === 'extract';
}

/** How a model's answers compare with the truth, on rows that it was not trained on. */
export interface Evaluation {
  task: 'single_label' | 'multi_label' | 'regression';
  label_names: string[];
  rows: number;
  metrics: Record<string, number>;
  primary: string;
  /** One number a class; of several labels a row at a threshold of 0.5. */
  precision: NumberArray;
  recall: NumberArray;
  f1: NumberArray;
  /** Rows that truly have the class. */
  support: NumberArray;
  /** Truth × answer; of several labels a row `(classes, 2, 2)`; of a regression `(0, 0)`. */
  confusion: NumberArray;
  /** Of the second of two classes, or of each label that has rows of both kinds. */
  curves: Curve[];
  calibration: Calibration | null;
  /** Of a regression: `(points, 2)`, truth and answer. */
  points: NumberArray;
}

/** The trade-offs that a threshold on one class's probability offers. */
export interface Curve {
  label: string;
  false_positive_rate: NumberArray;
  true_positive_rate: NumberArray;
  /** From the greatest to the smallest; a row is a yes at its own threshold. */
  roc_thresholds: NumberArray;
  recall: NumberArray;
  precision: NumberArray;
  pr_thresholds: NumberArray;
  roc_auc: number;
  average_precision: number;
}

/** Whether a probability of 0.8 is right 8 times of 10. */
export interface Calibration {
  /** Means of the rows whose confidence lies in each tenth; 0 in an empty one. */
  confidence: NumberArray;
  accuracy: NumberArray;
  count: NumberArray;
  error: number;
  temperature: number;
  error_at_temperature: number;
}

/** One validation row, and what the model said about it. */
export interface JudgedRow {
  /** The user's own index value. */
  row: unknown;
  text: string;
  pair: string | null;
  truth: string;
  answer: string;
  probability: number;
  loss: number;
}

/** Some validation rows, the worst first; `count` is how many there are in all. */
export interface JudgedRows {
  model: string;
  rows: JudgedRow[];
  count: number;
}

/** Training runs beside each other, newest first. */
export interface Runs {
  reports: FitReport[];
}

const WORDS: Record<string, string> = {
  accuracy: 'accuracy',
  macro_f1: 'macro F1',
  micro_f1: 'micro F1',
  mean_average_precision: 'mean average precision',
  exact_match: 'exact match',
  roc_auc: 'ROC AUC',
  average_precision: 'average precision',
  log_loss: 'log loss',
  r2: 'R²',
  mae: 'MAE',
  rmse: 'RMSE',
  spearman: 'Spearman',
  loss: 'loss'
};
const SHARES = new Set(['accuracy', 'exact_match']);

/** Return the name of a metric as people write it. */
export function metricName(name: string): string {
  return WORDS[name] ?? name.replaceAll('_', ' ');
}

/** Return the value of a metric as people read it: a share in percent, all else with three digits. */
export function metricText(name: string, value: number): string {
  return SHARES.has(name) ? percent(value, 1) : value.toFixed(3);
}

/** Return a share in percent. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)}\u00a0%`;
}
