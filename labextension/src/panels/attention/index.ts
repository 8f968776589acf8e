/** The attention panel: all heads at a glance, and one of them in several views of the same scene. */

import { Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { scoresCss } from '../scores';
import { coloursOf, ramp } from '../theme';
import { counts } from '../tokens/state';
import { about } from './about';
import { arrange, type Switches } from './arrangement';
import { AttributionView } from './attribution';
import { type Choices, chosen, isSame, keep, TRAITS } from './choices';
import { CompareView } from './compare';
import { Controls } from './controls';
import type { Brush } from './draw';
import { EffectView } from './effect';
import { FlowView } from './flow';
import type { HeadStatistics } from './habits';
import { Legend } from './legend';
import { LinesView } from './lines';
import { unusual } from './maps';
import { MatrixView } from './matrix';
import { NeuronsView } from './neurons';
import { answerOnPage } from './onpage';
import { Overview } from './overview';
import { type Choice, LARGEST_MAP, type Scene, type Tools, type View } from './scene';
import { type AttentionMaps, labels, MapCache } from './state';
import style from './style.css';
import { Tabs } from './tabs';

/** Cells along a thumbnail. */
const THUMBNAIL = 48;
/** Panels at least this wide show overview and view side by side, in pixels. */
const WIDE = 720;
/** Texts up to so many tokens have their heads measured without being asked. */
const MEASURED = 2048;
/** The heads of texts over so many tokens are measured when nothing was chosen for a while, in milliseconds. */
const LONG = 128;
const REST = 600;

const ALL: Switches = { words: false, special_tokens: 'show', segments: 'all' };

const panel: Panel = {
  render({ model, el }) {
    let scene: Scene | null = null;
    let statistics: HeadStatistics | null = null;
    let touched = 0;
    let brush: Brush;

    const tools: Tools = {
      ask: (of, method, params, kind) =>
        frame.requests.ask(method, { ...of.input, ...params }, kind),
      point: (text, element, x, y) => frame.point(text, element, x, y),
      choose: choice => void change(choice)
    };
    const legend = new Legend();
    const overview = new Overview(tools);
    const matrix = new MatrixView(tools, legend);
    const every: View[] = [
      matrix,
      new LinesView(tools),
      new NeuronsView(tools),
      new FlowView(tools, legend),
      new EffectView(tools),
      new CompareView(tools),
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
    const canWeigh = !model.get('is_page') && offered.includes('neurons');
    const controls = new Controls(tools.choose, canWeigh, kind => {
      model.set('kind', kind);
      model.save_changes();
      void show(frame.input);
    });
    const right = make('div', { className: 'albert-view' }, [
      tabs.element,
      controls.element,
      ...views.map(view => view.element),
      legend.element
    ]);
    const body = make('div', { className: 'albert-attention', hidden: true }, [
      overview.element,
      right
    ]);

    const frame = new Frame(el, model, {
      title: 'Attention',
      css: scoresCss + style,
      onInput: input => void show(input),
      onTheme: () => redraw(),
      about: () => about(tabs.view),
      pictures: () => [
        { name: tabs.view.title, element: right },
        { name: 'All heads', element: overview.element }
      ],
      numbers: () => tabs.view.table?.() ?? null
    });
    frame.picture.append(body);

    /** Fetch the overview of an input, and what the present view needs of it. */
    async function show(input: Input, wanted?: Choices['weight']): Promise<void> {
      await frame.run(async () => {
        const kind = model.get('kind');
        const weight = wanted ?? (model.get('weight') as Choices['weight'] | null) ?? 'probability';
        const params = {
          ...input,
          pool: THUMBNAIL,
          quantized: true,
          ...unusual(weight),
          ...(kind && kind !== 'encoder' ? { kind } : {})
        };
        const answer = await frame.requests
          .ask<AttentionMaps>('attention', params, 'overview')
          .catch((error: unknown) => {
            // Not every architecture shows its values: what is there stays, and says what it is.
            const isVoid = error instanceof RequestFailed && error.isVoid;
            if (scene && weight !== scene.weight && !isVoid) {
              keep(model, scene, scene.overview.num_layers);
              controls.show(scene, tabs.view.id);
            }
            throw error;
          });
        const isSameText =
          scene?.overview.kind === answer.kind &&
          JSON.stringify(scene?.input) === JSON.stringify(input);
        const choices = { ...chosen(model, answer), weight };
        const next: Scene = {
          input,
          overview: answer,
          names: labels(answer.tokens),
          ...choices,
          // Another text has other tokens; heads stay switched off as long as they are the same model's.
          ...(scene && !isSameText ? { token: null, mask: [] } : {}),
          ...(scene && scene.input.model !== input.model ? { ablate: [] } : {}),
          arrangement: arrangedBy(answer, choices.switches),
          maps: new MapCache()
        };
        await tabs.view.load(next);
        scene = next;
        statistics = isSameText ? statistics : null;
        keep(model, next, answer.num_layers);
        frame.describe(answer.num_layers, answer.num_heads);
        body.hidden = false;
        redraw();
        void measure(next);
        return said(next);
      });
    }

    /** Measure the heads' habits, when there is nothing more urgent; without them the panel is as good. */
    async function measure(of: Scene): Promise<void> {
      if (statistics || of.names.length > MEASURED || !offered.includes('neurons')) {
        return;
      }
      await frame.seen();
      // It takes the backend a moment, in which a person may want to see another head.
      touched = performance.now();
      const isWanted = () => scene?.maps === of.maps;
      while (isWanted() && of.names.length > LONG && performance.now() < touched + REST) {
        await new Promise(done => setTimeout(done, REST / 4));
      }
      if (!isWanted()) {
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
    async function change(choice: Choice): Promise<void> {
      const present = scene;
      if (!present) {
        return;
      }
      touched = performance.now();
      if (choice.weight && choice.weight !== present.weight) {
        // All thumbnails are other ones.
        await show(present.input, choice.weight);
        return;
      }
      const changed = { ...present, ...choice };
      const next = choice.switches
        ? { ...changed, arrangement: arrangedBy(changed.overview, choice.switches) }
        : changed;
      if (!next.arrangement.rows.groups.length || !next.arrangement.columns.groups.length) {
        frame.rest('Nothing is left to show: change the switches.');
        controls.show(present, tabs.view.id);
        return;
      }
      scene = next;
      keep(model, next, next.overview.num_layers);
      controls.show(next, tabs.view.id);
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
    function arrangedBy(answer: AttentionMaps, switches: Switches): Scene['arrangement'] {
      const queries = answer.query_tokens ?? answer.tokens;
      const isLong = Math.max(answer.tokens.tokens.length, queries.tokens.length) > LARGEST_MAP;
      return arrange(answer.tokens, isLong ? ALL : switches, queries);
    }

    function said({ overview: maps }: Scene): string {
      return [counts(maps.tokens), ...maps.notes].join(' · ');
    }

    function redraw(): void {
      const colours = coloursOf(frame.root);
      brush = {
        colours,
        ramp: ramp(colours),
        font: `12px ${getComputedStyle(frame.root).fontFamily}`
      };
      legend.draw(brush);
      if (!scene || !frame.picture.clientWidth) {
        return;
      }
      room = frame.picture.clientWidth - 24;
      const isWide = room >= WIDE;
      body.toggleAttribute('data-wide', isWide);
      overview.draw(brush, isWide ? room / 2 - 12 : room);
      overview.show(scene, statistics);
      controls.show(scene, tabs.view.id);
      redrawView();
    }

    function redrawView(): void {
      const { view } = tabs;
      views.forEach(one => (one.element.hidden = one !== view));
      overview.element.hidden = Boolean(view.isWhole);
      body.toggleAttribute('data-whole', Boolean(view.isWhole));
      legend.element.hidden = !['matrix', 'flow'].includes(view.id);
      const isBeside = room >= WIDE && !view.isWhole;
      view.draw(brush, isBeside ? room - overview.width - 24 : room);
    }

    let room = 0;
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
      if (scene) {
        const choices = chosen(model, scene.overview);
        if (!isSame(choices, scene)) {
          void change(choices);
        }
      }
    };
    const turnKind = () => {
      if (scene && scene.overview.kinds.length > 1 && model.get('kind') !== scene.overview.kind) {
        void show(scene.input);
      }
    };
    const turn = () => tabs.show(String(model.get('view')));
    TRAITS.forEach(name => model.on(`change:${name}`, follow));
    model.on('change:view', turn);
    model.on('change:kind', turnKind);
    void show(frame.input);
    return () => {
      scene = null;
      observer.disconnect();
      TRAITS.forEach(name => model.off(`change:${name}`, follow));
      model.off('change:view', turn);
      model.off('change:kind', turnKind);
      frame.dispose();
    };
  }
};

showOnPage(panel, answerOnPage);

export default panel;
