// The catalogues of translations: every string of the front end, in every language.
//
//   node catalogue.mjs --check   exits with 1 when a string is missing, superfluous, or not translated
//   node catalogue.mjs --write   adds missing ones without a translation, drops superfluous ones, writes the JSON
//
// A .po file holds the translations; the .json beside it is what JupyterLab reads, made from the .po file.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const HERE = dirname(fileURLToPath(import.meta.url));
const DOMAIN = 'albert_widgets';
const LOCALES = join(HERE, '..', 'albert_widgets', 'locale');
const SOURCES = ['src/lab', 'src/manager'];
const LANGUAGES = {
  en: { language: 'en', plurals: 'nplurals=2; plural=(n != 1);', forms: 2 },
  zh_CN: { language: 'zh-CN', plurals: 'nplurals=1; plural=0;', forms: 1 }
};
/** Functions of a translation bundle, and which argument is what. */
const CALLS = {
  __: { id: 0 },
  gettext: { id: 0 },
  _n: { id: 0, plural: 1 },
  ngettext: { id: 0, plural: 1 },
  _p: { context: 0, id: 1 },
  pgettext: { context: 0, id: 1 },
  _np: { context: 0, id: 1, plural: 2 },
  npgettext: { context: 0, id: 1, plural: 2 }
};
/** What JupyterLab translates of a schema, with its contexts; see jupyterlab_server/translation_utils.py. */
const SELECTORS = [
  [/^\/properties\/.*\/(title|description)$/, 'settings'],
  [/^\/definitions\/.*\/properties\/.*\/(title|description)$/, 'settings'],
  [/^\/(title|description)$/, 'schema'],
  [/^\/jupyter\.lab\.setting-icon-label$/, 'settings'],
  [/^\/jupyter\.lab\.menus\/.*\/label$/, 'menu'],
  [/^\/jupyter\.lab\.toolbars\/.*\/label$/, 'toolbar']
];

/** The key of an entry in JSON: the context, a control character, the text. */
const keyOf = ({ context, id }) => (context ? `${context}\u0004${id}` : id);

/** All strings by key: `{ context, id, plural, places }`. */
export function extract(problems = []) {
  const found = new Map();
  const add = (entry, place) => {
    const known = found.get(keyOf(entry)) ?? { ...entry, places: new Set() };
    if (known.plural !== entry.plural) {
      // JupyterLab finds a text either with its plural or without.
      problems.push(`${place}: ${JSON.stringify(entry.id)} is used with and without a plural`);
    }
    known.places.add(place);
    found.set(keyOf(entry), known);
  };
  for (const file of SOURCES.flatMap(folder =>
    filesIn(join(HERE, folder), /(?<!\.test|\.d)\.tsx?$/)
  )) {
    fromSource(file, add, problems);
  }
  const schema = join(HERE, 'schema');
  for (const file of existsSync(schema) ? filesIn(schema, /\.json$/) : []) {
    fromSchema(JSON.parse(readFileSync(file, 'utf8')), '', entry =>
      add(entry, relative(HERE, file))
    );
  }
  return found;
}

function filesIn(folder, pattern) {
  return readdirSync(folder, { recursive: true })
    .map(name => join(folder, name))
    .filter(name => pattern.test(name))
    .sort();
}

