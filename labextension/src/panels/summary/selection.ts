/** Which sentences a summary of some length has: the rule of the Python module `selection`, and the stops of a slider. */

export const UNITS = ['sentences', 'percent', 'words', 'tokens'] as const;
export type Unit = (typeof UNITS)[number];

/** How long a summary may be. */
export interface Length {
  unit: Unit;
  amount: number;
}

/** How much of something each sentence has. */
export type Prices = ArrayLike<number>;

/** What a choice is made from. */
export interface Candidates {
  /** The sentences that may be taken, the first one at the beginning. */
  order: ArrayLike<number>;
  words: Prices;
  tokens: Prices;
}

/** Return the chosen sentences. */
export function choose(
  { order, words, tokens }: Candidates,
  { unit, amount }: Length
): Set<number> {
  if (unit === 'sentences') {
    return first(order, Math.trunc(amount));
  }
  if (unit === 'percent') {
    // At least one: an empty summary helps nobody.
    return first(order, Math.max(1, halfEven((order.length * amount) / 100)));
  }
  return within(order, unit === 'words' ? words : tokens, amount);
}

/** Return how much there is of a unit, in all candidates. */
export function total({ order, words, tokens }: Candidates, unit: Unit): number {
  if (unit === 'sentences') {
    return order.length;
  }
  return unit === 'percent' ? 100 : sum(Array.from(order), unit === 'words' ? words : tokens);
}

/** Return a length in another unit that chooses the same sentences, or as nearly so as numbers of that unit can. */
export function converted(candidates: Candidates, length: Length, unit: Unit): Length {
  const chosen = [...choose(candidates, length)];
  if (unit === 'sentences') {
    return { unit, amount: chosen.length };
  }
  if (unit === 'percent') {
    const share = (100 * chosen.length) / candidates.order.length;
    const plain = Math.max(1, Math.round(share));
    const isSame = choose(candidates, { unit, amount: plain }).size === chosen.length;
    return { unit, amount: isSame ? plain : share };
  }
  const prices = unit === 'words' ? candidates.words : candidates.tokens;
  return { unit, amount: Math.max(1, sum(chosen, prices)) };
}

/**
 * Return the amounts that a slider stops at, from the least to `most`: each one up to 20, then some forty to a
 * tenfold, so that a long text's slider is as fine for a short summary as a short text's.
 */
export function stops(unit: Unit, most: number): number[] {
  const found: number[] = [];
  const last = Math.max(1, most);
  const isCount = unit === 'sentences' || unit === 'percent';
  for (let amount = isCount ? 1 : Math.min(10, last); amount < last; amount += step(amount)) {
    found.push(amount);
  }
  return [...found, last];

  function step(amount: number): number {
    if (unit === 'percent' || amount < 20) {
      return isCount ? 1 : 5;
    }
    const scale = 10 ** Math.floor(Math.log10(amount / 2));
    return amount / scale < 5 ? scale / 5 : scale / 2;
  }
}

/** Return the last stop that is not beyond an amount. */
export function stopOf(found: number[], amount: number): number {
  let at = 0;
  while (at + 1 < found.length && found[at + 1] <= amount) {
    at++;
  }
  return at;
}

function within(order: ArrayLike<number>, prices: Prices, budget: number): Set<number> {
  const chosen = new Set<number>();
  for (const index of Array.from(order)) {
    if (prices[index] <= budget || !chosen.size) {
      chosen.add(index);
      budget -= prices[index];
    }
  }
  return chosen;
}

function first(order: ArrayLike<number>, count: number): Set<number> {
  return new Set(Array.from(order).slice(0, Math.max(0, count)));
}

function sum(indices: number[], prices: Prices): number {
  return indices.reduce((before, index) => before + prices[index], 0);
}

/** Python rounds halves to the even number. */
function halfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest === 0.5 ? floor + (floor % 2) : Math.round(value);
}
