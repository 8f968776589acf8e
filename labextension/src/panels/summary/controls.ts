/** How the sentences are ranked: a method, a second one beside it, and what they should be about. */

import { make } from '../element';

/** Milliseconds after the last key stroke when a topic counts as given. */
const PAUSE = 600;
const WRITTEN = 'abstractive';
/** Methods that cannot heed a topic; as in Python. */
const UNASKED = new Set(['lead', WRITTEN]);
/** What a tip says of each. */
const TIPS: Record<string, string> = {
  centrality: 'What most other sentences have in common with',
  directed: 'The same, but likeness to what comes later counts more',
  cluster: 'One sentence of each topic',
  lead: 'The first ones',
  trained: 'As this model was trained to choose',
  abstractive: 'Written by the model'
};

/** What was chosen. */
export interface ControlsWiring {
  onMethod(method: string): void;
  onCompare(method: string | null): void;
  onAbout(about: string | null): void;
}

/** Method, comparison and topic. */
export class Controls {
  readonly element: HTMLElement;

  constructor(private readonly wiring: ControlsWiring) {
    this.method.addEventListener('change', () => wiring.onMethod(this.method.value));
    this.second.addEventListener('change', () => wiring.onCompare(this.second.value || null));
    this.about.addEventListener('input', () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.ask(), PAUSE);
    });
    this.about.addEventListener('change', () => this.ask());
    this.method.setAttribute('aria-label', 'Method');
    this.second.setAttribute('aria-label', 'Compare with');
    this.about.setAttribute('aria-label', 'About: a question or a topic');
    this.about.title = 'A question or a topic: sentences that have to do with it come first';
    this.element = make('div', { className: 'albert-ways' }, [
      this.method,
      this.second,
      this.about
    ]);
  }

  /**
   * Show what is chosen.
   *
   * @param offered The methods of the present model.
   * @param isFixed Whether nobody could compute another summary.
   */
  show(
    method: string,
    second: string | null,
    about: string | null,
    offered: string[],
    isFixed: boolean
  ): void {
    const names = offered.includes(method) ? offered : [...offered, method];
    this.method.replaceChildren(...names.map(optionOf));
    this.method.value = method;
    this.method.title = TIPS[method] ?? '';
    this.method.disabled = isFixed;
    const others = names.filter(name => name !== method && name !== WRITTEN);
    const none = make('option', {
      value: '',
      textContent: second ? 'no comparison' : 'compare with…'
    });
    this.second.replaceChildren(none, ...others.map(optionOf));
    this.second.value = second ?? '';
    this.second.hidden = method === WRITTEN || (isFixed && !second);
    this.second.disabled = isFixed;
    const isAskable = !UNASKED.has(method);
    this.about.disabled = isFixed || !isAskable;
    this.about.hidden = isFixed && !about;
    this.about.placeholder = isAskable ? 'about…' : `${method} heeds no topic`;
    this.given = about ?? '';
    if (this.about.value.trim() !== this.given) {
      this.about.value = this.given;
    }
  }

  dispose(): void {
    clearTimeout(this.pause);
  }

  private ask(): void {
    clearTimeout(this.pause);
    const about = this.about.value.trim();
    if (about !== this.given) {
      this.given = about;
      this.wiring.onAbout(about || null);
    }
  }

  private given = '';
  private pause?: ReturnType<typeof setTimeout>;
  private readonly method = make('select');
  private readonly second = make('select');
  private readonly about = make('input', {
    type: 'search',
    className: 'albert-about',
    spellcheck: false,
    dir: 'auto'
  });
}

function optionOf(name: string): HTMLOptionElement {
  return make('option', { value: name, textContent: name, title: TIPS[name] ?? '' });
}
