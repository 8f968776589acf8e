/** What another threshold would give: precision against recall, and the rows on either side. */

import { make } from '../../element';
import { isolated, visible } from '../../text';
import type { Curve, Evaluation } from '../report';
import { percent } from '../report';
import type { Tab, TabContext } from '../tab';
import { aside, cellName } from './confusion';
import { CountGrid } from './matrix';
import { type Axis, Plot } from './plot';
import { literal } from './python';
import { roomOf } from './room';
import { RowList } from './rows';
import { bestThreshold, type Outcome, outcomeAt } from './sweep';

const HALF = 0.5;
/** Curves of more points are thinned out: counts between them are near, not exact. */
const POINTS = 200;
const SHARE: Omit<Axis, 'label'> = { min: 0, max: 1, isShare: true };

/** The tab of two classes, and of each label of several. */
export class ThresholdsTab implements Tab {
  readonly id = 'thresholds';
  readonly label = 'Thresholds';
  readonly element: HTMLElement;

  constructor(
    private readonly context: TabContext,
    private readonly evaluation: Evaluation
  ) {
    const { curves } = evaluation;
    this.rows = new RowList(
      context,
      this.id,
      'Choose a cell: its rows at this threshold appear here.'
    );
    [this.curve] = curves;
    this.chooser.setAttribute('aria-label', 'Label');
    this.chooser.append(
      ...curves.map(({ label }, at) =>
        make('option', { value: String(at), textContent: visible(label, 40) })
      )
    );
    this.chooser.hidden = curves.length < 2;
    this.chooser.addEventListener('change', () => {
      this.curve = curves[Number(this.chooser.value)];
      this.set(HALF);
    });
    this.slider.setAttribute('aria-label', 'Threshold');
    this.number.setAttribute('aria-label', 'Threshold, as a number');
    for (const input of [this.slider, this.number]) {
      input.addEventListener('input', () => this.set(Number(input.value), input));
    }
    this.best.addEventListener('click', () => this.set(this.bestOf()));
    this.half.addEventListener('click', () => this.set(HALF));
    this.take.addEventListener('click', () => context.copy(this.use.textContent ?? ''));
    this.figures.setAttribute('aria-live', 'polite');
    this.diagrams = make('div', { className: 'albert-diagrams' }, [
      this.roc.element,
      this.pr.element
    ]);
    this.element = make('div', {}, [
      make('div', { className: 'albert-threshold' }, [
        this.chooser,
        make('label', {}, ['threshold ', this.slider]),
        this.number,
        this.best,
        this.half
      ]),
      make('div', { className: 'albert-at-threshold' }, [this.figures, this.cells]),
      this.diagrams,
      make('p', { className: 'albert-code-line' }, [this.use, this.take]),
      this.rows.element
    ]);
    this.set(HALF);
  }

  show(): void {
    this.redraw();
  }

  redraw(): void {
    this.draw();
    this.rows.redraw();
  }

  dispose(): void {
    this.element.remove();
  }

  private get positives(): number {
    const { label_names: names, support } = this.evaluation;
    return support.data[names.indexOf(this.curve.label)];
  }

  private bestOf(): number {
    return bestThreshold(this.curve, this.positives, this.evaluation.rows);
  }

  /** Take a threshold; `from` is the control that a person is at, which stays as it is typed. */
  private set(threshold: number, from?: HTMLInputElement): void {
    if (!Number.isFinite(threshold)) {
      return;
    }
    const value = Math.min(Math.max(threshold, 0), 1);
    this.outcome = outcomeAt(this.curve, this.positives, this.evaluation.rows, value);
    for (const input of [this.slider, this.number]) {
      if (input !== from) {
        input.value = String(value);
      }
    }
    this.slider.setAttribute('aria-valuetext', `${value}`);
    this.best.textContent = `Best F1: ${Number(this.bestOf().toFixed(4))}`;
    this.half.hidden = value === HALF;
    this.tell();
    this.draw();
  }

