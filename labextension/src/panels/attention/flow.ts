/** How much of each input token arrives at one token, layer by layer. */

import { make } from '../frame';
import type { NumberArray } from '../messages';
import type { Table } from '../saving';
import { arranged, plain, quantized } from './arrangement';
import { type Brush, drawCross, drawMap, widest } from './draw';
import { GridView } from './grid';
import type { Legend } from './legend';
import { rounded } from './numbers';
import { queryOf, type Scene, type Tools, type View } from './scene';
import { type Cell, type HeadMap, mapGrid, range } from './state';

/** The answer to `flow`; see the Python class `AttentionFlow`. */
interface AttentionFlow {
  weights: NumberArray;
  layers: number[];
}

const METHODS = [
  { name: 'rollout', title: 'rollout: ½ A + ½ I, multiplied through the layers' },
  { name: 'flow', title: 'flow: the maximum flow in the same graph' }
];

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
        const [token] = this.scene?.arrangement.columns.groups[cell.column] ?? [null];
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
    const grid = mapGrid(width, map.rows, map.columns, widest([...names, 'layer 99'], brush.font));
    const [start, end] = scene.layers;
    const layers = range(start, end).map(layer => `layer ${layer + 1}`);
    const [down, across] = grid.isLabelled ? [layers, names] : [null, null];
    this.grid.draw(grid, context => drawMap(context, grid, map, down, across, brush));
    const query = queryOf(scene);
    const source = start
      ? `what stands in each place before layer ${start + 1}`
      : 'each input token';
    this.note.textContent = `What arrives at “${scene.names[query]}” of ${source}. A click follows another token.`;
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

  private read({ row, column }: Cell): string {
    const { map, scene } = this;
    if (!map || !scene) {
      return '';
    }
    const share = map.weights[row * map.columns + column] * map.scale;
    return `${scene.arrangement.columns.names[column]} → ${scene.names[queryOf(scene)]} ${share.toFixed(2)} · up to layer ${scene.layers[0] + row + 1}`;
  }

  private readonly grid: GridView;
  private readonly method = make('select');
  private readonly note = make('p', { className: 'albert-note' });
  private scene: Scene | null = null;
  private key = '';
  private whole: HeadMap | null = null;
  private map: HeadMap | null = null;
  private brush: Brush | null = null;
}
