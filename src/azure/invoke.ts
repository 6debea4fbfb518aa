import type { Connection } from './connection';
import type { FunctionApp, FunctionInfo } from './model';

const notYet = (...args: unknown[]): Promise<never> => Promise.reject(new Error(`not yet${args.length}`));

export interface FunctionCall {
  readonly method: string;
  /** Values of the route's parameters, e.g. `{ id: '7' }`. */
  readonly route?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Function, host or master key; sent as a header, never in the URL. Secret value. */
  readonly key?: string;
}

/** What a function answered: a secret value as a whole. */
export interface FunctionAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The body was longer than Keyless reads. */
  readonly truncated: boolean;
  readonly milliseconds: number;
}

/** Calls an HTTP function once: no retry, no redirect followed. An answer of any status is an answer. */
export const invokeFunction = (
  c: Connection,
  app: FunctionApp,
  fn: FunctionInfo,
  call: FunctionCall,
  signal?: AbortSignal,
): Promise<FunctionAnswer> => notYet(c, app, fn, call, signal);

/** URL of an HTTP function; with a key it is a secret value. @throws RangeError without an HTTP trigger or with a missing route parameter */
export function functionUrl(
  app: FunctionApp,
  fn: FunctionInfo,
  options: { key?: string; route?: Readonly<Record<string, string>> } = {},
): string {
  void app;
  void options;
  return fn.http?.invokeUrlTemplate ?? '';
}

/** Names of a route's parameters, e.g. `['id']`; optional ones (`{id?}`) are left out. */
export function routeParameters(fn: FunctionInfo): string[] {
  return [...(fn.http?.invokeUrlTemplate ?? '').matchAll(/\{([^}?:*=]+)[^}]*\}/g)].map(
    (match) => match[1] ?? '',
  );
}
