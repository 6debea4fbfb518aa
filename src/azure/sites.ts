import type { Connection } from './connection';
import type { AppSettingInfo, FunctionApp, FunctionInfo } from './model';

const notYet = (...args: unknown[]): Promise<never> => Promise.reject(new Error(`not yet${args.length}`));

/** A function app or slot, read from the service itself. */
export const getFunctionApp = (c: Connection, id: string, signal?: AbortSignal): Promise<FunctionApp> =>
  notYet(c, id, signal);
export const listSlots = (c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<FunctionApp[]> =>
  notYet(c, app, signal);
export const listFunctions = (
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<FunctionInfo[]> => notYet(c, app, signal);
export const listAppSettings = (
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<AppSettingInfo[]> => notYet(c, app, signal);
export const enableSystemAssignedIdentity = (
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<FunctionApp> => notYet(c, app, signal);
export const disableSystemAssignedIdentity = (
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<FunctionApp> => notYet(c, app, signal);
export const startApp = (c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<void> =>
  notYet(c, app, signal);
export const stopApp = (c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<void> =>
  notYet(c, app, signal);
export const restartApp = (c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<void> =>
  notYet(c, app, signal);

/** Keys of one function by name. Secret values. */
export const getFunctionKeys = (
  c: Connection,
  fn: FunctionInfo,
  signal?: AbortSignal,
): Promise<Record<string, string>> => notYet(c, fn, signal);

/** Keys of the whole app. Secret values. */
export interface HostKeys {
  readonly masterKey?: string;
  readonly functionKeys: Readonly<Record<string, string>>;
  readonly systemKeys: Readonly<Record<string, string>>;
}
export const getHostKeys = (c: Connection, app: FunctionApp, signal?: AbortSignal): Promise<HostKeys> =>
  notYet(c, app, signal);

/** A resource as Resource Manager shows it, for *View JSON*. */
export const getResourceJson = (c: Connection, id: string, signal?: AbortSignal): Promise<unknown> =>
  notYet(c, id, signal);
