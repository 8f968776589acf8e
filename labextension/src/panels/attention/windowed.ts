/** The maps that lines are drawn of: whole ones, or of a long text those of the tokens around what is seen. */

import { RequestFailed } from '../messages';
import { isolated } from '../text';
import { arranged } from './arrangement';
import { headsOf } from './heads';
import { fetchHeads } from './maps';
import { LARGEST_MAP, type Scene, strongest, type Tools } from './scene';
import { type Cell, grouped, type HeadMap } from './state';
import { meanOf } from './strands';
import type { Tile } from './tiles';
import { fetchWindow, knownWindow, windowOf } from './windows';

/** How long one must rest from scrolling before the tokens in view are fetched, in milliseconds. */
const PAUSE = 120;

/** Maps of the chosen heads, which follow the scrolling. */
export class WindowedMaps {
  scene: Scene | null = null;
  maps: HeadMap[] = [];
  /** The tokens that the maps begin with. */
  first: Cell = { row: 0, column: 0 };

  /** @param onArrival The maps of other tokens came. */
  constructor(
    private readonly tools: Tools,
    private readonly onArrival: () => void
  ) {}

  /**
   * Fetch the maps of a scene's heads; null when they are there already.
   *
   * @param top The first line that is seen.
   */
  load(scene: Scene, top: number): Promise<void> | null {
    const heads = headsOf(scene);
    if (isLong(scene)) {
      const window = windowOf(scene, top);
      const found = knownWindow(scene, heads, window);
      const keep = () => this.keep(scene, knownWindow(scene, heads, window) ?? [], window);
      return found
        ? (keep(), null)
        : fetchWindow(this.tools, scene, heads, window, 'map').then(keep);
    }
    const keep = (maps: HeadMap[]) =>
      this.keep(
        scene,
        maps.map(map => arranged(map, scene.arrangement))
      );
    const known = heads.map(head => scene.maps.get({ row: scene.open.row, column: head }));
    return known.every(map => map !== undefined)
      ? (keep(known), null)
      : fetchHeads(this.tools, scene, scene.open.row, heads).then(keep);
  }

  /** Take the maps of the tokens around what is seen, or fetch them when the scrolling rests. */
  follow(top: number): void {
    const { scene } = this;
    if (!scene || !isLong(scene)) {
      return;
    }
    const heads = headsOf(scene);
    const window = windowOf(scene, top);
    const found = knownWindow(scene, heads, window);
    if (found) {
      clearTimeout(this.pause);
      this.wanted = null;
      this.keep(scene, found, window);
    } else if (window.row !== this.wanted?.row || window.column !== this.wanted.column) {
      clearTimeout(this.pause);
      this.wanted = window;
      this.failure = '';
      this.pause = setTimeout(() => void this.bring(scene, heads, window), PAUSE);
    }
  }

  /** The mean of the maps; the map itself, if there is only one. */
  get mean(): HeadMap {
    const { maps } = this;
    if (this.meanOf !== maps) {
      this.meanOf = maps;
      this.meanKept = maps.length > 1 ? meanOf(maps) : maps[0];
    }
    return this.meanKept as HeadMap;
  }

  /** What is read out of a query: "cat → sat 0.41, mat 0.20, it 0.11 · head 3". */
  read(query: number): string {
    const { scene, mean, first } = this;
    if (!scene) {
      return '';
    }
    const { rows, columns } = scene.arrangement;
    const name = isolated(rows.names[query]);
    const row = query - first.row;
    if (row < 0 || row >= mean.rows) {
      return `${name}: loading…`;
    }
    const best = strongest(mean, row, 3)
      .map(
        ({ key, weight }) => `${isolated(columns.names[first.column + key])} ${weight.toFixed(2)}`
      )
      .join(', ');
    const heads = headsOf(scene);
    const of = heads.length > 1 ? `mean of ${heads.length} heads` : `head ${heads[0] + 1}`;
    const outside = mean.inside ? ` · ${left(mean.inside[row])} outside ${this.span}` : '';
    return `${name} → ${best} · ${of}${outside}`;
  }

  /** Which lines there are of a long text, and how much of the attention of the lines in view they leave out. */
  note(from: number, to: number): string {
    const { scene, maps } = this;
    if (!scene || !maps.length || !isLong(scene)) {
      return '';
    }
    if (this.wanted) {
      return this.failure || 'loading these tokens…';
    }
    const { inside } = this.mean;
    const said = `Lines within ${this.span}; they follow the scrolling.`;
    if (!inside) {
      return said;
    }
    const seen = inside.subarray(Math.max(0, from - this.first.row), to - this.first.row);
    const mean = seen.reduce((sum, share) => sum + share, 0) / (seen.length || 1);
    return `${said} Of the attention of the tokens in view ${left(mean)} goes elsewhere on average: the matrix shows where.`;
  }

  private get span(): string {
    const { column } = this.first;
    return `tokens ${grouped(column + 1)}–${grouped(column + this.mean.columns)}`;
  }

  private keep(scene: Scene, maps: HeadMap[], first: Cell = { row: 0, column: 0 }): void {
    this.scene = scene;
    this.first = first;
    const isSame =
      maps.length === this.maps.length && maps.every((map, at) => map === this.maps[at]);
    if (!isSame) {
      this.maps = maps;
    }
  }

  private async bring(scene: Scene, heads: number[], window: Tile): Promise<void> {
    try {
      await fetchWindow(this.tools, scene, heads, window, 'window');
    } catch (error) {
      if (error instanceof RequestFailed && error.isVoid) {
        return;
      }
      this.failure = `These tokens did not come: ${error instanceof Error ? error.message : error}`;
    }
    this.onArrival();
  }

  private meanOf: HeadMap[] | null = null;
  private meanKept: HeadMap | null = null;
  private pause?: ReturnType<typeof setTimeout>;
  /** The window that is waited for. */
  private wanted: Tile | null = null;
  private failure = '';
}

function isLong({ arrangement: { rows, columns } }: Scene): boolean {
  return Math.max(rows.names.length, columns.names.length) > LARGEST_MAP;
}

function left(inside: number): string {
  return Math.max(0, 1 - inside).toFixed(2);
}
