/** What every panel has: title, model, input, picture and one status line. */

import { type About, Actions, type Takings } from './actions';
import { ModelChip, type ModelChoice } from './chip';
import { make } from './element';
import { InputForm } from './form';
import frameCss from './frame.css';
import { type Model, Requests } from './messages';
import { copy } from './saving';
import { type State, StatusLine } from './status';
import { followTheme } from './theme';

export type { About };
export { make };

/** What a person may ask about. */
export interface Input {
  text: string;
  pair: string | null;
  model: string;
}

/** What a panel brings to its frame. */
export interface Wiring extends Takings {
  title: string;
  css: string;
  /** Milliseconds after the last key stroke when the input counts as given; without it, Run must be pressed. */
  live?: number;
  /** The input was given. In a panel without a text that is the model alone. */
  onInput(input: Input): void;
  /** What a panel without a text is about, for the names of files. */
  subject?(): string;
  /** The colours or the size of a pixel changed: draw again, all that is drawn. */
  onTheme(): void;
}

const SILENT =
  'The kernel does not answer: it is busy, or gone. Wait for it, or run this cell again.';
const ON_PAGE = 'Saved page: the data are in it, but no kernel that could compute more.';
const LARGER = 'is_presentation';

/** The frame of a panel, and the one way it talks to people and to its kernel. */
export class Frame {
  readonly root = make('section', { className: 'albert-panel' });
  readonly picture = make('div', { className: 'albert-picture' });
  /** Where a panel puts its switches, beside the model. */
  readonly actions = make('div', { className: 'albert-actions' });
  readonly requests: Requests;
  /** The model's chip, in the title bar unless the panel puts it elsewhere. */
  readonly chip: ModelChip;
  /** Whether this is a saved page, without a kernel. */
  readonly isPage: boolean;

  constructor(
    el: HTMLElement,
    private readonly model: Model,
    private readonly wiring: Wiring
  ) {
    const { root, picture } = this;
    this.isPage = Boolean(model.get('is_page'));
    this.requests = new Requests(model, isSilent => this.setSilent(isSilent));
    this.status = new StatusLine(root, text => void copy(root, text));
    this.status.cancel.addEventListener('click', () => this.requests.cancel());
    if (model.get('text') !== undefined) {
      this.form = new InputForm(model, {
        isFixed: this.isPage || Boolean(model.get('is_fixed')),
        live: wiring.live,
        onGive: () => this.give()
      });
    }
    this.inputs = this.form ? ['text', 'pair', 'model'] : ['model'];
    this.chip = new ModelChip(() => (this.form ? this.form.give() : this.give()));
    this.tools = new Actions({
      root,
      title: wiring.title,
      about: () => this.about(),
      pictures: wiring.pictures,
      numbers: wiring.numbers,
      text: () => wiring.subject?.() ?? this.input.text,
      ask: method => this.requests.ask<string>(method, {}),
      redraw: wiring.onTheme,
      run: work => void this.aside(work),
      canSavePage: !this.isPage,
      isPresentation: () => Boolean(model.get(LARGER)),
      present: isPresentation => {
        model.set(LARGER, isPresentation);
        model.save_changes();
        this.enlarge();
      }
    });
    root.append(
      make('style', { textContent: frameCss + wiring.css }),
      make('header', {}, [
        make('h3', { textContent: wiring.title }),
        this.chip.element,
        this.actions,
        this.tools.element
      ]),
      this.tools.card.element,
      ...(this.form ? [this.form.element] : []),
      picture,
      this.status.element,
      this.tip
    );
    root.setAttribute('aria-label', wiring.title);
    // Single keys mean something in here; JupyterLab's command mode would cut cells and move among them.
    root.dataset.lmSuppressShortcuts = 'true';
    // Its arrow keys are those of whatever has the focus, which is looked at before anything around it.
    root.addEventListener('focusin', event => {
      (event.composedPath()[0] as HTMLElement).dataset.lmSuppressShortcuts = 'true';
    });
    root.addEventListener('keydown', event => passOn(event, root));
    el.replaceChildren(root);
    this.chip.show(String(model.get('model')));
    this.inputs.forEach(name => model.on(`change:${name}`, this.pull));
    model.on(`change:${LARGER}`, this.enlarge);
    this.stopFollowing = followTheme(root, () => wiring.onTheme());
    root.toggleAttribute('data-presentation', Boolean(model.get(LARGER)));
    if (!this.isPage) {
      // An error here is no news for the person: the chip just offers nothing to change to.
      this.requests.ask<ModelChoice[]>('models', {}).then(
        models => this.chip.show(String(model.get('model')), models),
        () => undefined
      );
    }
  }

  /** What the fields hold now. */
  get input(): Input {
    return { ...(this.form?.values ?? { text: '', pair: null }), model: this.chip.value };
  }

  /**
   * Do some work for the person: shows that it runs, lets it be cancelled after a second, and shows how it ended.
   *
   * @param work Returns the counts for the status line.
   */
  async run(work: () => Promise<string>): Promise<void> {
    const run = ++this.runs;
    const start = performance.now();
    const { status } = this;
    status.begin();
    const patience = setTimeout(() => (status.cancel.hidden = run !== this.runs), 1000);
    try {
      const counts = await work();
      if (run === this.runs) {
        const milliseconds = Math.max(1, Math.round(performance.now() - start));
        status.say(
          'ready',
          this.isPage ? `${counts} · saved page` : `ready · ${counts} · ${milliseconds} ms`
        );
      }
    } catch (error) {
      if (run === this.runs) {
        status.fail(error);
      }
    } finally {
      clearTimeout(patience);
      if (run === this.runs) {
        status.end();
      }
    }
  }

