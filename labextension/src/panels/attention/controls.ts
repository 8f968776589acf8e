/** The switches above the views: which head, which token, and what stands along the maps. */

import { make } from '../frame';
import { lineOf, type Switches } from './arrangement';
import { within } from './choices';
import { type Choice, LARGEST_MAP, queryOf, type Scene } from './scene';
import { range } from './state';

/** Texts up to so many tokens have each of them in a list. */
const LISTED = 2048;

/** Which views each choice means something in. */
const LAYER_VIEWS = ['matrix', 'neurons', 'lines', 'compare'];
const HEAD_VIEWS = ['matrix', 'neurons', 'compare'];
const TOKEN_VIEWS = ['lines', 'neurons', 'flow'];
const SEGMENT_VIEWS = ['matrix', 'lines', 'neurons', 'flow', 'attribution'];
const WEIGHT_VIEWS = ['matrix', 'lines', 'compare'];

/** Lists and boxes that show the scene's choices and change them. */
export class Controls {
  readonly element: HTMLElement;

  /**
   * @param canWeigh Whether there is a model that could be asked for other weights.
   * @param onKind Another kind of attention was chosen: its maps are to be fetched.
   */
  constructor(
    private readonly onChoose: (choice: Choice) => void,
    private readonly canWeigh: boolean,
    onKind: (kind: string) => void
  ) {
    this.switching = make('div', { className: 'albert-choice' }, [
      make('label', { title: 'From a word: the mean of its pieces; to a word: their sum.' }, [
        this.words,
        'words'
      ]),
      this.specials,
      this.segments,
      this.weight,
      make('span', { className: 'albert-range' }, [this.first, '–', this.last])
    ]);
    this.element = make('div', {}, [
      make('div', { className: 'albert-choice' }, [this.kind, this.layer, this.head, this.token]),
      this.switching
    ]);
    this.when(this.layer, ({ open, layers }) => ({
      open: { ...open, row: layers[0] + Number(this.layer.value) }
    }));
    this.when(this.weight, () => ({ weight: this.weight.value as Scene['weight'] }));
    for (const end of [this.first, this.last]) {
      this.when(end, ({ open, overview }) => {
        // The end that was moved pushes the other one along.
        const [from, to] = [Number(this.first.value), Number(this.last.value)];
        const moved = end === this.first ? [from, Math.max(from, to)] : [Math.min(from, to), to];
        const layers = within(moved, overview.num_layers);
        const row = Math.min(Math.max(open.row, layers[0]), layers[1]);
        return { layers, open: { ...open, row } };
      });
    }
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
    const { overview, open, switches, arrangement, layers } = scene;
    fill(this.layer, numbered('layer', range(...layers)), open.row - layers[0]);
    fill(this.head, numbered('head', range(0, overview.num_heads - 1)), open.column);
    const all = range(0, overview.num_layers - 1);
    fill(this.first, numbered('layers', all), layers[0]);
    fill(this.last, numbered('', all), layers[1]);
    this.weight.value = scene.weight;
    this.weight.disabled = !this.canWeigh;
    // What tensors without a model are of, nobody can say; a saved page says what it holds.
    this.weight.hidden =
      !WEIGHT_VIEWS.includes(view) || (!this.canWeigh && scene.weight === 'probability');
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
    this.words.checked = switches.words;
    this.specials.value = switches.special_tokens;
    this.segments.value = switches.segments;
    this.segments.hidden = overview.tokens.pair === null || !SEGMENT_VIEWS.includes(view);
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
    renormalize: 'hidden, rows sum to 1 again'
  });
  private readonly segments = list('Segments', {
    all: 'both texts',
    AA: 'A → A',
    AB: 'A → B',
    BA: 'B → A',
    BB: 'B → B'
  });
  private readonly weight = list('Weight', {
    probability: 'probability',
    value_norm: 'probability × value norm'
  });
  private readonly first = list('First layer');
  private readonly last = list('Last layer');
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

function numbered(word: string, indices: number[]): string[] {
  return indices.map(index => `${word} ${index + 1}`.trim());
}
