/** Asking the hub while somebody types: not at each letter, and the newest question wins. */

import { useEffect, useRef, useState } from 'react';

import type { Given } from '../routes';
import type { HubModel } from '../types';
import { useParts, useStore } from './parts';

/** Milliseconds without a key after which the hub is asked. */
export const PAUSE = 300;

/** What is known of an answer. */
export interface Found {
  /** Null before the first answer; the last good one stays while the next is awaited, and when it fails. */
  models: readonly HubModel[] | null;
  isAsking: boolean;
  failure: { message: string; hint: string } | null;
}

/** The models for a query; those of the list that comes with the package when there is none. */
export function useHubSearch(
  query: string,
  language: string,
  task: string
): Found & { again: () => void } {
  const { store } = useParts();
  // Before the first status there is nobody to ask, or nobody knows whether there is.
  const isReady = useStore(state => state.status !== null);
  const catalog = useStore(state => state.status?.catalog ?? '');
  const [found, setFound] = useState<Found>({ models: null, isAsking: true, failure: null });
  const [round, setRound] = useState(0);
  const number = useRef(0);
  useEffect(() => {
    if (!isReady) {
      return;
    }
    const mine = ++number.current;
    setFound(before => ({ ...before, isAsking: true }));
    const ask = async () => {
      try {
        const models = await store.ask('GET /hub/models', {
          query: hubQuery(query, language, task)
        });
        if (mine === number.current) {
          setFound({ models, isAsking: false, failure: null });
        }
      } catch (reason) {
        if (mine === number.current) {
          setFound(({ models }) => ({ models, isAsking: false, failure: slipOf(reason) }));
        }
      }
    };
    const timer = setTimeout(() => void ask(), query ? PAUSE : 0);
    return () => {
      clearTimeout(timer);
      number.current++;
    };
    // A new catalogue changes which models are here already; without a query that costs nothing.
  }, [
    store,
    query,
    query ? language : '',
    query ? task : '',
    query ? '' : catalog,
    round,
    isReady
  ]);
  return { ...found, again: () => setRound(round + 1) };
}

/** What is asked for; languages and tasks of the list without a query are chosen on the page. */
export function hubQuery(
  query: string,
  language: string,
  task: string
): Given<'GET /hub/models'>['query'] {
  return query
    ? { limit: 30, query, language: language || undefined, task: task || undefined }
    : { limit: 100 };
}

/** Message and hint of whatever was thrown. */
export function slipOf(reason: unknown): { message: string; hint: string } {
  const { message, hint } = (reason ?? {}) as { message?: unknown; hint?: unknown };
  return {
    message: typeof message === 'string' ? message : String(reason),
    hint: typeof hint === 'string' ? hint : ''
  };
}
