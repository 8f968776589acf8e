/** Fetching maps, so that each head of a text travels once. */

import { LARGEST_MAP, type Scene, type Tools } from './scene';
import { type AttentionMaps, type Cell, headMap, type HeadMap } from './state';

/** Fetch one head's map, pooled if the text is too long to show each token. */
export async function fetchMap(tools: Tools, scene: Scene, cell: Cell): Promise<HeadMap> {
  const [map] = await fetchHeads(tools, scene, cell.row, [cell.column]);
  return map;
}

/** Fetch maps of one layer; those that are there already do not travel again. */
export async function fetchHeads(
  tools: Tools,
  scene: Scene,
  layer: number,
  heads: number[]
): Promise<HeadMap[]> {
  const known = new Map(
    heads.map(head => [head, scene.maps.get({ row: layer, column: head })] as const)
  );
  const missing = heads.filter(head => !known.get(head));
  if (missing.length) {
    const { length } = scene.overview.tokens.tokens;
    const pool = length > LARGEST_MAP ? { pool: LARGEST_MAP / 2 } : {};
    const kind = scene.overview.kinds.length > 1 ? { kind: scene.overview.kind } : {};
    const params = {
      ...{ layers: [layer], heads: missing, quantized: true },
      ...pool,
      ...kind,
      ...unusual(scene.weight)
    };
    const answer = await tools.ask<AttentionMaps>(scene, 'attention', params, 'map');
    missing.forEach((head, column) => {
      const map = headMap(answer, { row: 0, column });
      known.set(head, map);
      scene.maps.set({ row: layer, column: head }, map);
    });
  }
  return heads.map(head => known.get(head) as HeadMap);
}

/** Return what is to be asked for besides probabilities, which tensors without a model have, too. */
export function unusual(weight: Scene['weight']): { weight?: string } {
  return weight === 'probability' ? {} : { weight };
}
