/** The views as tabs, the present one underlined; arrow keys go from one to the next. */

import { make } from '../frame';
import type { View } from './scene';

/** A list of tabs, one a view. */
export class Tabs {
  readonly element = make('div', { className: 'albert-tabs' });
  view: View;

  /** @param onTurn A person turned to another view. */
  constructor(
    private readonly views: View[],
    first: string,
    private readonly onTurn: (view: View) => void
  ) {
    this.view = views.find(({ id }) => id === first) ?? views[0];
    this.element.setAttribute('role', 'tablist');
    this.element.setAttribute('aria-label', 'Views');
    this.buttons = views.map(view => {
      const button = make('button', { type: 'button', textContent: view.title });
      button.setAttribute('role', 'tab');
      button.addEventListener('click', () => this.turn(view));
      view.element.setAttribute('role', 'tabpanel');
      view.element.setAttribute('aria-label', view.title);
      return button;
    });
    this.element.dataset.lmSuppressShortcuts = 'true';
    this.element.addEventListener('keydown', event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) {
        const at = (views.indexOf(this.view) + step + views.length) % views.length;
        this.buttons[at].focus();
        this.turn(views[at]);
        event.preventDefault();
      }
    });
    this.element.append(...this.buttons);
    this.mark();
  }

  /** Turn to a view by its id, if there is one and it is not the present one. */
  show(id: string): void {
    const view = this.views.find(one => one.id === id);
    if (view && view !== this.view) {
      this.turn(view);
    }
  }

  private turn(view: View): void {
    this.view = view;
    this.mark();
    this.onTurn(view);
  }

  private mark(): void {
    this.buttons.forEach((button, index) => {
      const isPresent = this.views[index] === this.view;
      button.setAttribute('aria-selected', String(isPresent));
      button.tabIndex = isPresent ? 0 : -1;
    });
  }

  private readonly buttons: HTMLButtonElement[];
}
