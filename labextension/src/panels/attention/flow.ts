/** How much of each input token arrives at one token, layer by layer. */

import { make } from '../frame';
import type { NumberArray } from '../messages';
import type { Table } from '../saving';
import { isolated } from '../text';
import { arranged, plain, quantized } from './arrangement';
import { type Brush, drawCross, drawMap, drawPositions, widest } from './draw';
import { GridView } from './grid';
import type { Legend } from './legend';
import { rounded } from './numbers';
import { queryOf, type Scene, strongest, type Tools, type View } from './scene';
import {
  type Cell,
  type Grid,
  grouped,
  type HeadMap,
  mapGrid,
  partOf,
  range,
  weightText
} from './state';

/** The answer to `flow`; see the Python class `AttentionFlow`. */
interface AttentionFlow {
  weights: NumberArray;
  layers: number[];
}

const METHODS = [
  { name: 'rollout', title: 'rollout: ½ A + ½ I, multiplied through the layers' },
  { name: 'flow', title: 'flow: the maximum flow in the same graph' }
];

/** Texts up to so many tokens have maximum flows computed: one for each token and layer, each of which may take seconds. */
const FLOWING = 128;
/** How many of the input tokens are named that arrive most. */
const NAMED = 5;
/** Among more tokens than this a name alone does not say which. */
const MANY = 48;

/** Layers down, input tokens across. */
export class FlowView implements View {
  readonly id = 'flow';
  readonly title = 'Flow';
  readonly element: HTMLElement;

  constructor(
    private readonly tools: Tools,
    private readonly legend: Legend
  ) {
    this.grid = new GridView({
      label: 'Layers down, input tokens across.',
      name: cell => this.read(cell),
      onPoint: (cell, x, y) => tools.point(cell && this.read(cell), this.grid.element, x, y),
      onOpen: cell => {
        const [token] = this.scene?.arrangement.columns.groups[this.strongest(cell)] ?? [null];
        tools.choose({ token });
      },
      drawOver: (context, grid, pointed) => {
        if (pointed && this.brush) {
          drawCross(context, grid, pointed, this.brush.colours);
        }
      }
    });
    this.method.setAttribute('aria-label', 'Method');
    this.method.append(
      ...METHODS.map(({ name, title }) => make('option', { value: name, textContent: title }))
    );
    this.method.addEventListener('change', () => tools.choose({}));
    const controls = make('div', { className: 'albert-choice' }, [this.method]);
    this.element = make('div', {}, [controls, this.grid.element, this.note]);
  }

  load(scene: Scene): Promise<void> | null {
    const [, flow] = this.method.options;
    const isLong = scene.names.length > FLOWING;
    flow.disabled = isLong;
    flow.textContent = isLong ? `flow: for texts of up to ${FLOWING} tokens` : METHODS[1].title;
    if (isLong) {
      this.method.value = METHODS[0].name;
    }
    const [method, query] = [this.method.value, queryOf(scene)];
    const [start, last] = scene.layers;
    const key = `${method}/${query}/${start}/${last}`;
    if (scene.maps === this.scene?.maps && key === this.key) {
      this.scene = scene;
      return null;
    }
    return this.tools
      .ask<AttentionFlow>(
        scene,
        'flow',
        { method, rows: [query], layers: range(start, last), start },
        'flow'
      )
      .then(({ weights }) => {
        const [layers, , tokens] = weights.shape;
        this.scene = scene;
        this.key = key;
        this.whole = quantized(Float32Array.from(weights.data), layers, tokens);
      });
  }

  draw(brush: Brush, width: number): void {
    const { whole, scene } = this;
    if (!whole || !scene) {
      return;
    }
    this.brush = brush;
    const { columns, isWhole, isRenormalized } = scene.arrangement;
    const { names } = columns;
    const map = arranged(whole, { rows: plain(whole.rows), columns, isWhole, isRenormalized });
    this.map = map;
    const [start, end] = scene.layers;
    const layers = range(start, end).map(layer => `layer ${layer + 1}`);
    const square = mapGrid(
      width,
      map.rows,
      map.columns,
      widest([...names, 'layer 99'], brush.font)
    );
    const grid: Grid = square.isLabelled ? square : wideGrid(width, map.rows, map.columns);
    this.drawn = grid;
    this.grid.draw(grid, context => {
      drawMap(context, grid, map, layers, square.isLabelled ? names : null, brush);
      if (!square.isLabelled) {
        drawPositions(context, grid, brush, 'across');
      }
    });
    const query = queryOf(scene);
    const source = start
      ? `what stands in each place before layer ${start + 1}`
      : 'each input token';
    const best = strongest(map, map.rows - 1, NAMED)
      .map(({ key, weight }) => `${isolated(names[key])} ${weightText(weight)}`)
      .join(', ');
    this.note.textContent = `What arrives at “${isolated(scene.names[query])}” of ${source}; after the last layer most of ${best}. A click follows another token.`;
    const from = start ? `, start=${start}` : '';
    this.legend.show(
      map.scale * 255,
      `bert.flow(v.text, method=${JSON.stringify(this.method.value)}, rows=[${query}]${from})`
    );
  }

  table(): Table | null {
    const { scene, map } = this;
    const { columns } = scene?.arrangement ?? {};
    return (
      (map &&
        columns && {
          columns: ['layer', 'token', 'token_text', 'share'],
          rows: Array.from(map.weights, (weight, at) => [
            Math.floor(at / map.columns),
            columns.groups[at % map.columns][0],
            columns.names[at % map.columns],
            rounded(weight * map.scale)
          ])
        }) ||
      null
    );
  }

  private read(cell: Cell): string {
    const { map, scene } = this;
    if (!map || !scene) {
      return '';
    }
    const { names, groups } = scene.arrangement.columns;
    const column = this.strongest(cell);
    const share = map.weights[cell.row * map.columns + column] * map.scale;
    const place = names.length > MANY ? ` (token ${grouped(groups[column][0] + 1)})` : '';
    return `${isolated(names[column])}${place} → ${isolated(scene.names[queryOf(scene)])} ${weightText(share)} · up to layer ${scene.layers[0] + cell.row + 1}`;
  }

  /** The column that a cell shows: of those under one pixel the strongest. */
  private strongest({ row, column }: Cell): number {
    const { map, drawn } = this;
    if (!map || !drawn) {
      return column;
    }
    const line = map.weights.subarray(row * map.columns, (row + 1) * map.columns);
    const last = Math.min(column + partOf(drawn).stride.column, map.columns);
    let best = column;
    for (let other = column; other < last; other++) {
      best = line[other] > line[best] ? other : best;
    }
    return best;
  }

  private readonly grid: GridView;
  private readonly method = make('select');
  private readonly note = make('p', { className: 'albert-note' });
  private scene: Scene | null = null;
  private key = '';
  private whole: HeadMap | null = null;
  private map: HeadMap | null = null;
  private drawn: Grid | null = null;
  private brush: Brush | null = null;
}

/** Lay out the layers of a long text: rows that can be seen, and tokens as narrow as they must be. */
function wideGrid(width: number, rows: number, columns: number): Grid {
  const [left, top, step_down] = [60, 18, 18];
  const across = Math.min(width, 900) - left - 8;
  const step = across / columns;
  const stride = { row: 1, column: Math.max(1, Math.ceil(1 / step)) };
  return {
    left,
    top,
    step,
    step_down,
    gap: 0,
    rows,
    columns,
    width: left + across,
    height: top + step_down * rows,
    part: { row: 0, column: 0, across, down: step_down * rows, stride }
  };
}
