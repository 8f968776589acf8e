/** The backend's routes as its /openapi.json describes them (api.ts): what a question must hold, and its answer. */

import type { paths } from './api';
import type { Health } from './types';

type Verb = 'get' | 'post' | 'delete';

/** A route by its verb and path: `POST /models/{id}/load`. */
export type Route = {
  [P in keyof paths]: {
    [V in Verb]: paths[P] extends Record<V, object> ? `${Uppercase<V>} ${P}` : never;
  }[Verb];
}[keyof paths];

type Operation<R extends Route> = R extends `${infer V} ${infer P}`
  ? P extends keyof paths
    ? Lowercase<V> extends keyof paths[P]
      ? paths[P][Lowercase<V>]
      : never
    : never
  : never;

type WithPath<O> = O extends { parameters: { path: infer P } } ? { path: P } : unknown;

type WithQuery<O> = O extends { parameters: { query?: infer Q } }
  ? [Q] extends [undefined]
    ? unknown
    : { query?: Q }
  : unknown;

type Json<B> = { content: { 'application/json': B } };

type WithBody<O> = O extends { requestBody: Json<infer B> }
  ? { body: B }
  : O extends { requestBody?: infer R }
    ? [R] extends [undefined]
      ? unknown
      : NonNullable<R> extends Json<infer B>
        ? { body?: B }
        : unknown
    : unknown;

/** What goes with a question: what stands in the path, in the query, and in the body. */
export type Given<R extends Route> = WithPath<Operation<R>> &
  WithQuery<Operation<R>> &
  WithBody<Operation<R>>;

/** The same as the last argument of a function: it may be left out where nothing in it is needed. */
export type Asked<R extends Route> =
  Partial<Given<R>> extends Given<R> ? [given?: Given<R>] : [given: Given<R>];

type Good<O> = O extends { responses: infer S } ? S[keyof S & (200 | 201 | 202)] : never;

/** What a route answers. */
export type Answer<R extends Route> = R extends 'GET /health'
  ? // The door's own, which starts no backend.
    Health
  : Good<Operation<R>> extends Json<infer A>
    ? A
    : never;
