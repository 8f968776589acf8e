/** The switches above the views: which head, which token, and what stands along the maps. */

import { make } from '../frame';
import { lineOf, type Switches } from './arrangement';
import { type Choice, LARGEST_MAP, queryOf, type Scene } from './scene';

/** Texts up to so many tokens have each of them in a list. */
const LISTED = 2048;

/** Which views each choice means something in. */
const LAYER_VIEWS = ['matrix', 'neurons', 'lines'];
const HEAD_VIEWS = ['matrix', 'neurons'];
const TOKEN_VIEWS = ['lines', 'neurons', 'flow'];

/** Lists and boxes that show the scene's choices and change them. */
export class Controls {
  readonly element: HTMLElement;

  /** @param onKind Another kind of attention was chosen: its maps are to be fetched. */
  constructor(
    private readonly onChoose: (choice: Choice) => void,
    onKind: (kind: string) => void
  ) {
    this.switching = make('div', { className: 'albert-choice' }, [
      make('label', { title: 'From a word: the mean of its pieces; to a word: their sum.' }, [
        this.words,
        'words'
      ]),
      this.specials,
      this.segments
    ]);
    this.element = make('div', {}, [
      make('div', { className: 'albert-choice' }, [this.kind, this.layer, this.head, this.token]),
      this.switching
    ]);
    this.when(this.layer, ({ open }) => ({ open: { ...open, row: Number(this.layer.value) } }));
    this.when(this.head, ({ open }) => ({
      open: { ...open, column: Number(this.head.value) },
      heads: []
    }));
    this.when(this.token, ({ arrangement: { rows } }) => {
      const [token] = rows.groups[Number(this.token.value) - 1] ?? [null];
      return { token };
    });
    for (const control of [this.words, this.specials, this.segments]) {
      this.when(control, () => ({
        switches: {
          words: this.words.checked,
          special_tokens: this.specials.value as Switches['special_tokens'],
          segments: this.segments.value as Switches['segments']
        }
      }));
    }
    this.kind.addEventListener('change', () => {
      onKind(this.scene?.overview.kinds[Number(this.kind.value)] ?? '');
    });
  }

  /** Show what is chosen, as far as it means something in the present view. */
  show(scene: Scene, view: string): void {
    this.scene = scene;
    const { overview, open, switches, arrangement } = scene;
    fill(this.layer, numbered('layer', overview.num_layers), open.row);
    fill(this.head, numbered('head', overview.num_heads), open.column);
    const kinds = overview.kinds.map(kind => `${kind} attention`);
    fill(this.kind, kinds, overview.kinds.indexOf(overview.kind));
    this.kind.hidden = kinds.length < 2;
    this.layer.hidden = !LAYER_VIEWS.includes(view);
    this.head.hidden = !HEAD_VIEWS.includes(view);
    this.token.hidden = !TOKEN_VIEWS.includes(view) || scene.names.length > LISTED;
    if (!this.token.hidden) {
      const { groups, names } = arrangement.rows;
      const lines = names.map((name, line) => `${groups[line][0] + 1} ${name}`);
      // Only the lines can be of all tokens at once.
      const query = view === 'lines' ? scene.token : queryOf(scene);
      fill(this.token, ['all tokens', ...lines], (lineOf(arrangement.rows, query) ?? -1) + 1);
      this.token.options[0].hidden = view !== 'lines';
    }
    this.switching.hidden = view === 'effect';
    this.words.checked = switches.words;
    this.specials.value = switches.special_tokens;
    this.segments.value = switches.segments;
    this.segments.hidden = overview.tokens.pair === null;
    for (const control of [this.words, this.specials, this.segments]) {
      control.disabled = scene.names.length > LARGEST_MAP;
    }
  }

  private when(control: HTMLElement, choice: (scene: Scene) => Choice): void {
    control.addEventListener('change', () => {
      if (this.scene) {
        this.onChoose(choice(this.scene));
      }
    });
  }

  private readonly kind = list('Kind of attention');
  private readonly layer = list('Layer');
  private readonly head = list('Head');
  private readonly token = list('Query token');
  private readonly words = make('input', { type: 'checkbox' });
  private readonly specials = list('Special tokens', {
    show: 'special tokens shown',
    hide: 'special tokens hidden',
    renormalize: 'hidden, and the rest of a row sums to 1'
  });
  private readonly segments = list('Segments', {
    all: 'both texts',
    AA: 'A → A',
    AB: 'A → B',
    BA: 'B → A',
    BB: 'B → B'
  });
  private readonly switching: HTMLElement;
  private scene: Scene | null = null;
}

function list(label: string, names: Record<string, string> = {}): HTMLSelectElement {
  const options = Object.entries(names).map(([value, textContent]) =>
    make('option', { value, textContent })
  );
  const select = make('select', {}, options);
  select.setAttribute('aria-label', label);
  return select;
}

function fill(select: HTMLSelectElement, names: string[], chosen: number): void {
  const present = Array.from(select.options, option => option.textContent);
  if (present.join('\n') !== names.join('\n')) {
    select.replaceChildren(
      ...names.map((name, index) => make('option', { value: String(index), textContent: name }))
    );
  }
  select.value = String(chosen);
}

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
}
