import { describe, expect, test } from 'vitest';

import { focusAfter, rowKey, typedRow } from './rowkeys';

describe('keys in a list of five', () => {
  const to = (key: string, at: number) => rowKey({ key }, at, 5);

  test.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 4, 4],
    ['ArrowUp', 0, 0],
    ['ArrowUp', 3, 2],
    ['Home', 3, 0],
    ['End', 1, 4],
    ['PageDown', 1, 4],
    ['PageUp', 3, 0]
  ])('%s at %d goes to %d', (key, at, expected) => {
    expect(to(key, at)).toEqual({ kind: 'go', to: expected });
  });

  test.each([
    ['Enter', 'open'],
    ['Delete', 'delete'],
    ['F2', 'rename'],
    [' ', 'mark'],
    ['ContextMenu', 'menu'],
    ['ArrowRight', 'into']
  ])('%s means %s', (key, kind) => expect(to(key, 0)).toEqual({ kind }));

  test('Shift+F10 is the menu, F10 alone is not ours', () => {
    expect(rowKey({ key: 'F10', shiftKey: true }, 0, 5)).toEqual({ kind: 'menu' });
    expect(to('F10', 0)).toBeNull();
  });

  test('shortcuts are left alone, but for the Mac’s way to delete', () => {
    expect(rowKey({ key: 'ArrowDown', ctrlKey: true }, 0, 5)).toBeNull();
    expect(rowKey({ key: 'a', metaKey: true }, 0, 5)).toBeNull();
    expect(rowKey({ key: 'Backspace', metaKey: true }, 0, 5)).toEqual({ kind: 'delete' });
    expect(to('Tab', 0)).toBeNull();
  });

  test('from right to left the way into a row is the other arrow', () => {
    expect(rowKey({ key: 'ArrowLeft' }, 0, 5, true)).toEqual({ kind: 'into' });
    expect(rowKey({ key: 'ArrowRight' }, 0, 5, true)).toBeNull();
  });

  test('letters are typed ahead, of any script', () => {
    expect(to('b', 0)).toEqual({ kind: 'type', letter: 'b' });
    expect(to('模', 0)).toEqual({ kind: 'type', letter: '模' });
  });
});

describe('the focus', () => {
  test.each([
    ['stays with its row', 'b', ['a', 'b', 'c'], ['c', 'b'], 'b'],
    ['goes to what was below', 'b', ['a', 'b', 'c'], ['a', 'c'], 'c'],
    ['goes above from the end', 'c', ['a', 'b', 'c'], ['a', 'b'], 'b'],
    ['passes over others that are gone, too', 'b', ['a', 'b', 'c', 'd'], ['a', 'd'], 'd'],
    ['begins with the first row', null, [], ['a', 'b'], 'a'],
    ['is nowhere in an empty list', 'a', ['a'], [], null]
  ])('%s', (_, current, before, now, expected) => {
    expect(focusAfter(current, before, now)).toBe(expected);
  });
});

describe('typing', () => {
  const names = ['bert', 'albert', 'beta', 'Zoë'];

  test('one letter goes on to the next, several to the one that fits', () => {
    expect(typedRow('b', names, 0)).toBe(2);
    expect(typedRow('b', names, 2)).toBe(0);
    expect(typedRow('ber', names, 2)).toBe(0);
    expect(typedRow('z', names, 0)).toBe(3);
    expect(typedRow('x', names, 0)).toBe(-1);
  });
});
