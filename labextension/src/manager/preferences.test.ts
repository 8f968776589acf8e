import { describe, expect, test } from 'vitest';

import schema from '../../schema/manager.json';
import { Budget, DEFAULTS, preferencesOf } from './preferences';
import type { Status } from './types';

test('the defaults are those of the schema', () => {
  const { sections, ...rest } = schema.properties;
  const usual = (properties: Record<string, { default: unknown }>) =>
    Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, one.default]));
  expect(DEFAULTS).toEqual({ ...usual(rest), sections: usual(sections.properties) });
  expect(preferencesOf({ sections: {} })).toEqual(DEFAULTS);
});

test('every property has a title and a description', () => {
  const { sections } = schema.properties;
  for (const one of [...Object.values(schema.properties), ...Object.values(sections.properties)]) {
    expect(one.title && one.description).toBeTruthy();
  }
});

test('what is set holds, and what cannot be is the default', () => {
  const set = preferencesOf({
    memoryBudgetGB: -1,
    notifications: false,
    sections: { jobs: 'hidden', getMore: 'ajar' },
    sortBy: 'name'
  });
  expect(set).toMatchObject({ memoryBudgetGB: 0, notifications: false, sortBy: 'name' });
  expect(set.sections).toEqual({ ...DEFAULTS.sections, jobs: 'hidden' });
});

describe('the budget', () => {
  const status = (pid: number, memory_budget: number) => ({ pid, memory_budget }) as Status;

  test('is left alone where nobody has set one', () => {
    expect(new Budget().toSend(0, status(1, 5e9))).toBeUndefined();
  });

  test('is told to each backend once, where it has another one', () => {
    const budget = new Budget();
    expect(budget.toSend(2, status(1, 5e9))).toBe(2e9);
    expect(budget.toSend(2, status(1, 5e9))).toBeUndefined();
    expect(budget.toSend(2, status(2, 5e9))).toBe(2e9);
    expect(budget.toSend(2, status(3, 2e9))).toBeUndefined();
  });

  test('is the usual again when the user takes it back', () => {
    const budget = new Budget();
    budget.toSend(2, status(1, 5e9));
    expect(budget.toSend(0, status(1, 2e9))).toBeNull();
    expect(budget.toSend(0, status(1, 5e9))).toBeUndefined();
  });
});
