/** Two maps side by side on one scale, and the difference of what corresponds. */

import { make } from '../frame';
import { css, diverging } from '../theme';
import { secondInput } from './against';
import { type Brush, drawCross, drawMap, widest } from './draw';
import {
  type Aligned,
  asMap,
  type Comparison,
  type Difference,
  onOneScale,
  weight
} from './difference';
import { GridView } from './grid';
import type { Scene, Tools } from './scene';
import { type Cell, type HeadMap, headName, mapGrid } from './state';

/** Two maps are side by side where each of them has so much room, in pixels. */
export const SIDE = 220;

/** What is drawn: two maps on their own tokens, and their difference. */
export interface Pair {
  first: HeadMap;
  second: HeadMap;
  difference: Difference;
  aligned: Aligned;
}

/** Three maps, each to be explored. */
export class MapPair {
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.first = this.map('The first map: queries down, keys across.', cell => this.read(cell, 0));
    this.second = this.map('The second map: queries down, keys across.', cell =>
      this.read(cell, 1)
    );
    this.between = this.map('The difference: queries down, keys across.', cell =>
      this.readDifference(cell)
    );
    this.element = make('div', { className: 'albert-pairs' }, [
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
  }

  /** Draw the maps of the open head; without them (a text is too long) nothing. */
  draw(
    scene: Scene,
    { tokens, other_tokens }: Comparison,
    pair: Pair | null,
    brush: Brush,
    width: number
  ): void {
    this.element.hidden = !pair;
    this.pair = pair;
    this.scene = scene;
    this.brush = brush;
    if (!pair) {
      return;
    }
    const { aligned } = pair;
    const input = secondInput(scene);
    const isModel = input.model !== scene.input.model;
    this.firstName.textContent = `first: ${isModel ? scene.input.model : tokens.text}`;
    this.secondName.textContent = `second: ${isModel ? input.model : other_tokens.text}`;
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
    const { pair, scene } = this;
    if (!pair || !scene) {
      return '';
    }
    const { aligned } = pair;
    const [{ names }, map] = at ? [aligned.second, pair.second] : [aligned.first, pair.first];
    return `${names[row]} → ${names[column]} ${weight(map, row, column).toFixed(2)} · ${headName(scene.open)}`;
  }

  private readDifference({ row, column }: Cell): string {
    const { pair, scene } = this;
    if (!pair || !scene) {
      return '';
    }
    const { aligned } = pair;
    const [query, key] = [aligned.common[row], aligned.common[column]];
    const before = weight(pair.first, query.first, key.first);
    const now = weight(pair.second, query.second, key.second);
    const change = now - before;
    const { names } = aligned.second;
    return `${names[query.second]} → ${names[key.second]} ${before.toFixed(2)} → ${now.toFixed(2)} (${change > 0 ? '+' : ''}${change.toFixed(2)}) · ${headName(scene.open)}`;
  }

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
  private pair: Pair | null = null;
  private scene: Scene | null = null;
  private brush: Brush | null = null;
}

function captioned(caption: HTMLElement, content: HTMLElement): HTMLElement {
  return make('figure', {}, [make('figcaption', {}, [caption]), content]);
}
