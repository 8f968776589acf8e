/** The attention of a row, in a panel of its own: below, where the host can show one widget in another. */

import { make } from '../element';
import type { Model } from '../messages';

/** What the kernel answers to `attention`. */
export interface Opened {
  widget: string;
  code: string;
}

/** One other panel at a time, below the tabs. */
export class Beside {
  readonly element = make('div', { className: 'albert-beside', hidden: true });

  constructor(private readonly model: Model) {
    const close = make('button', { type: 'button', textContent: 'Close' });
    close.addEventListener('click', () => this.close());
    this.element.append(close, this.place);
  }

  /** Show a panel; returns its code instead where that is not possible. */
  async show({ widget, code }: Opened): Promise<{ code: string } | null> {
    const { widget_manager: manager } = this.model;
    if (!manager) {
      return { code };
    }
    try {
      const view = await manager.create_view(await manager.get_model(widget));
      this.close();
      this.view = view;
      this.place.replaceChildren(view.el);
      this.element.hidden = false;
      this.element.scrollIntoView({ block: 'nearest' });
      return null;
    } catch {
      // Not every host lets a widget show another one.
      return { code };
    }
  }

  close(): void {
    this.view?.remove();
    this.view = null;
    this.place.replaceChildren();
    this.element.hidden = true;
  }

  private view: { remove(): void } | null = null;
  private readonly place = make('div');
}
