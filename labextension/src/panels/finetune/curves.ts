/** The curves of a training: losses on one chart, measures of the validation rows on another. */

import uPlot from 'uplot';
import { focusedBeside, make } from '../element';
import { category, type Colours, coloursOf, css } from '../theme';
import type { Columns, History } from './history';
import { metricName, metricText } from './report';
import { loss } from './words';

const HEIGHT = 190;
/** A presentation is drawn so much larger; see the style sheet. */
const LARGER = 1.6;
/** Between two numbers under a chart: no step is half done. */
const WHOLE = Array.from({ length: 8 }, (_, power) =>
  [1, 2, 5].map(one => one * 10 ** power)
).flat();

/** A line of a chart. */
interface Line {
  name: string;
  label: string;
  /** Whether it is measured now and then, so that its points are marked. */
  isRare: boolean;
  write(value: number): string;
}

/** Both charts. */
export class Curves {
  readonly element = make('div', { className: 'albert-curves' });

  /** @param root Has the colours. */
  constructor(root: HTMLElement) {
    this.charts = [new Chart('Loss', root), new Chart('Validation', root)];
    this.element.append(...this.charts.map(({ element }) => element));
  }

  /**
   * Show what was measured so far.
   *
   * @param best The best step, or null.
   */
  show(history: History, measures: string[], best: number | null): void {
    const losses: Line[] = [
      { name: 'loss', label: 'training', isRare: false, write: loss },
      { name: 'eval_loss', label: 'validation', isRare: true, write: loss }
    ];
    const others: Line[] = measures.map(measure => ({
      name: `eval_${measure}`,
      label: metricName(measure),
      isRare: true,
      write: value => metricText(measure, value)
    }));
    const [first, second] = this.charts;
    this.element.hidden = history.points.length === 0;
    const names = (lines: Line[]) => history.columns(lines.map(({ name }) => name));
    first.show(losses, names(losses), best);
    second.show(others, names(others), best);
    // What appears takes room from the other.
    this.charts.forEach(chart => chart.fit());
  }

  /** The colours or the width changed. */
  redraw(): void {
    this.charts.forEach(chart => chart.redraw());
  }

  dispose(): void {
    this.charts.forEach(chart => chart.dispose());
  }

  /** The numbers of both charts, for a spreadsheet. */
  get numbers(): { columns: string[]; rows: (string | number)[][] } {
    const rows = this.charts.flatMap(chart => chart.rows);
    return { columns: ['step', 'epoch', 'line', 'value'], rows };
  }

  private readonly charts: [Chart, Chart];
}

/** One chart with its legend; the legend tells the values under the cursor, else the last ones. */
class Chart {
  readonly element = make('figure', { className: 'albert-chart', hidden: true });

  constructor(
    private readonly title: string,
    private readonly root: HTMLElement
  ) {
    this.plotted.tabIndex = 0;
    this.plotted.setAttribute('role', 'img');
    this.plotted.addEventListener('keydown', event => this.walk(event));
    this.plotted.addEventListener('blur', () => this.plot?.setCursor({ left: -10, top: -10 }));
    this.element.append(this.legend, this.plotted, this.where);
  }

  get rows(): (string | number)[][] {
    const { steps, epochs, lines } = this.columns;
    return this.lines.flatMap(({ label }, line) =>
      steps.flatMap((step, at) => {
        const value = lines[line][at];
        return value === null ? [] : [[step, epochs[at], label, value]];
      })
    );
  }

  show(lines: Line[], columns: Columns, best: number | null): void {
    const there = lines.filter((_, at) => columns.lines[at].some(value => value !== null));
    const isSame = there.map(({ name }) => name).join() === this.lines.map(l => l.name).join();
    this.best = best;
    this.lines = there;
    this.columns = {
      ...columns,
      lines: columns.lines.filter((_, at) => there.includes(lines[at]))
    };
    this.element.hidden = there.length === 0;
    if (!isSame) {
      this.redraw();
    } else if (this.plot) {
      this.plot.setData(this.data);
    }
    this.tell();
  }

