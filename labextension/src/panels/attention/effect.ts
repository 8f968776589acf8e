/** What the model says with tokens masked and heads switched off, and which heads matter. */

import { make } from '../frame';
import { type NumberArray, RequestFailed } from '../messages';
import type { Table } from '../saving';
import { isolated } from '../text';
import { bars, barsOf } from './bars';
import type { Brush } from './draw';
import { HeadGrid } from './headgrid';
import { rounded } from './numbers';
import { LARGEST_MAP, type Scene, type Tools, type View } from './scene';
import { type Cell, headName } from './state';
import { TokenRow } from './tokenrow';
import { type Effect, standing, type Verdict } from './verdicts';

/** The answer to `head_importance`; see the Python class of this name. */
interface HeadImportance {
  values: NumberArray;
  targets: string[];
}

/** Tokens and heads to click on, and what the model says of it. */
export class EffectView implements View {
  readonly id = 'effect';
  readonly title = 'Effect';
  readonly element: HTMLElement;
  readonly isWhole = true;

  constructor(private readonly tools: Tools) {
    this.tokens = new TokenRow(tools);
    this.grid = new HeadGrid(tools, {
      label:
        'Heads: layers down, heads across. Enter switches one off or on, Shift and space its layer, Control and space this head of every layer.',
      name: head => this.read(head),
      onChoose: heads => this.toggle(heads),
      lineName: line => `${line}: a click switches all of it off or on`
    });
    this.all = make('button', { type: 'button', textContent: 'all heads on, no token masked' });
    this.all.addEventListener('click', () => tools.choose({ mask: [], ablate: [] }));
    this.body = make('div', { className: 'albert-experiment' }, [
      make('div', {}, [this.grid.element, this.all]),
      make('div', {}, [this.tokens.element, this.said])
    ]);
    this.element = make('div', {}, [this.body, this.problem, this.note, this.code]);
    this.problem.setAttribute('role', 'alert');
  }

