/** The attention panel: all heads at a glance, one of them in full. */

import { Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { coloursOf, css, ramp } from '../theme';
import { counts } from '../tokens/state';
import { type Brush, drawCross, drawFrames, drawMap, drawOverview, widest } from './draw';
import { GridView } from './grid';
import {
  type AttentionMaps,
  type Cell,
  clamped,
  headMap,
  type HeadMap,
  headName,
  labels,
  largest,
  MapCache,
  mapGrid,
  overviewGrid,
  reading
} from './state';
import style from './style.css';

/** Cells along a thumbnail, and along a map that is too long to show each token. */
const THUMBNAIL = 64;
const LARGEST_MAP = 1024;
/** Panels at least this wide show overview and map side by side, in pixels. */
const WIDE = 720;

const panel: Panel = {
  render({ model, el }) {
    let overview: AttentionMaps | null = null;
    let names: string[] = [];
    let open: Cell = { row: Number(model.get('layer')), column: Number(model.get('head')) };
    let map: HeadMap | null = null;
    /** The head that `map` is of: the last good picture stays while another one is fetched. */
    let mapHead = open;
    let locked: Cell | null = null;
    let brush: Brush;
    const cache = new MapCache();

    const overviewView = new GridView({
      label: 'All heads: layers down, heads across. Enter opens one.',
      name: cell => headName(cell),
      onPoint: (cell, x, y) => {
        const text =
          cell &&
          overview &&
          `${headName(cell)} · up to ${largest(headMap(overview, cell)).toFixed(2)}`;
        frame.point(text, overviewView.element, x, y);
      },
      onOpen: cell => void choose(cell),
      drawOver: (context, grid, pointed) => drawFrames(context, grid, open, pointed, brush.colours)
    });
    overviewView.element.classList.add('albert-overview');
    const mapView = new GridView({
      label: 'One head: queries down, keys across.',
      name: cell => (map ? reading(names, map, cell, mapHead) : ''),
      onPoint: (cell, x, y) => {
        const text = cell && map && reading(names, map, cell, mapHead);
        frame.point(text, mapView.element, x, y);
      },
      onOpen: cell => {
        locked = locked?.row === cell.row && locked.column === cell.column ? null : cell;
        showLocked();
      },
      drawOver: (context, grid, pointed) => {
        const cell = pointed ?? locked;
        if (cell) {
          drawCross(context, grid, cell, brush.colours);
        }
      }
    });
    const layer = make('select');
    const head = make('select');
    layer.setAttribute('aria-label', 'Layer');
    head.setAttribute('aria-label', 'Head');
    const locking = make('span');
    const scale = make('span', {
      className: 'albert-scale',
      title: 'Colours follow the square root.'
    });
    const top = make('span');
    const code = make('code', { title: 'In Python, layers and heads count from 0.' });
    const choice = make('div', { className: 'albert-choice' }, [layer, head, locking]);
    const legend = make('div', { className: 'albert-legend' }, ['0', scale, top, code]);
    const body = make('div', { className: 'albert-attention', hidden: true }, [
      overviewView.element,
      make('div', {}, [choice, mapView.element, legend])
    ]);

    const frame = new Frame(el, model, {
      title: 'Attention',
      css: style,
      onInput: input => void show(input),
      onTheme: () => redraw()
    });
    frame.picture.append(body);

    /** Fetch the overview of an input, then the open head. */
    async function show(input: Input): Promise<void> {
      await frame.run(async () => {
        const answer = await ask(input, { pool: THUMBNAIL }, 'overview');
        const first = await fetchMap(
          input,
          clamped(open, answer.num_layers, answer.num_heads),
          answer
        );
        overview = answer;
        names = labels(answer.tokens);
        cache.clear();
        locked = null;
        keep(clamped(open, answer.num_layers, answer.num_heads));
        take(open, first);
        offerChoices(answer);
        frame.describe(answer.num_layers, answer.num_heads);
        body.hidden = false;
        redraw();
        return [counts(answer.tokens), ...answer.notes].join(' · ');
      });
    }

    /** Open another head of the same text. */
    async function choose(cell: Cell): Promise<void> {
      const present = overview;
      if (!present) {
        return;
      }
      keep(cell);
      offerChoices(present);
      overviewView.go(cell);
      overviewView.redrawOver();
      const known = cache.get(cell);
      if (known) {
        frame.requests.cancel('map');
        take(cell, known);
        redrawMap();
        return;
      }
      const { text, pair, model: name } = present.tokens;
      await frame.run(async () => {
        take(cell, await fetchMap({ text, pair, model: name }, cell, present));
        redrawMap();
        return [counts(present.tokens), ...present.notes].join(' · ');
      });
    }

    function ask(
      input: Input,
      params: Record<string, unknown>,
      kind: string
    ): Promise<AttentionMaps> {
      return frame.requests.ask('attention', { ...input, ...params, quantized: true }, kind);
    }

    async function fetchMap(input: Input, cell: Cell, { tokens }: AttentionMaps): Promise<HeadMap> {
      const pool = tokens.tokens.length > LARGEST_MAP ? { pool: LARGEST_MAP / 2 } : {};
      const answer = await ask(input, { layers: [cell.row], heads: [cell.column], ...pool }, 'map');
      return headMap(answer, { row: 0, column: 0 });
    }

    function keep(cell: Cell): void {
      open = cell;
      model.set('layer', cell.row);
      model.set('head', cell.column);
      model.save_changes();
    }

    function take(cell: Cell, fetched: HeadMap): void {
      map = fetched;
      mapHead = cell;
      cache.set(cell, fetched);
    }

    function offerChoices({ num_layers, num_heads }: AttentionMaps): void {
      const fill = (select: HTMLSelectElement, word: string, count: number, chosen: number) => {
        if (select.length !== count) {
          select.replaceChildren(
            ...Array.from({ length: count }, (_, index) =>
              make('option', { value: String(index), textContent: `${word} ${index + 1}` })
            )
          );
        }
        select.value = String(chosen);
      };
      fill(layer, 'layer', num_layers, open.row);
      fill(head, 'head', num_heads, open.column);
    }

    function redraw(): void {
      const colours = coloursOf(frame.root);
      brush = {
        colours,
        ramp: ramp(colours),
        font: `12px ${getComputedStyle(frame.root).fontFamily}`
      };
      const stops = [0, 4, 16, 36, 64, 100, 144, 196, 255].map(at => {
        const [red, green, blue] = brush.ramp.subarray(at * 4);
        return `${css([red, green, blue, 1])} ${Math.round(at / 2.55)}%`;
      });
      scale.style.background = `linear-gradient(to right, ${stops.join()})`;
      if (!overview || !frame.picture.clientWidth) {
        return;
      }
      const maps = overview;
      const width = frame.picture.clientWidth - 24;
      const isWide = width >= WIDE;
      body.toggleAttribute('data-wide', isWide);
      const grid = overviewGrid(isWide ? width / 2 - 12 : width, maps.num_layers, maps.num_heads);
      overviewView.go(open);
      overviewView.draw(grid, context => drawOverview(context, grid, maps, brush));
      mapWidth = isWide ? width - grid.width - 24 : width;
      redrawMap();
    }

    function redrawMap(): void {
      const shown = map;
      if (!shown) {
        return;
      }
      const grid = mapGrid(mapWidth, shown.rows, shown.columns, widest(names, brush.font));
      const along = grid.isLabelled && shown.block === 1 ? names : null;
      mapView.draw(grid, context => drawMap(context, grid, shown, along, brush));
      top.textContent = largest(shown).toFixed(2);
      code.textContent = `.attention(layer=${mapHead.row}, head=${mapHead.column})`;
      showLocked();
    }

    function showLocked(): void {
      locking.textContent = locked && map ? reading(names, map, locked, mapHead) : '';
    }

    let mapWidth = 0;
    layer.addEventListener(
      'change',
      () => void choose({ row: Number(layer.value), column: open.column })
    );
    head.addEventListener(
      'change',
      () => void choose({ row: open.row, column: Number(head.value) })
    );
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (frame.picture.clientWidth !== width) {
        width = frame.picture.clientWidth;
        redraw();
      }
    });
    observer.observe(frame.picture);
    const follow = () => {
      const cell = { row: Number(model.get('layer')), column: Number(model.get('head')) };
      if (overview && (cell.row !== open.row || cell.column !== open.column)) {
        void choose(clamped(cell, overview.num_layers, overview.num_heads));
      }
    };
    model.on('change:layer', follow);
    model.on('change:head', follow);
    void show(frame.input);
    return () => {
      observer.disconnect();
      model.off('change:layer', follow);
      model.off('change:head', follow);
      frame.dispose();
    };
  }
};

/** What `AttentionPanel.to_html` puts into a page: the overview, and the maps of some layers and heads. */
interface PageMaps {
  overview: AttentionMaps;
  maps: AttentionMaps;
}

showOnPage(panel, (method, params, data) => {
  const { overview, maps } = data as PageMaps;
  if (method !== 'attention') {
    throw new RequestFailed('page', `A saved page cannot answer ${method}.`);
  }
  if (!Array.isArray(params.layers)) {
    return overview;
  }
  const cell = {
    row: maps.layers.indexOf(params.layers[0]),
    column: maps.heads.indexOf((params.heads as number[])[0])
  };
  if (cell.row < 0 || cell.column < 0) {
    throw new RequestFailed(
      'page',
      'This head is not in the saved page.',
      'Save it with .to_html(layers=…, heads=…), or without both for all heads.'
    );
  }
  const { weights, scale } = headMap(maps, cell);
  const shape = [1, 1, ...maps.weights.shape.slice(2)];
  return {
    ...maps,
    weights: { data: weights, shape },
    scale: { data: Float32Array.of(scale), shape: [1, 1] }
  };
});

export default panel;
