/** Two texts before one model, or two models before one text: what differs, head by head and token by token. */

import { make } from '../frame';
import { RequestFailed } from '../messages';
import { css, diverging } from '../theme';
import { type Bar, bars } from './bars';
import { type Brush, drawCross, drawMap, widest } from './draw';
import {
  type Aligned,
  alignedSides,
  asMap,
  type Comparison,
  type Difference,
  difference,
  onOneScale,
  weight
} from './difference';
import { GridView } from './grid';
import { HeadGrid } from './headgrid';
import { fetchMap } from './maps';
import { LARGEST_MAP, type Scene, type Tools, type View } from './scene';
import { type Cell, type HeadMap, headName, MapCache, mapGrid } from './state';
import { type Effect, moved } from './verdicts';

/** Two maps are side by side where each of them has so much room, in pixels. */
const SIDE = 220;

/** A second reading beside the panel's own. */
export class CompareView implements View {
  readonly id = 'compare';
  readonly title = 'Compare';
  readonly element: HTMLElement;
  readonly isWhole = true;

  constructor(private readonly tools: Tools) {
    this.text.setAttribute('aria-label', 'Text to compare with');
    this.text.dir = 'auto';
    this.text.dataset.lmSuppressShortcuts = 'true';
    this.text.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.give();
      }
    });
    this.model.setAttribute('aria-label', 'Model to compare with');
    this.model.addEventListener('change', () => this.give());
    const form = make('form', { className: 'albert-against' }, [
      this.text,
      this.model,
      make('button', { type: 'submit', textContent: 'Compare', title: 'Ctrl+Enter' })
    ]);
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.give();
    });
    this.units.setAttribute('role', 'list');
    this.grid = new HeadGrid(tools, {
      label: 'How much each head changed: layers down, heads across. Enter opens one.',
      name: head => this.readHead(head),
      onChoose: ([head]) => tools.choose({ open: head, heads: [] })
    });
    this.first = this.map('The first map: queries down, keys across.', cell => this.read(cell, 0));
    this.second = this.map('The second map: queries down, keys across.', cell =>
      this.read(cell, 1)
    );
    this.between = this.map('The difference: queries down, keys across.', cell =>
      this.readDifference(cell)
    );
    this.maps = make('div', { className: 'albert-pairs' }, [
      captioned(this.firstName, this.first.element),
      captioned(this.secondName, this.second.element),
      captioned(
        make('span', { textContent: 'second − first' }),
        make('div', {}, [
          this.between.element,
          make('div', { className: 'albert-legend' }, [
            this.least,
            this.scale,
            this.most,
            'orange: less in the second · blue: more'
          ])
        ])
      )
    ]);
    this.body = make('div', { className: 'albert-experiment' }, [
      make('div', {}, [this.grid.element, this.note, this.code]),
      make('div', {}, [this.units, this.said, this.maps])
    ]);
    this.problem.setAttribute('role', 'alert');
    this.element = make('div', {}, [form, this.problem, this.body]);
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
    this.askModels(scene);
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
    if (scene && document.activeElement !== this.text) {
      this.text.value = scene.against.text ?? scene.input.text;
    }
    this.offerModels();
    if (!scene || !found || !aligned) {
      return;
    }
    this.brush = brush;
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
    this.drawMaps(brush, beside >= SIDE ? beside : width);
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
      input: this.inputOf(scene),
      overview: { ...scene.overview, tokens: other_tokens },
      maps: this.others
    };
    const two = await fetchMap(this.tools, second, scene.open);
    const isRenormalized = scene.switches.special_tokens === 'renormalize';
    this.pair = difference(one, two, aligned, isRenormalized);
  }

  /** Return what the models say of both; null where one of them predicts nothing. */
  private async predictions(scene: Scene): Promise<[Effect, Effect] | null> {
    const ask = (input: Scene['input']) =>
      this.tools.ask<Effect>(scene, 'effect', { ...input }, 'effect');
    try {
      return [await ask(scene.input), await ask(this.inputOf(scene))];
    } catch (error) {
      if (error instanceof RequestFailed && !error.isVoid) {
        return null;
      }
      throw error;
    }
  }

  private inputOf({ input, against }: Scene): Scene['input'] {
    return { ...input, text: against.text ?? input.text, model: against.model ?? input.model };
  }

  private drawUnits({ units }: Aligned): void {
    const differing = units.filter(({ change }) => change !== 'same').length;
    this.units.replaceChildren(
      ...units.map(({ first, second, change }) => {
        const said = {
          same: String(first),
          changed: `${first}, in the second ${second}`,
          removed: `${first}, only in the first`,
          inserted: `${second}, only in the second`
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

  private drawMaps(brush: Brush, width: number): void {
    const { pair, aligned, scene, found } = this;
    this.maps.hidden = !pair;
    if (!pair || !aligned || !scene || !found) {
      return;
    }
    const input = this.inputOf(scene);
    const isModel = input.model !== scene.input.model;
    this.firstName.textContent = `first: ${isModel ? scene.input.model : found.tokens.text}`;
    this.secondName.textContent = `second: ${isModel ? input.model : found.other_tokens.text}`;
    const room = width >= 2 * SIDE + 16 ? (width - 16) / 2 : width;
    const shown = onOneScale(pair.first, pair.second);
    // Both have one scale of colours, so the ramp of the weaker one ends before its end.
    const top = Math.max(...shown.map(map => map.weights.reduce((a, b) => Math.max(a, b), 0)), 1);
    const sides = [aligned.first, aligned.second];
    [this.first, this.second].forEach((view, at) => {
      const { names } = sides[at];
      const map = shown[at];
      const weights = map.weights.map(value => Math.round((value / top) * 255));
      this.drawOne(view, { ...map, weights }, names, brush, room);
    });
    const names = aligned.common.map(({ second }) => aligned.second.names[second]);
    const { size } = pair.difference;
    const ramp = diverging(brush.colours);
    const grid = mapGrid(width, size, size, widest(names, brush.font));
    const small = asMap(pair.difference, grid.step * size * devicePixelRatio);
    const along = grid.isLabelled ? names : null;
    this.between.draw(grid, context =>
      drawMap(context, grid, small, along, along, { ...brush, ramp })
    );
    const end = pair.difference.top.toFixed(2);
    this.least.textContent = `−${end}`;
    this.most.textContent = `+${end}`;
    const stops = [0, 8, 32, 72, 128, 184, 224, 248, 255].map(at => {
      const [red, green, blue] = ramp.subarray(at * 4);
      return `${css([red, green, blue, 1])} ${Math.round(at / 2.55)}%`;
    });
    this.scale.style.background = `linear-gradient(to right, ${stops.join()})`;
  }

  private drawOne(
    view: GridView,
    map: HeadMap,
    names: string[],
    brush: Brush,
    width: number
  ): void {
    const grid = mapGrid(width, map.rows, map.columns, widest(names, brush.font));
    const along = grid.isLabelled ? names : null;
    view.draw(grid, context => drawMap(context, grid, map, along, along, brush));
  }

  private map(label: string, name: (cell: Cell) => string): GridView {
    const view: GridView = new GridView({
      label,
      name,
      onPoint: (cell, x, y) => this.tools.point(cell && name(cell), view.element, x, y),
      onOpen: () => undefined,
      drawOver: (context, grid, pointed) => {
        if (pointed && this.brush) {
          drawCross(context, grid, pointed, this.brush.colours);
        }
      }
    });
    return view;
  }

  private read({ row, column }: Cell, at: 0 | 1): string {
    const { pair, aligned, scene } = this;
    if (!pair || !aligned || !scene) {
      return '';
    }
    const [{ names }, map] = at ? [aligned.second, pair.second] : [aligned.first, pair.first];
    return `${names[row]} → ${names[column]} ${weight(map, row, column).toFixed(2)} · ${headName(scene.open)}`;
  }

  private readDifference({ row, column }: Cell): string {
    const { pair, aligned, scene } = this;
    if (!pair || !aligned || !scene) {
      return '';
    }
    const [query, key] = [aligned.common[row], aligned.common[column]];
    const before = weight(pair.first, query.first, key.first);
    const now = weight(pair.second, query.second, key.second);
    const change = now - before;
    const { names } = aligned.second;
    return `${names[query.second]} → ${names[key.second]} ${before.toFixed(2)} → ${now.toFixed(2)} (${change > 0 ? '+' : ''}${change.toFixed(2)}) · ${headName(scene.open)}`;
  }

  private readHead(head: Cell): string {
    const { found } = this;
    const at = found ? head.row * found.distances.shape[1] + head.column : 0;
    return `${headName(head)} · changed by ${found?.distances.data[at]?.toFixed(3) ?? ''}`;
  }

  /** The second text and model count as given. */
  private give(): void {
    const { scene } = this;
    if (scene) {
      const { text, model } = scene.input;
      const [other, otherModel] = [this.text.value, this.model.value];
      this.tools.choose({
        against: {
          text: other === text ? null : other,
          model: otherModel === model ? null : otherModel
        }
      });
    }
  }

  private askModels(scene: Scene): void {
    if (!this.models.length) {
      this.tools
        .ask<{ id: string }[]>(scene, 'models', {}, 'compare-models')
        // An error here is no news for the person: there is just nothing to change to.
        .then(
          models => {
            this.models = models.map(({ id }) => id);
            this.offerModels();
          },
          () => undefined
        );
    }
  }

  private offerModels(): void {
    const { scene } = this;
    if (scene) {
      const present = scene.against.model ?? scene.input.model;
      const ids = [...new Set([present, ...this.models])];
      if (ids.join('\n') !== Array.from(this.model.options, ({ value }) => value).join('\n')) {
        this.model.replaceChildren(
          ...ids.map(id => make('option', { value: id, textContent: id }))
        );
      }
      this.model.value = present;
    }
  }

  private readonly text = make('textarea', { rows: 1, spellcheck: false });
  private readonly model = make('select');
  private readonly problem = make('p', { className: 'albert-note' });
  private readonly body: HTMLElement;
  private readonly units = make('div', { className: 'albert-units' });
  private readonly said = make('div', { className: 'albert-said' });
  private readonly grid: HeadGrid;
  private readonly note = make('p', { className: 'albert-note' });
  private readonly maps: HTMLElement;
  private readonly first: GridView;
  private readonly second: GridView;
  private readonly between: GridView;
  private readonly firstName = make('span');
  private readonly secondName = make('span');
  private readonly least = make('span');
  private readonly most = make('span');
  private readonly scale = make('span', {
    className: 'albert-scale',
    title: 'Colours follow the square root.'
  });
  private readonly code = make('code', { className: 'albert-code' });
  private scene: Scene | null = null;
  private reading = '';
  private head = '';
  private found: Comparison | null = null;
  private aligned: Aligned | null = null;
  private pair: { first: HeadMap; second: HeadMap; difference: Difference } | null = null;
  private verdicts: [Effect, Effect] | null = null;
  private others = new MapCache();
  private models: string[] = [];
  private brush: Brush | null = null;
  private refusal = '';
}

function captioned(caption: HTMLElement, content: HTMLElement): HTMLElement {
  return make('figure', {}, [make('figcaption', {}, [caption]), content]);
}
