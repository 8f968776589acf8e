/** What came of a training, as tabs: the curves first, then all that looks at the model. */

import { make } from '../element';
import type { Tab } from './tab';

/** A list of tabs and the one that is turned to; arrow keys go from one to the next. */
export class Results {
  readonly element = make('div', { className: 'albert-results', hidden: true });

  constructor() {
    this.list.setAttribute('role', 'tablist');
    this.list.setAttribute('aria-label', 'Results');
    this.list.addEventListener('keydown', event => {
      const count = this.tabs.length;
      const at = this.tabs.indexOf(this.present!);
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 }[event.key];
      if (to !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        this.turn(this.tabs[(to + count) % count]);
        this.buttons[this.tabs.indexOf(this.present!)].focus();
      }
    });
    this.element.append(this.list, this.body);
  }

  /** The name of the tab that is turned to, and what it shows. */
  get shown(): { name: string; element: HTMLElement } | null {
    return this.present && { name: this.present.label, element: this.present.element };
  }

  /** Show tabs, in that order; those before are given up. */
  show(tabs: Tab[]): void {
    this.clear();
    this.tabs = tabs;
    this.buttons = tabs.map(tab => {
      const id = `albert-tab-${Math.random().toString(36).slice(2)}`;
      const button = make('button', { type: 'button', textContent: tab.label, id });
      button.setAttribute('role', 'tab');
      button.addEventListener('click', () => this.turn(tab));
      tab.element.setAttribute('role', 'tabpanel');
      tab.element.setAttribute('aria-labelledby', id);
      return button;
    });
    this.list.replaceChildren(...this.buttons);
    this.list.hidden = tabs.length < 2;
    this.body.replaceChildren(...tabs.map(({ element }) => element));
    this.element.hidden = false;
    this.turn(tabs[0]);
  }

  /** Give all tabs up. */
  clear(): void {
    this.tabs.forEach(tab => tab.dispose());
    this.tabs = [];
    this.present = null;
    this.list.replaceChildren();
    this.body.replaceChildren();
    this.element.hidden = true;
  }

  /** The colours or the width changed. */
  redraw(): void {
    this.present?.redraw();
  }

  private turn(tab: Tab): void {
    this.present = tab;
    this.tabs.forEach((one, at) => {
      const isPresent = one === tab;
      one.element.hidden = !isPresent;
      this.buttons[at].setAttribute('aria-selected', String(isPresent));
      this.buttons[at].tabIndex = isPresent ? 0 : -1;
    });
    tab.show();
  }

  private tabs: Tab[] = [];
  private buttons: HTMLButtonElement[] = [];
  private present: Tab | null = null;
  private readonly list = make('div', { className: 'albert-tabs' });
  private readonly body = make('div');
}
