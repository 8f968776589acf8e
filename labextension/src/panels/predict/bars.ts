/** The classes as buttons with a bar each; arrow keys go along them, a click explains one. */

import { focusedBeside } from '../element';
import { make } from '../frame';
import { visible } from '../text';
import { type Bar, shareText } from './state';

const NAME = 48;

interface Line {
  button: HTMLButtonElement;
  name: HTMLElement;
  figure: HTMLElement;
}

/** The list. A class keeps its element, so that its bar grows instead of being another one. */
export class ClassBars {
  readonly element = make('div', { className: 'albert-classes' });

  /** @param onChoose A person chose a class, by its place in the model. */
  constructor(private readonly onChoose: (at: number) => void) {
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Classes. Enter explains one.');
    this.element.addEventListener('keydown', event => this.press(event));
  }

  /**
   * Show classes.
   *
   * @param chosen The one that is explained.
   */
  show(bars: Bar[], chosen: number, isMulti: boolean): void {
    const focused = focusedBeside(this.element);
    this.element.toggleAttribute('data-multi', isMulti);
    this.order = bars.map(({ at }) => at);
    const lines = bars.map(bar => this.line(bar, chosen));
    const buttons = lines.map(({ button }) => button);
    const present = [...this.element.children];
    // Moving an element stops what it is doing: only if the order is another.
    if (present.length !== buttons.length || buttons.some((button, at) => button !== present[at])) {
      this.element.replaceChildren(...buttons);
      if (focused instanceof HTMLElement && this.element.contains(focused)) {
        focused.focus();
      }
    }
  }

  /** Forget all classes: those of another model are others. */
  clear(): void {
    this.lines.clear();
    this.order = [];
    this.element.replaceChildren();
  }

  private line({ at, name, probability, isSaid }: Bar, chosen: number): Line {
    const line = this.lines.get(at) ?? this.make(at);
    const figure = shareText(probability);
    line.name.textContent = visible(name, NAME);
    line.figure.textContent = figure;
    line.button.style.setProperty('--albert-probability', `${probability * 100}%`);
    line.button.toggleAttribute('data-said', isSaid);
    line.button.setAttribute('aria-pressed', String(at === chosen));
    line.button.setAttribute('aria-label', `${name} ${figure}${isSaid ? ', the answer' : ''}`);
    line.button.tabIndex = at === chosen ? 0 : -1;
    return line;
  }

  private make(at: number): Line {
    const name = make('bdi', { className: 'albert-class-name' });
    const figure = make('span', { className: 'albert-class-figure' });
    const track = make('span', { className: 'albert-class-track' }, [make('i'), make('b')]);
    const button = make('button', { type: 'button' }, [name, track, figure]);
    // A picture of the panel is one of these.
    button.dataset.drawn = '';
    button.addEventListener('click', () => this.onChoose(at));
    const line = { button, name, figure };
    this.lines.set(at, line);
    return line;
  }

  private press(event: KeyboardEvent): void {
    const last = this.order.length - 1;
    const focused = focusedBeside(this.element);
    const from = this.order.findIndex(at => this.lines.get(at)?.button === focused);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: last }[event.key];
    if (to === undefined || from < 0) {
      return;
    }
    this.lines.get(this.order[Math.min(Math.max(to, 0), last)])?.button.focus();
    event.preventDefault();
  }

  private readonly lines = new Map<number, Line>();
  private order: number[] = [];
}
