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

test('every language asks the door, with the key of its environment', () => {
  for (const language of ['R', 'javascript', 'typescript', 'julia', 'bash', 'OCaml']) {
    const text = source('starter', language);
    expect(text).toContain('ALBERT_WIDGETS_DOOR_URL');
    expect(text).toContain('ALBERT_WIDGETS_DOOR_TOKEN');
    expect(text).toContain('starter');
    expect(text).toContain('embed');
  }
});

test.each([
  ['R', 'model = "a\\"b$c\\\\d"'],
  ['javascript', 'model: "a\\"b$c\\\\d"'],
  ['typescript', 'model: "a\\"b$c\\\\d"'],
  ['julia', 'model = "a\\"b\\$c\\\\d"'],
  ['bash', '"model":"a\\"b$c\\\\d"}\'']
])('%s reads a name as it is', (language, quoted) => {
  expect(source('a"b$c\\d', language)).toContain(quoted);
});

test('a shell reads an apostrophe as it is', () => {
  expect(source("it's", 'bash')).toContain('"model":"it\'\\\'\'s"}');
});

test('JavaScript parses, and TypeScript differs by its types alone', () => {
  const plain = source('a`${b}"c', 'javascript');
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  expect(() => new AsyncFunction(plain)).not.toThrow();
  expect(source('a`${b}"c', 'typescript').replaceAll('(globalThis as any)', 'globalThis')).toBe(
    plain
  );
});

test('other languages get a text, not code', () => {
  expect(snippetOf('starter', 'OCaml')).toMatchObject({ kind: 'text' });
  expect(snippetOf('starter', 'OCaml').source).toMatch(/^\*\*OCaml\*\*/);
  expect(snippetOf('starter', 'R').kind).toBe('code');
});
