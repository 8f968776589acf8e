import { describe, expect, it } from 'vitest';
import { History } from './history';
import { FIELDS, placeholder, read, written } from './settings';
import { bytes, clock, loss, pace, rateText, recipe } from './words';

const RATES = { full: 1e-4, lora: 5e-4, head: 2e-3 };
const DEFAULTS = { method: 'full', epochs: 3, learning_rate: null, class_weights: null, seed: 42 };
const field = (name: string) => FIELDS.find(one => one.name === name)!;

describe('words', () => {
  it('tell how a training comes along', () => {
    const history = new History();
    const progress = { done: 460, total: 1000, unit: 'rows', per_second: 61.4, eta_seconds: 38.2 };
    history.add([
      { seq: 1, time: 0, kind: 'progress', data: progress },
      { seq: 2, time: 0, kind: 'metric', data: { step: 1, epoch: 0, memory: 820e6 } }
    ]);
    expect(pace(history, 3)).toBe('epoch 1.4/3 · 61 rows/s · 0:38 left · 820 MB');
    expect(pace(new History(), 3)).toBe('');
  });

  it('write times, sizes, measures and rates as people do', () => {
    expect([clock(0), clock(38.4), clock(725), clock(3730)]).toEqual([
      '0:00',
      '0:38',
      '12:05',
      '1:02:10'
    ]);
    expect([bytes(820e6), bytes(1.44e9)]).toEqual(['820 MB', '1.4 GB']);
    expect([rateText(1e-4), rateText(3.5e-5), rateText(0.01)]).toEqual(['1e-4', '3.5e-5', '0.01']);
    expect([loss(0.3123), loss(0.00012)]).toEqual(['0.312', '1.2e-4']);
  });

  it('tell the settings of a job', () => {
    const settings = { model: 'starter', method: 'lora', epochs: 1, batch_size: 16 };
    expect(recipe(settings, RATES)).toBe('starter · lora · 1 epoch · lr 5e-4 · batch 16');
    const other = { ...settings, epochs: 2.5, learning_rate: 3e-5 };
    expect(recipe(other, RATES)).toBe('starter · lora · 2.5 epochs · lr 3e-5 · batch 16');
  });
});

describe('settings', () => {
  it('keep what is not the default', () => {
    expect(read(field('epochs'), ' 2 ', DEFAULTS)).toBe(2);
    expect(read(field('epochs'), '3', DEFAULTS)).toBeUndefined();
    expect(read(field('epochs'), '', DEFAULTS)).toBeUndefined();
    expect(read(field('epochs'), '1,5', DEFAULTS)).toBe(1.5);
    expect(read(field('learning_rate'), '5e-5', DEFAULTS)).toBe(5e-5);
    expect(read(field('class_weights'), 'balanced', DEFAULTS)).toBe('balanced');
    expect(read(field('class_weights'), '', DEFAULTS)).toBeUndefined();
    expect(read(field('name'), 'reviews', DEFAULTS)).toBe('reviews');
  });

  it('name what is no number', () => {
    expect(() => read(field('seed'), 'x', DEFAULTS)).toThrow('seed: x is no number.');
  });

  it('show the defaults, those of the method too', () => {
    const shown = (name: string, method = 'full') =>
      placeholder(field(name), DEFAULTS, RATES, method, 512);
    expect(shown('learning_rate')).toBe('1e-4');
    expect(shown('learning_rate', 'head')).toBe('2e-3');
    expect([shown('max_length'), shown('epochs')]).toEqual(['512', '3']);
    expect([written(5e-5), written(3), written(null)]).toEqual(['5e-5', '3', '']);
  });
});
