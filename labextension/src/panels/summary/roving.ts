/** One stop of the Tab key for many things: arrow keys go from one to the next. */

import { focusedBeside } from '../element';

/** Things in a box, of which one at a time can be reached by Tab. */
export class Roving {
  /**
   * @param items Returns them, in their order.
   * @param isMarked Which of them Page Up and Page Down go to; without it they go ten further.
   */
  constructor(
    private readonly box: HTMLElement,
    private readonly items: () => HTMLElement[],
    private readonly isMarked?: (item: HTMLElement) => boolean
  ) {
    box.addEventListener('keydown', event => this.press(event));
    box.addEventListener('focusin', event => {
      const item = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
      if (item) {
        this.choose(item);
      }
    });
  }

  /** Let Tab reach this one. */
  choose(item: HTMLElement | undefined): void {
    if (item === this.current) {
      return;
    }
    if (this.current) {
      this.current.tabIndex = -1;
    }
    this.current = item;
    if (item) {
      item.tabIndex = 0;
    }
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
      return;
    }
    const items = this.items();
    const from = items.indexOf(focusedBeside(this.box) as HTMLElement);
    const to = from < 0 ? from : this.next(event.key, from, items);
    if (to < 0) {
      return;
    }
    event.preventDefault();
    items[Math.min(Math.max(to, 0), items.length - 1)].focus({ preventScroll: true });
  }

  private next(key: string, from: number, items: HTMLElement[]): number {
    const isTurned = getComputedStyle(items[from]).direction === 'rtl';
    switch (key) {
      case 'ArrowDown':
      case isTurned ? 'ArrowLeft' : 'ArrowRight':
        return from + 1;
      case 'ArrowUp':
      case isTurned ? 'ArrowRight' : 'ArrowLeft':
        return Math.max(0, from - 1);
      case 'Home':
        return 0;
      case 'End':
        return items.length - 1;
      case 'PageDown':
        return this.further(items, from, 1);
      case 'PageUp':
        return this.further(items, from, -1);
      default:
        return -1;
    }
  }

  private further(items: HTMLElement[], from: number, step: number): number {
    if (!this.isMarked) {
      return Math.max(0, from + 10 * step);
    }
    for (let at = from + step; at >= 0 && at < items.length; at += step) {
      if (this.isMarked(items[at])) {
        return at;
      }
    }
    return from;
  }

  private current?: HTMLElement;
}