function fromSource(file, add, problems) {
  const place = relative(HERE, file);
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2022,
    true
  );
  const visit = node => {
    const call = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression);
    const roles =
      call && Object.hasOwn(CALLS, node.expression.name.text) && CALLS[node.expression.name.text];
    if (roles) {
      const text = role => (role === undefined ? '' : textOf(node.arguments[role]));
      const [context, id, plural] = [text(roles.context), text(roles.id), text(roles.plural)];
      if (context === null || id === null || plural === null) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        problems.push(`${place}:${line}: only a text in quotes can be translated`);
      } else {
        add({ context, id, plural }, place);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** A text in quotes, also one in pieces; null for anything else. */
function textOf(node) {
  if (node && ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (node && ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === null || right === null ? null : left + right;
  }
  return null;
}

function fromSchema(value, path, add) {
  for (const [name, one] of Object.entries(value)) {
    const here = Array.isArray(value) ? `${path}[${name}]` : `${path}/${name}`;
    if (typeof one === 'object' && one !== null) {
      fromSchema(one, here, add);
    } else if (typeof one === 'string' && !Array.isArray(value)) {
      const [, context] = SELECTORS.find(([pattern]) => pattern.test(here)) ?? [];
      if (context) {
        add({ context, id: one, plural: '' });
      }
    }
  }
}

/** Entries of a .po file by key: `{ context, id, plural, texts }`. */
export function parsePo(content) {
  const entries = new Map();
  for (const block of content.split(/\n\s*\n/)) {
    const entry = { context: '', id: '', plural: '', texts: [] };
    let add = () => undefined;
    for (const line of block.split('\n')) {
      const match = /^(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")$/.exec(
        line.trim()
      );
      if (!match) {
        continue;
      }
      const [, keyword, form = '0', quoted] = match;
      if (keyword) {
        const field = { msgctxt: 'context', msgid: 'id', msgid_plural: 'plural' }[keyword];
        add = field
          ? text => (entry[field] += text)
          : text => (entry.texts[Number(form)] = (entry.texts[Number(form)] ?? '') + text);
      }
      add(JSON.parse(quoted));
    }
    if (entry.id) {
      entries.set(keyOf(entry), entry);
    }
  }
  return entries;
}

function writePo(name, entries) {
  const { language, plurals } = LANGUAGES[name];
  const header = [
    `# Translations of albert-widgets. Made by labextension/catalogue.mjs; only the msgstr lines are written by hand.`,
    'msgid ""',
    'msgstr ""',
    '"Content-Type: text/plain; charset=UTF-8\\n"',
    '"Content-Transfer-Encoding: 8bit\\n"',
    `"Language: ${language}\\n"`,
    `"Plural-Forms: ${plurals}\\n"`
  ];
  const blocks = entries.map(({ context, id, plural, texts, places }) =>
    [
      ...[...places].sort().map(place => `#: ${place}`),
      ...(context ? [`msgctxt ${JSON.stringify(context)}`] : []),
      `msgid ${JSON.stringify(id)}`,
      ...(plural
        ? [
            `msgid_plural ${JSON.stringify(plural)}`,
            ...texts.map((text, form) => `msgstr[${form}] ${JSON.stringify(text)}`)
          ]
        : [`msgstr ${JSON.stringify(texts[0])}`])
    ].join('\n')
  );
  return `${[header.join('\n'), ...blocks].join('\n\n')}\n`;
}

function writeJson(name, entries) {
  const { language, plurals } = LANGUAGES[name];
  const { version } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'));
  const metadata = { domain: DOMAIN, language, plural_forms: plurals, version };
  const translated = entries.filter(({ texts }) => texts.every(Boolean));
  // JupyterLab takes an entry for one with a plural by its having two texts, also where there is one form only.
  const texts = ({ plural, texts }) =>
    plural && texts.length === 1 ? [texts[0], texts[0]] : texts;
  const all = Object.fromEntries(translated.map(entry => [keyOf(entry), texts(entry)]));
  return `${JSON.stringify({ '': metadata, ...all }, null, 2)}\n`;
}

/** What a language should hold now, with the translations that are known. */
function merged(name, found, known) {
  const { forms } = LANGUAGES[name];
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { context, id, plural, places }]) => {
      const before = known.get(key)?.texts ?? [];
      const english = plural ? [id, plural] : [id];
      const texts =
        name === 'en'
          ? english
          : Array.from({ length: plural ? forms : 1 }, (_, form) => before[form] ?? '');
      return { context, id, plural, texts, places };
    });
}

const placeholders = text => [...new Set(text.match(/%\d/g) ?? [])].sort().join();

/** What is wrong with a language's files. */
export function findings(name, found) {
  const folder = join(LOCALES, name, 'LC_MESSAGES');
  const file = join(folder, `${DOMAIN}.po`);
  const known = existsSync(file) ? parsePo(readFileSync(file, 'utf8')) : new Map();
  const entries = merged(name, found, known);
  const wrong = [];
  for (const [key, { id }] of found) {
    if (!known.has(key)) {
      wrong.push(`${name}: missing: ${JSON.stringify(id)}`);
    }
  }
  for (const [key, { id }] of known) {
    if (!found.has(key)) {
      wrong.push(`${name}: superfluous: ${JSON.stringify(id)}`);
    }
  }
  for (const { id, plural, texts } of entries) {
    if (texts.some(text => text === '')) {
      wrong.push(`${name}: not translated: ${JSON.stringify(id)}`);
    } else if (texts.some(text => placeholders(text) !== placeholders(plural || id))) {
      wrong.push(`${name}: other placeholders than in English: ${JSON.stringify(id)}`);
    }
  }
  const json = join(folder, `${DOMAIN}.json`);
  if (!existsSync(json) || readFileSync(json, 'utf8') !== writeJson(name, entries)) {
    wrong.push(`${name}: ${DOMAIN}.json is not made from ${DOMAIN}.po: node catalogue.mjs --write`);
  }
  return { wrong, entries, folder };
}

function main() {
  const problems = [];
  const found = extract(problems);
  for (const name of Object.keys(LANGUAGES)) {
    const { entries, folder } = findings(name, found);
    if (process.argv.includes('--write')) {
      writeFileSync(join(folder, `${DOMAIN}.po`), writePo(name, entries));
      writeFileSync(join(folder, `${DOMAIN}.json`), writeJson(name, entries));
    }
    problems.push(...findings(name, found).wrong);
  }
  problems.forEach(problem => console.error(problem));
  console.log(`${found.size} strings, ${problems.length} problems`);
  process.exitCode = problems.length && process.argv.includes('--check') ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main();
}
