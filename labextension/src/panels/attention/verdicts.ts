/** What the model says, now and before something was changed, in words; no page in here. */

import type { NumberArray } from '../messages';
import type { Tokens } from '../tokens/state';

/** The answer to `effect`; see the Python classes `Effect` and `Verdict`. */
export interface Effect {
  tokens: Tokens;
  masked: number[];
  problem_type: 'fill_mask' | 'single_label' | 'multi_label' | 'regression';
  verdicts: Verdict[];
}

export interface Verdict {
  position: number | null;
  names: string[];
  probabilities: NumberArray;
  before: NumberArray;
  logits: NumberArray;
  logits_before: NumberArray;
  original: string;
  rank: number;
  rank_before: number;
  original_probability: number;
  original_before: number;
}

/** Return the place of what stood in a masked place: "rank 3, 0.041 (-0.012)"; empty where nothing is known. */
export function standing(verdict: Verdict): string {
  const { rank, rank_before, original_probability: now, original_before: before } = verdict;
  const was = rank === rank_before ? '' : ` (was ${rank_before})`;
  return rank ? `rank ${rank}${was}, ${now.toFixed(3)}${change(now - before)}` : '';
}

/** Return a change in three digits, " (+0.012)"; empty where it is smaller. */
export function change(difference: number): string {
  const rounded = Math.round(difference * 1000) / 1000;
  return rounded ? ` (${signed(rounded, 3)})` : '';
}

/** Return log-odds and logit, and how they changed: sharp where a probability is nearly 0 or 1 and hardly moves. */
export function moved(now: number, before: number, logit: number, logitBefore: number): string {
  const [odds, was] = [logOdds(now), logOdds(before)];
  return `log-odds ${signed(odds)}${difference(odds, was)} · logit ${signed(logit)}${difference(logit, logitBefore)}`;
}

function difference(now: number, before: number): string {
  return Math.abs(now - before) < 0.005 ? '' : ` (${signed(now - before)})`;
}

function logOdds(probability: number): number {
  const tiny = 1e-7;
  const inside = Math.min(Math.max(probability, tiny), 1 - tiny);
  return Math.log(inside / (1 - inside));
}

function signed(value: number, digits = 2): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}
