/** What is chosen in the panel, between its traits in Python and the scene. */

import type { Model } from '../messages';
import type { Switches } from './arrangement';
import { MEASURES, type Measure } from './habits';
import { type AttentionMaps, type Cell, clamped } from './state';

/** What the second reading of a comparison is of; null means the first's. */
export interface Against {
  text: string | null;
  model: string | null;
}

/** All that a person or Python may choose of one text. */
export interface Choices {
  /** The open head: layer and head, counted from 0. */
  readonly open: Cell;
  /** Heads of the open layer that the lines are of; empty means the open one. */
  readonly heads: number[];
  /** The token that was chosen as query, or null. */
  readonly token: number | null;
  readonly switches: Switches;
  /** The first and the last layer that are shown. */
  readonly layers: readonly [number, number];
  readonly weight: 'probability' | 'value_norm';
  /** What heads are marked by, and whether they are sorted by it. */
  readonly measure: Measure | 'habits';
  readonly sort: boolean;
  /** Positions of tokens that are masked, and heads that are switched off, in the effect view. */
  readonly mask: number[];
  readonly ablate: readonly [number, number][];
  readonly against: Against;
}

/** The traits that hold choices of one text. */
export const TRAITS = [
  ...['layer', 'head', 'heads', 'token', 'words', 'special_tokens', 'segments', 'layers', 'weight'],
  ...['measure', 'sort', 'mask', 'ablate', 'compare_text', 'compare_model']
];

/** Return what the traits say, as far as there is such a thing in the text and its model. */
export function chosen(model: Model, maps: AttentionMaps): Choices {
  const get = <T>(name: string, other: T) => (model.get(name) as T | undefined) ?? other;
  const { num_layers, num_heads, tokens, query_tokens } = maps;
  const layers = within(get<number[] | null>('layers', null), num_layers);
  const { row, column } = clamped(
    { row: get('layer', 0), column: get('head', 0) },
    num_layers,
    num_heads
  );
  const token = get<number | null>('token', null);
  const count = (query_tokens ?? tokens).tokens.length;
  const measure = get<Choices['measure']>('measure', 'habits');
  return {
    open: { row: Math.min(Math.max(row, layers[0]), layers[1]), column },
    heads: get<number[]>('heads', []).filter(head => head < num_heads),
    token: token !== null && token >= 0 && token < count ? token : null,
    switches: {
      words: get('words', false),
      special_tokens: get('special_tokens', 'show'),
      segments: get('segments', 'all')
    },
    layers,
    weight: get('weight', 'probability'),
    measure: MEASURES.some(({ name }) => name === measure) ? measure : 'habits',
    sort: get('sort', false),
    mask: get<number[]>('mask', []).filter(at => at >= 0 && at < tokens.tokens.length),
    ablate: get<[number, number][]>('ablate', []).filter(
      ([layer, head]) => layer >= 0 && layer < num_layers && head >= 0 && head < num_heads
    ),
    against: { text: get('compare_text', null), model: get('compare_model', null) }
  };
}

/** Keep choices in the traits, where Python and a saved notebook have them. */
export function keep(model: Model, choices: Choices, numLayers: number): void {
  const { open, switches, layers, against, heads, token, weight, measure, sort, mask, ablate } =
    choices;
  const isAll = layers[0] === 0 && layers[1] === numLayers - 1;
  const traits: Record<string, unknown> = {
    ...switches,
    layer: open.row,
    head: open.column,
    layers: isAll ? null : layers,
    compare_text: against.text,
    compare_model: against.model,
    ...{ heads, token, weight, measure, sort, mask, ablate }
  };
  Object.entries(traits).forEach(([name, value]) => {
    // A list is never the same object again; without the comparison, each would travel each time.
    if (JSON.stringify(model.get(name)) !== JSON.stringify(value)) {
      model.set(name, value);
    }
  });
  model.save_changes();
}

/** Return whether two choices are the same. */
export function isSame(one: Choices, other: Choices): boolean {
  const written = (choices: Choices) => {
    const { open, switches, layers, against, heads, token, weight, measure, sort, mask, ablate } =
      choices;
    const { words, special_tokens, segments } = switches;
    return JSON.stringify([
      ...[open.row, open.column, words, special_tokens, segments, against.text, against.model],
      ...[layers, heads, token, weight, measure, sort, mask, ablate]
    ]);
  };
  return written(one) === written(other);
}

/** Return the first and the last of some layers, in order and inside a model of so many; null means all. */
export function within(layers: readonly number[] | null, count: number): [number, number] {
  const [first, last] = layers ?? [0, count - 1];
  const inside = (layer: number) => Math.min(Math.max(Math.trunc(layer) || 0, 0), count - 1);
  return first <= last ? [inside(first), inside(last)] : [inside(last), inside(first)];
}
