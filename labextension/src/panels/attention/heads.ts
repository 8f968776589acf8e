/** Which heads of the open layer are drawn: a button for each, in its colour. */

import { focusedBeside } from '../element';
import { make } from '../frame';
import { category, css } from '../theme';
import type { Brush } from './draw';
import type { Scene, Tools } from './scene';

/** Return the heads that the lines are of. */
export function headsOf({ heads, open }: Scene): number[] {
  return heads.length ? heads : [open.column];
}

/** Buttons: a click adds or takes away a head, a double-click leaves it alone. */
export class HeadButtons {
  readonly element = make('div', { className: 'albert-heads' });

  constructor(private readonly tools: Tools) {}

  show(scene: Scene, { colours }: Brush): void {
    const shown = headsOf(scene);
    const every = Array.from({ length: scene.overview.num_heads }, (_, head) => head);
    const all = make('button', { type: 'button', textContent: 'all' });
    all.addEventListener('click', () => this.tools.choose({ heads: every }));
    const buttons = every.map(head => {
      const button = make('button', {
        type: 'button',
        className: 'albert-head',
        textContent: String(head + 1),
        title: `Head ${head + 1}. Double-click: only this one.`
      });
      const isShown = shown.includes(head);
      button.setAttribute('aria-label', `Head ${head + 1}`);
      button.setAttribute('aria-pressed', String(isShown));
      // In a saved picture they say which colour is which head.
      button.toggleAttribute('data-drawn', isShown);
      button.style.setProperty('--albert-head', css(category(head, colours)));
      button.addEventListener('click', () => {
        const heads = every.filter(one => shown.includes(one) !== (one === head));
        // The last one stays: without any head there is nothing to show.
        if (heads.length) {
          this.tools.choose({ heads });
        }
      });
      button.addEventListener('dblclick', () => this.tools.choose({ heads: [head] }));
      return button;
    });
    // They are made anew; the keyboard stays where it was.
    const focused = [...this.element.children].indexOf(focusedBeside(this.element) as Element);
    this.element.replaceChildren(all, ...buttons);
    (this.element.children[focused] as HTMLElement | undefined)?.focus();
  }
}
