/** Which tokens an output of the model depends on. */

import { make } from '../frame';
import { type NumberArray, RequestFailed } from '../messages';
import type { Table } from '../saving';
import { css, signed } from '../theme';
import type { Brush } from './draw';
import { rounded } from './numbers';
import type { Scene, Tools, View } from './scene';

/** The answer to `attribute`; see the Python class `Attribution`. */
interface Attribution {
  scores: NumberArray;
  target: string;
  targets: string[];
  output: number;
  baseline: number;
  delta: number | null;
}

const METHODS = {
  integrated_gradients: 'integrated gradients',
  gradient: 'gradient × input',
  occlusion: 'occlusion: without the token'
};

/** The tokens, coloured by what they add to one output. */
export class AttributionView implements View {
  readonly id = 'attribution';
  readonly title = 'Attribution';
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.method.setAttribute('aria-label', 'Method');
    this.target.setAttribute('aria-label', 'Output to explain');
    this.method.append(
      ...Object.entries(METHODS).map(([value, textContent]) =>
        make('option', { value, textContent })
      )
    );
    this.method.addEventListener('change', () => tools.choose({}));
    this.target.addEventListener('change', () => tools.choose({}));
    this.row.setAttribute('role', 'list');
    this.row.addEventListener('pointerleave', () => tools.point(null));
    this.controls = make('div', { className: 'albert-choice' }, [this.method, this.target]);
    this.element = make('div', {}, [this.controls, this.row, this.sum, caution()]);
  }

  load(scene: Scene): Promise<void> | null {
    if (scene.maps !== this.scene?.maps) {
      this.target.replaceChildren();
    }
    const [method, target] = [this.method.value, this.target.value || null];
    const key = `${method}/${target}`;
    if (scene.maps === this.scene?.maps && (key === this.key || this.refusal)) {
      this.scene = scene;
      return null;
    }
    return this.tools
      .ask<Attribution>(scene, 'attribute', { method, target }, 'attribute')
      .then(found => {
        this.scene = scene;
        this.key = `${method}/${found.target}`;
        this.found = found;
        this.refusal = '';
      })
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed) || error.isVoid) {
          throw error;
        }
        // Not every model predicts something; that is no failure of the panel.
        this.scene = scene;
        this.found = null;
        this.refusal = `${error.message} ${error.hint}`;
      });
  }

  draw(brush: Brush): void {
    const { scene, found } = this;
    this.controls.hidden = !found;
    this.row.hidden = !found;
    this.sum.textContent = this.refusal;
    if (!scene || !found) {
      return;
    }
    this.target.replaceChildren(
      ...[...new Set([found.target, ...found.targets])].map(name =>
        make('option', { value: name, textContent: `for ${name}` })
      )
    );
    this.target.value = found.target;
    // Of a word it is the sum of its pieces.
    const { groups, names } = scene.arrangement.columns;
    const scores = groups.map(group =>
      group.reduce((sum, token) => sum + found.scores.data[token], 0)
    );
    const top = Math.max(...scores.map(Math.abs), Number.MIN_VALUE);
    this.row.replaceChildren(
      ...names.map((name, index) => {
        const chip = make('span', { className: 'albert-score', textContent: name });
        const text = `${name} ${scores[index] < 0 ? '' : '+'}${scores[index].toFixed(3)} for ${found.target}`;
        chip.setAttribute('role', 'listitem');
        chip.setAttribute('aria-label', text);
        chip.dir = 'auto';
        chip.style.background = css(signed(scores[index] / top, brush.colours));
        chip.style.color = css(legible(scores[index] / top, brush));
        chip.addEventListener('pointerenter', () =>
          this.tools.point(text, chip, 0, chip.offsetHeight + 4)
        );
        return chip;
      })
    );
    const parts = [
      `${found.target}: ${found.output.toFixed(2)}`,
      `${found.baseline.toFixed(2)} with all tokens masked`,
      'blue speaks for it, orange against'
    ];
    if (found.delta !== null) {
      parts.splice(2, 0, `convergence delta ${found.delta.toFixed(3)}`);
    }
    this.sum.textContent = parts.join(' · ');
  }

  table(): Table | null {
    const { scene, found } = this;
    return (
      scene &&
      found && {
        columns: ['token', 'token_text', `score for ${found.target}`],
        rows: scene.names.map((name, at) => [at, name, rounded(found.scores.data[at])])
      }
    );
  }

  private readonly controls: HTMLElement;
  private readonly method = make('select');
  private readonly target = make('select');
  private readonly row = make('div', { className: 'albert-scores' });
  private readonly sum = make('p', { className: 'albert-note' });
  private scene: Scene | null = null;
  private key = '';
  private found: Attribution | null = null;
  private refusal = '';
}

/** Strong colours are dark in both themes: what is written on them is white. */
function legible(share: number, { colours }: Brush): Brush['colours']['ink'] {
  return Math.abs(share) > 0.35 ? [255, 255, 255, 1] : colours.ink;
}

function caution(): HTMLElement {
  const paper = (textContent: string, href: string) =>
    make('a', { textContent, href, target: '_blank', rel: 'noopener noreferrer' });
  return make('p', { className: 'albert-note' }, [
    'What a head looks at need not be what the output depends on: attention is not explanation (',
    paper('Jain & Wallace 2019', 'https://arxiv.org/abs/1902.10186'),
    ', ',
    paper('Wiegreffe & Pinter 2019', 'https://arxiv.org/abs/1908.04626'),
    ').'
  ]);
}
