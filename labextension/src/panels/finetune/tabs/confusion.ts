/** What is taken for what: figures of each class, the confusion beside them, and the rows of a cell. */

import { make } from '../../element';
import { isolated, visible } from '../../text';
import { type Evaluation, metricName, metricText, percent } from '../report';
import type { Tab, TabContext } from '../tab';
import {
  type ClassRow,
  classRows,
  MOST_CLASSES,
  MOST_LABELS,
  shares,
  shownClasses,
  shownLabels,
  submatrix
} from './classes';
import { CountGrid } from './matrix';
import { RowList } from './rows';
import { type Column, SortableTable } from './table';

const NO = 'no';
const YES = 'yes';

/** The tab for one label a row, and for several. */
export class ConfusionTab implements Tab {
  readonly id = 'confusion';
  readonly label = 'Confusion';
  readonly element: HTMLElement;

  constructor(
    context: TabContext,
    private readonly evaluation: Evaluation
  ) {
    const isSingle = evaluation.task === 'single_label';
    this.rows = new RowList(
      context,
      this.id,
      'Choose a cell, or a class of the table: its rows appear here.'
    );
    const columns: Column<ClassRow>[] = [
      {
        name: 'class',
        isText: true,
        value: ({ name }) => name,
        cell: ({ name }) => this.classButton(name)
      },
      figure('precision', ({ precision }) => precision),
      figure('recall', ({ recall }) => recall),
      { ...figure('F1', ({ f1 }) => f1), cell: ({ f1 }) => bar(f1) },
      {
        name: 'rows',
        value: ({ support }) => support,
        cell: ({ support }) => support.toLocaleString('en')
      }
    ];
    const table = new SortableTable('Figures of each class', columns, classRows(evaluation));
    const grids = isSingle ? this.matrix() : this.matrices();
    this.element = make('div', {}, [
      headline(evaluation),
      make('div', { className: 'albert-confusion' }, [
        table.element,
        make('div', { className: 'albert-matrices' }, grids)
      ]),
      this.rows.element
    ]);
  }

  show(): void {
    // All of it stands since it was made.
  }

  redraw(): void {
    this.rows.redraw();
  }

  dispose(): void {
    this.element.remove();
  }

  /** One matrix of all classes, or of those that are confused most. */
  private matrix(): HTMLElement[] {
    const { confusion, label_names: names, support } = this.evaluation;
    const shown = shownClasses(confusion);
    const counts = submatrix(confusion, shown);
    const grid = new CountGrid(
      {
        label: 'Confusion; Enter lists the rows of a cell',
        names: shown.map(at => names[at]),
        counts,
        shares: shares(
          counts,
          shown.map(at => support.data[at])
        )
      },
      ({ row, column }) => {
        const [truth, answer] = [names[shown[row]], names[shown[column]]];
        const title =
          row === column
            ? `${isolated(truth)}, answered right`
            : `${isolated(truth)}, taken for ${isolated(answer)}`;
        void this.rows.show({ truth, answer }, title);
      }
    );
    this.grids = [grid];
    const hidden = names.length - MOST_CLASSES;
    return [
      make('div', { className: 'albert-scroll' }, [grid.element]),
      ...(hidden > 0
        ? [
            aside(
              `${MOST_CLASSES} of ${names.length.toLocaleString('en')} classes: those that are confused most. The table has all of them.`
            )
          ]
        : [])
    ];
  }

  /** A small matrix for each label, or for those with most errors. */
  private matrices(): HTMLElement[] {
    const { confusion, label_names: names } = this.evaluation;
    const shown = shownLabels(confusion);
    const boxes = shown.map((label, place) => {
      const counts = [0, 2].map(at => [0, 1].map(side => confusion.data[4 * label + at + side]));
      const grid = new CountGrid(
        {
          label: `${names[label]}: confusion; Enter lists the rows of a cell`,
          names: [NO, YES],
          counts,
          shares: shares(
            counts,
            counts.map(([one, other]) => one + other)
          )
        },
        ({ row, column }) => {
          this.grids.forEach((other, at) => at !== place && other.clear());
          const [truth, answer] = [row === 1, column === 1];
          void this.rows.show(
            { label: names[label], truth, answer },
            cellName(names[label], truth, answer)
          );
        }
      );
      this.grids.push(grid);
      return make('figure', { className: 'albert-diagram' }, [
        make('figcaption', { textContent: visible(names[label], 40), dir: 'auto' }),
        grid.element
      ]);
    });
    const hidden = names.length - MOST_LABELS;
    return [
      ...boxes,
      ...(hidden > 0
        ? [aside(`The ${MOST_LABELS} of ${names.length} labels with most errors.`)]
        : [])
    ];
  }

  private classButton(name: string): HTMLElement {
    const button = make('button', {
      type: 'button',
      className: 'albert-plain',
      textContent: visible(name, 40),
      title: `${name}: list its rows`,
      dir: 'auto'
    });
    button.dataset.drawn = '';
    button.addEventListener('click', () => {
      this.grids.forEach(grid => grid.clear());
      void this.rows.show({ label: name }, `truly ${isolated(name)}`);
    });
    return button;
  }

  private readonly rows: RowList;
  private grids: CountGrid[] = [];
}

/** Return what the rows of a cell of one label are. */
export function cellName(label: string, truth: boolean, answer: boolean): string {
  const name = isolated(label);
  if (truth === answer) {
    return truth ? `${name}, found` : `not ${name}, and not said`;
  }
  return truth ? `${name}, missed` : `not ${name}, but said`;
}

/** Return the metrics on one line, that which chose the weights first. */
export function headline({ metrics, primary, rows }: Evaluation): HTMLElement {
  const names = [primary, ...Object.keys(metrics).filter(name => name !== primary)];
  const parts = names.map((name, at) =>
    make(at ? 'span' : 'strong', {
      textContent: `${metricName(name)} ${metricText(name, metrics[name])}`
    })
  );
  const counted = make('span', { textContent: `${rows.toLocaleString('en')} validation rows` });
  return make('p', { className: 'albert-headline' }, [...parts, counted]);
}

/** Return a paragraph that is said by the way. */
export function aside(textContent: string): HTMLElement {
  return make('p', { className: 'albert-aside', textContent });
}

function figure(name: string, value: (row: ClassRow) => number): Column<ClassRow> {
  return { name, value, cell: row => value(row).toFixed(3) };
}

function bar(value: number): HTMLElement {
  const shown = make('span', { className: 'albert-inbar', textContent: value.toFixed(3) });
  shown.style.setProperty('--albert-part', percent(value).replace('\u00a0', ''));
  return shown;
}
