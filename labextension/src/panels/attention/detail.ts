/** What is known of the open head's map: all of it, of a long text in coarse cells, and finer tiles where one looked. */

import { RequestFailed } from '../messages';
import type { Scene, Tools } from './scene';
import type { Cell, HeadMap } from './state';
import { blockOf, fetchTile, nameOf, type Source, type Tile, tileOf, tilesAround } from './tiles';
import type { MapGrid } from './zoom';

/** How long a look must stay before its tile is fetched, in milliseconds. */
const PAUSE = 150;
const ORIGIN: Cell = { row: 0, column: 0 };

/** What there is to show of a part of a map. */
export interface Seen {
  /** What is drawn, one over the other. */
  sources: Source[];
  /** The finest that holds all of the part: numbers are read from it. */
  finest: Source;
  /** What is still to come, or why it does not come. */
  note: string;
}

/** Fetches tiles as one looks; of several wanted only the newest counts. */
export class Detail {
  /** @param onArrival A tile came, or failed to. */
  constructor(
    private readonly tools: Tools,
    private readonly onArrival: () => void
  ) {}

  /** Return what there is of a part of a head's map, and fetch what is missing. */
  see(scene: Scene, map: HeadMap, grid: MapGrid): Seen {
    const block = blockOf(grid);
    const coarsest = Math.max(map.block, map.block_down ?? map.block);
    const whole = { map, first: ORIGIN };
    if (block >= coarsest) {
      this.want(scene, null);
      return { sources: [whole], finest: whole, note: '' };
    }
    const tile = tileOf(grid, block);
    const around = tilesAround(grid, block, coarsest);
    const sources = [whole, ...around.flatMap(one => fetched(scene, one) ?? [])];
    let finest: Source | null = null;
    for (let size = block; !finest && size < coarsest; size *= 2) {
      finest = fetched(scene, tileOf(grid, size));
    }
    this.want(scene, tile);
    const note = fetched(scene, tile) ? '' : this.failure || 'loading details…';
    return { sources, finest: finest ?? whole, note };
  }

  private want(scene: Scene, tile: Tile | null): void {
    const { open } = scene;
    const name = tile && !fetched(scene, tile) ? `${open.row}/${open.column}/${nameOf(tile)}` : '';
    if (name === this.wanted && scene.maps === this.maps) {
      return;
    }
    clearTimeout(this.pause);
    this.wanted = name;
    this.maps = scene.maps;
    this.failure = '';
    if (tile && name) {
      this.pause = setTimeout(() => void this.bring(scene, tile, name), PAUSE);
    }
  }

  private async bring(scene: Scene, tile: Tile, name: string): Promise<void> {
    try {
      await fetchTile(this.tools, scene, tile);
    } catch (error) {
      if (error instanceof RequestFailed && error.isVoid) {
        return;
      }
      if (this.wanted === name) {
        this.failure = `The details did not come: ${error instanceof Error ? error.message : error}`;
      }
    }
    if (scene.maps === this.maps) {
      this.onArrival();
    }
  }

  private pause?: ReturnType<typeof setTimeout>;
  private wanted = '';
  private maps: Scene['maps'] | null = null;
  private failure = '';
}

function fetched({ maps, open }: Scene, tile: Tile): Source | null {
  const map = maps.get(open, nameOf(tile));
  return map ? { map, first: tile } : null;
}
