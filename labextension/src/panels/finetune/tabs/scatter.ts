/** Numbers: the truth against the answer, and how far off each is. */

import { pointOn } from '../../canvas';
import { make } from '../../element';
import type { Evaluation } from '../report';
import type { Tab, TabContext } from '../tab';
import { aside, headline } from './confusion';
import { type Axis, Pen, Plot, span } from './plot';
import { RowList } from './rows';
import { roomOf } from './room';

/** How near the pointer must be to a dot, in pixels. */
const NEAR = 12;

/** The tab of a regression. */
export class ScatterTab implements Tab {
  readonly id = 'confusion';
  readonly label = 'Scatter';
  readonly element: HTMLElement;

  constructor(
    private readonly context: TabContext,
    evaluation: Evaluation
  ) {
    const { data, shape } = evaluation.points;
    this.truths = Array.from({ length: shape[0] }, (_, at) => data[2 * at]);
    this.answers = this.truths.map((_, at) => data[2 * at + 1]);
    this.errors = this.answers.map((answer, at) => answer - this.truths[at]);
    this.rows = new RowList(context, this.id, '');
    this.plots = make('div', { className: 'albert-diagrams' }, [
      this.scatter.element,
      this.residuals.element
    ]);
    const hidden = evaluation.rows - this.truths.length;
    this.element = make('div', {}, [
      headline(evaluation),
      this.plots,
      ...(hidden > 0
        ? [
            aside(
              `${this.truths.length} of ${evaluation.rows.toLocaleString('en')} rows are drawn.`
            )
          ]
        : []),
      aside('A right answer lies on the dashed line. Arrow keys go from dot to dot.'),
      this.rows.element
    ]);
    for (const [plot, values] of [
      [this.scatter, this.answers],
      [this.residuals, this.errors]
    ] as const) {
      plot.canvas.tabIndex = 0;
      plot.canvas.addEventListener('pointermove', event => this.pointAt(plot, values, event));
      plot.canvas.addEventListener('pointerleave', () => this.choose(null, plot));
      plot.canvas.addEventListener('blur', () => this.choose(null, plot));
      plot.canvas.addEventListener('keydown', event => this.press(plot, event));
    }
  }

  show(): void {
    this.redraw();
    if (!this.isAsked) {
      this.isAsked = true;
      void this.rows.show({}, 'farthest off');
    }
  }

  redraw(): void {
    this.rows.redraw();
    const width = roomOf(this.plots, 2, 420);
    if (!width || !this.truths.length) {
      return;
    }
    const [low, high] = span([...this.truths, ...this.answers]);
    const both: Axis = { label: 'truth', min: low, max: high };
    this.scatter.draw(
      width,
      both,
      { ...both, label: 'answer' },
      `${this.truths.length} rows`,
      pen => {
        pen.line([low, high], [low, high], pen.colours.faint, [4, 4]);
        this.dots(pen, this.scatter, this.answers);
      }
    );
    const [least, most] = span([...this.errors, 0]);
    this.residuals.draw(
      width,
      both,
      { label: 'answer − truth', min: least, max: most },
      `from ${Math.min(...this.errors).toPrecision(3)} to ${Math.max(...this.errors).toPrecision(3)}`,
      pen => {
        pen.line([low, high], [0, 0], pen.colours.faint, [4, 4]);
        this.dots(pen, this.residuals, this.errors);
      }
    );
  }

  dispose(): void {
    this.element.remove();
  }

  private dots(pen: Pen, plot: Plot, values: number[]): void {
    this.truths.forEach((truth, at) => pen.dot(truth, values[at], pen.colours.accent, 3, 0.6));
    if (this.chosen !== null) {
      pen.mark(this.truths[this.chosen], values[this.chosen]);
    }
    this.places.set(
      plot,
      this.truths.map((truth, at) => [pen.x(truth), pen.y(values[at])])
    );
  }

  private pointAt(plot: Plot, _values: number[], event: PointerEvent): void {
    const { x, y } = pointOn(plot.canvas, event);
    let [best, found] = [NEAR, null as number | null];
    this.places.get(plot)?.forEach(([left, top], at) => {
      const distance = Math.hypot(left - x, top - y);
      if (distance < best) {
        [best, found] = [distance, at];
      }
    });
    this.choose(found, plot);
  }

  private press(plot: Plot, event: KeyboardEvent): void {
    const last = this.truths.length - 1;
    const at = this.chosen ?? -1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      this.choose(Math.min(Math.max(to, 0), last), plot);
      event.preventDefault();
    }
  }

  private choose(at: number | null, plot: Plot): void {
    if (at === this.chosen) {
      return;
    }
    this.chosen = at;
    this.redraw();
    if (at === null) {
      this.context.point(null);
      return;
    }
    const [x, y] = this.places.get(plot)?.[at] ?? [0, 0];
    const [truth, answer] = [this.truths[at], this.answers[at]].map(value => value.toPrecision(4));
    const said = `truth ${truth}, answer ${answer}`;
    this.context.point(said, plot.canvas, x + 8, y + 8);
    plot.canvas.setAttribute('aria-label', said);
  }

  private readonly plots: HTMLElement;
  private readonly scatter = new Plot('Answer against truth', 300);
  private readonly residuals = new Plot('Residuals', 300);
  private readonly truths: number[];
  private readonly answers: number[];
  private readonly errors: number[];
  private readonly rows: RowList;
  private readonly places = new Map<Plot, [number, number][]>();
  private chosen: number | null = null;
  private isAsked = false;
}
