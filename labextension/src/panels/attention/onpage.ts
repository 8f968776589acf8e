/** What the attention panel shows on a page of its own, without a kernel. */

import { RequestFailed } from '../messages';
import type { Answers } from '../page';
import { type AttentionMaps, headMap, type HeadMap } from './state';

/** What `AttentionPanel.to_html` puts into a page: the overview, and the maps of some layers and heads. */
interface PageMaps {
  overview: AttentionMaps;
  maps: AttentionMaps;
}

/** Answer a request of the panel from what the page holds. */
export const answerOnPage: Answers = (method, params, data) => {
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
  if (params.rows) {
    return part(maps, found, params.rows as number[], params.columns as number[]);
  }
  const [, , queries, keys] = maps.weights.shape;
  const weights = new Uint8Array(found.length * queries * keys);
  found.forEach((map, index) => weights.set(map.weights, index * queries * keys));
  return {
    ...maps,
    weights: { data: weights, shape: [1, found.length, queries, keys] },
    scale: { data: Float32Array.from(found, map => map.scale), shape: [1, found.length] }
  };
};

/** Return some rows and columns of maps, as probabilities. */
function part(maps: AttentionMaps, found: HeadMap[], rows: number[], columns: number[]): object {
  const weights = found.flatMap(map =>
    rows.flatMap(row => columns.map(column => map.weights[row * map.columns + column] * map.scale))
  );
  const shape = [1, found.length, rows.length, columns.length];
  return { ...maps, rows, columns, weights: { data: weights, shape } };
}
