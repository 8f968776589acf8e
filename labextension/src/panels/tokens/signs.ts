/** Something to see for every character that shows nothing: white space, line ends, zero-width and control characters. */

/** A run of a text: as it is, or one character that is shown by a sign. */
export interface Part {
  text: string;
  /** What to show instead; empty for a run that shows itself. */
  sign: string;
  /** What the character is called. */
  name: string;
}

const NAMES: Record<string, [sign: string, name: string]> = {
  ' ': ['·', 'space'],
  '\t': ['→', 'tab'],
  '\n': ['↵', 'line feed'],
  '\r': ['␍', 'carriage return'],
  '\u00a0': ['⍽', 'no-break space'],
  '\u00ad': ['SHY', 'soft hyphen'],
  '\u061c': ['ALM', 'Arabic letter mark'],
  '\u200b': ['ZWSP', 'zero width space'],
  '\u200c': ['ZWNJ', 'zero width non-joiner'],
  '\u200d': ['ZWJ', 'zero width joiner'],
  '\u200e': ['LRM', 'left-to-right mark'],
  '\u200f': ['RLM', 'right-to-left mark'],
  '\u2028': ['LS', 'line separator'],
  '\u2029': ['PS', 'paragraph separator'],
  '\u202a': ['LRE', 'left-to-right embedding'],
  '\u202b': ['RLE', 'right-to-left embedding'],
  '\u202c': ['PDF', 'pop directional formatting'],
  '\u202d': ['LRO', 'left-to-right override'],
  '\u202e': ['RLO', 'right-to-left override'],
  '\u2060': ['WJ', 'word joiner'],
  '\u2066': ['LRI', 'left-to-right isolate'],
  '\u2067': ['RLI', 'right-to-left isolate'],
  '\u2068': ['FSI', 'first strong isolate'],
  '\u2069': ['PDI', 'pop directional isolate'],
  '\u3000': ['□', 'ideographic space'],
  '\ufe0e': ['VS15', 'text presentation'],
  '\ufe0f': ['VS16', 'emoji presentation'],
  '\ufeff': ['BOM', 'zero width no-break space']
};

/** Characters that show nothing by themselves. */
const HIDDEN = /[\p{Z}\p{Cc}\p{Cf}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/u;
/** Of these, what shapes its neighbours: a sign in its place would break a word of Persian, or an emoji, apart. */
const JOINING = /[\u200c\u200d\p{Variation_Selector}\u{e0020}-\u{e007f}]/u;
const LINE_END = /[\n\r\u2028\u2029\u0085]/;

/** Whether a text has an end of a line in it. */
export function endsLine(text: string): boolean {
  return LINE_END.test(text);
}

/** Return a text in runs; what joins others is shown by a sign only where nothing else is to be seen. */
export function signs(text: string): Part[] {
  const characters = [...text];
  const isBare = characters.every(character => HIDDEN.test(character));
  const parts: Part[] = [];
  let run = '';
  const flush = () => {
    if (run) {
      parts.push({ text: run, sign: '', name: '' });
      run = '';
    }
  };
  for (const character of characters) {
    if (HIDDEN.test(character) && (isBare || !JOINING.test(character))) {
      flush();
      parts.push({ text: character, ...signOf(character) });
    } else {
      run += character;
    }
  }
  flush();
  return parts;
}

/** Return what the hidden characters of a text are called, each once; plain spaces need no name. */
export function hiddenNames(text: string): string[] {
  const hidden = [...text].filter(character => character !== ' ' && HIDDEN.test(character));
  return [...new Set(hidden)].map(character =>
    `${code(character)} ${signOf(character).name}`.trim()
  );
}

function signOf(character: string): { sign: string; name: string } {
  const known = NAMES[character];
  if (known) {
    return { sign: known[0], name: known[1] };
  }
  const point = character.codePointAt(0)!;
  if (point < 0x20 || point === 0x7f) {
    return {
      sign: String.fromCodePoint(point < 0x20 ? 0x2400 + point : 0x2421),
      name: 'control character'
    };
  }
  return { sign: code(character), name: '' };
}

function code(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
