/** The rows that the model was most wrong about, of all or of some truths and answers. */

import { make } from '../../element';
import { isolated, visible } from '../../text';
import type { Tab, TabContext } from '../tab';
import { RowList } from './rows';

/** Labels that a list offers at most. */
const MOST = 500;

/** The tab: two filters, and the rows. */
export class MistakesTab implements Tab {
  readonly id = 'mistakes';
  readonly label = 'Mistakes';
  readonly element: HTMLElement;

  constructor(private readonly context: TabContext) {
    const { task, label_names: names } = context.report;
    this.rows = new RowList(context, this.id, '');
    this.filters = make('div', { className: 'albert-filters' });
    if (task === 'single_label') {
      this.filters.append(
        this.choice('truth', 'any truth', 'truth: ', names),
        this.choice('answer', 'any answer', 'answer: ', names)
      );
    } else if (task === 'multi_label') {
      const either = ['yes', 'no'];
      this.filters.append(
        this.choice('label', 'all labels', '', names),
        this.choice('truth', 'truth yes or no', 'truth: ', either),
        this.choice('answer', 'answer yes or no', 'answer: ', either)
      );
    }
    this.filters.hidden = !this.filters.childElementCount;
    this.mark();
    this.element = make('div', {}, [this.filters, this.rows.element]);
  }

  show(): void {
    if (!this.isAsked) {
      this.isAsked = true;
      this.list();
    }
  }

  redraw(): void {
    this.rows.redraw();
  }

  dispose(): void {
    this.element.remove();
  }

  private choice(name: string, all: string, prefix: string, values: string[]): HTMLElement {
    const select = make('select', {}, [
      make('option', { value: '', textContent: all }),
      ...values
        .slice(0, MOST)
        .map((value, at) =>
          make('option', { value: String(at), textContent: `${prefix}${visible(value, 40)}` })
        )
    ]);
    select.setAttribute('aria-label', name);
    select.addEventListener('change', () => {
      this.mark();
      this.list();
    });
    this.selects[name] = { select, values };
    return select;
  }

  private mark(): void {
    if (this.selects.label) {
      const isAny = this.chosen('label') === null;
      // Without a label there is nothing that would be true or answered of it.
      this.selects.truth.select.disabled = this.selects.answer.select.disabled = isAny;
    }
  }

  private chosen(name: string): string | null {
    const found = this.selects[name];
    return found?.select.value ? found.values[Number(found.select.value)] : null;
  }

  private list(): void {
    const isMulti = this.context.report.task === 'multi_label';
    const label = this.chosen('label');
    const isAny = isMulti && label === null;
    const [truth, answer] = ['truth', 'answer'].map(name => (isAny ? null : this.chosen(name)));
    const asked = (said: string | null) => (isMulti && said !== null ? said === 'yes' : said);
    const parts = [
      ...(label === null ? [] : [isolated(label)]),
      ...(truth === null ? [] : [`truth ${isolated(truth)}`]),
      ...(answer === null ? [] : [`answer ${isolated(answer)}`])
    ];
    void this.rows.show(
      { label, truth: asked(truth), answer: asked(answer) },
      parts.join(', ') || 'all validation rows'
    );
  }

  private readonly filters: HTMLElement;
  private readonly rows: RowList;
  private readonly selects: Record<string, { select: HTMLSelectElement; values: string[] }> = {};
  private isAsked = false;
}
