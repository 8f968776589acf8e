/** Results of actions, said to those who cannot see the sidebar; the sidebar's live region reads them. */

import { type ISignal, Signal } from '@lumino/signaling';

import type { IManagerStore } from './tokens';

const signals = new WeakMap<IManagerStore, Signal<IManagerStore, string>>();

function signal(store: IManagerStore): Signal<IManagerStore, string> {
  const known = signals.get(store) ?? new Signal<IManagerStore, string>(store);
  signals.set(store, known);
  return known;
}

/** Say that something has been done. */
export function announce(store: IManagerStore, text: string): void {
  signal(store).emit(text);
}

/** What is said. */
export function announced(store: IManagerStore): ISignal<IManagerStore, string> {
  return signal(store);
}
