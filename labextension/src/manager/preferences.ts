/** What the settings editor holds, and the memory budget that follows from it. */

import type { Preferences, SectionName, Status } from './types';

const SECTIONS: SectionName[] = ['inMemory', 'jobs', 'yourModels', 'onThisMachine', 'getMore'];
const BYTES_A_GB = 1e9;

/** What holds while the settings are not read, and where they have been left alone. */
export const DEFAULTS: Preferences = {
  memoryBudgetGB: 0,
  notifications: true,
  sections: {
    inMemory: 'open',
    jobs: 'open',
    yourModels: 'open',
    onThisMachine: 'open',
    getMore: 'closed'
  },
  sortBy: 'last-used',
  onlineSearch: true,
  confirmDelete: true
};

/** Preferences out of settings; the schema has been checked, but an older one may have been saved. */
export function preferencesOf(settings: Readonly<Record<string, unknown>>): Preferences {
  const one = <K extends keyof Preferences>(name: K, isGood: (value: unknown) => boolean) =>
    (isGood(settings[name]) ? settings[name] : DEFAULTS[name]) as Preferences[K];
  const isBoolean = (value: unknown) => typeof value === 'boolean';
  const given = (settings.sections ?? {}) as Record<string, unknown>;
  const sections = Object.fromEntries(
    SECTIONS.map(name => [
      name,
      ['open', 'closed', 'hidden'].includes(given[name] as string)
        ? given[name]
        : DEFAULTS.sections[name]
    ])
  ) as Preferences['sections'];
  return {
    memoryBudgetGB: one('memoryBudgetGB', value => typeof value === 'number' && value >= 0),
    notifications: one('notifications', isBoolean),
    sections,
    sortBy: one('sortBy', value => ['last-used', 'name', 'size'].includes(value as string)),
    onlineSearch: one('onlineSearch', isBoolean),
    confirmDelete: one('confirmDelete', isBoolean)
  };
}

/** Says when the backend must be told of the budget that the user has set. */
export class Budget {
  /**
   * Return what to send as `budget`: bytes, null for the usual half, or undefined for nothing.
   *
   * A budget that was set is a wish for every backend that starts, told to each once; so a lower one that somebody
   * else has set meanwhile stays. The usual half is only asked for where this page has had another one.
   */
  toSend(gigabytes: number, status: Status): number | null | undefined {
    const isSame = this.sent?.gigabytes === gigabytes && this.sent.pid === status.pid;
    const wasSet = (this.sent?.gigabytes ?? 0) > 0;
    this.sent = { gigabytes, pid: status.pid };
    if (isSame || (gigabytes === 0 && !wasSet)) {
      return undefined;
    }
    const bytes = Math.round(gigabytes * BYTES_A_GB);
    if (bytes === 0) {
      return null;
    }
    return status.memory_budget === bytes ? undefined : bytes;
  }

  private sent: { gigabytes: number; pid: number } | null = null;
}
