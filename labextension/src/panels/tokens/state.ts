/** What the token panel shows, computed from the kernel's answer; no page in here. */

import type { NumberArray } from '../messages';
import { CodePoints } from '../text';

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
  /** The model does not read as far as this. */
  isBeyond: boolean;
}

/** Return the chips of an answer. */
export function chips(answer: Tokens): Chip[] {
  const sources = [new CodePoints(answer.text), new CodePoints(answer.pair ?? '')];
  let word = -1;
  let before = '';
  return answer.tokens.map((token, index) => {
    const isSpecial = Boolean(answer.is_special.data[index]);
    const segment = answer.segment_ids.data[index];
    const start = answer.offsets.data[2 * index];
    const end = answer.offsets.data[2 * index + 1];
    const name = isSpecial ? '' : `${segment}/${answer.word_ids.data[index]}`;
    const isContinued = name !== '' && name === before;
    if (name !== '' && !isContinued) {
      word += 1;
    }
    before = name;
    const span = isSpecial ? '' : (sources[segment]?.slice(start, end) ?? '');
    const [marker, label] = isSpecial ? ['', token] : spelling(token, span);
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
      isBeyond: answer.max_length > 0 && index >= answer.max_length
    };
  });
}

/** Return the counts in one line, in the words of `Tokens.summary` in Python. */
export function counts(answer: Tokens, all: Chip[] = chips(answer)): string {
  const ordinary = all.filter(chip => chip.kind !== 'special');
  const words = new Set(ordinary.map(chip => chip.word)).size;
  const unknown = Array.from(answer.is_unknown.data).filter(Boolean).length;
  const beyond = all.filter(chip => chip.isBeyond).length;
  const parts = [`${all.length} tokens`];
  if (words) {
    parts.push(`${Number((ordinary.length / words).toPrecision(2))} per word`);
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

/** Return what to say of a chip when it is pointed at or focused. */
export function description(chip: Chip): string {
  const parts = [chip.token, `id ${chip.id}`];
  if (chip.kind === 'special') {
    parts.push('special');
  } else {
    parts.push(`${chip.segment === 1 ? 'pair, ' : ''}characters ${chip.start}–${chip.end}`);
  }
  if (chip.kind === 'unknown') {
    parts.push('not in the vocabulary');
  }
  if (chip.isBeyond) {
    parts.push('beyond what the model reads');
  }
  return parts.join(' · ');
}

/** Return the marker and the readable rest of a token; `span` is the piece of text that it covers. */
export function spelling(token: string, span: string): [marker: string, label: string] {
  const marker = /^(##|▁|Ġ)(?=.)/u.exec(token)?.[0] ?? '';
  const rest = token.slice(marker.length);
  // Byte-level vocabularies spell "你" as "ä½ł"; where the bytes are just the text, the text is shown.
  const isBytes = span.trim() !== '' && bytesAsText(rest) === span.trim();
  return [marker, isBytes ? span.trim() : rest];
}

/** How byte-level tokenizers spell the 68 bytes that have no printable character: from U+0100 on. */
const UNPRINTABLE = Array.from({ length: 256 }, (_, byte) => byte).filter(
  byte => !(byte >= 33 && byte <= 126) && !(byte >= 161 && byte <= 172) && byte < 174
);

function bytesAsText(spelled: string): string | null {
  const bytes: number[] = [];
  for (const character of spelled) {
    const code = character.codePointAt(0)!;
    const byte = code < 256 ? code : UNPRINTABLE[code - 256];
    if (byte === undefined) {
      return null;
    }
    bytes.push(byte);
  }
  return new TextDecoder().decode(new Uint8Array(bytes)).trim();
}
