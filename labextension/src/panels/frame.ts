/** What every panel has: title, model, input, picture and one status line. */

import frameCss from './frame.css';
import { type Model, RequestFailed, Requests } from './messages';
import { followTheme } from './theme';

/** What a person may ask about. */
export interface Input {
  text: string;
  pair: string | null;
  model: string;
}

/** What a panel brings to its frame. */
export interface Wiring {
  title: string;
  css: string;
  /** Milliseconds after the last key stroke when the input counts as given; without it, Run must be pressed. */
  live?: number;
  /** The input was given. */
  onInput(input: Input): void;
  /** The colours changed: draw again. */
  onTheme(): void;
}

interface ModelChoice {
  id: string;
  layers: number;
  heads: number;
}

const SILENT =
  'The kernel does not answer: it is busy, or gone. Wait for it, or run this cell again.';
const ON_PAGE = 'Saved page: the data are in it, but no kernel that could compute more.';

/** The frame of a panel, and the one way it talks to people and to its kernel. */
export class Frame {
  readonly root: HTMLElement;
  readonly picture: HTMLElement;
  /** Where a panel puts its switches, beside the model. */
  readonly actions: HTMLElement;
  readonly requests: Requests;
  /** Whether this is a saved page, without a kernel. */
  readonly isPage: boolean;

  constructor(
    el: HTMLElement,
    private readonly model: Model,
    private readonly wiring: Wiring
  ) {
    this.isPage = Boolean(model.get('is_page'));
    this.requests = new Requests(model, isSilent => this.setSilent(isSilent));
    this.status = make('span', { className: 'albert-status' });
    // Only what changes is read out, and only when the person pauses.
    this.status.setAttribute('role', 'status');
    this.copy.addEventListener(
      'click',
      () => void navigator.clipboard?.writeText(this.status.innerText)
    );
    this.cancel.addEventListener('click', () => this.requests.cancel());
    this.chip.setAttribute('aria-label', 'Model');
    this.chip.addEventListener('change', () => this.give());
    this.picture = make('div', { className: 'albert-picture' });
    this.actions = make('div', { className: 'albert-actions' });
    this.tip = make('div', { className: 'albert-tip', hidden: true });
    this.root = make('section', { className: 'albert-panel' }, [
      make('style', { textContent: frameCss + wiring.css }),
      make('header', {}, [make('h3', { textContent: wiring.title }), this.actions, this.chip]),
      this.form(),
      this.picture,
      make('footer', {}, [
        make('span', { className: 'albert-dot' }),
        this.status,
        this.cancel,
        this.copy
      ]),
      this.tip
    ]);
    this.root.setAttribute('aria-label', wiring.title);
    el.replaceChildren(this.root);
    this.showModel([]);
    this.model.on('change:text', this.pull);
    this.model.on('change:pair', this.pull);
    this.model.on('change:model', this.pull);
    this.stopFollowing = followTheme(this.root, () => wiring.onTheme());
    if (!this.isPage) {
      // An error here is no news for the person: the chip just offers nothing to change to.
      this.requests.ask<ModelChoice[]>('models', {}).then(
        models => this.showModel(models),
        () => undefined
      );
    }
  }

  /** What the fields hold now. */
  get input(): Input {
    const [text, pair] = this.fields.map(field => field.area.value);
    return { text, pair: pair ?? null, model: this.chip.value };
  }

  /**
   * Do some work for the person: shows that it runs, lets it be cancelled after a second, and shows how it ended.
   *
   * @param work Returns the counts for the status line.
   */
  async run(work: () => Promise<string>): Promise<void> {
    const run = ++this.runs;
    const start = performance.now();
    this.root.dataset.state = 'busy';
    this.root.setAttribute('aria-busy', 'true');
    this.copy.hidden = true;
    const patience = setTimeout(() => (this.cancel.hidden = run !== this.runs), 1000);
    try {
      const counts = await work();
      if (run === this.runs) {
        const milliseconds = Math.max(1, Math.round(performance.now() - start));
        this.say(
          'ready',
          this.isPage ? `${counts} · saved page` : `ready · ${counts} · ${milliseconds} ms`
        );
      }
    } catch (error) {
      if (run === this.runs) {
        this.fail(error);
      }
    } finally {
      clearTimeout(patience);
      if (run === this.runs) {
        this.cancel.hidden = true;
        this.root.setAttribute('aria-busy', 'false');
      }
    }
  }

  /** Tell what the present model is like, as soon as an answer says so. */
  describe(layers: number, heads: number): void {
    const present = this.chip.value;
    if (!this.models.some(({ id }) => id === present)) {
      this.showModel([{ id: present, layers, heads }, ...this.models]);
    }
  }

  /** Do nothing, and say why. */
  rest(message: string): void {
    this.runs += 1;
    this.requests.cancel();
    this.cancel.hidden = true;
    this.root.setAttribute('aria-busy', 'false');
    this.say('idle', message);
  }

  /** Show in the input what a span of it is: `segment` 1 is the pair. */
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

  /** Show a note beside a point of `element`, in its pixels; nothing hides it. */
  point(text: string | null, element?: Element, x = 0, y = 0): void {
    this.tip.hidden = text === null;
    if (text === null || !element) {
      return;
    }
    this.tip.textContent = text;
    const [outer, inner] = [this.root.getBoundingClientRect(), element.getBoundingClientRect()];
    const left = inner.left - outer.left + x;
    this.tip.style.top = `${inner.top - outer.top + y}px`;
    this.tip.style.left = '0';
    const room = outer.width - this.tip.offsetWidth - 4;
    this.tip.style.left = `${Math.max(4, Math.min(left, room))}px`;
  }

