/** Figures of a training as people read them. */

import type { History } from './history';

/** Return a loss with as many digits as can be told apart. */
export function loss(value: number): string {
  return Math.abs(value) >= 0.01 ? value.toFixed(3) : value.toExponential(1);
}

/** Return a time as "0:38", "12:05" or "1:02:10". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Return bytes as "820 MB" or "1.4 GB". */
export function bytes(count: number): string {
  return count < 1e9 ? `${Math.round(count / 1e6)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

/** Return the share of the work that is done, from 0 to 1; 0 where nobody knows. */
export function shareOf({ progress }: History): number {
  return progress?.total ? Math.min(1, progress.done / progress.total) : 0;
}

/** Return how a running training comes along: "epoch 1.4/3 · 61 rows/s · 0:38 left · 820 MB". */
export function pace(history: History, epochs: number): string {
  const { progress, memory } = history;
  const parts = [];
  if (progress?.total) {
    parts.push(`epoch ${(shareOf(history) * epochs).toFixed(1)}/${Number(epochs.toFixed(2))}`);
  }
  if (progress?.per_second) {
    const rate = progress.per_second;
    parts.push(
      `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')} ${progress.unit}/s`
    );
  }
  if (progress?.eta_seconds) {
    parts.push(`${clock(progress.eta_seconds)} left`);
  }
  if (memory) {
    parts.push(bytes(memory));
  }
  return parts.join(' · ');
}

/** Return the settings of a job on one line: "starter · full · 3 epochs · lr 1e-4 · batch 16". */
export function recipe(settings: Record<string, unknown>, rates: Record<string, number>): string {
  const method = String(settings.method);
  const rate = Number(settings.learning_rate ?? rates[method]);
  const epochs = Number(settings.epochs);
  return [
    settings.model,
    method,
    `${epochs} epoch${epochs === 1 ? '' : 's'}`,
    ...(rate ? [`lr ${rateText(rate)}`] : []),
    `batch ${settings.batch_size}`
  ].join(' · ');
}

/** Return a learning rate as people write it: 5e-5, 0.01. */
export function rateText(rate: number): string {
  return rate < 0.01 ? rate.toExponential().replace('e-0', 'e-') : String(rate);
}
