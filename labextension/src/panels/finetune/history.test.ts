import { describe, expect, it } from 'vitest';
import { History, type JobEvent, shownMeasures } from './history';

let seq = 0;
function event(kind: string, data: Record<string, unknown>): JobEvent {
  return { seq: ++seq, time: seq, kind, data };
}
function metric(step: number, data: Record<string, number>): JobEvent {
  return event('metric', { step, epoch: step / 10, memory: 1e9, ...data });
}
function historyOf(events: JobEvent[]): History {
  const history = new History();
  history.add(events);
  return history;
}

describe('history', () => {
  it('puts state, progress, logs and measurements together', () => {
    const history = historyOf([
      event('state', { state: 'queued' }),
      event('state', { state: 'running' }),
      event('log', { message: '120 rows to learn from' }),
      event('progress', { done: 16, total: 48, unit: 'rows', per_second: 8, eta_seconds: 4 }),
      metric(2, { loss: 0.7 }),
      metric(4, { loss: 0.6 }),
      metric(4, { eval_loss: 0.5, eval_accuracy: 0.75 })
    ]);
    expect(history.state).toBe('running');
    expect(history.progress?.done).toBe(16);
    expect(history.logs.map(({ message }) => message)).toEqual(['120 rows to learn from']);
    expect(history.memory).toBe(1e9);
    expect(history.measures).toEqual(['loss', 'accuracy']);
    expect(history.last('loss')).toBe(0.6);
    expect(history.last('eval_f1')).toBeNull();
  });

  it('takes each event once, in whatever parts they come', () => {
    const events = [metric(1, { loss: 3 }), metric(2, { loss: 2 }), metric(3, { loss: 1 })];
    const history = historyOf(events.slice(0, 2));
    expect(history.add(events)).toBe(true);
    expect(history.add(events)).toBe(false);
    expect(history.points.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('drops what a resumed run does again', () => {
    const history = historyOf([
      metric(5, { loss: 0.5 }),
      event('checkpoint', { step: 5 }),
      metric(6, { loss: 0.4 }),
      metric(6, { eval_loss: 0.9, eval_accuracy: 0.9 }),
      event('state', { state: 'interrupted' }),
      event('state', { state: 'running' }),
      event('checkpoint', { step: 5, resumed: true }),
      metric(6, { loss: 0.3 })
    ]);
    expect(history.saved).toBe(5);
    expect(history.columns(['loss'])).toEqual({
      steps: [5, 6],
      epochs: [0.5, 0.6],
      lines: [[0.5, 0.3]]
    });
    expect(history.best('accuracy')).toBeNull();
  });

  it('lays lines over the same steps', () => {
    const history = historyOf([
      metric(2, { loss: 0.7 }),
      metric(4, { loss: 0.6 }),
      metric(4, { eval_loss: 0.5 })
    ]);
    expect(history.columns(['loss', 'eval_loss']).lines).toEqual([
      [0.7, 0.6],
      [null, 0.5]
    ]);
  });

  it('finds the best step, of equals the one with less loss', () => {
    const at = (step: number, value: number, less: number) =>
      metric(step, { eval_accuracy: value, eval_loss: less });
    const history = historyOf([at(1, 0.5, 0.1), at(2, 0.9, 0.4), at(3, 0.9, 0.3), at(4, 0.8, 0.2)]);
    expect(history.best('accuracy')).toBe(3);
    expect(history.best('r2')).toBeNull();
  });
});

describe('measures that are drawn', () => {
  const classes = ['loss', 'accuracy', 'macro_f1', 'log_loss'];
  it('follow the task', () => {
    expect(shownMeasures(classes)).toEqual(['accuracy', 'macro_f1']);
    expect(shownMeasures(['loss', 'r2', 'mae', 'spearman'])).toEqual(['r2', 'spearman']);
    expect(shownMeasures(['loss', 'mean_average_precision', 'macro_f1', 'micro_f1'])).toEqual([
      'mean_average_precision',
      'macro_f1'
    ]);
    expect(shownMeasures([])).toEqual([]);
  });
  it('follow uneven classes, and what the job itself says', () => {
    expect(shownMeasures(classes, '', [10, 90])).toEqual(['macro_f1', 'accuracy']);
    expect(shownMeasures(classes, '', [0, 90])).toEqual(['accuracy', 'macro_f1']);
    expect(shownMeasures(classes, 'macro_f1')).toEqual(['macro_f1', 'accuracy']);
    expect(shownMeasures(['loss', 'rouge1', 'rougeL'])).toEqual(['rougeL', 'rouge1']);
  });
});
