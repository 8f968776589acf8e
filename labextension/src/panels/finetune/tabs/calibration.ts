/** Whether the model is right as often as its probabilities say. */

import { make } from '../../element';
import { type Calibration, percent } from '../report';
import type { Tab, TabContext } from '../tab';
import { aside } from './confusion';
import { type Axis, Plot } from './plot';
import { roomOf } from './room';
import { advice, type Bin, binsOf } from './trust';

const SHARE: Omit<Axis, 'label'> = { min: 0, max: 1, isShare: true };

/** The tab: a reliability diagram, how many rows are behind each bar, and what to do. */
export class CalibrationTab implements Tab {
  readonly id = 'calibration';
  readonly label = 'Calibration';
  readonly element: HTMLElement;

  constructor(context: TabContext, calibration: Calibration) {
    this.bins = binsOf(calibration);
    const { error, temperature, error_at_temperature: then } = calibration;
    const figure = (name: string, value: string) =>
      make('span', {}, [`${name} `, make('strong', { textContent: value })]);
    const { text, code } = advice(
      calibration,
      Boolean(context.report.settings.temperature_scaling)
    );
    const take = make('button', { type: 'button', textContent: 'Copy' });
    take.addEventListener('click', () => context.copy(code));
    this.diagrams = make('div', { className: 'albert-diagrams' }, [
      this.reliability.element,
      this.counts.element,
      table(this.bins)
    ]);
    this.element = make('div', {}, [
      make('p', { className: 'albert-headline' }, [
        figure('expected calibration error', percent(error, 1)),
        figure('temperature', temperature.toFixed(2)),
        figure('error at it', percent(then, 1))
      ]),
      make('p', { className: 'albert-advice', textContent: text }),
      ...(code
        ? [
            make('p', { className: 'albert-code-line' }, [
              make('code', { textContent: code }),
              take
            ])
          ]
        : []),
      this.diagrams,
      aside(
        'On the dashed line the model is right as often as it says; below it, it is too sure of itself.'
      )
    ]);
  }

  show(): void {
    this.redraw();
  }

  redraw(): void {
    const width = roomOf(this.diagrams, 3, 380);
    if (!width) {
      return;
    }
    const filled = this.bins.filter(({ count }) => count);
    this.reliability.draw(
      width,
      { ...SHARE, label: 'confidence' },
      { ...SHARE, label: 'accuracy' },
      filled.map(said).join('; '),
      pen => {
        for (const { from, to, accuracy, confidence } of filled) {
          pen.bar(from, to, 0, accuracy, pen.colours.accent, 0.55);
          pen.line([from + 0.005, to - 0.005], [accuracy, accuracy], pen.colours.accent, [], 2);
          // From how often it is right to how often it says so.
          pen.line([confidence, confidence], [accuracy, confidence], pen.colours.ink, [2, 2], 1);
        }
        pen.line([0, 1], [0, 1], pen.colours.faint, [4, 4]);
      }
    );
    const most = Math.max(...this.bins.map(({ count }) => count), 1);
    this.counts.draw(
      width,
      { ...SHARE, label: 'confidence' },
      { label: 'answers', min: 0, max: most * 1.05 },
      filled.map(said).join('; '),
      pen =>
        filled.forEach(({ from, to, count }) => pen.bar(from, to, 0, count, pen.colours.faint, 0.7))
    );
  }

  dispose(): void {
    this.element.remove();
  }

  private readonly bins: Bin[];
  private readonly diagrams: HTMLElement;
  private readonly reliability = new Plot('Reliability');
  private readonly counts = new Plot('How many answers');
}

function said({ from, to, accuracy, count }: Bin): string {
  return `${percent(from)} to ${percent(to)}: right ${percent(accuracy)} of ${count}`;
}

/** The same in numbers. */
function table(bins: Bin[]): HTMLElement {
  const cells = (tag: 'th' | 'td', texts: string[]) =>
    make(
      'tr',
      {},
      texts.map(textContent => make(tag, { textContent }))
    );
  const made = make('table', { className: 'albert-sorted' }, [
    make('thead', {}, [cells('th', ['confidence', 'right', 'answers'])]),
    make(
      'tbody',
      {},
      bins
        .filter(({ count }) => count)
        .map(({ confidence, accuracy, count }) =>
          cells('td', [percent(confidence, 1), percent(accuracy, 1), count.toLocaleString('en')])
        )
    )
  ]);
  made.setAttribute('aria-label', 'Reliability in numbers');
  return make('div', { className: 'albert-scroll' }, [made]);
}
