/** What all views of the attention panel share: one text, one open head, one chosen token. */

import type { Input } from '../frame';
import type { Table } from '../saving';
import type { Tokens } from '../tokens/state';
import { type Arrangement, lineOf } from './arrangement';
import type { Choices } from './choices';
import type { Brush } from './draw';
import type { AttentionMaps, HeadMap, MapCache } from './state';

/** What is looked at. A new text makes a new scene; another choice makes a changed copy of it. */
export interface Scene extends Choices {
  readonly input: Input;
  readonly overview: AttentionMaps;
  /** One short name a token. */
  readonly names: string[];
  /** What the switches make of the tokens; for a text that is too long for them all of it. */
  readonly arrangement: Arrangement;
  /** Maps that were fetched of this text. */
  readonly maps: MapCache;
}

/** What a person may choose in a view. */
export type Choice = Partial<Choices>;

/** What a view may use of its panel. */
export interface Tools {
  /** Ask the kernel about the scene's text; only the newest request of a kind counts. */
  ask<T>(scene: Scene, method: string, params: Record<string, unknown>, kind: string): Promise<T>;
  /** Show a note beside a point of an element; null hides it. */
  point(text: string | null, element?: Element, x?: number, y?: number): void;
  choose(choice: Choice): void;
}

/** One way to look at the scene. */
export interface View {
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  /** It has heads of its own to choose from, and takes the room of the overview. */
  readonly isWhole?: boolean;
  /** Fetch what the scene needs and keep it; null when all of it is there already. Draws nothing. */
  load(scene: Scene): Promise<void> | null;
  /** Draw what was loaded last. */
  draw(brush: Brush, width: number): void;
  /** The numbers in view, for a spreadsheet. */
  table?(): Table | null;
}

/** Tokens along a map that is sent whole; longer ones come pooled. */
export const LARGEST_MAP = 1024;

/** Return the token that a view looks from: the chosen one, or the first that is not special. */
export function queryOf({ token, arrangement: { rows }, overview }: Scene): number {
  const tokens = overview.query_tokens ?? overview.tokens;
  return lineOf(rows, token) === null ? firstOrdinary(tokens, rows.groups) : (token as number);
}

function firstOrdinary({ is_special }: Tokens, groups: number[][]): number {
  const [first] = groups.find(([token]) => !is_special.data[token]) ?? groups[0] ?? [0];
  return first;
}

/** Return the tokens that weigh most in a row, best first: index and weight as a probability. */
export function strongest(
  map: HeadMap,
  row: number,
  count: number
): { key: number; weight: number }[] {
  const weights = map.weights.subarray(row * map.columns, (row + 1) * map.columns);
  return Array.from(weights, (weight, key) => ({ key, weight: weight * map.scale }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, count);
}
