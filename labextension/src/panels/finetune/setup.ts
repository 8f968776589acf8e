/** What a training learns from: the data on one line, their baseline, and what should be mended. */

import { make } from '../element';
import type { NumberArray } from '../messages';

/** Something to know of the data, as Python's `Finding`. */
export interface Finding {
  code: string;
  level: 'error' | 'warning' | 'note';
  message: string;
  hint: string;
  count: number;
  rows: unknown[];
}

/** The part of Python's `DataCheck` that is shown. */
export interface DataCheck {
  task: string;
  findings: Finding[];
  notes: string[];
  label_names: string[];
  label_counts: NumberArray;
  max_length: number;
}

/** What a check found. */
export interface Checked {
  headline: string;
  check: DataCheck;
}

/** What the baseline came to. */
export interface Baseline {
  headline: string;
  how: string;
  doubtful: { row: unknown; text: string; given: string; suggested: string; doubt: number }[];
  doubtful_count: number;
}

const MARKS = { error: '✗', warning: '⚠', note: '·' };
const LEVELS = { error: 'Error', warning: 'Warning', note: 'Note' };
/** What leaving out incomplete rows mends. */
const INCOMPLETE = ['missing_text', 'missing_pair', 'missing_label', 'infinite_label'];

/** Say whether a training can begin. */
export function isUsable({ check }: Checked): boolean {
  return check.findings.every(({ level }) => level !== 'error');
}

/** The line of the data, and the list under it. */
export class SetupView {
  readonly element = make('div', { className: 'albert-setup' });

  /** @param onDrop A person wants incomplete rows to be left out, or not. */
  constructor(private readonly onDrop: (isDropped: boolean) => void) {
    this.more.setAttribute('aria-expanded', 'false');
    this.more.setAttribute('aria-controls', this.list.id);
    this.more.addEventListener('click', () => this.expand(this.list.hidden));
    this.element.append(
      make('div', { className: 'albert-data' }, [this.line, this.baseline, this.more]),
      this.list
    );
  }

  /** Show what a check found. */
  show(checked: Checked | null, isDropped: boolean): void {
    const isFirst = this.checked === null;
    this.checked = checked;
    this.line.textContent = checked?.headline ?? 'data: being checked…';
    this.fill(isDropped);
    if (isFirst && checked && !isUsable(checked)) {
      this.expand(true);
    }
  }

  /** Show the baseline, that it is being measured, or why there is none. */
  showBaseline(found: Baseline | string | null, isDropped: boolean): void {
    const isKnown = found !== null && typeof found !== 'string';
    this.found = isKnown ? found : null;
    this.baseline.textContent = isKnown ? found.headline : (found ?? '');
    this.baseline.title = isKnown ? found.how : '';
    this.fill(isDropped);
  }

  private expand(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.more.setAttribute('aria-expanded', String(isOpen));
  }

  private fill(isDropped: boolean): void {
    const { checked, found } = this;
    const findings = checked?.check.findings ?? [];
    const notes = checked?.check.notes ?? [];
    const doubts = found?.doubtful ?? [];
    const items = [
      ...findings.map(finding => item(finding)),
      ...notes.map(note => make('li', { textContent: note })),
      ...(doubts.length ? [this.doubtsOf(found!)] : [])
    ];
    const canDrop = isDropped || findings.some(({ code }) => INCOMPLETE.includes(code));
    this.list.replaceChildren(
      make('ul', {}, items),
      ...(canDrop ? [this.dropSwitch(isDropped)] : [])
    );
    const count = findings.length + notes.length + (doubts.length ? 1 : 0);
    this.more.textContent = `${count} note${count === 1 ? '' : 's'}`;
    this.more.hidden = count === 0 && !canDrop;
    if (this.more.hidden) {
      this.expand(false);
    }
  }

  private dropSwitch(isDropped: boolean): HTMLElement {
    const box = make('input', { type: 'checkbox', checked: isDropped });
    box.addEventListener('change', () => this.onDrop(box.checked));
    return make('label', {}, [box, ' leave out incomplete rows']);
  }

  private doubtsOf({ doubtful, doubtful_count }: Baseline): HTMLElement {
    const rows = doubtful.map(({ row, text, given, suggested }) =>
      make('tr', {}, [
        make('td', { textContent: String(row) }),
        make('td', { textContent: text.slice(0, 160), dir: 'auto' }),
        make('td', { textContent: given }),
        make('td', { textContent: suggested })
      ])
    );
    const head = ['row', 'text', 'label', 'rather'].map(name =>
      make('th', { textContent: name, scope: 'col' })
    );
    const verb = doubtful_count === 1 ? 'label looks' : 'labels look';
    const shown = doubtful_count > rows.length ? `; the ${rows.length} most doubtful` : '';
    return make('li', {}, [
      make('details', {}, [
        make('summary', {
          textContent: `${doubtful_count.toLocaleString('en')} ${verb} doubtful to the baseline${shown}`
        }),
        make('div', { className: 'albert-doubts' }, [
          make('table', {}, [make('thead', {}, [make('tr', {}, head)]), make('tbody', {}, rows)])
        ])
      ])
    ]);
  }

  private checked: Checked | null = null;
  private found: Baseline | null = null;
  private readonly line = make('span', { className: 'albert-line' });
  private readonly baseline = make('b', { className: 'albert-baseline' });
  private readonly more = make('button', { type: 'button', hidden: true });
  private readonly list = make('div', {
    className: 'albert-findings',
    hidden: true,
    id: `albert-findings-${Math.random().toString(36).slice(2)}`
  });
}

function item({ level, message, hint, count, rows }: Finding): HTMLElement {
  const mark = make('span', { textContent: MARKS[level] });
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', LEVELS[level]);
  const shown = rows.slice(0, 8).map(String).join(', ');
  const where = rows.length ? `Rows ${shown}${count > 8 ? ', …' : ''}.` : '';
  const told = [hint, where].filter(Boolean).join(' ');
  const element = make('li', {}, [
    mark,
    ` ${message} `,
    make('span', { className: 'albert-hint', textContent: told })
  ]);
  element.dataset.level = level;
  return element;
}
