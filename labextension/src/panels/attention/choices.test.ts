import { describe, expect, test } from 'vitest';

import type { Model } from '../messages';
import { chosen, isSame, keep, within } from './choices';
import type { AttentionMaps } from './state';

const maps = {
  num_layers: 6,
  num_heads: 12,
  tokens: { tokens: ['[CLS]', 'a', 'cat', '[SEP]'] },
  query_tokens: null
} as unknown as AttentionMaps;

function modelOf(state: Record<string, unknown>): Model & { sent: Record<string, unknown> } {
  const sent: Record<string, unknown> = {};
  return {
    sent,
    get: name => state[name],
    set: (name, value) => void (sent[name] = state[name] = value),
    save_changes: () => undefined,
    on: () => undefined,
    off: () => undefined,
    send: () => undefined
  };
}

describe('what is chosen', () => {
  test('is what the traits say, as far as the model has it', () => {
    const state = {
      ...{ layer: 9, head: 3, heads: [2, 40], token: 17, layers: [1, 20], mask: [2, 9] },
      ablate: [
        [0, 1],
        [7, 0]
      ],
      measure: 'nonsense'
    };
    expect(chosen(modelOf(state), maps)).toMatchObject({
      ...{ open: { row: 5, column: 3 }, heads: [2], token: null, layers: [1, 5], mask: [2] },
      ablate: [[0, 1]],
      ...{ measure: 'habits', weight: 'probability', sort: false }
    });
  });

  test('keeps the open head inside the layers that are shown', () => {
    const { open } = chosen(modelOf({ layer: 0, head: 0, layers: [2, 4] }), maps);
    expect(open).toEqual({ row: 2, column: 0 });
  });

  test('is written back where it changed, and all layers as none in particular', () => {
    const model = modelOf({ layer: 0, head: 0, heads: [], layers: null, mask: [1] });
    const before = chosen(model, maps);
    keep(model, before, 6);
    const written = Object.keys(model.sent);
    expect(written).not.toContain('mask');
    keep(model, { ...before, layers: [1, 5], mask: [] }, 6);
    expect(model.sent).toMatchObject({ layers: [1, 5], mask: [] });
    keep(model, { ...before, layers: [0, 5] }, 6);
    expect(model.sent.layers).toBeNull();
  });

  test('is compared by what it says', () => {
    const one = chosen(modelOf({ mask: [1] }), maps);
    expect(isSame(one, chosen(modelOf({ mask: [1] }), maps))).toBe(true);
    expect(isSame(one, chosen(modelOf({ mask: [2] }), maps))).toBe(false);
    expect(isSame(one, chosen(modelOf({ mask: [1], compare_text: 'x' }), maps))).toBe(false);
  });
});

test('layers are in order and inside the model', () => {
  expect(within(null, 6)).toEqual([0, 5]);
  expect(within([4, 2], 6)).toEqual([2, 4]);
  expect(within([-3, 99], 6)).toEqual([0, 5]);
});
