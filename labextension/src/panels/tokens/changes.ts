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

/** Return how many characters of each must be passed until both go on alike; as few as can be. */
function meeting(a: string[], b: string[], i: number, j: number): [number, number] {
  // One character for another, one more, one less: most normalizers do nothing else.
  for (const [skipped, put] of [
    [1, 1],
    [0, 1],
    [1, 0]
  ]) {
    if (i + skipped < a.length && a[i + skipped] === b[j + put]) {
      return [skipped, put];
    }
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
