/** What the user has chosen in the sidebar: filter, order, sections, marks; kept over reloads where that helps. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IManagerStore } from './tokens';

const KEY = 'albert-widgets:sidebar';

/** The choices; values are replaced, never changed. */
export interface Chosen {
  readonly filter: string;
  /** Null follows the settings. */
  readonly order: 'last-used' | 'name' | 'size' | null;
  /** Section → whether it is open; those that are not in it follow the settings. */
  readonly open: Readonly<Record<string, boolean>>;
  /** Runs to compare. */
  readonly marked: ReadonlySet<string>;
  /** Jobs that have ended and were taken out of the list. */
  readonly cleared: ReadonlySet<string>;
  /** The time of the last eviction that was read. */
  readonly evictionsRead: number;
}

const FIRST: Chosen = {
  filter: '',
  order: null,
  open: {},
  marked: new Set(),
  cleared: new Set(),
  evictionsRead: 0
};

/** Holds the choices, and tells of their changes. */
export class Choices {
  /** What is chosen now. */
  get now(): Chosen {
    return this.chosen;
  }

  /** Emitted after each change. */
  get changed(): ISignal<this, void> {
    return this.signal;
  }

  /** Choose. */
  set(part: Partial<Chosen>): void {
    this.chosen = { ...this.chosen, ...part };
    this.signal.emit();
    if ('order' in part || 'open' in part || 'cleared' in part || 'evictionsRead' in part) {
      this.save();
    }
  }

  /** Take up what was kept, and keep what is chosen from now on. */
  async restore(state: IStateDB | null): Promise<void> {
    this.state = state;
    const kept = ((await state?.fetch(KEY).catch(() => null)) ?? {}) as Record<string, unknown>;
    const order = ['last-used', 'name', 'size'].find(one => one === kept.order);
    this.chosen = {
      ...this.chosen,
      order: (order as Chosen['order']) ?? null,
      open: (kept.open as Record<string, boolean>) ?? {},
      cleared: new Set(Array.isArray(kept.cleared) ? (kept.cleared as string[]) : []),
      evictionsRead: Number(kept.evictionsRead) || 0
    };
    this.signal.emit();
  }

  private save(): void {
    const { order, open, cleared, evictionsRead } = this.chosen;
    const kept = { order, open, cleared: [...cleared], evictionsRead };
    void this.state?.save(KEY, kept as ReadonlyPartialJSONObject);
  }

  private chosen = FIRST;
  private state: IStateDB | null = null;
  private readonly signal = new Signal<this, void>(this);
}

const known = new WeakMap<IManagerStore, Choices>();

/** The choices that belong to a store: sidebar and commands share them. */
export function choicesOf(store: IManagerStore): Choices {
  const choices = known.get(store) ?? new Choices();
  known.set(store, choices);
  return choices;
}