  /** Take everything back; for when the panel is taken off the page. */
  dispose(): void {
    clearTimeout(this.pause);
    this.requests.dispose();
    this.stopFollowing();
    for (const name of ['text', 'pair', 'model']) {
      this.model.off(`change:${name}`, this.pull);
    }
  }

  private form(): HTMLElement {
    const names = this.model.get('pair') === null ? ['text'] : ['text', 'pair'];
    this.fields = names.map(name => {
      const mirror = make('div', { className: 'albert-mirror' });
      mirror.setAttribute('aria-hidden', 'true');
      const area = make('textarea', {
        value: String(this.model.get(name) ?? ''),
        rows: 1,
        spellcheck: false
      });
      area.setAttribute('aria-label', name === 'text' ? 'Text' : 'Second text');
      area.dir = 'auto';
      // JupyterLab would take Ctrl+Enter as "run the cell".
      area.dataset.lmSuppressShortcuts = 'true';
      area.readOnly = this.isPage || Boolean(this.model.get('is_fixed'));
      area.addEventListener('scroll', () => (mirror.scrollTop = area.scrollTop));
      area.addEventListener('input', () => this.typed(area));
      area.addEventListener('keydown', event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.give();
        }
      });
      return { name, area, mirror };
    });
    const run = make('button', {
      className: 'albert-run',
      textContent: 'Run',
      type: 'submit',
      title: 'Ctrl+Enter'
    });
    run.hidden = this.isPage || Boolean(this.model.get('is_fixed'));
    const form = make('form', {}, [
      make(
        'div',
        { className: 'albert-fields' },
        this.fields.map(({ area, mirror }) =>
          make('div', { className: 'albert-field' }, [mirror, area])
        )
      ),
      run
    ]);
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.give();
    });
    // A text area's height is known once it is on the page, and changes with the width.
    const observer = new ResizeObserver(() => this.fields.forEach(({ area }) => grow(area)));
    observer.observe(form);
    return form;
  }

  private typed(area: HTMLTextAreaElement): void {
    grow(area);
    this.highlight(0, null);
    clearTimeout(this.pause);
    if (this.wiring.live !== undefined) {
      this.pause = setTimeout(() => this.give(), this.wiring.live);
    }
  }

  /** The input counts as given: keep it in the model, so that Python and a saved notebook have it, and say so. */
  private give(): void {
    clearTimeout(this.pause);
    const input = this.input;
    this.isPushing = true;
    this.model.set('text', input.text);
    this.model.set('pair', input.pair);
    this.model.set('model', input.model);
    this.model.save_changes();
    this.isPushing = false;
    this.wiring.onInput(input);
  }

  /** Python changed the input. */
  private readonly pull = (): void => {
    if (this.isPushing) {
      return;
    }
    for (const { name, area } of this.fields) {
      const value = String(this.model.get(name) ?? '');
      if (area.value !== value) {
        area.value = value;
        grow(area);
      }
    }
    this.showModel(this.models);
    // Text and pair may change together, in two events.
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.wiring.onInput(this.input), 0);
  };

  private showModel(models: ModelChoice[]): void {
    this.models = models;
    const present = String(this.model.get('model'));
    const choices = models.some(({ id }) => id === present)
      ? models
      : [{ id: present, layers: 0, heads: 0 }, ...models];
    this.chip.replaceChildren(
      ...choices.map(({ id, layers, heads }) =>
        make('option', { value: id, textContent: layers ? `${id} · ${layers}×${heads}` : id })
      )
    );
    this.chip.value = present;
    this.chip.disabled = choices.length < 2;
  }

  private fail(error: unknown): void {
    if (error instanceof RequestFailed) {
      if (error.isVoid) {
        this.say('idle', 'cancelled');
      } else {
        this.say('error', error.message, error.hint);
      }
    } else {
      this.say('error', `The panel failed: ${error}`, 'Run the cell again.');
      console.error(error);
    }
  }

  private say(state: 'ready' | 'error' | 'idle' | 'silent', message: string, hint = ''): void {
    this.root.dataset.state = state;
    if (state === 'ready' || state === 'error') {
      this.root.dataset.alive = '';
    }
    this.status.replaceChildren(message);
    if (hint) {
      this.status.append(' ', make('b', { textContent: hint }));
    }
    this.copy.hidden = state !== 'error';
  }

  private setSilent(isSilent: boolean): void {
    if (isSilent) {
      this.say('silent', this.isPage ? ON_PAGE : SILENT);
    } else if (this.root.dataset.state === 'silent') {
      this.root.dataset.state = 'busy';
      this.status.replaceChildren('working…');
    }
  }

  private readonly status: HTMLElement;
  private readonly tip: HTMLElement;
  private readonly chip = make('select', { className: 'albert-model' });
  private readonly copy = make('button', { textContent: 'Copy', type: 'button', hidden: true });
  private readonly cancel = make('button', { textContent: 'Cancel', type: 'button', hidden: true });
  private readonly stopFollowing: () => void;
  private fields: { name: string; area: HTMLTextAreaElement; mirror: HTMLElement }[] = [];
  private models: ModelChoice[] = [];
  private pause?: ReturnType<typeof setTimeout>;
  private isPushing = false;
  private runs = 0;
}

/** Make an element with some properties and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  children: (Node | string)[] = []
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function grow(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}
