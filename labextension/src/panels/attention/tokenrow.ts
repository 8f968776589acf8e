/** The tokens as buttons: a click, or Enter, takes one out of the text or puts it back. */

import { make } from '../frame';
import { directionOf } from '../text';
import type { Arrangement } from './arrangement';
import { LARGEST_MAP, type Scene, type Tools } from './scene';

/** One stop for the Tab key; arrow keys go from token to token. */
export class TokenRow {
  readonly element = make('div', { className: 'albert-scores' });

  constructor(private readonly tools: Tools) {
    this.element.setAttribute('role', 'toolbar');
    this.element.setAttribute('aria-label', 'Tokens. Enter masks one, or puts it back.');
    this.element.dataset.lmSuppressShortcuts = 'true';
    this.element.addEventListener('keydown', event => this.press(event));
  }

  /** Take what is chosen now as that which a click changes. */
  follow(scene: Scene): void {
    this.scene = scene;
  }

  /** @param fixed Places that the text itself has masked. */
  show(scene: Scene, fixed: Set<number>): void {
    this.scene = scene;
    const { columns } = scene.arrangement;
    this.element.hidden = scene.names.length > LARGEST_MAP;
    if (this.element.hidden) {
      return;
    }
    if (scene.arrangement !== this.arrangement) {
      this.arrangement = scene.arrangement;
      this.element.dir = directionOf(columns.names);
      this.buttons = columns.names.map((name, at) => this.button(name, at));
      this.element.replaceChildren(...this.buttons);
      this.stop(0);
    }
    const { is_special } = scene.overview.tokens;
    columns.groups.forEach((group, at) => {
      const button = this.buttons[at];
      const isMasked = group.every(token => scene.mask.includes(token));
      const isFixed = group.some(token => fixed.has(token) && !scene.mask.includes(token));
      button.setAttribute('aria-pressed', String(isMasked));
      button.setAttribute(
        'aria-disabled',
        String(isFixed || group.some(token => is_special.data[token]))
      );
    });
  }

  private button(name: string, at: number): HTMLButtonElement {
    const button = make('button', { type: 'button', className: 'albert-maskable', dir: 'auto' }, [
      name
    ]);
    button.addEventListener('click', () => {
      this.stop(at);
      if (button.getAttribute('aria-disabled') === 'false') {
        this.toggle(at);
      }
    });
    return button;
  }

  private toggle(at: number): void {
    const { scene } = this;
    if (!scene) {
      return;
    }
    const group = scene.arrangement.columns.groups[at];
    const others = scene.mask.filter(token => !group.includes(token));
    const isMasked = group.every(token => scene.mask.includes(token));
    const mask = isMasked ? others : [...others, ...group].sort((a, b) => a - b);
    this.tools.choose({ mask });
  }

  private stop(at: number): void {
    this.buttons.forEach((button, index) => (button.tabIndex = index === at ? 0 : -1));
  }

  private press(event: KeyboardEvent): void {
    const at = this.buttons.indexOf(event.target as HTMLButtonElement);
    const last = this.buttons.length - 1;
    const step = this.element.dir === 'rtl' ? -1 : 1;
    const next = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: last }[event.key];
    if (next === undefined || at < 0) {
      return;
    }
    const inside = Math.min(Math.max(next, 0), last);
    this.stop(inside);
    this.buttons[inside].focus();
    event.preventDefault();
  }

  private scene: Scene | null = null;
  private arrangement: Arrangement | null = null;
  private buttons: HTMLButtonElement[] = [];
}
