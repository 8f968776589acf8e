import { describe, expect, test } from 'vitest';

import { extract, findings, parsePo } from './catalogue.mjs';

describe('the catalogues of translations', () => {
  const problems = [];
  const found = extract(problems);

  test('can name every string of the front end', () => {
    expect(problems).toEqual([]);
    expect(found.size).toBeGreaterThan(300);
  });

  test.each(['en', 'zh_CN'])('of %s are complete, and nothing is left over', name => {
    expect(findings(name, found).wrong).toEqual([]);
  });

  test('see what is missing, left over, and wrong', () => {
    const some = new Map(found);
    some.delete('Rename %1');
    some.set('New text', { context: '', id: 'New text', plural: '', places: new Set(['a.ts']) });
    expect(findings('zh_CN', some).wrong).toEqual(
      expect.arrayContaining([
        'zh_CN: missing: "New text"',
        'zh_CN: superfluous: "Rename %1"',
        'zh_CN: not translated: "New text"'
      ])
    );
  });

  test('have the strings of settings under the contexts of JupyterLab', () => {
    expect(found.get('schema\u0004BERT models')).toBeDefined();
    expect(found.get('settings\u0004Sort models by')).toBeDefined();
  });

  test('are read with contexts, plurals and texts of several lines', () => {
    const po = [
      'msgid ""\nmsgstr ""\n"Language: de\\n"',
      'msgctxt "menu"\nmsgid "Open"\nmsgstr "Öffnen"',
      'msgid ""\n"two "\n"lines"\nmsgstr "zwei Zeilen"',
      'msgid "%1 file"\nmsgid_plural "%1 files"\nmsgstr[0] "%1 Datei"\nmsgstr[1] "%1 Dateien"'
    ].join('\n\n');
    const entries = parsePo(po);
    expect([...entries.keys()]).toEqual(['menu\u0004Open', 'two lines', '%1 file']);
    expect(entries.get('%1 file').texts).toEqual(['%1 Datei', '%1 Dateien']);
  });
});
