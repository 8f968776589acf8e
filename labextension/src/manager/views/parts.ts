/** What all views are made of, and how they hear of changes. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from 'react';

import type { Chosen, Choices } from '../choices';
import type { IManagerStore, ManagerState } from '../tokens';
import { kept } from './filtering';

/** What a view can ask and call. */
export interface Parts {
  store: IManagerStore;
  choices: Choices;
  commands: CommandRegistry;
  trans: TranslationBundle;
  rendermime: IRenderMimeRegistry | null;
}

/** Hands the parts down. */
export const PartsContext = createContext<Parts | null>(null);

/** The parts, inside of a view. */
export function useParts(): Parts {
  return useContext(PartsContext)!;
}

/** A piece of the store's state; the view is drawn again when that piece changes. */
export function useStore<T>(select: (state: ManagerState) => T): T {
  const { store } = useParts();
  const subscribe = useCallback(
    (listener: () => void) => {
      store.changed.connect(listener);
      return () => void store.changed.disconnect(listener);
    },
    [store]
  );
  return useSyncExternalStore(subscribe, () => select(store.state));
}

/** A piece of the user's choices. */
export function useChoice<T>(select: (chosen: Chosen) => T): T {
  const { choices } = useParts();
  const subscribe = useCallback(
    (listener: () => void) => {
      choices.changed.connect(listener);
      return () => void choices.changed.disconnect(listener);
    },
    [choices]
  );
  return useSyncExternalStore(subscribe, () => select(choices.now));
}

/** How models are sorted: as chosen here, or else in the settings. */
export function useOrder(): 'last-used' | 'name' | 'size' {
  const { store } = useParts();
  const chosen = useChoice(now => now.order);
  useStore(() => store.preferences);
  return chosen ?? store.preferences.sortBy;
}

/** The same objects as long as they are equal, so that rows need not be drawn again. */
export function useKept<T>(list: readonly T[], key: (one: T) => string): readonly T[] {
  const before = useRef<readonly T[]>([]);
  before.current = kept(before.current, list, key);
  return before.current;
}

/** The language of the page. */
export function language(): string | undefined {
  return document.documentElement.lang || undefined;
}
