/** Counts as a grid of cells: darker the more of their row they hold, walked with the arrow keys, opened with Enter. */

import { moved } from '../../attention/state';
import { make } from '../../element';
import { isolated, visible } from '../../text';

/** A cell that was opened. */
export interface CountCell {
  row: number;
  column: number;
}

/** What a grid shows. */
export interface Counts {
  label: string;
  /** Names along both sides. */
  names: string[];
  counts: number[][];
  /** Of each cell, from 0 to 1. */
  shares: number[][];
}

const NAME = 24;
/** From so many on, columns are as narrow as their numbers, with upright names. */
const MANY = 8;

/** One stop for the Tab key; an opened cell stays marked until another one is. */
export class CountGrid {
  readonly element: HTMLElement;

  /** @param onOpen A cell was clicked, or Enter pressed on it. */
  constructor(
    { label, names, counts, shares }: Counts,
    private readonly onOpen: (cell: CountCell) => void
  ) {
    this.cells = counts.map((row, at) =>
      row.map((count, column) => {
        const cell = make('td', { textContent: count.toLocaleString('en'), tabIndex: -1 });
        cell.setAttribute('role', 'gridcell');
        cell.setAttribute('aria-selected', 'false');
        cell.setAttribute(
          'aria-label',
          `${count} rows: truth ${isolated(names[at])}, answer ${isolated(names[column])}`
        );
        cell.style.setProperty('--albert-part', `${Math.round(shares[at][column] * 100)}%`);
        cell.toggleAttribute('data-none', !count);
        cell.toggleAttribute('data-right', at === column);
        return cell;
      })
    );
    const name = (text: string, role: string) => {
      const head = make('th', { textContent: visible(text, NAME), title: text, dir: 'auto' });
      head.setAttribute('role', role);
      return head;
    };
    const line = (children: HTMLElement[]) => {
      const row = make('tr', {}, children);
      row.setAttribute('role', 'row');
      return row;
    };
    const corner = make('td', { className: 'albert-corner', textContent: 'truth ↓ answer →' });
    corner.setAttribute('role', 'presentation');
    this.element = make('table', { className: 'albert-counts' }, [
      make('thead', {}, [line([corner, ...names.map(one => name(one, 'columnheader'))])]),
      make(
        'tbody',
        {},
        this.cells.map((row, at) => line([name(names[at], 'rowheader'), ...row]))
      )
    ]);
    this.element.toggleAttribute('data-many', names.length > MANY);
    this.element.setAttribute('role', 'grid');
    this.element.setAttribute('aria-label', label);
    this.element.addEventListener('click', event => {
      const cell = this.find(event.target);
      if (cell) {
        this.open(cell);
      }
    });
    this.element.addEventListener('keydown', event => this.press(event));
    this.stop({ row: 0, column: 0 });
  }

  /** Forget which cell is open. */
  clear(): void {
    this.cells.flat().forEach(cell => cell.setAttribute('aria-selected', 'false'));
  }

  private open(cell: CountCell): void {
    this.clear();
    this.stop(cell);
    this.cells[cell.row][cell.column].setAttribute('aria-selected', 'true');
    this.onOpen(cell);
  }

  private press(event: KeyboardEvent): void {
    const at = this.find(event.target);
    if (!at || event.altKey || event.metaKey) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      this.open(at);
    } else {
      const [rows, columns] = [this.cells.length, this.cells[0].length];
      const size = { left: 0, top: 0, step: 1, gap: 0, width: columns, height: rows };
      const to = moved(at, event.key, event.ctrlKey, { ...size, rows, columns });
      if (!to) {
        return;
      }
      this.stop(to);
      this.cells[to.row][to.column].focus();
    }
    event.preventDefault();
  }

  private stop({ row, column }: CountCell): void {
    this.cells.flat().forEach(cell => (cell.tabIndex = -1));
    this.cells[row][column].tabIndex = 0;
  }

  private find(target: EventTarget | null): CountCell | null {
    for (const [row, cells] of this.cells.entries()) {
      const column = cells.indexOf(target as HTMLTableCellElement);
      if (column >= 0) {
        return { row, column };
      }
    }
    return null;
  }

  private readonly cells: HTMLTableCellElement[][];
}
