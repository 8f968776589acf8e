import { describe, expect, test } from 'vitest';

import { type Finding, shownOf } from './health';

const words = {
  __: (text: string, ...values: unknown[]) =>
    text.replace(/%(\d)/g, (_, index) => String(values[Number(index) - 1]))
};
const running = { state: 'running', version: '0.1.0', backend: { version: '0.1.0' } } as const;
const shown = (finding: Finding) => shownOf(finding, '0.1.0', words);

describe('the status bar', () => {
  test('is ready when door and backend are of our version', () => {
    expect(shown({ health: running })).toMatchObject({
      state: 'ready',
      text: 'albert-widgets is ready: backend 0.1.0'
    });
  });

  test('says that a stopped backend starts by itself', () => {
    const { state, title } = shown({ health: { ...running, state: 'stopped', backend: null } });
    expect(state).toBe('stopped');
    expect(title).toContain('%load_ext albert_widgets');
  });

  test('says what to type when the server extension is missing', () => {
    const { state, text, title } = shown({ status: 404 });
    expect([state, text]).toEqual(['missing', 'albert-widgets: server extension missing']);
    expect(title).toContain('jupyter server extension enable albert_widgets');
  });

  test('names both versions when they differ', () => {
    const backend = shown({ health: { ...running, backend: { version: '0.0.9' } } });
    expect(backend.state).toBe('mismatch');
    expect(backend.title).toMatch(/0\.0\.9.*0\.1\.0.*serve --replace/);
    const server = shown({ health: { ...running, version: '0.2.0' } });
    expect(server.title).toMatch(/0\.1\.0.*0\.2\.0.*restart JupyterLab/);
  });

  test('tells other failures apart', () => {
    expect(shown({ status: 500 }).title).toContain('albert-widgets doctor');
    expect(shown({ failure: 'Failed to fetch' }).title).toContain('Failed to fetch');
  });
});
