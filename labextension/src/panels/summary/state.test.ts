import { expect, test } from 'vitest';

import { counts, facts, groups, known, markdown, Reading, rougeText, type Scored } from './state';

const array = (data: number[], shape = [data.length]) => ({ data, shape });

/** An answer about sentences that are found in a text, the first ones best. */
function answerOf(source: string, sentences: string[], more: Partial<Scored> = {}): Scored {
  const characters = [...source];
  const starts: number[] = [];
  const ends: number[] = [];
  let from = 0;
  for (const sentence of sentences) {
    const unit = source.indexOf(sentence, from);
    from = unit + sentence.length;
    starts.push([...source.slice(0, unit)].length);
    ends.push([...source.slice(0, from)].length);
  }
  expect(ends.at(-1) ?? 0).toBeLessThanOrEqual(characters.length);
  const each = sentences.map((_, at) => at);
  return {
    ...{ model: 'starter', source, method: 'centrality', language: 'en', notes: [], about: null },
    ...{ written: null, written_sentences: [] },
    starts: array(starts),
    ends: array(ends),
    scores: array(each.map(at => 1 - at / 10)),
    ranks: array(each),
    words: array(sentences.map(sentence => sentence.split(' ').length)),
    tokens: array(sentences.map(sentence => sentence.length)),
    kinds: array(each.map(() => 0)),
    documents: array(each.map(() => 0)),
    neighbours: array([], [sentences.length, 0]),
    meanings: array([], [sentences.length, 0]),
    shared: array([], [sentences.length, 0]),
    ...more
  };
}

const shown = (reading: Reading) =>
  reading
    .blocks()
    .map(({ pieces }) =>
      pieces.map(piece => (typeof piece === 'string' ? piece : `[${reading.text(piece)}]`)).join('')
    );

test('paragraphs are parted by blank lines, and nothing of the text is lost', () => {
  const source = 'One 🙂. Two!\nThree?\n\n  \n* Four. …\n\n(Five) six\n';
  const reading = new Reading(
    answerOf(source, ['One 🙂.', 'Two!', 'Three?', 'Four.', '(Five) six'])
  );
  expect(shown(reading)).toEqual(['[One 🙂.] [Two!]\n[Three?]', '* [Four.]…', '[(Five) six]']);
});

test('headings, items and documents stand alone, also without a blank line', () => {
  const kinds = array([1, 0, 2, 2, 0]);
  const documents = array([0, 0, 0, 0, 1]);
  const source = 'Title\nBody.\n- a\n- b\n\nNext.';
  const sentences = ['Title', 'Body.', '- a', '- b', 'Next.'];
  const reading = new Reading(answerOf(source, sentences, { kinds, documents }));
  expect(reading.blocks().map(({ kind, document }) => `${kind} ${document}`)).toEqual([
    'heading 0',
    'sentence 0',
    'item 0',
    'item 0',
    'sentence 1'
  ]);
});

test('a source without sentences is still shown', () => {
  const reading = new Reading(answerOf('A text.\n\nMore.', [], { written: 'Text.' }));
  expect(shown(reading)).toEqual(['A text.', 'More.']);
  expect(reading.summary([])).toBe('Text.');
});

test('a heading is taken only where there is nothing else', () => {
  const titled = new Reading(answerOf('T\nB c.', ['T', 'B c.'], { kinds: array([1, 0]) }));
  expect(titled.chosen({ unit: 'sentences', amount: 9 })).toEqual([1]);
  const alone = new Reading(answerOf('T\nU', ['T', 'U'], { kinds: array([1, 1]) }));
  expect(alone.chosen({ unit: 'sentences', amount: 9 })).toEqual([0, 1]);
  expect(known(titled, 0, false)[1][1]).toBe('a heading is not taken');
});

test('the summary is in the order of the source, and joined as its language is', () => {
  const ranks = array([2, 0, 1]);
  const reading = new Reading(answerOf('A. B. C.', ['A.', 'B.', 'C.'], { ranks }));
  const chosen = reading.chosen({ unit: 'sentences', amount: 2 });
  expect(reading.summary(chosen)).toBe('B. C.');
  expect(markdown(reading, chosen)).toBe('- B.\n- C.\n');
  expect(counts(reading, chosen)).toBe('2 of 3 sentences · 2 words');
  expect(facts(reading)).toBe('3 sentences, 3 words · centrality · en');
  const chinese = new Reading(answerOf('雨。雪。', ['雨。', '雪。'], { language: 'zh' }));
  expect(chinese.summary([0, 1])).toBe('雨。雪。');
});

test('Markdown keeps a sentence that was broken by hand on one line', () => {
  expect(markdown(new Reading(answerOf('A\n b.', ['A\n b.'])), [0])).toBe('- A b.\n');
  const written = new Reading(answerOf('A.', ['A.'], { written: 'B\nc.' }));
  expect(markdown(written, [])).toBe('B\nc.\n');
});

test('neighbours are those that there are', () => {
  const shape = [2, 2];
  const reading = new Reading(
    answerOf('A. B.', ['A.', 'B.'], {
      neighbours: array([1, -1, 0, -1], shape),
      meanings: array([0.5, 0, 0.5, 0], shape),
      shared: array([0.25, 0, 0.25, 0], shape)
    })
  );
  expect(reading.neighbours(1)).toEqual([{ sentence: 0, meaning: 0.5, words: 0.25 }]);
});

test('two choices are parted into what both have, and what one has', () => {
  expect(groups([1, 3, 5], [3, 4])).toEqual({ both: [3], first: [1, 5], second: [4] });
});

test('what is known of a sentence says its place and when it is taken', () => {
  const reading = new Reading(
    answerOf('A. B.', ['A.', 'B.'], { documents: array([0, 1]), kinds: array([0, 2]) })
  );
  expect(known(reading, 1, true)).toEqual([
    ['score', '0.90'],
    ['rank', '2 of 2, in the summary'],
    ['place', 'item, 2 of 2, document 2'],
    ['length', '1 word, 2 tokens']
  ]);
});

test('what a model wrote counts its supported sentences', () => {
  const support = [{ sentence: 0, similarity: 0.9 }];
  const written_sentences = [
    { text: 'A.', start: 0, end: 2, support },
    { text: 'X.', start: 3, end: 5, support: [] }
  ];
  const reading = new Reading(answerOf('A.', ['A.'], { written: 'A. X.', written_sentences }));
  expect(counts(reading, [])).toBe('1 of 2 sentences supported by the source');
});

test('ROUGE is said by its F1', () => {
  const scores = [{ measure: 'rougeL', precision: 1, recall: 0.5, f1: 2 / 3 }];
  expect(rougeText(scores)).toBe('ROUGE-L\u00a00.667');
});
