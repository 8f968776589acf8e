/** What the summary panel shows of an answer; no page in here. */

import type { NumberArray } from '../messages';
import { CodePoints } from '../text';
import { type Candidates, choose, type Length } from './selection';

/** The answer to `summarize`; see the Python class `Scored`. */
export interface Scored {
  model: string;
  source: string;
  method: string;
  language: string;
  notes: string[];
  about: string | null;
  written: string | null;
  written_sentences: WrittenSentence[];
  starts: NumberArray;
  ends: NumberArray;
  scores: NumberArray;
  ranks: NumberArray;
  words: NumberArray;
  tokens: NumberArray;
  kinds: NumberArray;
  documents: NumberArray;
  /** `(sentences, most)`, -1 where there are fewer; likewise `meanings` and `shared`. */
  neighbours: NumberArray;
  meanings: NumberArray;
  shared: NumberArray;
}

export interface WrittenSentence {
  text: string;
  start: number;
  end: number;
  support: { sentence: number; similarity: number }[];
}

/** The answer to `rouge`, of one text. */
export interface RougeScore {
  measure: string;
  precision: number;
  recall: number;
  f1: number;
}

export interface Neighbour {
  sentence: number;
  meaning: number;
  words: number;
}

export const KINDS = ['sentence', 'heading', 'item'] as const;
export type Kind = (typeof KINDS)[number];

/** Languages whose sentences stand beside each other without a space; as in Python. */
const JOINED = new Set(['zh', 'ja', 'th', 'lo', 'km', 'my', 'bo']);

/** A paragraph, a heading or an item of a list: sentences by their index, and the text around them. */
export interface Block {
  kind: Kind;
  document: number;
  pieces: (string | number)[];
}

/** An answer, ready to select from. */
export class Reading {
  readonly count: number;
  readonly candidates: Candidates;
  private readonly points: CodePoints;

  constructor(readonly answer: Scored) {
    const { ranks, kinds, words, tokens } = answer;
    this.points = new CodePoints(answer.source);
    this.count = ranks.data.length;
    const order = new Array<number>(this.count);
    for (let index = 0; index < this.count; index++) {
      order[ranks.data[index]] = index;
    }
    // A heading is taken where there is nothing else only.
    const plain = order.filter(index => KINDS[kinds.data[index]] !== 'heading');
    this.candidates = {
      order: plain.length ? plain : order,
      words: words.data,
      tokens: tokens.data
    };
  }

  text(index: number): string {
    const { starts, ends } = this.answer;
    return this.points.slice(starts.data[index], ends.data[index]);
  }

  kind(index: number): Kind {
    return KINDS[this.answer.kinds.data[index]];
  }

  score(index: number): number {
    return this.answer.scores.data[index];
  }

  /** Return the sentences of a summary, in the order of the source. */
  chosen(length: Length): number[] {
    return [...choose(this.candidates, length)].sort((a, b) => a - b);
  }

  /** Return the summary itself. */
  summary(chosen: number[]): string {
    const joint = JOINED.has(this.answer.language) ? '' : ' ';
    return this.answer.written ?? chosen.map(index => this.text(index)).join(joint);
  }

  neighbours(index: number): Neighbour[] {
    const { neighbours, meanings, shared } = this.answer;
    const most = neighbours.shape[1] ?? 0;
    const found: Neighbour[] = [];
    for (let at = index * most; at < (index + 1) * most; at++) {
      if (neighbours.data[at] >= 0) {
        found.push({
          sentence: neighbours.data[at],
          meaning: meanings.data[at],
          words: shared.data[at]
        });
      }
    }
    return found;
  }

