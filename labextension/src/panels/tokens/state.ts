/** What the token panel shows, computed from the kernel's answers; no page in here. */

import type { NumberArray } from '../messages';
import { CodePoints } from '../text';
import { hiddenNames } from './signs';
import { bytesOf, spelling } from './spelling';

/** Other models for a script that a model does not know; see the Python class of this name. */
export interface Suggestion {
  model: string;
  script: string;
  unread: number;
  here: string[];
  hub: string[];
}

/** The answer to `tokenize`; see the Python class of this name. Offsets are in code points. */
export interface Tokens {
  model: string;
  text: string;
  pair: string | null;
  tokens: string[];
  ids: NumberArray;
  offsets: NumberArray;
  word_ids: NumberArray;
  is_special: NumberArray;
  is_unknown: NumberArray;
  segment_ids: NumberArray;
  max_length: number;
  cut: number;
  normalized?: string | null;
  normalized_pair?: string | null;
  /** Segment, start and end of each word, the same for every tokenizer; tensors alone have none. */
  words?: NumberArray;
  suggestion?: Suggestion | null;
}

/** One token as it is drawn. */
export interface Chip {
  index: number;
  /** As the vocabulary spells it. */
  token: string;
  /** The part of the spelling that only says "continues" or "begins a word", drawn faintly. */
  marker: string;
  /** The rest, readable. */
  label: string;
  id: number;
  kind: 'ordinary' | 'special' | 'unknown';
  /** Where it lies in the text (segment 0) or pair (segment 1), in code points. */
  start: number;
  end: number;
  segment: number;
  /** Words are counted through both segments; -1 for special tokens. */
  word: number;
  /** It belongs to the same word as the chip before. */
  isContinued: boolean;
  /** It lies within a character, together with a neighbour: a part of the bytes. */
  isShared: boolean;
  /** The model does not read as far as this. */
  isBeyond: boolean;
  /** What lies between it and the chip before, and is in neither. */
  gap: string;
  /** The piece of the text that it covers; empty for a special token. */
  span: string;
}

/** Letters of the two segments of a pair. */
export const SEGMENTS = ['A', 'B'];

/** Return the chips of an answer. */
export function chips(answer: Tokens): Chip[] {
  const sources = [new CodePoints(answer.text), new CodePoints(answer.pair ?? '')];
  const { data: edges } = answer.offsets;
  const segments = answer.segment_ids.data;
  // A mark for a space that nobody typed lies on the first character, too, and has no part of it.
  const isMark = (index: number) => answer.tokens[index] === '▁' || answer.tokens[index] === 'Ġ';
  const isSame = (one: number, other: number) =>
    segments[one] === segments[other] &&
    !isMark(one) &&
    !isMark(other) &&
    edges[2 * one] < edges[2 * other + 1] &&
    edges[2 * other] < edges[2 * one + 1];
  const read = [0, 0];
  let word = -1;
  let before = '';
  return answer.tokens.map((token, index) => {
    const isSpecial = Boolean(answer.is_special.data[index]);
    const segment = segments[index];
    const [start, end] = [edges[2 * index], edges[2 * index + 1]];
    const name = isSpecial ? '' : `${segment}/${answer.word_ids.data[index]}`;
    const isContinued = name !== '' && name === before;
    if (name !== '' && !isContinued) {
      word += 1;
    }
    before = name;
    const span = isSpecial ? '' : (sources[segment]?.slice(start, end) ?? '');
    const isShared = !isSpecial && (isSame(index, index - 1) || isSame(index, index + 1));
    const [marker, label] = isSpecial ? ['', token] : spelling(token, span, isShared);
    let gap = '';
    if (!isSpecial) {
      gap = sources[segment].slice(read[segment], start);
      read[segment] = Math.max(read[segment], end);
      // The marker says it already.
      if ((marker === 'Ġ' || marker === '▁') && gap.endsWith(' ')) {
        gap = gap.slice(0, -1);
      }
    }
    return {
      index,
      token,
      marker,
      label,
      id: answer.ids.data[index],
      kind: isSpecial ? 'special' : answer.is_unknown.data[index] ? 'unknown' : 'ordinary',
      start,
      end,
      segment,
      word: isSpecial ? -1 : word,
      isContinued,
      isShared,
      isBeyond: answer.max_length > 0 && index >= answer.max_length,
      gap,
      span
    };
  });
}

/** Return what follows the last chip of each segment, and is in none. */
export function tails(answer: Tokens, all: Chip[]): string[] {
  return [answer.text, answer.pair ?? ''].map((source, segment) => {
    const end = Math.max(0, ...all.filter(chip => chip.segment === segment).map(chip => chip.end));
    return new CodePoints(source).slice(end, source.length);
  });
}

