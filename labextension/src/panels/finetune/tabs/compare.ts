/** All trainings beside each other: what they are in a table, how they went as curves over each other. */

import uPlot from 'uplot';

import { make } from '../../element';
import { RequestFailed } from '../../messages';
import { category, coloursOf, css } from '../../theme';
import { type FitReport, metricName, metricText, type Runs } from '../report';
import type { Tab, TabContext } from '../tab';
import { aside } from './confusion';
import { measured, overlaid, type RunRow, runRows, withPresent } from './runs';
import { type Column, SortableTable } from './table';

/** Curves over each other at first, and at most: more cannot be told apart. */
const FIRST = 4;
const MOST = 7;
const HEIGHT = 240;
/** A second cue beside the colour. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 2], [12, 5]];

/** The tab: a table of runs, of which some are drawn. */
export class CompareTab implements Tab {
  readonly id = 'compare';
  readonly label = 'Compare';
  readonly element: HTMLElement;

  constructor(private readonly context: TabContext) {
    const { report } = context;
    this.reports = [report];
    const columns: Column<RunRow>[] = [
      { name: 'run', isText: true, value: row => row.name, cell: row => this.choice(row) },
      { name: 'from', isText: true, value: row => row.base },
      { name: 'method', isText: true, value: row => row.method },
      {
        name: 'rows',
        value: row => row.rows,
        cell: row => this.data(row)
      },
      { name: 'epochs', value: row => row.epochs, cell: row => text(row.epochs) },
      { name: 'learning rate', value: row => row.rate, cell: row => text(row.rate) },
      {
        name: metricName(report.primary),
        value: row => row.value,
        cell: row => (row.value === null ? '–' : metricText(report.primary, row.value))
      },
      { name: 'seconds', value: row => row.seconds, cell: row => row.seconds.toFixed(0) }
    ];
    this.table = new SortableTable('Runs', columns, [], (row, line) => {
      if (row.report.model === report.model) {
        line.setAttribute('aria-current', 'true');
      }
    });
    this.metric.setAttribute('aria-label', 'What is drawn');
    this.metric.addEventListener('change', () => this.draw());
    this.warning.setAttribute('role', 'note');
    this.element = make('div', {}, [
      this.note,
      this.table.element,
      this.warning,
      this.metric,
      this.box
    ]);
    this.fill();
  }

  show(): void {
    if (!this.isAsked && !this.context.isPage) {
      this.isAsked = true;
      void this.request();
    }
    this.draw();
  }

  redraw(): void {
    this.draw();
  }

  dispose(): void {
    this.plot?.destroy();
    this.element.remove();
  }

  private async request(): Promise<void> {
    await this.context.run(async () => {
      try {
        const { reports } = await this.context.ask<Runs>('runs', {});
        this.reports = withPresent(reports, this.context.report);
        this.fill();
        this.draw();
        return `${this.reports.length} ${this.reports.length === 1 ? 'run' : 'runs'}`;
      } catch (error) {
        this.isAsked = false;
        const isVoid = error instanceof RequestFailed && error.isVoid;
        if (!isVoid) {
          this.note.textContent = 'The other runs could not be fetched; turn to this tab again.';
        }
        throw error;
      }
    });
  }

  /** Take the runs that are known. */
  private fill(): void {
    const { report, isPage } = this.context;
    this.rows = runRows(this.reports, report.primary);
    const same = this.rows.filter(row => row.report.sha256 === report.sha256);
    const models = [report.model, ...same.map(row => row.report.model)];
    this.chosen = new Set([...new Set(models)].slice(0, FIRST));
    this.table.show(this.rows);
    const isAlone = this.rows.length < 2;
    this.note.hidden = !isAlone;
    this.note.textContent = isPage
      ? 'A saved page holds this run only.'
      : 'This is the only run so far: fit another, and it stands beside this one.';
    const mine = this.rows.find(row => row.report.model === report.model)?.data;
    const others = this.rows.filter(row => row.data !== mine).length;
    this.warning.hidden = !others;
    this.warning.textContent =
      `⚠ ${others} of these runs learned from other rows (another letter beside the number): ` +
      'their figures are of another validation, so compare with care.';
    const names = measured(this.reports, report.primary);
    const present = this.metric.value;
    this.metric.replaceChildren(
      ...names.map(value => make('option', { value, textContent: curveName(value) }))
    );
    this.metric.value = names.includes(present) ? present : (names[0] ?? '');
    this.metric.hidden = !names.length;
  }

