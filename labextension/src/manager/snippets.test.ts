import { expect, test } from 'vitest';

import { snippetOf } from './snippets';

const source = (model: string, language: string) => snippetOf(model, language).source;

test.each([
  ['starter', 'starter'],
  ['google-bert/bert-base-uncased', 'google-bert/bert-base-uncased'],
  ['run:reviews-1', 'run:reviews-1'],
  ['my model', '"my model"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["'quoted'", '"\'quoted\'"'],
  ['--all', '"--all"'],
  ['why?', '"why?"'],
  ['it;', '"it;"'],
  ['C:\\my models\\', '-- C:\\my models\\']
])('%s is one word of the magic', (model, word) => {
  expect(source(model, 'python')).toBe(`%load_ext albert_widgets\n%albert use ${word}`);
});

test('every language finds the backend by its environment', () => {
  for (const language of ['R', 'javascript', 'typescript', 'julia', 'bash', 'java', 'C#']) {
    const { kind, source: text } = snippetOf('run:reviews', language);
    expect(kind).toBe('code');
    expect(text).toContain('ALBERT_WIDGETS_DOOR');
    expect(text).toContain('_TOKEN');
    expect(text).toContain('"run:reviews"');
    expect(text).toContain('embed');
    expect(text).not.toMatch(/----|"starter"|tokenize|summarize/);
  }
});

test.each([
  ['R', 'model = "a\\"b$c\\\\d\'$&"'],
  ['javascript', 'model: "a\\"b$c\\\\d\'$&"'],
  ['typescript', 'model: "a\\"b$c\\\\d\'$&"'],
  ['julia', 'model = "a\\"b\\$c\\\\d\'\\$&"'],
  ['bash', '"model": "a\\"b$c\\\\d\'\\\'\'$&"}\''],
  ['java', '"model": "a\\\\"b$c\\\\\\\\d\'$&"}"""'],
  ['C#', 'model = "a\\"b$c\\\\d\'$&"']
])('%s reads a name as it is', (language, quoted) => {
  expect(source('a"b$c\\d\'$&', language)).toContain(quoted);
});

test('JavaScript parses, in TypeScript, too', () => {
  const plain = source('a`${b}"c', 'javascript');
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  expect(() => new AsyncFunction(plain)).not.toThrow();
  expect(source('a`${b}"c', 'typescript')).toBe(plain);
});

test('a class of Java is run', () => {
  expect(source('starter', 'java')).toMatch(/^ {4}}\n}\nStart\.main\(\);$/m);
});

test('other languages get a text, not code', () => {
  expect(snippetOf('starter', 'OCaml')).toMatchObject({ kind: 'text' });
  expect(snippetOf('starter', 'OCaml').source).toMatch(/^\*\*OCaml\*\*/);
  expect(snippetOf('starter', 'OCaml').source).toContain('ALBERT_WIDGETS_DOOR_TOKEN');
});
