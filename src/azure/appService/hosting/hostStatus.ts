import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { listOf, objectOf, stringOf, stringsOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { callResourceManager } from '../../core/request';

/** What the Functions host says of itself (azure-functions-host, HostController.cs). */
export interface HostStatus {
  /** e.g. `Running` or `Error`; empty if it says nothing. */
  readonly state: string;
  /** What it says about its errors. The texts can quote settings. */
  readonly errors: readonly string[];
  readonly hasErrors: boolean;
  /** e.g. `4.1036.0.23284`. */
  readonly version?: string;
  /** Version of the extension bundle; absent if it uses none. */
  readonly bundle?: string;
}

/** Asks the host through Resource Manager, once. @throws AzureError if it doesn't answer */
export async function readHostStatus(
  c: Connection,
  { id }: Pick<FunctionApp, 'id'>,
  signal?: AbortSignal,
): Promise<HostStatus> {
  const path = `${id}/hostruntime/admin/host/status`;
  const call = { method: 'GET', path, apiVersion: apiVersions.web, signal, once: true } as const;
  const status = objectOf((await callResourceManager(c, call)).body);
  const version = stringOf(status['version']);
  const bundle = stringOf(objectOf(status['extensionBundle'])['version']);
  return {
    state: stringOf(status['state']) ?? '',
    errors: stringsOf(status['errors']),
    hasErrors: listOf(status['errors']).length > 0,
    ...(version === undefined ? {} : { version }),
    ...(bundle === undefined ? {} : { bundle }),
  };
}

/** Whether it runs without an error. */
export function isHealthy({ state, hasErrors }: HostStatus): boolean {
  return /^running$/i.test(state) && !hasErrors;
}

/** Whether its errors say that it lacks a role, or that a role hasn't taken effect yet (recorded in azure-functions-host#11938). */
export function lacksRole({ errors }: Pick<HostStatus, 'errors'>): boolean {
  return /AuthorizationPermissionMismatch|AuthorizationFailure|not authorized to perform/i.test(
    errors.join('\n'),
  );
}
