/**
 * BERT's tokenizer in JavaScript, without dependencies: `vocab.txt` and the options of `tokenizer_config.json` in, ids and
 * offsets out. Works in browsers, Node, Deno and Bun.
 *
 *   const tokenizer = new WordPiece(vocabulary, config); // text of vocab.txt, parsed tokenizer_config.json
 *   const { ids, typeIds, tokens, offsets } = tokenizer.encode('A text.');
 *
 * Offsets count Unicode code points, as in Python: `[...text].slice(start, end).join('')` is what a token stands for.
 *
 * `node wordpiece.mjs FOLDER` holds it against the golden.json of an export of albert-widgets.
 */

const LONGEST_WORD = 100;
const SPECIAL = ['unk', 'cls', 'sep', 'pad', 'mask'];

export class WordPiece {
  /**
   * @param {string} vocabulary one token a line; its id is the number of the line, from 0
   * @param {object} config do_lower_case, strip_accents, tokenize_chinese_chars, model_max_length, names of special tokens
   */
  constructor(vocabulary, config = {}) {
    const words = vocabulary.split(/\r?\n/);
    if (words.at(-1) === '') words.pop();
    this.ids = new Map(words.map((word, id) => [word, id]));
    this.lowercase = config.do_lower_case ?? true;
    this.stripAccents = config.strip_accents ?? this.lowercase;
    this.spaceHan = config.tokenize_chinese_chars ?? true;
    this.maxLength = config.model_max_length ?? Infinity;
    this.special = SPECIAL.map(name => {
      const said = config[`${name}_token`];
      return said?.content ?? said ?? `[${name.toUpperCase()}]`;
    });
    [this.unknown, this.first, this.last] = this.special;
  }

  /** Ids, type ids, tokens and offsets of a text, cut at `maxLength` tokens, with [CLS] and [SEP] around them. */
  encode(text, maxLength = this.maxLength) {
    const tokens = this.pieces(text).slice(0, Math.max(0, maxLength - 2));
    const all = [[this.first, 0, 0], ...tokens, [this.last, 0, 0]];
    return {
      ids: all.map(([token]) => this.ids.get(token)),
      typeIds: all.map(() => 0),
      tokens: all.map(([token]) => token),
      offsets: all.map(([, start, end]) => [start, end])
    };
  }

  /**
   * The tokens of a text as `[token, start, end]`, without those around them. Special tokens are found in the text as it
   * stands; everything between two of them is read by itself.
   */
  pieces(text) {
    const points = [...text];
    const found = [];
    let begin = 0;
    for (let at = 0; at < points.length;) {
      const token = this.special.find(name =>
        [...name].every((point, index) => points[at + index] === point)
      );
      if (token === undefined) {
        at += 1;
        continue;
      }
      found.push(...this.words(points, begin, at).flatMap(word => this.cut(word)));
      begin = at + [...token].length;
      found.push([token, at, begin]);
      at = begin;
    }
    return [...found, ...this.words(points, begin, points.length).flatMap(word => this.cut(word))];
  }

  /** The words between two places, each as normalised letters `[letter, start, end]`. */
  words(points, from, to) {
    const words = [[]];
    const end = () => words.push([]);
    for (let at = from; at < to; at++) {
      const point = points[at];
      if (isControl(point)) continue;
      const isHan = this.spaceHan && isChinese(point.codePointAt(0));
      if (isHan || isSpace(point)) end();
      if (isSpace(point)) continue;
      for (const letter of this.normalize(point)) {
        const isAlone = isPunctuation(letter);
        if (isAlone) end();
        words.at(-1).push([letter, at, at + 1]);
        if (isAlone) end();
      }
      if (isHan) end();
    }
    return words.filter(word => word.length);
  }

  /** The letters that stand for one of the text. One by one: a Σ at the end of a word becomes σ, not ς. */
  normalize(point) {
    let letters = [point];
    if (this.stripAccents)
      letters = [...point.normalize('NFD')].filter(letter => !/^\p{Mn}$/u.test(letter));
    return this.lowercase ? letters.flatMap(letter => [...letter.toLowerCase()]) : letters;
  }

  /** The longest pieces of a word that the vocabulary has, from its beginning to its end; else one unknown token. */
  cut(word) {
    const whole = [[this.unknown, word[0][1], word.at(-1)[2]]];
    if (word.length > LONGEST_WORD) return whole;
    const found = [];
    for (let start = 0; start < word.length;) {
      let end = word.length;
      let piece = '';
      for (; end > start; end--) {
        piece =
          (start ? '##' : '') +
          word
            .slice(start, end)
            .map(([letter]) => letter)
            .join('');
        if (this.ids.has(piece)) break;
      }
      if (end === start) return whole;
      found.push([piece, word[start][1], word[end - 1][2]]);
      start = end;
    }
    return found;
  }
}

/** What is dropped: controls, formats, private use, lone surrogates, and the sign for what could not be read. */
function isControl(point) {
  return (
    point === '\ufffd' || (!/^[\t\n\r]$/.test(point) && /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u.test(point))
  );
}

function isSpace(point) {
  return /^[\t\n\r\p{Z}]$/u.test(point);
}

/** ASCII's signs, also those that Unicode does not count as punctuation: $ + < = > ^ ` | ~ */
function isPunctuation(point) {
  return /^[!-/:-@[-`{-~\p{P}]$/u.test(point);
}

function isChinese(code) {
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x20000 && code <= 0x2a6df) ||
    (code >= 0x2a700 && code <= 0x2b73f) ||
    (code >= 0x2b740 && code <= 0x2b81f) ||
    (code >= 0x2b920 && code <= 0x2ceaf) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x2f800 && code <= 0x2fa1f)
  );
}

if (globalThis.process?.argv?.[1]?.endsWith('wordpiece.mjs')) {
  const { readFileSync } = await import('node:fs');
  const read = name => readFileSync(`${process.argv[2]}/${name}`, 'utf8');
  const golden = JSON.parse(read('golden.json'));
  const tokenizer = new WordPiece(read('vocab.txt'), JSON.parse(read('tokenizer_config.json')));
  for (const { text, ids, offsets } of golden.texts) {
    const found = tokenizer.encode(text);
    const [expected, given] = [
      { ids, offsets },
      { ids: found.ids, offsets: found.offsets }
    ].map(one => JSON.stringify(one));
    if (expected !== given) {
      console.error(`${JSON.stringify(text)}\nshould be ${expected}\nbut is    ${given}`);
      process.exit(1);
    }
  }
  console.log(`${golden.texts.length} texts: the same ids and offsets.`);
}
