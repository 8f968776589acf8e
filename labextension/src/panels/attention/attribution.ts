/** Which tokens an output of the model depends on. */

import { make } from '../frame';
import { RequestFailed } from '../messages';
import type { Table } from '../saving';
import { type Attribution, type Method, METHODS, scoreNote, scoreRow, summed } from '../scores';
import type { Brush } from './draw';
import { rounded } from './numbers';
import type { Scene, Tools, View } from './scene';

const ALL = 'all';

const STEPS = [50, 100, 200, 500];
/** The share of what is explained from which a convergence delta asks for more steps. */
const COARSE = 0.05;

/** The tokens, coloured by what they add to one output; one row a method. */
export class AttributionView implements View {
  readonly id = 'attribution';
  readonly title = 'Attribution';
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.method.setAttribute('aria-label', 'Method');
    this.target.setAttribute('aria-label', 'Output to explain');
    this.steps.setAttribute('aria-label', 'Steps of the integral');
    this.method.append(
      ...Object.entries({ ...METHODS, [ALL]: 'all three, one row each' }).map(
        ([value, textContent]) => make('option', { value, textContent })
      )
    );
    this.steps.append(
      ...STEPS.map(count => make('option', { value: String(count), textContent: `${count} steps` }))
    );
    for (const control of [this.method, this.target, this.steps]) {
      control.addEventListener('change', () => tools.choose({}));
    }
    this.controls = make('div', { className: 'albert-choice' }, [
      this.method,
      this.target,
      this.steps
    ]);
    this.element = make('div', {}, [this.controls, this.rows, this.sum, caution()]);
  }

  load(scene: Scene): Promise<void> | null {
    const isNew = scene.maps !== this.scene?.maps;
    if (isNew) {
      this.target.replaceChildren();
    }
    const key = this.key();
    if (!isNew && (key === this.known || this.refusal)) {
      this.scene = scene;
      return null;
    }
    const chosen = this.method.value;
    const methods = chosen === ALL ? (Object.keys(METHODS) as Method[]) : [chosen as Method];
    const steps = Number(this.steps.value);
    const work = async () => {
      const found: Attribution[] = [];
      let target = this.target.value || null;
      for (const method of methods) {
        const params = { method, target, ...(method === 'integrated_gradients' ? { steps } : {}) };
        const answer = await this.tools.ask<Attribution>(scene, 'attribute', params, 'attribute');
        target = answer.target;
        found.push(answer);
      }
      this.offer(found[0]);
      this.found = found;
      this.refusal = '';
    };
    return work()
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed) || error.isVoid) {
          throw error;
        }
        // Not every model predicts something; that is no failure of the panel.
        this.found = [];
        this.refusal = `${error.message} ${error.hint}`;
      })
      .then(() => {
        this.scene = scene;
        this.known = this.key();
      });
  }

  draw(brush: Brush): void {
    const { scene, found } = this;
    this.controls.hidden = !found.length;
    this.rows.hidden = !found.length;
    this.sum.textContent = this.refusal;
    if (!scene || !found.length) {
      return;
    }
    this.rows.replaceChildren(...found.flatMap(one => this.row(one, scene, brush)));
    const complete = found.find(({ delta }) => delta !== null);
    const relative = found.length > 1 ? ' · each row relative to its own largest score' : '';
    this.sum.textContent = `${scoreNote(complete ?? found[0])}${relative}`;
    this.steps.hidden = !complete || (this.steps.value === '50' && !isCoarse(complete));
  }

  /** One method's tokens. */
  private row(found: Attribution, scene: Scene, brush: Brush): HTMLElement[] {
    // Of a word it is the sum of its pieces.
    const { groups, names } = scene.arrangement.columns;
    const scored = { names, scores: summed(found.scores, groups) };
    const row = scoreRow(scored, found.target, brush.colours, (text, chip) =>
      this.tools.point(text, chip, 0, (chip?.offsetHeight ?? 0) + 4)
    );
    row.setAttribute('aria-label', METHODS[found.method]);
    const isAlone = this.found.length === 1;
    const title = make('p', { className: 'albert-place', textContent: METHODS[found.method] });
    return isAlone ? [row] : [title, row];
  }

  private offer({ target, targets }: Attribution): void {
    this.target.replaceChildren(
      ...[...new Set([target, ...targets])].map(name =>
        make('option', { value: name, textContent: `for ${name}` })
      )
    );
    this.target.value = target;
  }

  private key(): string {
    return [this.method, this.target, this.steps].map(({ value }) => value).join('/');
  }

  table(): Table | null {
    const { scene, found } = this;
    return found.length && scene
      ? {
          columns: ['token', 'token_text', ...found.map(of => `${of.method} for ${of.target}`)],
          rows: scene.names.map((name, at) => [
            ...[at, name],
            ...found.map(({ scores }) => rounded(scores.data[at]))
          ])
        }
      : null;
  }

  private readonly controls: HTMLElement;
  private readonly method = make('select');
  private readonly target = make('select');
  private readonly steps = make('select', { hidden: true });
  private readonly rows = make('div');
  private readonly sum = make('p', { className: 'albert-note' });
  private scene: Scene | null = null;
  private known = '';
  private found: Attribution[] = [];
  private refusal = '';
}

/** Whether the integral is so coarse that its sum is far from what it should explain. */
function isCoarse({ delta, output, baseline }: Attribution): boolean {
  return Math.abs(delta ?? 0) > COARSE * Math.abs(output - baseline);
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
