/**
 * src/manager/api.ts: the backend's routes and answers as types, made of what the application says of itself.
 *
 *   node api.mjs --write    makes it anew
 *   node api.mjs --check    fails when it is not what the application says now
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const HERE = dirname(fileURLToPath(import.meta.url));
const FILE = join(HERE, 'src', 'manager', 'api.ts');
const HEADER =
  '/** Made by "jlpm api" of what the backend says of itself; do not change it by hand. */\n';
/** What of an answer's forms the front end reads. */
const FORMS = ['application/json', 'text/event-stream'];

/** Those members of an object whose names are good, changed. */
function members(object, isGood, change = value => value) {
  const good = Object.entries(object).filter(([name]) => isGood(name));
  return Object.fromEntries(good.map(([name, value]) => [name, change(value)]));
}

/** The description, of the package in this checkout: our own routes, and what they answer when all is well. */
function described() {
  const printed = execFileSync('python', ['-m', 'albert_widgets.service.describe'], {
    cwd: join(HERE, '..'),
    encoding: 'utf8',
    maxBuffer: 64_000_000
  });
  const { paths, components, ...rest } = JSON.parse(printed);
  const answer = ({ content = {}, ...more }) => ({
    ...more,
    content: members(content, form => FORMS.includes(form))
  });
  const operation = ({ responses, ...more }) => ({
    ...more,
    // All errors are ErrorAnswer.
    responses: members(responses, code => code.startsWith('2'), answer)
  });
  return {
    ...rest,
    // The doors are for other clients.
    paths: members(
      paths,
      path => !/^\/(v1|tei|v2)(\/|$)/.test(path),
      verbs => members(verbs, () => true, operation)
    ),
    components: {
      ...components,
      schemas: members(components.schemas, name => !/^(OpenAI|Tei|Inference)/.test(name))
    }
  };
}

const nodes = await openapiTS(described(), { alphabetize: true, defaultNonNullable: false });
const options = await resolveConfig(FILE);
const made = await format(HEADER + astToString(nodes), { ...options, parser: 'typescript' });
if (process.argv.includes('--write')) {
  writeFileSync(FILE, made);
} else if (readFileSync(FILE, 'utf8') !== made) {
  console.error('src/manager/api.ts is not what the backend says of itself: jlpm api');
  process.exit(1);
}