  /** Draw anew, in the present colours and size. */
  redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.lines.length && this.plotted.clientWidth) {
      this.plot = new uPlot(this.options(), this.data, this.plotted);
      this.tell();
    }
  }

  /** Take the room that there is now. */
  fit(): void {
    if (!this.plot || this.plot.width !== this.plotted.clientWidth) {
      this.redraw();
    }
  }

  dispose(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  /** How large things are drawn: canvases stay as sharp in a presentation. */
  private get scale(): number {
    return this.root.hasAttribute('data-presentation') ? LARGER : 1;
  }

  private get data(): uPlot.AlignedData {
    return [this.columns.steps, ...this.columns.lines] as uPlot.AlignedData;
  }

  private options(): uPlot.Options {
    const colours = coloursOf(this.root);
    const { scale } = this;
    const axis = {
      stroke: css(colours.faint, colours.faint[3]),
      font: `${11 * scale}px ${getComputedStyle(this.root).fontFamily}`,
      gap: 5 * scale,
      grid: { stroke: css(colours.line, 0.7 * colours.line[3]), width: 1 },
      ticks: { show: false }
    };
    return {
      width: this.plotted.clientWidth,
      height: HEIGHT * scale,
      padding: [18 * scale, 14 * scale, 0, 0],
      legend: { show: false },
      scales: { x: { time: false } },
      cursor: {
        drag: { x: false, y: false },
        y: false,
        points: { size: 7 * scale }
      },
      axes: [
        {
          ...axis,
          size: 22 * scale,
          space: 50 * scale,
          incrs: WHOLE,
          values: (_, steps) => steps.map(step => written(step))
        },
        { ...axis, size: 46 * scale, space: 30 * scale }
      ],
      series: [
        {},
        ...this.lines.map(({ isRare }, at) => ({
          stroke: css(this.colour(at, colours)),
          width: 1.6 * scale,
          dash: at ? [6 * scale, 3 * scale] : undefined,
          spanGaps: true,
          points: { show: isRare || this.columns.steps.length < 3, size: 5 * scale }
        }))
      ],
      hooks: {
        setCursor: [() => this.tell()],
        draw: [plot => this.mark(plot, colours)]
      }
    };
  }

  private colour(at: number, colours: Colours): Colours['ink'] {
    return category(at, colours);
  }

  /** Mark the best step. */
  private mark(plot: uPlot, colours: Colours): void {
    if (this.best === null || this.best > (this.columns.steps.at(-1) ?? 0)) {
      return;
    }
    const { ctx, bbox } = plot;
    const pixel = uPlot.pxRatio * this.scale;
    const x = Math.round(plot.valToPos(this.best, 'x', true));
    ctx.save();
    ctx.strokeStyle = css(colours.accent);
    ctx.fillStyle = css(colours.accent);
    ctx.lineWidth = pixel;
    ctx.setLineDash([2 * pixel, 3 * pixel]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.font = `${11 * pixel}px ${getComputedStyle(this.root).fontFamily}`;
    ctx.textAlign = 'center';
    ctx.fillText('best', x, bbox.top - 5 * pixel);
    ctx.restore();
  }

  /** Go along the steps by keyboard; what is under the cursor is read out then. */
  private walk(event: KeyboardEvent): void {
    const { plot } = this;
    const last = this.columns.steps.length - 1;
    const at = plot?.cursor.idx ?? (event.key === 'ArrowLeft' ? last + 1 : -1);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (!plot || to === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const step = this.columns.steps[Math.min(last, Math.max(0, to))];
    plot.setCursor({ left: plot.valToPos(step, 'x'), top: 10 });
  }

  /** Tell the values under the cursor, or the last ones. */
  private tell(): void {
    const { steps, epochs, lines } = this.columns;
    const under = this.plot?.cursor.idx ?? null;
    const isUnder = under !== null && under < steps.length;
    const colours = coloursOf(this.root);
    const parts = this.lines.map(({ label, write }, line) => {
      const values = isUnder ? lines[line].slice(0, under + 1) : lines[line];
      const value = values.filter(one => one !== null).at(-1);
      const swatch = make('i');
      swatch.style.borderTopColor = css(this.colour(line, colours));
      swatch.style.borderTopStyle = line ? 'dashed' : 'solid';
      return make('span', {}, [swatch, `${label} ${value === undefined ? '–' : write(value)}`]);
    });
    const at = isUnder ? under : steps.length - 1;
    const epoch = isUnder ? `, epoch ${epochs[at].toFixed(1)}` : '';
    const where = steps.length ? `step ${written(steps[at])}${epoch}` : '';
    this.legend.replaceChildren(make('b', { textContent: this.title }), ...parts);
    this.where.textContent = where;
    const isRead = isUnder && focusedBeside(this.element) === this.plotted;
    this.legend.setAttribute('aria-live', isRead ? 'polite' : 'off');
    const said = parts.map(part => part.textContent).join(', ');
    const best = this.best === null ? '' : `; best at step ${written(this.best)}`;
    this.plotted.setAttribute('aria-label', `${this.title} by step: ${said}${best}`);
  }

  private lines: Line[] = [];
  private columns: Columns = { steps: [], epochs: [], lines: [] };
  private best: number | null = null;
  private plot: uPlot | null = null;
  private readonly legend = make('figcaption');
  private readonly where = make('div', { className: 'albert-where' });
  private readonly plotted = make('div', { className: 'albert-uplot' });
}

function written(step: number): string {
  return step.toLocaleString('en');
}
