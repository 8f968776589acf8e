/** What a normalizer changed: the normalised text in runs, beside the raw one. */

/** A run of the normalised text. */
export interface Run {
  text: string;
  isChanged: boolean;
  /** How many characters of the raw text have no counterpart here. */
  dropped: number;
}

/** How far ahead equal characters are looked for. */
const WINDOW = 24;

/** Return `after` in runs that are as in `before`, and runs that are not. Linear in the length of the texts. */
export function changes(before: string, after: string): Run[] {
  const [a, b] = [[...before], [...after]];
  const runs: Run[] = [];
  const push = (text: string, isChanged: boolean, dropped = 0) => {
    const last = runs[runs.length - 1];
    if (last?.isChanged === isChanged) {
      last.text += text;
      last.dropped += dropped;
    } else {
      runs.push({ text, isChanged, dropped });
    }
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      push(b[j], false);
      i += 1;
      j += 1;
    } else {
      const [skipped, put] = meeting(a, b, i, j);
      push(b.slice(j, j + put).join(''), true, Math.max(0, skipped - put));
      i += skipped;
      j += put;
    }
  }
  return runs;
}

/** What most normalizers do with a character or two: change them, put some in, leave some out; in this order. */
const NEAR: [skipped: number, put: number][] = [
  [1, 1],
  [0, 1],
  [1, 0],
  [0, 2],
  [2, 0],
  [1, 2],
  [2, 1],
  [2, 2]
];
/** So many equal characters are proof enough. */
const PROOF = 3;

/** Return how far both go on alike from two places, up to {@link PROOF}; to the end of both is as far as can be. */
function alike(a: string[], b: string[], i: number, j: number): number {
  let count = 0;
  while (count < PROOF && i + count < a.length && a[i + count] === b[j + count]) {
    count += 1;
  }
  return i + count === a.length && j + count === b.length ? PROOF : count;
}

/** Return how many characters of each must be passed until both go on alike; as few as can be. */
function meeting(a: string[], b: string[], i: number, j: number): [number, number] {
  const lengths = NEAR.map(([skipped, put]) => alike(a, b, i + skipped, j + put));
  const longest = Math.max(...lengths);
  if (longest) {
    return NEAR[lengths.indexOf(longest)];
  }
  for (let sum = 1; sum <= 2 * WINDOW; sum++) {
    // As many for as many first.
    const splits = Array.from({ length: sum + 1 }, (_, put) => put).sort(
      (one, other) => Math.abs(sum - 2 * one) - Math.abs(sum - 2 * other)
    );
    for (const put of splits) {
      const [x, y] = [i + sum - put, j + put];
      if (x > a.length || y > b.length || put > WINDOW || sum - put > WINDOW) {
        continue;
      }
      const isEnd = x === a.length && y === b.length;
      const isSure = sum === 2 * put || a[x + 1] === b[y + 1];
      if (isEnd || (x < a.length && a[x] === b[y] && isSure)) {
        return [sum - put, put];
      }
    }
  }
  return [a.length - i, b.length - j];
}
