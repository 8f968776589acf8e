/** Python counts code points, JavaScript UTF-16 units: the bridge, and what else a text needs to be shown right. */

/** Positions of a text in code points, found in UTF-16 units. */
export class CodePoints {
  /** `units[i]` is where code point `i` begins; one entry more than there are code points. */
  private readonly units: Uint32Array;

  constructor(readonly text: string) {
    const units = new Uint32Array(text.length + 1);
    let count = 0;
    let at = 0;
    for (const character of text) {
      units[count++] = at;
      at += character.length;
    }
    units[count] = at;
    this.units = units.subarray(0, count + 1);
  }

  /** How many code points there are. */
  get length(): number {
    return this.units.length - 1;
  }

  /** Return the code point that a position in UTF-16 units is in. */
  at(unit: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.units[middle] <= unit) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Return the text between two positions in code points. */
  slice(start: number, end: number): string {
    return this.text.slice(this.unit(start), this.unit(end));
  }

  /** Return the text before, in and after a span in code points. */
  split(start: number, end: number): [string, string, string] {
    const [from, to] = [this.unit(start), this.unit(end)];
    return [this.text.slice(0, from), this.text.slice(from, to), this.text.slice(to)];
  }

  private unit(position: number): number {
    return this.units[Math.min(Math.max(position, 0), this.units.length - 1)];
  }
}

const RIGHT_TO_LEFT =
  /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Return the direction of a text: that of its first letter. */
export function direction(text: string): 'rtl' | 'ltr' {
  const letter = /\p{L}/u.exec(text);
  return letter && RIGHT_TO_LEFT.test(letter[0]) ? 'rtl' : 'ltr';
}

/** Return the direction of a row of tokens or words: that of the first which is no special token. */
export function directionOf(names: string[]): 'rtl' | 'ltr' {
  return direction(names.find(name => /\p{L}/u.test(name) && !/^[[<].*[\]>]$/u.test(name)) ?? '');
}

/** Return a name that does not turn round what stands beside it: an arrow between two such names would point back. */
export function isolated(name: string): string {
  return direction(name) === 'rtl' ? `\u2068${name}\u2069` : name;
}

/** Characters that are not seen but turn the direction of what comes after them. */
const TURNING: Record<string, string> = {
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI'
};

/** Return `text` with characters made visible that control something, in at most `limit` characters. */
export function visible(text: string, limit = 40): string {
  const shown = text
    .replace(/\p{Cc}/gu, control =>
      String.fromCodePoint(control < ' ' ? 0x2400 + control.charCodeAt(0) : 0x2421)
    )
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, turning => `⟨${TURNING[turning]}⟩`);
  const characters = [...shown];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : shown;
}
