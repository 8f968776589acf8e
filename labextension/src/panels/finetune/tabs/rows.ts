/** Validation rows, the worst first: each with what was true, what the model said, and why. */

import { make } from '../../element';
import { RequestFailed } from '../../messages';
import { isolated, visible } from '../../text';
import { isSummaries, type JudgedRow, type JudgedRows, percent } from '../report';
import type { TabContext } from '../tab';
import { pick } from './python';
import { targetsOf } from './targets';
import { Why } from './why';

/** Which rows are asked for, as `judged_rows` takes them. */
export interface Wanted {
  label?: string | null;
  truth?: string | boolean | null;
  answer?: string | boolean | null;
  threshold?: number;
}

const FIRST = 20;
/** The kernel answers no more. */
const MOST = 1000;
/** Characters of a text. */
const TEXT = 400;

/** A list that is filled on request, and goes on at "more". */
export class RowList {
  readonly element: HTMLElement;

  /** @param name Tells this list's requests from those of others. */
  constructor(
    private readonly context: TabContext,
    private readonly name: string,
    hint: string
  ) {
    this.title.textContent = hint;
    this.title.dataset.hint = '';
    this.copy.addEventListener('click', () => {
      const code = pick(this.rows.map(({ row }) => row));
      context.copy(code);
    });
    this.more.addEventListener('click', () => void this.goOn());
    this.list.setAttribute('role', 'list');
    this.list.setAttribute('aria-label', 'Rows');
    this.element = make('section', { className: 'albert-rows' }, [
      make('div', { className: 'albert-rows-head' }, [this.title, this.copy]),
      this.list,
      this.more
    ]);
  }

  /**
   * Show rows.
   *
   * @param title What they are.
   */
  async show(wanted: Wanted, title: string): Promise<void> {
    this.wanted = wanted;
    this.what = title;
    this.rows = [];
    this.limit = FIRST;
    this.list.replaceChildren();
    this.whys = [];
    await this.request();
  }

  /** There are no rows to show, for a reason. */
  refuse(reason: string): void {
    this.rows = [];
    this.whys = [];
    this.title.textContent = reason;
    this.title.dataset.hint = '';
    this.list.replaceChildren();
    this.copy.hidden = this.more.hidden = true;
  }

  redraw(): void {
    this.whys.forEach(why => why.redraw());
  }

  private async goOn(): Promise<void> {
    const before = this.rows.length;
    this.limit = Math.min(this.limit * 3, MOST);
    await this.request();
    this.list.querySelectorAll<HTMLElement>('.albert-row')[before]?.focus();
  }

  private async request(): Promise<void> {
    const { wanted, limit } = this;
    this.title.textContent = this.what;
    delete this.title.dataset.hint;
    this.copy.hidden = this.more.hidden = true;
    await this.context.run(async () => {
      const params = { threshold: 0.5, label: null, truth: null, answer: null, ...wanted, limit };
      try {
        const found = await this.context.ask<JudgedRows>(
          'judged_rows',
          params,
          `rows of ${this.name}`
        );
        this.fill(found);
        return `${found.count.toLocaleString('en')} ${found.count === 1 ? 'row' : 'rows'}`;
      } catch (error) {
        if (wanted === this.wanted && !(error instanceof RequestFailed && error.isVoid)) {
          const said =
            error instanceof RequestFailed ? `${error.message} ${error.hint}` : `${error}`;
          this.list.replaceChildren(
            make('p', { className: 'albert-aside', textContent: said.trim() })
          );
        }
        throw error;
      }
    });
  }

  private fill({ rows, count }: JudgedRows): void {
    const added = rows.slice(this.rows.length);
    const from = this.rows.length;
    this.rows = rows;
    this.list.append(...added.map((row, at) => this.line(row, from + at)));
    const shown = rows.length < count ? `the worst ${rows.length} of ` : '';
    this.title.textContent = `${this.what}: ${shown}${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
    this.copy.hidden = !rows.length;
    this.more.hidden = rows.length >= Math.min(count, MOST);
  }

  private line(row: JudgedRow, at: number): HTMLElement {
    const { task } = this.context.report;
    const text = (value: string) =>
      make('p', { className: 'albert-row-text', dir: 'auto', textContent: visible(value, TEXT) });
    const buttons = make('div', { className: 'albert-row-buttons' });
    const index = Array.isArray(row.row) ? row.row.join(' · ') : String(row.row);
    const line = make('div', { className: 'albert-row', tabIndex: -1 }, [
      make('code', { textContent: visible(index, 40), title: `Row ${index}` }),
      make('div', {}, [
        text(row.text),
        ...(row.pair === null ? [] : [text(row.pair)]),
        verdict(row, task)
      ]),
      buttons
    ]);
    line.setAttribute('role', 'listitem');
    line.dataset.wrong = String(row.truth !== row.answer && task !== 'regression');
    const targets = targetsOf(row, this.context.report, this.wanted.label ?? null);
    // A saved page computes nothing, and a summary has no one output to explain.
    if (!this.context.isPage && targets.length) {
      const why = new Why(this.context, row, targets, `why ${this.name} ${at}`);
      this.whys.push(why);
      const attention = make('button', {
        type: 'button',
        textContent: 'attention',
        title: 'Where the model looks in this text'
      });
      attention.addEventListener('click', () => void this.open(row));
      buttons.append(why.button, attention);
      line.append(why.element);
    }
    return line;
  }

  /** Show the attention of a row: in a panel below, or as the code that makes one. */
  private async open({ text, pair }: JudgedRow): Promise<void> {
    await this.context.run(async () => {
      const answer = await this.context.ask<{ code?: string } | null>('attention', { text, pair });
      if (answer?.code) {
        this.context.copy(answer.code);
        return `copied: ${answer.code.split('\n').at(-1)}`;
      }
      return 'its attention is shown below';
    });
  }

  private readonly title = make('h4', { className: 'albert-heading' });
  private readonly copy = make('button', {
    type: 'button',
    textContent: 'Copy index',
    title: 'Copy the Python that picks these rows out of your table',
    hidden: true
  });
  private readonly list = make('div');
  private readonly more = make('button', { type: 'button', textContent: 'More…', hidden: true });
  private whys: Why[] = [];
  private rows: JudgedRow[] = [];
  private wanted: Wanted = {};
  private what = '';
  private limit = FIRST;
}

/** Return what was true, what was answered, and how sure and how wrong that was. */
function verdict(row: JudgedRow, task: string): HTMLElement {
  const { truth, answer, probability, loss } = row;
  const isNumber = task === 'regression';
  const figures = isNumber
    ? [`error ${withSign(Number(answer) - Number(truth))}`]
    : [...(isSummaries(task) ? [] : [percent(probability)]), `loss ${loss.toFixed(2)}`];
  const said =
    truth === answer
      ? [make('bdi', { textContent: visible(answer, 120) }), ' ✓']
      : [
          make('bdi', { textContent: visible(truth, 120) }),
          ' → ',
          make('strong', {}, [make('bdi', { textContent: visible(answer, 120) })])
        ];
  const line = make('p', { className: 'albert-row-said' }, [
    make('span', {}, said),
    ...figures.map(textContent => make('span', { textContent }))
  ]);
  line.title = `truth ${isolated(truth)}, answer ${isolated(answer)}`;
  return line;
}

function withSign(value: number): string {
  return `${value < 0 ? '−' : '+'}${Number(Math.abs(value).toPrecision(3))}`;
}
