/** Which tokens stand along a map, and how: words for pieces, special tokens left out, one segment against another. */

import { CodePoints, visible } from '../text';
import type { Tokens } from '../tokens/state';
import { type HeadMap, labels } from './state';

/** The switches that hold in all views. */
export interface Switches {
  /** Words for pieces. */
  words: boolean;
  special_tokens: 'show' | 'hide' | 'renormalize';
  /** From which segment to which; "AB" is from the text to the pair. */
  segments: 'all' | 'AA' | 'AB' | 'BA' | 'BB';
}

/** One side of a map: each of its lines is one token, or the tokens of one word. */
export interface Side {
  groups: number[][];
  names: string[];
}

/** What stands along both sides. */
export interface Arrangement {
  rows: Side;
  columns: Side;
  /** Whether each row is divided by what is left of it. */
  isRenormalized: boolean;
  /** Nothing is joined or left out. */
  isWhole: boolean;
}

/** Arrange the tokens of a text; `queries` are those that look, where they are others. */
export function arrange(keys: Tokens, switches: Switches, queries: Tokens = keys): Arrangement {
  const hides = switches.special_tokens !== 'show';
  const [from, to] = switches.segments === 'all' ? ['', ''] : switches.segments;
  return {
    rows: side(queries, switches.words, hides, from),
    columns: side(keys, switches.words, hides, to),
    isRenormalized: switches.special_tokens === 'renormalize',
    isWhole: !switches.words && !hides && switches.segments === 'all'
  };
}

function side(tokens: Tokens, words: boolean, hides: boolean, segment: string): Side {
  const wanted = segment && 'AB'.indexOf(segment);
  const groups: number[][] = [];
  let word = '';
  tokens.tokens.forEach((_, index) => {
    const isSpecial = Boolean(tokens.is_special.data[index]);
    const of = tokens.segment_ids.data[index];
    // Special tokens are of no segment.
    if ((isSpecial && hides) || (wanted !== '' && of !== wanted)) {
      return;
    }
    const name = isSpecial ? '' : `${of}/${tokens.word_ids.data[index]}`;
    if (words && name && name === word) {
      groups[groups.length - 1].push(index);
    } else {
      groups.push([index]);
    }
    word = name;
  });
  return { groups, names: groups.map(nameOf(tokens)) };
}

/** Return a function that names a token, or the tokens of a word. */
export function nameOf(tokens: Tokens): (group: number[]) => string {
  const names = labels(tokens);
  const sources = [new CodePoints(tokens.text), new CodePoints(tokens.pair ?? '')];
  return group => {
    const [first, last] = [group[0], group[group.length - 1]];
    if (first === last) {
      return names[first];
    }
    const start = tokens.offsets.data[2 * first];
    const end = tokens.offsets.data[2 * last + 1];
    return visible(sources[tokens.segment_ids.data[first]].slice(start, end), 14);
  };
}

/**
 * Return a map as it is arranged: from a word is the mean of its pieces, to a word is their sum (Clark et al. 2019, §4).
 *
 * @param map Of all tokens, not pooled.
 */
export function arranged(
  map: HeadMap,
  { rows, columns, isRenormalized, isWhole }: Arrangement
): HeadMap {
  if (isWhole) {
    return map;
  }
  const width = columns.groups.length;
  const values = new Float32Array(rows.groups.length * width);
  rows.groups.forEach((queries, row) => {
    columns.groups.forEach((keys, column) => {
      let sum = 0;
      for (const query of queries) {
        for (const key of keys) {
          sum += map.weights[query * map.columns + key];
        }
      }
      values[row * width + column] = (sum / queries.length) * map.scale;
    });
    if (isRenormalized) {
      const line = values.subarray(row * width, (row + 1) * width);
      const left = line.reduce((total, value) => total + value, 0);
      if (left > 0) {
        line.forEach((value, column) => (line[column] = value / left));
      }
    }
  });
  return quantized(values, rows.groups.length, width);
}

/** Return weights as bytes with one scale. */
export function quantized(values: Float32Array, rows: number, columns: number): HeadMap {
  const top = values.reduce((largest, value) => Math.max(largest, value), 0);
  const scale = top > 0 ? top / 255 : 1;
  const weights = Uint8Array.from(values, value => Math.round(value / scale));
  return { weights, scale, rows, columns, block: 1 };
}

/** Return a side of so many lines that are nothing but themselves. */
export function plain(count: number): Side {
  const groups = Array.from({ length: count }, (_, index) => [index]);
  return { groups, names: groups.map(([index]) => String(index + 1)) };
}

/** Return the line that a token stands in, or null when it is left out. */
export function lineOf({ groups }: Side, token: number | null): number | null {
  const line = token === null ? -1 : groups.findIndex(group => group.includes(token));
  return line < 0 ? null : line;
}