  /** Return the source as it is, parted where it has blank lines, headings, items and documents. */
  blocks(): Block[] {
    const { starts, ends, documents } = this.answer;
    const found: Block[] = [];
    let end = 0;
    for (let index = 0; index < this.count; index++) {
      const gap = this.points.slice(end, starts.data[index]);
      const kind = this.kind(index);
      const isNew =
        !found.length ||
        documents.data[index] !== documents.data[index - 1] ||
        /\n[^\S\n]*\n/.test(gap) ||
        (gap.includes('\n') && (kind !== 'sentence' || this.kind(index - 1) !== 'sentence'));
      if (isNew) {
        const cut = gap.lastIndexOf('\n') + 1;
        add(found.at(-1), gap.slice(0, cut).trim());
        found.push({ kind, document: documents.data[index], pieces: [] });
        add(found.at(-1), gap.slice(cut));
      } else {
        add(found.at(-1), gap);
      }
      found.at(-1)!.pieces.push(index);
      end = ends.data[index];
    }
    const rest = this.points.slice(end, this.points.length).trimEnd();
    if (!found.length && rest) {
      // What is written by a model may come without the sentences of the source.
      return rest
        .split(/\n\s*\n/)
        .map(piece => ({ kind: 'sentence', document: 0, pieces: [piece] }));
    }
    add(found.at(-1), rest);
    return found;
  }
}

function add(block: Block | undefined, text: string): void {
  if (block && text) {
    block.pieces.push(text);
  }
}

/** Return how much of the source is in a summary. */
export function counts(reading: Reading, chosen: number[]): string {
  const { written, written_sentences: sentences, words } = reading.answer;
  if (written !== null) {
    const supported = sentences.filter(({ support }) => support.length).length;
    return sentences.length
      ? `${number(supported)} of ${number(sentences.length)} sentences supported by the source`
      : 'written by the model';
  }
  const kept = chosen.reduce((sum, index) => sum + words.data[index], 0);
  return `${number(chosen.length)} of ${several(reading.count, 'sentence')} · ${several(kept, 'word')}`;
}

/** Return what there is to know of an answer whatever the length, for the status line. */
export function facts(reading: Reading): string {
  const { method, language, about, notes, words } = reading.answer;
  return [
    ...(reading.count
      ? [`${several(reading.count, 'sentence')}, ${several(total(words), 'word')}`]
      : []),
    method,
    language,
    ...(about ? [`about “${about}”`] : []),
    ...notes
  ].join(' · ');
}

/** Return a summary as Markdown, just as Python does. */
export function markdown(reading: Reading, chosen: number[]): string {
  const { written } = reading.answer;
  if (written !== null) {
    return `${written}\n`;
  }
  return chosen
    .map(index => `- ${reading.text(index).split(/\s+/u).filter(Boolean).join(' ')}\n`)
    .join('');
}

/** Sentences by who chose them. */
export interface Groups {
  both: number[];
  first: number[];
  second: number[];
}

/** Part what two methods chose. */
export function groups(first: number[], second: number[]): Groups {
  const [mine, others] = [new Set(first), new Set(second)];
  return {
    both: first.filter(index => others.has(index)),
    first: first.filter(index => !others.has(index)),
    second: second.filter(index => !mine.has(index))
  };
}

/** Return what is known of a sentence: names and values, as people read them. */
export function known(reading: Reading, index: number, isChosen: boolean): [string, string][] {
  const { ranks, words, tokens, documents } = reading.answer;
  const documentCount = (documents.data[reading.count - 1] ?? 0) + 1;
  const place = `${number(index + 1)} of ${number(reading.count)}`;
  const document = documentCount > 1 ? `, document ${documents.data[index] + 1}` : '';
  const kind = reading.kind(index);
  const rank = ranks.data[index] + 1;
  const taken =
    kind === 'heading' && reading.candidates.order.length < reading.count
      ? 'a heading is not taken'
      : `${number(rank)} of ${number(reading.candidates.order.length)}, ${isChosen ? 'in the summary' : 'not in the summary'}`;
  return [
    ['score', reading.score(index).toFixed(2)],
    ['rank', taken],
    ['place', `${kind === 'sentence' ? '' : `${kind}, `}${place}${document}`],
    ['length', `${several(words.data[index], 'word')}, ${several(tokens.data[index], 'token')}`]
  ];
}

/** Return ROUGE in a few words. */
export function rougeText(scores: RougeScore[]): string {
  return scores
    .map(({ measure, f1 }) => `${measure.replace('rouge', 'ROUGE-')}\u00a0${f1.toFixed(3)}`)
    .join(' · ');
}

/** Return a count with its noun. */
export function several(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Return a count as people read it. */
export function number(count: number): string {
  return count.toLocaleString('en');
}

function total({ data }: NumberArray): number {
  let sum = 0;
  for (let at = 0; at < data.length; at++) {
    sum += data[at];
  }
  return sum;
}
