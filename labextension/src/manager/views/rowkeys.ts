/** What a key does in a list that is one stop of the Tab key. */

/** What is wanted of a list. */
export type RowKey =
  | { kind: 'go'; to: number }
  | { kind: 'open' | 'delete' | 'rename' | 'menu' | 'mark' | 'into' }
  | { kind: 'type'; letter: string };

/** The part of a keyboard event that counts. */
export interface Pressed {
  key: string;
  shiftKey?: boolean;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

/** Return what a key means at a row; null for what is not the list's business. */
export function rowKey(event: Pressed, at: number, count: number, isTurned = false): RowKey | null {
  const { key } = event;
  if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) {
    return { kind: 'menu' };
  }
  if (key === 'Backspace' && event.metaKey) {
    return { kind: 'delete' };
  }
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return null;
  }
  const go = (to: number): RowKey => ({ kind: 'go', to: Math.min(Math.max(to, 0), count - 1) });
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + 10);
    case 'PageUp':
      return go(at - 10);
    case 'Home':
      return go(0);
    case 'End':
      return go(count - 1);
    case 'Enter':
      return { kind: 'open' };
    case 'Delete':
      return { kind: 'delete' };
    case 'F2':
      return { kind: 'rename' };
    case ' ':
      return { kind: 'mark' };
    case isTurned ? 'ArrowLeft' : 'ArrowRight':
      return { kind: 'into' };
    default:
      return /^\S$/u.test(key) ? { kind: 'type', letter: key } : null;
  }
}

/** Where the focus goes: to the row that has it, or else to what stands in its place now. */
export function focusAfter(
  current: string | null,
  before: readonly string[],
  now: readonly string[]
): string | null {
  if (current !== null && now.includes(current)) {
    return current;
  }
  const at = current === null ? 0 : Math.max(before.indexOf(current), 0);
  // The next that was below and is still there; or else the last above.
  const below = before.slice(at).find(id => now.includes(id));
  const above = before
    .slice(0, at)
    .reverse()
    .find(id => now.includes(id));
  return below ?? above ?? now[0] ?? null;
}

/** The next row after `at` that begins with what was typed; -1 when none does. */
export function typedRow(typed: string, names: readonly string[], at: number): number {
  const begin = typed.toLowerCase();
  for (let step = typed.length > 1 ? 0 : 1; step <= names.length; step++) {
    const index = (at + step) % names.length;
    if (names[index].toLowerCase().startsWith(begin)) {
      return index;
    }
  }
  return -1;
}
