/** What the model says, as bars: now, and before something was changed. */

import { make } from '../frame';
import type { Tools } from './scene';
import { change, type Effect, moved, type Verdict } from './verdicts';

/** One bar of a list. */
export interface Bar {
  name: string;
  value: number;
  /** What it was; null where there is nothing to compare with. */
  before: number | null;
  /** What is said beside it when it is pointed at. */
  more: string;
  /** It is what stood in the text. */
  isOriginal?: boolean;
}

/** Return a list of bars. */
export function bars(all: Bar[], isShare: boolean, tools: Tools): HTMLElement {
  const list = make('div', { className: 'albert-bars' });
  list.setAttribute('role', 'list');
  list.append(
    ...all.map(({ name, value, before, more, isOriginal }) => {
      const was = before ?? 0;
      const text = `${value.toFixed(3)}${before === null ? '' : change(value - before)}`;
      const bar = make('span', { className: 'albert-bar', hidden: !isShare }, [
        make('i'),
        make('b')
      ]);
      bar.style.setProperty('--albert-now', `${Math.min(Math.max(value, 0), 1) * 100}%`);
      bar.style.setProperty('--albert-was', `${Math.min(Math.max(was, 0), 1) * 100}%`);
      const item = make('div', { className: 'albert-outcome' }, [
        make(isOriginal ? 'strong' : 'span', { textContent: name, dir: 'auto' }),
        bar,
        make('span', { textContent: text })
      ]);
      item.setAttribute('role', 'listitem');
      item.setAttribute('aria-label', `${name} ${text}${more ? ` · ${more}` : ''}`);
      item.addEventListener('pointerenter', () =>
        tools.point(more || null, item, 0, item.offsetHeight + 2)
      );
      item.addEventListener('pointerleave', () => tools.point(null));
      return item;
    })
  );
  return list;
}

/** Return the bars of a verdict. */
export function barsOf(verdict: Verdict, problem: Effect['problem_type']): Bar[] {
  const { names, probabilities, before, logits, logits_before } = verdict;
  return names.map((name, at) => ({
    name,
    value: probabilities.data[at],
    before: before.data[at],
    more:
      problem === 'regression'
        ? ''
        : moved(probabilities.data[at], before.data[at], logits.data[at], logits_before.data[at]),
    isOriginal: name === verdict.original
  }));
}
