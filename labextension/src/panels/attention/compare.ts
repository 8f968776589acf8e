/** Two texts before one model, or two models before one text: what differs, head by head and token by token. */

import { make } from '../frame';
import { RequestFailed } from '../messages';
import type { Table } from '../saving';
import { directionOf, isolated } from '../text';
import { AgainstForm, secondInput } from './against';
import { type Bar, bars } from './bars';
import type { Brush } from './draw';
import { type Aligned, alignedSides, type Comparison, difference } from './difference';
import { HeadGrid } from './headgrid';
import { fetchMap } from './maps';
import { rounded } from './numbers';
import { MapPair, type Pair, SIDE } from './pair';
import { LARGEST_MAP, type Scene, type Tools, type View } from './scene';
import { type Cell, headName, MapCache } from './state';
import { type Effect, moved } from './verdicts';

/** A second reading beside the panel's own. */
export class CompareView implements View {
  readonly id = 'compare';
  readonly title = 'Compare';
  readonly element: HTMLElement;
  readonly isWhole = true;

  constructor(private readonly tools: Tools) {
    this.form = new AgainstForm(tools);
    this.maps = new MapPair(tools);
    this.units.setAttribute('role', 'list');
    this.grid = new HeadGrid(tools, {
      label: 'How much each head changed: layers down, heads across. Enter opens one.',
      name: head => this.readHead(head),
      onChoose: ([head]) => tools.choose({ open: head, heads: [] })
    });
    this.body = make('div', { className: 'albert-experiment' }, [
      make('div', {}, [this.grid.element, this.note, this.code]),
      make('div', {}, [this.units, this.said, this.maps.element])
    ]);
    this.problem.setAttribute('role', 'alert');
    this.element = make('div', {}, [this.form.element, this.problem, this.body]);
  }

