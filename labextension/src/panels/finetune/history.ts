/** What happened to a training so far, put together from its events. */

/** One line of a job's history. */
export interface JobEvent {
  seq: number;
  time: number;
  kind: string;
  data: Record<string, unknown>;
}

/** How far a job is. */
export interface Progress {
  done: number;
  total: number | null;
  unit: string;
  per_second?: number | null;
  eta_seconds?: number | null;
}

/** Something that was measured at a step: `loss`, or `eval_loss` and other measures of an evaluation. */
export interface Point {
  step: number;
  epoch: number;
  [name: string]: number;
}

/** Values at steps, as they are drawn; null where a line has none. */
export interface Columns {
  steps: number[];
  epochs: number[];
  lines: (number | null)[][];
}

/** Measures that choose the best step, by task; what is measured says which it is. */
const PRIMARIES = ['mean_average_precision', 'r2', 'accuracy', 'rougeL', 'rouge2'];
const BESIDE: Record<string, string[]> = {
  mean_average_precision: ['macro_f1'],
  r2: ['spearman'],
  accuracy: ['macro_f1'],
  macro_f1: ['accuracy'],
  rougeL: ['rouge1'],
  rouge2: ['rouge1']
};

/** Grows with the events of a job; those that were there already change nothing. */
export class History {
  seq = 0;
  state = '';
  points: Point[] = [];
  progress: Progress | null = null;
  logs: { time: number; message: string }[] = [];
  /** Bytes that the training takes; 0 where nobody knows. */
  memory = 0;
  /** The last step that a crash would not cost; 0 for none. */
  saved = 0;

  /** Take new events; returns whether anything is new. */
  add(events: JobEvent[]): boolean {
    const before = this.seq;
    for (const event of events) {
      if (event.seq > this.seq) {
        this.seq = event.seq;
        this.take(event);
      }
    }
    return this.seq > before;
  }

  /** Names of what evaluations measured, without `eval_`. */
  get measures(): string[] {
    const names = new Set(this.points.flatMap(point => Object.keys(point)));
    return [...names].filter(name => name.startsWith('eval_')).map(name => name.slice(5));
  }

  /** The last value of something, or null. */
  last(name: string): number | null {
    return [...this.points].reverse().find(point => name in point)?.[name] ?? null;
  }

  /** The step at which a measure was best: greater is better, and of equals the one with less loss. */
  best(measure: string): number | null {
    const name = `eval_${measure}`;
    const found = this.points.filter(point => name in point);
    const isBetter = (a: Point, b: Point) =>
      a[name] > b[name] || (a[name] === b[name] && a.eval_loss < b.eval_loss);
    return found.length ? found.reduce((a, b) => (isBetter(b, a) ? b : a)).step : null;
  }

  /** Several lines over the same steps. */
  columns(names: string[]): Columns {
    const rows = new Map<number, Point>();
    for (const point of this.points) {
      if (names.some(name => name in point)) {
        rows.set(point.step, { ...rows.get(point.step), ...point });
      }
    }
    const sorted = [...rows.values()].sort((a, b) => a.step - b.step);
    return {
      steps: sorted.map(({ step }) => step),
      epochs: sorted.map(({ epoch }) => epoch),
      lines: names.map(name => sorted.map(point => point[name] ?? null))
    };
  }

  private take({ time, kind, data }: JobEvent): void {
    if (kind === 'state') {
      this.state = String(data.state);
    } else if (kind === 'progress') {
      this.progress = data as unknown as Progress;
    } else if (kind === 'log') {
      this.logs.push({ time, message: String(data.message) });
    } else if (kind === 'metric') {
      this.memory = Number(data.memory ?? this.memory);
      this.points.push(data as Point);
    } else if (kind === 'checkpoint') {
      this.saved = Number(data.step);
      if (data.resumed) {
        // It was done again from there: what was measured later is void.
        this.points = this.points.filter(({ step }) => step <= this.saved);
      }
    }
  }
}

/**
 * Return the measures that are drawn, the one that chooses the best step first.
 *
 * @param primary Its name where the job has told it.
 * @param counts Rows of each class: where they are uneven, accuracy says little.
 */
export function shownMeasures(measures: string[], primary = '', counts: number[] = []): string[] {
  const there = counts.filter(count => count > 0);
  const isUneven = there.length > 1 && Math.max(...there) > 3 * Math.min(...there);
  const guess = PRIMARIES.find(name => measures.includes(name)) ?? '';
  const first = primary || (guess === 'accuracy' && isUneven ? 'macro_f1' : guess);
  return [first, ...(BESIDE[first] ?? [])].filter(name => measures.includes(name));
}
