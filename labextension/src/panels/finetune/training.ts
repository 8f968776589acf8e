/** A training that goes on: how far it is, how it does, and what can be done to it. */

import { make } from '../element';
import type { History } from './history';
import { metricName, metricText } from './report';
import { loss, pace, shareOf } from './words';

/** What a person may do to a training. */
export type Deed = 'pause' | 'resume' | 'stop';

const DEEDS: [Deed, string, string][] = [
  ['pause', 'Pause', 'Rest at the next step'],
  ['resume', 'Resume', 'Go on from the last checkpoint'],
  ['stop', 'Stop, keep best', 'End now; the best weights so far become the model']
];
const POSSIBLE: Record<string, Deed[]> = {
  queued: ['stop'],
  running: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  interrupted: ['resume', 'stop'],
  failed: ['resume']
};

/** The bar, its figures and its buttons, and what the job had to say. */
export class TrainingView {
  readonly element = make('div', { className: 'albert-training' });

  /**
   * @param canAct Whether there is somebody who could do anything.
   * @param onDeed A person wants something done.
   */
  constructor(
    private readonly canAct: boolean,
    onDeed: (deed: Deed) => void
  ) {
    this.bar.setAttribute('role', 'progressbar');
    this.bar.setAttribute('aria-label', 'Training');
    this.bar.setAttribute('aria-valuemin', '0');
    this.bar.setAttribute('aria-valuemax', '100');
    this.bar.append(this.filled);
    this.buttons = new Map(
      DEEDS.map(([deed, textContent, title]) => {
        const button = make('button', { type: 'button', textContent, title });
        button.addEventListener('click', () => onDeed(deed));
        return [deed, button] as const;
      })
    );
    this.element.append(
      make('div', { className: 'albert-strip' }, [
        this.measured,
        this.figures,
        make('span', { className: 'albert-deeds' }, [...this.buttons.values()])
      ]),
      this.bar,
      this.log
    );
  }

  /**
   * Show how far it is.
   *
   * @param epochs Of the whole training.
   * @param measure What is shown beside the loss; may be empty.
   * @param wanted What was asked of the job and is not done yet.
   */
  show(history: History, epochs: number, measure: string, wanted: Deed | null): void {
    const { state } = history;
    const percent = Math.round(100 * shareOf(history));
    this.bar.setAttribute('aria-valuenow', String(percent));
    this.bar.setAttribute('aria-valuetext', `${percent} %`);
    this.bar.hidden = state === 'finished' || state === 'stopped' || state === 'queued';
    this.bar.dataset.state = state;
    this.filled.style.width = `${100 * shareOf(history)}%`;
    const isOn = state === 'running';
    this.figures.textContent = isOn ? pace(history, epochs) || 'getting ready…' : '';
    const parts = [];
    const now = history.last('loss');
    if (now !== null) {
      parts.push(`loss ${loss(now)}`);
    }
    const value = history.last(`eval_${measure}`);
    if (value !== null) {
      parts.push(`${metricName(measure)} ${metricText(measure, value)}`);
    }
    const isOver = state === 'finished' || state === 'stopped';
    this.measured.textContent = isOver ? '' : parts.join(' · ');
    this.enable(state, wanted);
    this.element.firstElementChild!.toggleAttribute('hidden', isOver);
    this.tell(history);
  }

  private enable(state: string, wanted: Deed | null): void {
    const possible = this.canAct ? (POSSIBLE[state] ?? []) : [];
    const focused = [...this.buttons.values()].find(button => button.matches(':focus'));
    for (const [deed, button] of this.buttons) {
      button.hidden = !possible.includes(deed);
      button.disabled = wanted !== null;
      button.toggleAttribute('data-main', deed === 'resume');
    }
    if (focused?.hidden) {
      // Whoever pressed Pause by keyboard goes on with Resume.
      [...this.buttons.values()].find(button => !button.hidden)?.focus();
    }
  }

  private tell({ logs }: History): void {
    if (logs.length === this.told) {
      return;
    }
    this.told = logs.length;
    this.log.hidden = logs.length === 0;
    const lines = logs.map(({ time, message }) =>
      make('div', {}, [
        make('time', { textContent: new Date(1000 * time).toLocaleTimeString() }),
        ` ${message}`
      ])
    );
    this.log.firstElementChild!.textContent = logs.at(-1)?.message ?? '';
    this.log.lastElementChild!.replaceChildren(...lines);
  }

  private told = 0;
  private readonly buttons: Map<Deed, HTMLButtonElement>;
  private readonly bar = make('div', { className: 'albert-bar' });
  private readonly filled = make('div');
  private readonly measured = make('b', { className: 'albert-measured' });
  private readonly figures = make('span', { className: 'albert-pace' });
  private readonly log = make('details', { className: 'albert-log', hidden: true }, [
    make('summary'),
    make('div')
  ]);
}