  load(scene: Scene): Promise<void> | null {
    const { mask, ablate } = scene;
    // What is clicked on next builds on this, even while the model still works.
    this.chosen = scene;
    this.tokens.follow(scene);
    const isNew = scene.maps !== this.scene?.maps;
    const key = JSON.stringify([mask, ablate]);
    if (!isNew && key === this.key) {
      this.scene = scene;
      return null;
    }
    const masks = JSON.stringify(mask);
    const work = async () => {
      const now = await this.tools.ask<Effect>(scene, 'effect', { mask, ablate }, 'effect');
      if (isNew || masks !== this.importantTo) {
        this.importance = await this.important(scene, now);
        this.importantTo = masks;
      }
      this.now = now;
      this.refusal = '';
    };
    return work()
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed) || error.isVoid) {
          throw error;
        }
        // Not every model predicts something; that is no failure of the panel.
        this.refusal = `${error.message} ${error.hint}`;
        this.now = isNew ? null : this.now;
      })
      .then(() => {
        this.scene = scene;
        this.key = key;
      });
  }

  draw(brush: Brush, width: number): void {
    const { scene, importance, now } = this;
    this.body.hidden = !now;
    this.code.hidden = !now;
    this.problem.textContent = this.refusal;
    this.note.textContent = '';
    if (!scene || !now) {
      return;
    }
    const places = now.verdicts.map(({ position }) => position ?? -1);
    this.tokens.show(scene, new Set(places));
    this.said.replaceChildren(...now.verdicts.map(verdict => this.saying(verdict, now)));
    if (!now.verdicts.length) {
      this.said.append(
        scene.names.length > LARGEST_MAP
          ? `Tokens are clicked on in texts of up to ${LARGEST_MAP.toLocaleString('en')} tokens; in Python, v.mask = [position] masks one of this.`
          : 'Click a token: it is masked, and the model says what it expects there.'
      );
    }
    const { layers, overview, ablate } = scene;
    const values = importance?.values ?? null;
    this.grid.draw(
      { values, layers, heads: overview.num_heads, off: ablate, open: null },
      brush,
      width
    );
    this.all.hidden = !ablate.length && !scene.mask.length;
    this.note.textContent = this.explained(now);
    this.code.textContent = 'bert.effect(v.text, model=v.model, mask=v.mask, ablate=v.ablate)';
  }

  table(): Table | null {
    const { importance, now, chosen } = this;
    if (!now) {
      return null;
    }
    const said = now.verdicts.flatMap(verdict =>
      barsOf(verdict, now.problem_type).map(bar => [
        bar.name,
        verdict.position ?? '',
        '',
        '',
        rounded(bar.value)
      ])
    );
    const width = importance?.values.shape[1] ?? 1;
    const heads = Array.from(importance?.values.data ?? [], (value, at) => {
      const [layer, head] = [Math.floor(at / width), at % width];
      const isOff = chosen?.ablate.some(([row, column]) => row === layer && column === head);
      return [isOff ? 'importance (off)' : 'importance', '', layer, head, rounded(value)];
    });
    return { columns: ['what', 'token', 'layer', 'head', 'value'], rows: [...said, ...heads] };
  }

  private saying(verdict: Verdict, now: Effect): HTMLElement {
    const isShare = now.problem_type !== 'regression';
    const list = bars(barsOf(verdict, now.problem_type), isShare, this.tools);
    const { position } = verdict;
    if (position === null) {
      return list;
    }
    const title = make('p', { className: 'albert-place' }, [
      verdict.original ? 'instead of ' : `token ${position + 1}, masked in the text itself`,
      make('strong', { textContent: verdict.original, dir: 'auto' }),
      verdict.original ? `, which has ${standing(verdict)}` : ''
    ]);
    list.setAttribute('aria-label', title.textContent ?? '');
    return make('div', {}, [title, list]);
  }

  private explained(now: Effect): string {
    const [target] = this.importance?.targets ?? [];
    const matters = target
      ? ` The stronger its colour, the more a head matters for “${isolated(target)}”, relative to its layer (Michel et al. 2019).`
      : '';
    const before =
      now.problem_type === 'fill_mask'
        ? 'with all heads on'
        : 'with all heads on and no token masked';
    return `A click masks a token, or switches a head off; on a number, all of its line.${matters} Thin bars: ${before}.`;
  }

  /** Return how much heads matter for what is said; null where nothing is said, or heads cannot be reached. */
  private async important(scene: Scene, { verdicts }: Effect): Promise<HeadImportance | null> {
    if (!verdicts.length) {
      return null;
    }
    const { mask } = scene;
    return this.tools
      .ask<HeadImportance>(scene, 'head_importance', { mask }, 'importance')
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed) || error.isVoid) {
          throw error;
        }
        return null;
      });
  }

  /** Switch heads off; on again where all of them are off. */
  private toggle(heads: Cell[]): void {
    const scene = this.chosen;
    if (!scene) {
      return;
    }
    const isIn = ([layer, head]: readonly [number, number]) =>
      heads.some(({ row, column }) => row === layer && column === head);
    const others = scene.ablate.filter(one => !isIn(one));
    const areOff = scene.ablate.length - others.length === heads.length;
    const added = areOff ? [] : heads.map(({ row, column }) => [row, column] as [number, number]);
    const ablate = [...others, ...added].sort(([a, b], [c, d]) => a - c || b - d);
    this.tools.choose({ ablate });
  }

  private read(head: Cell): string {
    const { importance, chosen } = this;
    const isOff = chosen?.ablate.some(
      ([row, column]) => row === head.row && column === head.column
    );
    const parts = [headName(head), isOff ? 'off' : 'on'];
    if (importance) {
      const { data, shape } = importance.values;
      parts.push(`importance ${data[head.row * shape[1] + head.column].toFixed(2)}`);
    }
    return parts.join(' · ');
  }

  private readonly tokens: TokenRow;
  private readonly grid: HeadGrid;
  private readonly all: HTMLButtonElement;
  private readonly body: HTMLElement;
  private readonly said = make('div', { className: 'albert-said' });
  private readonly problem = make('p', { className: 'albert-note' });
  private readonly note = make('p', { className: 'albert-note' });
  private readonly code = make('code', { className: 'albert-code' });
  private scene: Scene | null = null;
  private chosen: Scene | null = null;
  private key = '';
  private importance: HeadImportance | null = null;
  /** The masks that the importance is for. */
  private importantTo = '';
  private now: Effect | null = null;
  private refusal = '';
}