  /** The name of a run, with a box that draws it. */
  private choice({ report, name }: RunRow): HTMLElement {
    const isPresent = report.model === this.context.report.model;
    const box = make('input', { type: 'checkbox', checked: this.chosen.has(report.model) });
    box.setAttribute('aria-label', `Draw ${name}`);
    box.disabled = !box.checked && this.chosen.size >= MOST;
    box.addEventListener('change', () => {
      if (box.checked) {
        this.chosen.add(report.model);
      } else {
        this.chosen.delete(report.model);
      }
      this.table.element
        .querySelectorAll<HTMLInputElement>('input[type=checkbox]')
        .forEach(other => (other.disabled = !other.checked && this.chosen.size >= MOST));
      this.draw();
    });
    return make('label', { className: 'albert-run-choice' }, [
      box,
      make('bdi', { textContent: name }),
      ...(isPresent ? [make('small', { textContent: 'this run' })] : [])
    ]);
  }

  private data({ rows, data }: RunRow): HTMLElement {
    const isOneLetter = new Set(this.rows.map(row => row.data)).size < 2;
    return make('span', {}, [
      rows.toLocaleString('en'),
      ...(isOneLetter
        ? []
        : [' ', make('small', { textContent: data, title: 'The same letter: the same rows' })])
    ]);
  }

  private draw(): void {
    const width = this.box.clientWidth;
    this.plot?.destroy();
    this.plot = null;
    this.box.replaceChildren();
    const name = this.metric.value;
    const isPresent = ({ model }: FitReport) => model === this.context.report.model;
    // This run comes first: its line is whole.
    const drawn = this.reports
      .filter(
        ({ model, history }) => this.chosen.has(model) && history.some(event => name in event)
      )
      .sort((one, other) => Number(isPresent(other)) - Number(isPresent(one)));
    if (!width || !name) {
      return;
    }
    if (!drawn.length) {
      this.box.append(aside('Choose runs in the table: their curves appear here.'));
      return;
    }
    const colours = coloursOf(this.box);
    const font = `12px ${getComputedStyle(this.box).fontFamily}`;
    const axis = {
      stroke: css(colours.faint),
      font,
      grid: { stroke: css(colours.line), width: 1 },
      ticks: { stroke: css(colours.line), width: 1, size: 4 }
    };
    const digits = (value: number | null) => (value === null ? '–' : value.toPrecision(4));
    this.plot = new uPlot(
      {
        width,
        height: HEIGHT,
        scales: { x: { time: false } },
        legend: { live: true },
        cursor: { drag: { x: false, y: false } },
        axes: [
          { ...axis, space: 60, label: 'epoch', labelFont: font, labelSize: 20, size: 28 },
          { ...axis, size: 56 }
        ],
        series: [
          { label: 'epoch', value: (_, value) => digits(value) },
          ...drawn.map((report, at) => ({
            label: report.model.replace(/^run:/, ''),
            stroke: css(category(at, colours)),
            dash: DASHES[at % DASHES.length],
            width: isPresent(report) ? 3 : 1.5,
            points: { fill: css(colours.background) },
            spanGaps: true,
            value: (_: uPlot, value: number | null) => digits(value)
          }))
        ]
      },
      overlaid(drawn, name) as uPlot.AlignedData,
      this.box
    );
    this.box.setAttribute('role', 'img');
    this.box.setAttribute(
      'aria-label',
      `${curveName(name)} of ${drawn.map(({ model }) => model).join(', ')} by epoch`
    );
  }

  private readonly table: SortableTable<RunRow>;
  private readonly note = aside('');
  private readonly warning = make('p', { className: 'albert-warning', hidden: true });
  private readonly metric = make('select', { className: 'albert-drawn' });
  private readonly box = make('div', { className: 'albert-overlay' });
  private reports: FitReport[];
  private rows: RunRow[] = [];
  private chosen = new Set<string>();
  private plot: uPlot | null = null;
  private isAsked = false;
}

/** Return the name of what evaluations measured. */
function curveName(name: string): string {
  if (name === 'loss') {
    return 'training loss';
  }
  const measure = name.replace(/^eval_/, '');
  return measure === 'loss' ? 'validation loss' : metricName(measure);
}

function text(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(3)));
}