  load(scene: Scene): Promise<void> | null {
    const { words, special_tokens } = scene.switches;
    const { text, model } = scene.against;
    const reading = JSON.stringify([text, model, words, special_tokens]);
    const isNew = scene.maps !== this.scene?.maps || reading !== this.reading;
    const head = `${scene.open.row}/${scene.open.column}`;
    if (!isNew && (head === this.head || !this.found)) {
      this.scene = scene;
      return null;
    }
    const work = async () => {
      if (isNew) {
        const how = { other: text, other_model: model, words, special_tokens };
        const found = await this.tools.ask<Comparison>(scene, 'compare', how, 'compare');
        this.others = new MapCache();
        this.verdicts = await this.predictions(scene);
        this.found = found;
        this.aligned = alignedSides(found);
        this.refusal = '';
      }
      await this.loadMaps(scene);
    };
    return work()
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed) || error.isVoid) {
          throw error;
        }
        this.refusal = `${error.message} ${error.hint}`;
        this.found = null;
      })
      .then(() => {
        this.scene = scene;
        this.reading = reading;
        this.head = head;
      });
  }

  draw(brush: Brush, width: number): void {
    const { scene, found, aligned } = this;
    this.problem.textContent = this.refusal;
    this.body.hidden = !found;
    if (scene) {
      this.form.show(scene);
    }
    if (!scene || !found || !aligned) {
      return;
    }
    this.drawUnits(aligned);
    this.drawVerdicts();
    const { layers, overview, open } = scene;
    const values = found.distances;
    const heads = overview.num_heads;
    const taken = this.grid.draw({ values, layers, heads, off: [], open }, brush, width);
    this.note.textContent = [
      'How much heads changed: the total variation distance between their rows, the mean over tokens that correspond',
      `0 to ${Math.max(...Array.from(values.data)).toFixed(2)} of 1`,
      ...found.notes
    ].join(' · ');
    this.code.textContent = 'v.comparison()';
    const beside = width - taken - 24;
    this.maps.draw(scene, found, this.pair, brush, beside >= SIDE ? beside : width);
  }

  table(): Table | null {
    const { found } = this;
    const width = found?.distances.shape[1] ?? 1;
    return (
      found && {
        columns: ['layer', 'head', 'distance'],
        rows: Array.from(found.distances.data, (value, at) => [
          ...[Math.floor(at / width), at % width, rounded(value)]
        ])
      }
    );
  }

  private async loadMaps(scene: Scene): Promise<void> {
    const { found, aligned } = this;
    this.pair = null;
    if (!found || !aligned) {
      return;
    }
    const { tokens, other_tokens } = found;
    if (Math.max(tokens.tokens.length, other_tokens.tokens.length) > LARGEST_MAP) {
      return;
    }
    const one = await fetchMap(this.tools, scene, scene.open);
    const second: Scene = {
      ...scene,
      input: secondInput(scene),
      overview: { ...scene.overview, tokens: other_tokens },
      maps: this.others
    };
    const two = await fetchMap(this.tools, second, scene.open);
    const isRenormalized = scene.switches.special_tokens === 'renormalize';
    this.pair = { ...difference(one, two, aligned, isRenormalized), aligned };
  }

  /** Return what the models say of both; null where one of them predicts nothing. */
  private async predictions(scene: Scene): Promise<[Effect, Effect] | null> {
    const ask = (input: Scene['input']) =>
      this.tools.ask<Effect>(scene, 'effect', { ...input }, 'effect');
    try {
      return [await ask(scene.input), await ask(secondInput(scene))];
    } catch (error) {
      if (error instanceof RequestFailed && !error.isVoid) {
        return null;
      }
      throw error;
    }
  }

  private drawUnits({ units }: Aligned): void {
    const differing = units.filter(({ change }) => change !== 'same').length;
    this.units.dir = directionOf(units.map(({ first, second }) => first ?? second ?? ''));
    this.units.replaceChildren(
      ...units.map(({ first, second, change }) => {
        const said = {
          same: String(first),
          changed: `${isolated(String(first))}, in the second ${isolated(String(second))}`,
          removed: `${isolated(String(first))}, only in the first`,
          inserted: `${isolated(String(second))}, only in the second`
        }[change];
        const item = make('span', { className: 'albert-unit', title: said }, [
          make('span', { textContent: first ?? '', dir: 'auto' }),
          make('span', {
            textContent: change === 'same' && first === second ? '' : (second ?? ''),
            dir: 'auto'
          })
        ]);
        item.dataset.change = change;
        item.setAttribute('role', 'listitem');
        item.setAttribute('aria-label', said);
        return item;
      })
    );
    this.units.toggleAttribute('data-same', !differing);
    this.units.hidden = units.length > LARGEST_MAP;
  }

  private drawVerdicts(): void {
    const [one, two] = this.verdicts ?? [];
    const isShown = one?.verdicts.length === 1 && two?.verdicts.length === 1;
    this.said.hidden = !isShown;
    if (!isShown) {
      return;
    }
    const [first, second] = [one.verdicts[0], two.verdicts[0]];
    const all: Bar[] = second.names.map((name, at) => {
      const was = first.names.indexOf(name);
      const [value, before] = [second.probabilities.data[at], first.probabilities.data[was]];
      return {
        name,
        value,
        before: was < 0 ? null : before,
        more:
          was < 0 || two.problem_type === 'regression'
            ? ''
            : moved(value, before, second.logits.data[at], first.logits.data[was])
      };
    });
    const title =
      'What the model says of the second; thin bars, and the change in brackets: of the first';
    const list = bars(all, two.problem_type !== 'regression', this.tools);
    list.setAttribute('aria-label', title);
    this.said.replaceChildren(
      make('div', {}, [make('p', { className: 'albert-place', textContent: title }), list])
    );
  }

  private readHead(head: Cell): string {
    const { found } = this;
    const at = found ? head.row * found.distances.shape[1] + head.column : 0;
    return `${headName(head)} · changed by ${found?.distances.data[at]?.toFixed(3) ?? ''}`;
  }

  private readonly problem = make('p', { className: 'albert-note' });
  private readonly body: HTMLElement;
  private readonly units = make('div', { className: 'albert-units' });
  private readonly said = make('div', { className: 'albert-said' });
  private readonly grid: HeadGrid;
  private readonly note = make('p', { className: 'albert-note' });
  private readonly form: AgainstForm;
  private readonly maps: MapPair;
  private readonly code = make('code', { className: 'albert-code' });
  private scene: Scene | null = null;
  private reading = '';
  private head = '';
  private found: Comparison | null = null;
  private aligned: Aligned | null = null;
  private pair: Pair | null = null;
  private verdicts: [Effect, Effect] | null = null;
  private others = new MapCache();
  private refusal = '';
}
