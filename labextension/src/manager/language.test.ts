import { expect, test } from 'vitest';

import { languageOf, type Spoken } from './language';

const SPECS = { kernelspecs: { ir: { language: 'R' }, python3: { language: 'python' } } };

interface Page {
  preference: { name?: string; language?: string };
  running?: string;
  ready?: Promise<void>;
  specs?: typeof SPECS | null;
}

function spoken({ preference, running, ready = Promise.resolve(), specs = SPECS }: Page): Spoken {
  return {
    session: running ? { kernel: { name: running } } : null,
    kernelPreference: preference,
    specsManager: { ready, specs }
  } as unknown as Spoken;
}

test('it is that of the kernel that runs, or of the one that the notebook names', async () => {
  expect(await languageOf(spoken({ preference: { name: 'python3' }, running: 'ir' }))).toBe('R');
  expect(await languageOf(spoken({ preference: { name: 'ir', language: '' } }))).toBe('R');
});

test('kernels that are still asked for are waited for', async () => {
  const context = spoken({ preference: { name: 'ir', language: '' }, specs: null });
  const ready = Promise.resolve().then(() => {
    Object.assign(context.specsManager, { specs: SPECS });
  });
  Object.assign(context.specsManager, { ready });
  expect(await languageOf(context)).toBe('R');
});

test('without them the notebook says it, or else it is Python', async () => {
  const ready = Promise.reject(new Error('no answer'));
  const page = { ready, specs: null };
  expect(await languageOf(spoken({ ...page, preference: { language: 'julia' } }))).toBe('julia');
  expect(await languageOf(spoken({ ...page, preference: { name: 'python3', language: '' } }))).toBe(
    'python'
  );
});
