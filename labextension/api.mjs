/**
 * src/manager/api.ts: the backend's routes and answers as types, made of what the application says of itself.
 *
 *   node api.mjs --write    makes it anew
 *   node api.mjs --check    fails when it is not what the application says now
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const FILE = new URL('src/manager/api.ts', import.meta.url);
const HEADER = '/** Made by "jlpm api" of what the backend says of itself; do not change it by hand. */\n';

/** The description, of the package in this checkout. */
function described() {
  const printed = execFileSync('python', ['-m', 'albert_widgets.service.describe'], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
    maxBuffer: 64_000_000
  });
  return JSON.parse(printed);
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
