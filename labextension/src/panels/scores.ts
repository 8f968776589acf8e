/** Tokens or words coloured by what each adds to one output of a model: blue speaks for it, orange against. */

import { arrange } from './attention/arrangement';
import { make } from './element';
import type { NumberArray } from './messages';
import scoresCss from './scores.css';
import { directionOf, isolated } from './text';
import { type Colour, type Colours, css, signed } from './theme';
import type { Tokens } from './tokens/state';

export { scoresCss };

/** The methods, as people name them. */
export const METHODS = {
  integrated_gradients: 'integrated gradients',
  gradient: 'gradient × input',
  occlusion: 'occlusion: without the token'
};
export type Method = keyof typeof METHODS;

/** The answer to `attribute`; see the Python class `Attribution`. */
export interface Attribution {
  tokens: Tokens;
  scores: NumberArray;
  method: Method;
  target: string;
  targets: string[];
  output: number;
  baseline: number;
  delta: number | null;
}

/** What is coloured, and by how much. */
export interface Scored {
  names: string[];
  scores: number[];
}

/** Return what groups of tokens add: the sum of what each token does. */
export function summed({ data }: NumberArray, groups: number[][]): number[] {
  return groups.map(group => group.reduce((sum, token) => sum + data[token], 0));
}

/** Return what each word of a text adds; special tokens are left out. */
export function wordScores({ tokens, scores }: Attribution): Scored {
  const switches = { words: true, special_tokens: 'hide', segments: 'all' } as const;
  const { groups, names } = arrange(tokens, switches).columns;
  return { names, scores: summed(scores, groups) };
}

/**
 * Return the row of coloured names.
 *
 * @param target The output that they add to.
 * @param onPoint One of them is pointed at.
 */
export function scoreRow(
  { names, scores }: Scored,
  target: string,
  colours: Colours,
  onPoint: (text: string | null, chip?: HTMLElement) => void
): HTMLElement {
  const top = Math.max(...scores.map(Math.abs), Number.MIN_VALUE);
  const row = make('div', { className: 'albert-scores', dir: directionOf(names) });
  row.setAttribute('role', 'list');
  row.append(
    ...names.map((name, index) => {
      const share = scores[index] / top;
      const chip = make('span', { className: 'albert-score', textContent: name, dir: 'auto' });
      const score = `${scores[index] < 0 ? '' : '+'}${scores[index].toFixed(3)}`;
      const text = `${isolated(name)} ${score} for ${isolated(target)}`;
      chip.setAttribute('role', 'listitem');
      chip.setAttribute('aria-label', text);
      chip.style.background = css(signed(share, colours));
      chip.style.color = css(legible(share, colours));
      chip.addEventListener('pointerenter', () => onPoint(text, chip));
      return chip;
    })
  );
  row.addEventListener('pointerleave', () => onPoint(null));
  return row;
}

/**
 * Return what is said of an attribution as a whole.
 *
 * @param isNumber What is explained is the number of a regression: words raise it or lower it.
 */
export function scoreNote(
  { target, output, baseline, delta }: Attribution,
  isNumber = false
): string {
  return [
    `${isolated(target)}: ${output.toFixed(2)}`,
    `${baseline.toFixed(2)} with all tokens masked`,
    ...(delta === null ? [] : [`convergence delta ${delta.toFixed(3).replace('-0.000', '0.000')}`]),
    isNumber ? 'blue raises it, orange lowers it' : 'blue speaks for it, orange against'
  ].join(' · ');
}

/** Strong colours are dark in both themes: what is written on them is white. */
function legible(share: number, { ink }: Colours): Colour {
  return Math.abs(share) > 0.35 ? [255, 255, 255, 1] : ink;
}
