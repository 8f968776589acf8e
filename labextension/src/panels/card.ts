/** A card that opens under the title bar: in the panel's own flow, so that no frame of a notebook can cut it off. */

import { focusedBeside, make } from './element';

/** One thing at a time, closed with Escape; the focus returns to where it was. */
export class Card {
  readonly element = make('div', { className: 'albert-card', hidden: true, tabIndex: -1 });
  /** What is open, by the name it was opened with. */
  open = '';

  /** @param onTurn Something was opened, or closed. */
  constructor(private readonly onTurn: () => void) {
    this.element.id = `albert-card-${Math.random().toString(36).slice(2)}`;
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.preventDefault();
        this.close();
      }
    });
  }

  /** Open with some content, or close what was opened by the same name. */
  toggle(name: string, role: 'dialog' | 'menu', content: HTMLElement[]): void {
    if (this.open === name) {
      this.close();
      return;
    }
    if (!this.open) {
      this.before = focusedBeside(this.element) as HTMLElement | null;
    }
    this.open = name;
    this.element.setAttribute('role', role);
    this.element.setAttribute('aria-label', name);
    const close = make('button', { type: 'button', className: 'albert-close', title: 'Escape' });
    close.textContent = 'Close';
    close.addEventListener('click', () => this.close());
    this.element.replaceChildren(...content, ...(role === 'dialog' ? [close] : []));
    this.element.hidden = false;
    this.onTurn();
    (this.element.querySelector<HTMLElement>('[role=menuitem]') ?? this.element).focus();
  }

  close(): void {
    if (!this.open) {
      return;
    }
    const hadFocus = this.element.contains(focusedBeside(this.element));
    this.open = '';
    this.element.hidden = true;
    this.element.replaceChildren();
    this.onTurn();
    // Whoever went on to something else stays there.
    if (hadFocus) {
      this.before?.focus();
    }
    this.before = null;
  }

  private before: HTMLElement | null = null;
}