/** What is told of a tokenizer, in numbers; `NaN` where there is nothing to divide by. */
export interface Measures {
  tokens: number;
  perWord: number;
  perCharacter: number;
  unknown: number;
  unknownRate: number;
  beyond: number;
}

/** Return the measures of an answer, as the properties of `Tokens` in Python have them. */
export function measures(answer: Tokens): Measures {
  const ordinary = answer.tokens.filter((_, index) => !answer.is_special.data[index]).length;
  const unknown = Array.from(answer.is_unknown.data).filter(Boolean).length;
  const words = wordTokens(answer);
  const characters = [answer.text, answer.pair ?? ''].join('').replace(BLANK, '');
  return {
    tokens: answer.tokens.length,
    perWord: words.reduce((sum, count) => sum + count, 0) / words.length,
    perCharacter: ordinary / [...characters].length,
    unknown,
    unknownRate: unknown / Math.max(1, ordinary),
    beyond: answer.max_length ? Math.max(0, answer.tokens.length - answer.max_length) : 0
  };
}

/** What Python's `str.isspace` takes for white space. */
const BLANK = /[\p{White_Space}\x1c-\x1f]/gu; // eslint-disable-line no-control-regex

/** Return in how many tokens each word lies. */
export function wordTokens(answer: Tokens): number[] {
  const edges = [0, 1].map(segment => {
    const own = answer.tokens
      .map((_, index) => [
        answer.offsets.data[2 * index],
        answer.offsets.data[2 * index + 1],
        index
      ])
      .filter(([start, end, index]) => start < end && answer.segment_ids.data[index] === segment);
    return [own.map(([start]) => start), own.map(([, end]) => end)].map(side =>
      Float64Array.from(side).sort()
    );
  });
  const data = answer.words?.data ?? [];
  return Array.from({ length: data.length / 3 }, (_, word) => {
    const [segment, start, end] = [data[3 * word], data[3 * word + 1], data[3 * word + 2]];
    const [starts, ends] = edges[segment];
    // Those that begin before the word ends, less those that end before it begins.
    return below(starts, end) - below(ends, start + 1);
  });
}

/** Return how many of some sorted numbers are less than `limit`. */
function below(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Return a number with at most two decimals, halves rounded up, as `decimal` in Python. */
export function decimal(value: number): string {
  return Number.isNaN(value) ? '–' : String(Math.floor(value * 100 + 0.5) / 100);
}

/** Return the counts in one line, in the words of `Tokens.summary` in Python. */
export function counts(answer: Tokens): string {
  const { tokens, perWord, unknown, beyond } = measures(answer);
  const parts = [`${tokens} tokens`];
  if (!Number.isNaN(perWord)) {
    parts.push(`${decimal(perWord)} per word`);
  }
  parts.push(`${unknown} unknown`);
  if (answer.max_length) {
    parts.push(`limit ${answer.max_length}`);
  }
  if (beyond) {
    parts.push(`${beyond} beyond the limit`);
  }
  if (answer.cut) {
    parts.push(`${answer.cut} cut off`);
  }
  return parts.join(' · ');
}

/** Return what to say of a script that the model does not know, and what to do or to type. */
export function offer({ model, script, here, hub }: Suggestion): [message: string, advice: string] {
  const message = `${model} hardly reads ${script}.`;
  if (here.length) {
    return [message, `Choose ${here[0]} above: it does.`];
  }
  return [message, hub.length ? `%albert download ${hub[0]}` : '%albert search'];
}

/** Return what to say of a chip when it is pointed at or focused; of a pair, the segment is named. */
export function description(chip: Chip, isPair = false): string {
  const parts = [chip.token, `id ${chip.id}`];
  if (chip.kind === 'special') {
    parts.push('special');
  } else {
    const segment = isPair ? `${SEGMENTS[chip.segment]}, ` : '';
    parts.push(`${segment}characters ${chip.start}–${chip.end}`);
  }
  if (chip.isShared) {
    const bytes = bytesOf(chip.token);
    parts.push(...(bytes ? [`bytes ${bytes}`] : []), 'shares a character with its neighbour');
  }
  if (chip.isContinued) {
    parts.push('continues the word');
  }
  if (chip.kind === 'unknown') {
    parts.push('not in the vocabulary');
  }
  if (chip.isBeyond) {
    parts.push('beyond what the model reads');
  }
  parts.push(...hiddenNames(chip.span));
  return parts.join(' · ');
}
