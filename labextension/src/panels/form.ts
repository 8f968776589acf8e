/** Where a person writes: one or two texts that grow, with a span of them marked on request. */

import { make } from './element';
import type { Model } from './messages';

/** What a form needs to know. */
export interface FormWiring {
  isFixed: boolean;
  /** Milliseconds after the last key stroke when the input counts as given; without it, Run must be pressed. */
  live?: number;
  /** The input was given. */
  onGive(): void;
}

interface Field {
  name: 'text' | 'pair';
  area: HTMLTextAreaElement;
  mirror: HTMLElement;
}

/** The text, the second text where there is one, and the button that runs them. */
export class InputForm {
  readonly element: HTMLFormElement;

  constructor(
    private readonly model: Model,
    private readonly wiring: FormWiring
  ) {
    const names: Field['name'][] = model.get('pair') === null ? ['text'] : ['text', 'pair'];
    this.fields = names.map(name => this.field(name));
    const run = make('button', {
      className: 'albert-run',
      textContent: 'Run',
      type: 'submit',
      title: 'Ctrl+Enter',
      hidden: wiring.isFixed
    });
    this.element = make('form', {}, [
      make(
        'div',
        { className: 'albert-fields' },
        this.fields.map(({ area, mirror }) =>
          make('div', { className: 'albert-field' }, [mirror, area])
        )
      ),
      run
    ]);
    this.element.addEventListener('submit', event => {
      event.preventDefault();
      this.give();
    });
    // A text area's height is known once it is on the page, and changes with the width.
    this.observer = new ResizeObserver(() => this.fields.forEach(({ area }) => grow(area)));
    this.observer.observe(this.element);
  }

  /** What the fields hold now. */
  get values(): { text: string; pair: string | null } {
    const [text, pair] = this.fields.map(({ area }) => area.value);
    return { text, pair: pair ?? null };
  }

  /** The input counts as given. */
  give(): void {
    clearTimeout(this.pause);
    this.wiring.onGive();
  }

  /** Take the model's texts. */
  pull(): void {
    clearTimeout(this.pause);
    for (const { name, area } of this.fields) {
      const value = String(this.model.get(name) ?? '');
      if (area.value !== value) {
        area.value = value;
        grow(area);
      }
    }
  }

  /** Mark a span: `segment` 1 is the second text. */
  highlight(segment: number, parts: [before: string, inside: string, after: string] | null): void {
    this.fields.forEach(({ mirror, area }, index) => {
      mirror.replaceChildren();
      if (parts && index === segment) {
        const [before, inside, after] = parts;
        // The mirror must break its lines just as the text area does, hence the last line break.
        mirror.append(before, make('mark', { textContent: inside }), `${after}\n`);
        mirror.scrollTop = area.scrollTop;
      }
    });
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.observer.disconnect();
  }

  private field(name: Field['name']): Field {
    const mirror = make('div', { className: 'albert-mirror' });
    mirror.setAttribute('aria-hidden', 'true');
    const area = make('textarea', {
      value: String(this.model.get(name) ?? ''),
      rows: 1,
      spellcheck: false
    });
    area.setAttribute('aria-label', name === 'text' ? 'Text' : 'Second text');
    area.dir = 'auto';
    area.readOnly = this.wiring.isFixed;
    area.addEventListener('scroll', () => (mirror.scrollTop = area.scrollTop));
    area.addEventListener('input', () => this.typed(area));
    area.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.give();
      }
    });
    return { name, area, mirror };
  }

  private typed(area: HTMLTextAreaElement): void {
    grow(area);
    this.highlight(0, null);
    clearTimeout(this.pause);
    if (this.wiring.live !== undefined) {
      this.pause = setTimeout(() => this.give(), this.wiring.live);
    }
  }

  private readonly fields: Field[];
  private readonly observer: ResizeObserver;
  private pause?: ReturnType<typeof setTimeout>;
}

function grow(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}