  /** Tell what the present model is like, as soon as an answer says so. */
  describe(layers: number, heads: number): void {
    this.chip.describe(layers, heads);
  }

  /** Do nothing, and say why. */
  rest(message: string): void {
    this.runs += 1;
    this.requests.cancel();
    this.status.end();
    this.status.say('idle', message);
  }

  /** Say how things are, of what goes on without being waited for. */
  tell(state: State, message: string, hint = ''): void {
    this.status.say(state, message, hint);
  }

  /** Show in the input what a span of it is: `segment` 1 is the pair. */
  highlight(segment: number, parts: [before: string, inside: string, after: string] | null): void {
    this.form?.highlight(segment, parts);
  }

  /** Show a note beside a point of `element`, in its pixels; nothing hides it. */
  point(text: string | null, element?: Element, x = 0, y = 0): void {
    const { root, tip } = this;
    tip.hidden = text === null;
    if (text === null || !element) {
      return;
    }
    tip.textContent = text;
    const [outer, inner] = [root.getBoundingClientRect(), element.getBoundingClientRect()];
    // Rectangles are in pixels of the page, everything else in those of the panel: a presentation's are larger.
    const zoom = outer.width / root.offsetWidth;
    const left = (inner.left - outer.left) / zoom + x;
    tip.style.top = `${(inner.top - outer.top) / zoom + y}px`;
    tip.style.left = '0';
    const room = root.offsetWidth - tip.offsetWidth - 4;
    tip.style.left = `${Math.max(4, Math.min(left, room))}px`;
  }

  /** Wait until the panel is on the screen: what nobody sees must not keep others waiting. */
  seen(): Promise<void> {
    this.sight?.disconnect();
    return new Promise(resolve => {
      this.sight = new IntersectionObserver((entries, sight) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) {
          sight.disconnect();
          resolve();
        }
      });
      this.sight.observe(this.root);
    });
  }

  /** Take everything back; for when the panel is taken off the page. */
  dispose(): void {
    clearTimeout(this.pause);
    this.runs += 1;
    this.requests.dispose();
    this.form?.dispose();
    this.sight?.disconnect();
    this.stopFollowing();
    this.inputs.forEach(name => this.model.off(`change:${name}`, this.pull));
    this.model.off(`change:${LARGER}`, this.enlarge);
    // A host may keep the element; what was drawn in it goes.
    this.root.remove();
    this.root.replaceChildren();
  }

  private about(): About {
    const about = this.wiring.about();
    return this.form ? { ...about, keys: [...about.keys, ['Ctrl+Enter', 'run the text']] } : about;
  }

  /** Do something by the way: it ends with a note, and the state of the panel stays what it was. */
  private async aside(work: () => Promise<string>): Promise<void> {
    try {
      this.status.note(await work());
    } catch (error) {
      this.status.fail(error);
    }
  }

  /** The input counts as given: keep it in the model, so that Python and a saved notebook have it, and say so. */
  private give(): void {
    const { input } = this;
    this.isPushing = true;
    this.inputs.forEach(name => this.model.set(name, input[name]));
    this.model.save_changes();
    this.isPushing = false;
    this.wiring.onInput(input);
  }

  /** Python changed the input. */
  private readonly pull = (): void => {
    if (this.isPushing) {
      return;
    }
    this.form?.pull();
    this.chip.show(String(this.model.get('model')));
    // Text and pair may change together, in two events.
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.wiring.onInput(this.input), 0);
  };

  /** Draw as large as the model says. */
  private readonly enlarge = (): void => {
    const isLarger = Boolean(this.model.get(LARGER));
    if (isLarger !== this.root.hasAttribute('data-presentation')) {
      this.root.toggleAttribute('data-presentation', isLarger);
      this.tools.mark();
      this.wiring.onTheme();
    }
  };

  private setSilent(isSilent: boolean): void {
    if (isSilent) {
      this.status.silence(this.isPage ? ON_PAGE : SILENT);
    } else {
      this.status.unsilence();
    }
  }

  /** Where one writes; a panel may have no text. */
  private readonly form?: InputForm;
  private readonly inputs: (keyof Input)[];
  private readonly status: StatusLine;
  private readonly tools: Actions;
  private readonly tip = make('div', { className: 'albert-tip', hidden: true });
  private readonly stopFollowing: () => void;
  private sight?: IntersectionObserver;
  private pause?: ReturnType<typeof setTimeout>;
  private isPushing = false;
  private runs = 0;
}

/** Saving the notebook is not ours: the key stroke goes on to what is around the panel. */
function passOn(event: KeyboardEvent, root: HTMLElement): void {
  const isSave = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's';
  if (!isSave || event.defaultPrevented) {
    return;
  }
  let outside = root.parentElement;
  for (let at = outside; at; at = at.parentElement) {
    if (at.matches('[data-lm-suppress-shortcuts]')) {
      outside = at.parentElement;
    }
  }
  if (outside && !outside.dispatchEvent(new KeyboardEvent('keydown', event))) {
    event.preventDefault();
  }
}
