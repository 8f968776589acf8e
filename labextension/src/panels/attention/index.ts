/** The attention panel: all heads at a glance, and one of them in several views of the same scene. */

import { Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { coloursOf, css, ramp } from '../theme';
import { counts } from '../tokens/state';
import { arrange, lineOf, type Switches } from './arrangement';
import { AttributionView } from './attribution';
import type { Brush } from './draw';
import { EffectView } from './effect';
import { FlowView } from './flow';
import type { HeadStatistics } from './habits';
import { LinesView } from './lines';
import { MatrixView } from './matrix';
import { NeuronsView } from './neurons';
import { Overview } from './overview';
import { type Choice, LARGEST_MAP, queryOf, type Scene, type Tools, type View } from './scene';
import { type AttentionMaps, type Cell, clamped, headMap, labels, MapCache } from './state';
import style from './style.css';
import { Tabs } from './tabs';

/** Cells along a thumbnail. */
const THUMBNAIL = 64;
/** Panels at least this wide show overview and view side by side, in pixels. */
const WIDE = 720;
/** Texts up to so many tokens have their heads measured without being asked. */
const MEASURED = 2048;

const ALL: Switches = { words: false, special_tokens: 'show', segments: 'all' };

const panel: Panel = {
  render({ model, el }) {
    let scene: Scene | null = null;
    let statistics: HeadStatistics | null = null;
    let brush: Brush;

    const tools: Tools = {
      ask: (of, method, params, kind) =>
        frame.requests.ask(method, { ...of.input, ...params }, kind),
      point: (text, element, x, y) => frame.point(text, element, x, y),
      choose: choice => void change(choice)
    };
    const scale = make('span', {
      className: 'albert-scale',
      title: 'Colours follow the square root.'
    });
    const top = make('span');
    const code = make('code', { title: 'In Python, layers, heads and tokens count from 0.' });
    const legend = {
      show(largest: number, python: string) {
        top.textContent = largest.toFixed(2);
        code.textContent = python;
      }
    };
    const overview = new Overview(tools);
    const matrix = new MatrixView(tools, legend);
    const every: View[] = [
      matrix,
      new LinesView(tools),
      new NeuronsView(tools),
      new FlowView(tools, legend),
      new EffectView(tools),
      new AttributionView(tools)
    ];
    // A page of its own holds the maps, and nothing that would have to be computed.
    const offered = model.get('is_page') ? ['matrix', 'lines'] : (model.get('views') as string[]);
    const views = every.filter(({ id }) => offered.includes(id));
    const tabs = new Tabs(views, String(model.get('view')), view => {
      model.set('view', view.id);
      model.save_changes();
      void change({});
    });
    const layer = make('select');
    const head = make('select');
    const token = make('select');
    layer.setAttribute('aria-label', 'Layer');
    head.setAttribute('aria-label', 'Head');
    token.setAttribute('aria-label', 'Query token');
    const kinds = make('select');
    kinds.setAttribute('aria-label', 'Kind of attention');
    const choice = make('div', { className: 'albert-choice' }, [kinds, layer, head, token]);
    const words = make('input', { type: 'checkbox' });
    const specials = choices('Special tokens', {
      show: 'special tokens shown',
      hide: 'special tokens hidden',
      renormalize: 'hidden, and the rest of a row sums to 1'
    });
    const segments = choices('Segments', {
      all: 'both texts',
      AA: 'A → A',
      AB: 'A → B',
      BA: 'B → A',
      BB: 'B → B'
    });
    const switching = make('div', { className: 'albert-choice' }, [
      make('label', { title: 'From a word: the mean of its pieces; to a word: their sum.' }, [
        words,
        'words'
      ]),
      specials,
      segments
    ]);
    const bar = make('div', { className: 'albert-legend' }, ['0', scale, top, code]);
    const right = make('div', { className: 'albert-view' }, [
      tabs.element,
      choice,
      switching,
      ...views.map(view => view.element),
      bar
    ]);
    const body = make('div', { className: 'albert-attention', hidden: true }, [
      overview.element,
      right
    ]);

    const frame = new Frame(el, model, {
      title: 'Attention',
      css: style,
      onInput: input => void show(input),
      onTheme: () => redraw()
    });
    frame.picture.append(body);

    /** Fetch the overview of an input, and what the present view needs of it. */
    async function show(input: Input): Promise<void> {
      await frame.run(async () => {
        const kind = model.get('kind');
        const params = {
          ...input,
          pool: THUMBNAIL,
          quantized: true,
          ...(kind && kind !== 'encoder' ? { kind } : {})
        };
        const answer = await frame.requests.ask<AttentionMaps>('attention', params, 'overview');
        const wanted = Number(model.get('token') ?? -1);
        const names = labels(answer.tokens);
        const next: Scene = {
          input,
          overview: answer,
          names,
          ...arrangedBy(answer, switched()),
          open: clamped(stored(), answer.num_layers, answer.num_heads),
          heads: ((model.get('heads') as number[] | undefined) ?? []).filter(
            index => index < answer.num_heads
          ),
          token: !scene && wanted >= 0 && wanted < answer.tokens.tokens.length ? wanted : null,
          maps: new MapCache()
        };
        await tabs.view.load(next);
        scene = next;
        statistics = null;
        keep(next);
        frame.describe(answer.num_layers, answer.num_heads);
        body.hidden = false;
        redraw();
        void measure(next);
        return said(next);
      });
    }

    /** Measure the heads' habits, when there is nothing more urgent; without them the panel is as good. */
    async function measure(of: Scene): Promise<void> {
      if (of.names.length > MEASURED || !offered.includes('neurons')) {
        return;
      }
      const found = await tools
        .ask<HeadStatistics>(of, 'head_statistics', {}, 'statistics')
        .catch(() => null);
      if (found && scene?.maps === of.maps) {
        statistics = found;
        overview.show(scene, statistics);
      }
    }

    /** Choose another head, token or view of the same text. */
    async function change(chosen: Choice): Promise<void> {
      const present = scene;
      if (!present) {
        return;
      }
      const changed = { ...present, ...chosen };
      const next = chosen.switches
        ? { ...changed, ...arrangedBy(changed.overview, chosen.switches) }
        : changed;
      if (!next.arrangement.rows.groups.length || !next.arrangement.columns.groups.length) {
        frame.rest('Nothing is left to show: change the switches.');
        offerChoices(present);
        return;
      }
      scene = next;
      keep(next);
      offerChoices(next);
      const { view } = tabs;
      const loading = view.load(next);
      overview.show(next, statistics);
      if (!loading) {
        frame.requests.cancel('map');
        redrawView();
        return;
      }
      await frame.run(async () => {
        await loading;
        redrawView();
        return said(next);
      });
    }

    /** What the switches make of a text; one that is too long for a map of each token is shown whole. */
    function arrangedBy(
      answer: AttentionMaps,
      switches: Switches
    ): Pick<Scene, 'switches' | 'arrangement'> {
      const queries = answer.query_tokens ?? answer.tokens;
      const isLong = Math.max(answer.tokens.tokens.length, queries.tokens.length) > LARGEST_MAP;
      const arrangement = arrange(answer.tokens, isLong ? ALL : switches, queries);
      return { switches, arrangement };
    }

    function switched(): Switches {
      return {
        words: Boolean(model.get('words')),
        special_tokens: (model.get('special_tokens') as Switches['special_tokens']) ?? 'show',
        segments: (model.get('segments') as Switches['segments']) ?? 'all'
      };
    }

    function said({ overview: maps }: Scene): string {
      return [counts(maps.tokens), ...maps.notes].join(' · ');
    }

    function stored(): Cell {
      return { row: Number(model.get('layer')), column: Number(model.get('head')) };
    }

    function keep({ open, heads, token: query, switches }: Scene): void {
      Object.entries(switches).forEach(([name, value]) => model.set(name, value));
      model.set('layer', open.row);
      model.set('head', open.column);
      model.set('heads', heads);
      model.set('token', query);
      model.save_changes();
    }

    function offerChoices(of: Scene): void {
      const fill = (select: HTMLSelectElement, names: string[], chosen: number) => {
        const present = Array.from(select.options, option => option.textContent);
        if (present.join('\n') !== names.join('\n')) {
          select.replaceChildren(
            ...names.map((name, index) =>
              make('option', { value: String(index), textContent: name })
            )
          );
        }
        select.value = String(chosen);
      };
      const counted = (word: string, count: number) =>
        Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
      fill(layer, counted('layer', of.overview.num_layers), of.open.row);
      fill(head, counted('head', of.overview.num_heads), of.open.column);
      const { id } = tabs.view;
      head.hidden = !['matrix', 'neurons'].includes(id);
      layer.hidden = !['matrix', 'neurons', 'lines'].includes(id);
      token.hidden = !['lines', 'neurons', 'flow'].includes(id) || of.names.length > MEASURED;
      switching.hidden = id === 'effect';
      if (!token.hidden) {
        const { rows } = of.arrangement;
        const lines = rows.names.map((name, line) => `${rows.groups[line][0] + 1} ${name}`);
        const query = tabs.view.id === 'lines' ? of.token : queryOf(of);
        fill(token, ['all tokens', ...lines], (lineOf(rows, query) ?? -1) + 1);
        token.options[0].hidden = tabs.view.id !== 'lines';
      }
      const isLong = of.names.length > LARGEST_MAP;
      words.checked = of.switches.words;
      specials.value = of.switches.special_tokens;
      segments.value = of.switches.segments;
      segments.hidden = of.overview.tokens.pair === null;
      kinds.hidden = of.overview.kinds.length < 2;
      fill(
        kinds,
        of.overview.kinds.map(kind => `${kind} attention`),
        of.overview.kinds.indexOf(of.overview.kind)
      );
      [words, specials, segments].forEach(control => (control.disabled = isLong));
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
      if (!scene || !frame.picture.clientWidth) {
        return;
      }
      const width = frame.picture.clientWidth - 24;
      const isWide = width >= WIDE;
      body.toggleAttribute('data-wide', isWide);
      overview.draw(brush, isWide ? width / 2 - 12 : width);
      overview.show(scene, statistics);
      viewWidth = isWide ? width - overview.width - 24 : width;
      offerChoices(scene);
      redrawView();
    }

    function redrawView(): void {
      views.forEach(view => (view.element.hidden = view !== tabs.view));
      bar.hidden = !['matrix', 'flow'].includes(tabs.view.id);
      tabs.view.draw(brush, viewWidth);
    }

    let viewWidth = 0;
    const choose = (choice: (present: Scene) => Choice) => () => {
      if (scene) {
        void change(choice(scene));
      }
    };
    layer.addEventListener(
      'change',
      choose(({ open }) => ({ open: { ...open, row: Number(layer.value) } }))
    );
    head.addEventListener(
      'change',
      choose(({ open }) => ({ open: { ...open, column: Number(head.value) }, heads: [] }))
    );
    token.addEventListener(
      'change',
      choose(({ arrangement }) => {
        const [found] = arrangement.rows.groups[Number(token.value) - 1] ?? [null];
        return { token: found };
      })
    );
    [words, specials, segments].forEach(control =>
      control.addEventListener(
        'change',
        choose(() => ({
          switches: {
            words: words.checked,
            special_tokens: specials.value as Switches['special_tokens'],
            segments: segments.value as Switches['segments']
          }
        }))
      )
    );
    kinds.addEventListener('change', () => {
      if (scene) {
        model.set('kind', scene.overview.kinds[Number(kinds.value)]);
        model.save_changes();
        void show(scene.input);
      }
    });
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (frame.picture.clientWidth !== width) {
        width = frame.picture.clientWidth;
        redraw();
      }
    });
    observer.observe(frame.picture);
    /** Python chose something. */
    const follow = () => {
      if (!scene) {
        return;
      }
      const { num_layers, num_heads, tokens } = scene.overview;
      const open = clamped(stored(), num_layers, num_heads);
      const heads = (model.get('heads') as number[]) ?? [];
      const wanted = model.get('token') as number | null;
      const query = wanted === null || wanted >= tokens.tokens.length ? null : wanted;
      const switches = switched();
      const isSame =
        Object.values(switches).join() === Object.values(scene.switches).join() &&
        open.row === scene.open.row &&
        open.column === scene.open.column &&
        heads.join() === scene.heads.join() &&
        query === scene.token;
      if (!isSame) {
        void change({ open, heads, token: query, switches });
      }
    };
    const turnKind = () => {
      if (scene && scene.overview.kinds.length > 1 && model.get('kind') !== scene.overview.kind) {
        void show(scene.input);
      }
    };
    const turn = () => tabs.show(String(model.get('view')));
    const traits = ['layer', 'head', 'heads', 'token', 'words', 'special_tokens', 'segments'];
    traits.forEach(name => model.on(`change:${name}`, follow));
    model.on('change:view', turn);
    model.on('change:kind', turnKind);
    void show(frame.input);
    return () => {
      observer.disconnect();
      traits.forEach(name => model.off(`change:${name}`, follow));
      model.off('change:view', turn);
      model.off('change:kind', turnKind);
      frame.dispose();
    };
  }
};

function choices(label: string, names: Record<string, string>): HTMLSelectElement {
  const select = make(
    'select',
    {},
    Object.entries(names).map(([value, textContent]) => make('option', { value, textContent }))
  );
  select.setAttribute('aria-label', label);
  return select;
}

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
  const row = maps.layers.indexOf(params.layers[0]);
  const found = (params.heads as number[]).map(head => {
    const cell = { row, column: maps.heads.indexOf(head) };
    if (cell.row < 0 || cell.column < 0) {
      throw new RequestFailed(
        'page',
        'This head is not in the saved page.',
        'Save it with .to_html(layers=…, heads=…), or without both for all heads.'
      );
    }
    return headMap(maps, cell);
  });
  const [, , queries, keys] = maps.weights.shape;
  const weights = new Uint8Array(found.length * queries * keys);
  found.forEach((map, index) => weights.set(map.weights, index * queries * keys));
  return {
    ...maps,
    weights: { data: weights, shape: [1, found.length, queries, keys] },
    scale: { data: Float32Array.from(found, map => map.scale), shape: [1, found.length] }
  };
});

export default panel;
