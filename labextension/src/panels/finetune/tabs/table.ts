/** A table whose columns can be sorted by a click on their name. */

import { make } from '../../element';

/** One column; `value` is what it is sorted by. */
export interface Column<Row> {
  name: string;
  value(row: Row): number | string | null;
  /** What stands in the cell: a text, or what else belongs there. */
  cell?(row: Row): Node | string;
  isText?: boolean;
}

/** Rows at most; sorting decides which. */
const MOST = 500;

/** Return rows sorted by a column; rows without a value come last in both directions. */
export function sorted<Row>(rows: Row[], { value }: Column<Row>, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) {
      return Number(a === null) - Number(b === null);
    }
    const order =
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a).localeCompare(String(b), undefined, { numeric: true });
    return sign * order;
  });
}

/** The table in a box that scrolls; the first column names the row. */
export class SortableTable<Row> {
  readonly element: HTMLElement;

  /** @param mark Is called for each line, to mark it. */
  constructor(
    label: string,
    private readonly columns: Column<Row>[],
    private rows: Row[],
    private readonly mark: (row: Row, line: HTMLTableRowElement) => void = () => undefined
  ) {
    this.heads = columns.map((column, at) => {
      const button = make('button', { type: 'button', textContent: column.name });
      button.dataset.drawn = '';
      button.addEventListener('click', () => this.sortBy(at));
      const head = make('th', { scope: 'col' }, [button]);
      head.toggleAttribute('data-text', Boolean(column.isText));
      return head;
    });
    const table = make('table', { className: 'albert-sorted' }, [
      make('thead', {}, [make('tr', {}, this.heads)]),
      this.body
    ]);
    table.setAttribute('aria-label', label);
    this.element = make('div', { className: 'albert-scroll', tabIndex: 0 }, [table, this.rest]);
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', label);
    this.draw();
  }

  /** Show other rows, sorted as these. */
  show(rows: Row[]): void {
    this.rows = rows;
    this.draw();
  }

  private sortBy(at: number): void {
    // Numbers are best looked at from the largest, names from A.
    const first = !this.columns[at].isText;
    this.isDescending = at === this.by ? !this.isDescending : first;
    this.by = at;
    this.draw();
  }

  private draw(): void {
    this.heads.forEach((head, at) => {
      const direction = this.isDescending ? 'descending' : 'ascending';
      head.setAttribute('aria-sort', at === this.by ? direction : 'none');
    });
    const column = this.columns[this.by];
    const rows = column ? sorted(this.rows, column, this.isDescending) : this.rows;
    this.body.replaceChildren(...rows.slice(0, MOST).map(row => this.line(row)));
    const hidden = rows.length - MOST;
    this.rest.hidden = hidden <= 0;
    this.rest.textContent = `${hidden} more; sort the table to see others.`;
  }

  private line(row: Row): HTMLTableRowElement {
    const cells = this.columns.map((column, at) => {
      const content = column.cell?.(row) ?? String(column.value(row) ?? '–');
      const cell = at
        ? make('td', {}, [content])
        : make('th', { scope: 'row', dir: 'auto' }, [content]);
      cell.toggleAttribute('data-text', Boolean(column.isText));
      return cell;
    });
    const line = make('tr', {}, cells);
    this.mark(row, line);
    return line;
  }

  private readonly heads: HTMLElement[];
  private readonly body = make('tbody');
  private readonly rest = make('p', { className: 'albert-aside', hidden: true });
  private by = -1;
  private isDescending = true;
}