  private tell(): void {
    const { curve, outcome, evaluation } = this;
    const isNear = curve.roc_thresholds.data.length >= POINTS ? '≈ ' : '';
    const { precision, recall, f1, hits, wrong, missed, left } = outcome;
    const figure = (name: string, value: number) =>
      make('span', {}, [`${name} `, make('strong', { textContent: value.toFixed(3) })]);
    this.figures.replaceChildren(
      figure('precision', precision),
      figure('recall', recall),
      figure('F1', f1)
    );
    const counts = [
      [left, wrong],
      [missed, hits]
    ];
    const { label } = curve;
    const isMulti = evaluation.task === 'multi_label';
    const [no, yes] = isMulti ? ['no', 'yes'] : [evaluation.label_names[0], label];
    const hadFocus = this.cells.querySelector(':focus') as HTMLElement | null;
    const grid = new CountGrid(
      {
        label: `${label} at this threshold; Enter lists the rows of a cell`,
        names: [no, yes],
        counts,
        shares: counts.map(([one, other]) => [one, other].map(n => n / Math.max(one + other, 1)))
      },
      ({ row, column }) => this.list(row === 1, column === 1, [no, yes])
    );
    this.cells.replaceChildren(grid.element, ...(isNear ? [aside(`${isNear}counts`)] : []));
    if (hadFocus) {
      grid.element.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
    const column = evaluation.label_names.indexOf(label);
    const predicted = `bert.predict(texts, model=${literal(this.context.report.model)})`;
    this.use.textContent = `${predicted}.probabilities[:, ${column}] > ${Number(outcome.threshold.toFixed(4))}`;
  }

  private list(truth: boolean, answer: boolean, names: string[]): void {
    const { label } = this.curve;
    const { threshold } = this.outcome;
    if (this.context.isPage && threshold !== HALF) {
      this.rows.refuse('A saved page knows the answers at 0.5 only.');
      return;
    }
    const at = ` at ${Number(threshold.toFixed(4))}`;
    if (this.evaluation.task === 'multi_label') {
      void this.rows.show({ label, truth, answer, threshold }, cellName(label, truth, answer) + at);
      return;
    }
    const [is, said] = [names[Number(truth)], names[Number(answer)]];
    const title =
      is === said
        ? `${isolated(is)}, answered right`
        : `${isolated(is)}, taken for ${isolated(said)}`;
    void this.rows.show({ truth: is, answer: said, threshold }, title + at);
  }

  private draw(): void {
    const width = roomOf(this.diagrams, 2, 420);
    if (!width) {
      return;
    }
    const { curve, outcome } = this;
    const { false_positive_rate: wrong, true_positive_rate: right } = curve;
    this.roc.draw(
      width,
      { ...SHARE, label: 'false positive rate' },
      { ...SHARE, label: 'true positive rate' },
      `area ${curve.roc_auc.toFixed(3)}`,
      pen => {
        pen.line([0, 1], [0, 1], pen.colours.faint, [4, 4]);
        pen.line(wrong.data, right.data, pen.colours.accent, [], 2);
        pen.mark(outcome.falsePositiveRate, outcome.recall);
      }
    );
    const share = this.positives / Math.max(this.evaluation.rows, 1);
    this.pr.draw(
      width,
      { ...SHARE, label: 'recall' },
      { ...SHARE, label: 'precision' },
      `average precision ${curve.average_precision.toFixed(3)}; by chance ${percent(share)}`,
      pen => {
        pen.line([0, 1], [share, share], pen.colours.faint, [4, 4]);
        pen.line(curve.recall.data, curve.precision.data, pen.colours.accent, [], 2);
        if (outcome.hits + outcome.wrong) {
          pen.mark(outcome.recall, outcome.precision);
        }
      }
    );
    this.roc.say(`ROC · area ${curve.roc_auc.toFixed(3)}`);
    this.pr.say(`Precision and recall · average ${curve.average_precision.toFixed(3)}`);
  }

  private readonly chooser = make('select');
  private readonly slider = make('input', { type: 'range', min: '0', max: '1', step: '0.001' });
  private readonly number = make('input', { type: 'number', min: '0', max: '1', step: '0.01' });
  private readonly best = make('button', { type: 'button', title: 'The threshold of the best F1' });
  private readonly half = make('button', { type: 'button', textContent: 'Back to 0.5' });
  private readonly figures = make('p', { className: 'albert-headline' });
  private readonly cells = make('div');
  private readonly diagrams: HTMLElement;
  private readonly use = make('code');
  private readonly take = make('button', { type: 'button', textContent: 'Copy' });
  private readonly roc = new Plot('ROC');
  private readonly pr = new Plot('Precision and recall');
  private readonly rows: RowList;
  private curve: Curve;
  private outcome!: Outcome;
}
