/** The numbers behind a picture, for a spreadsheet; layers, heads and tokens count from 0, as in Python. */

import type { Table } from '../saving';
import type { Scene } from './scene';
import type { Cell, HeadMap } from './state';

/** Return a number with as many digits as it is worth. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

/**
 * Return maps of one layer as they are shown: a line for each head, query and key.
 *
 * The columns are those of `AttentionMaps.to_frame` in Python. A word, or a cell of a pooled map, is named by its first
 * token.
 *
 * @param first The lines that the maps begin with.
 */
export function tableOf(
  scene: Scene,
  maps: HeadMap[],
  heads: number[],
  first: Cell = { row: 0, column: 0 }
): Table {
  const { rows, columns } = scene.arrangement;
  const side = ({ groups, names }: typeof rows, index: number, block: number): [number, string] =>
    block > 1 ? [index * block, ''] : [groups[index][0], names[index]];
  function* lines(): Generator<(string | number)[]> {
    for (const [index, map] of maps.entries()) {
      for (let at = 0; at < map.weights.length; at++) {
        const [query, queryName] = side(rows, first.row + Math.floor(at / map.columns), map.block);
        const [key, keyName] = side(columns, first.column + (at % map.columns), map.block);
        yield [
          ...[scene.open.row, heads[index], query, key, queryName, keyName],
          rounded(map.weights[at] * map.scale)
        ];
      }
    }
  }
  return {
    columns: ['layer', 'head', 'query', 'key', 'query_token', 'key_token', 'weight'],
    rows: lines()
  };
}
