import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp, FunctionInfo } from '../core/model';
import type { ArmAnswer } from '../core/request';
import { callResourceManager } from '../core/request';

/** The name of a function key, or of a host key, which works for all functions of the app. */
export interface FunctionKeyId {
  readonly app: FunctionApp;
  /** Absent for a host key. */
  readonly fn?: FunctionInfo;
  readonly name: string;
}

/**
 * Creates a key or changes its value. Azure generates the value if none is given.
 * @returns the value, which is a secret value
 * @throws AzureError
 */
export async function setFunctionKey(
  c: Connection,
  key: FunctionKeyId,
  value?: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { name } = key;
  const body = { properties: { name, ...(value === undefined ? {} : { value }) } };
  const answer = await callOnKey(c, key, 'PUT', body, signal);
  return stringOf(objectOf(objectOf(answer.body)['properties'])['value']);
}

/** Deletes a key, so that calls with it are rejected. @throws AzureError */
export async function deleteFunctionKey(
  c: Connection,
  key: FunctionKeyId,
  signal?: AbortSignal,
): Promise<void> {
  await callOnKey(c, key, 'DELETE', undefined, signal);
}

async function callOnKey(
  c: Connection,
  { app, fn, name }: FunctionKeyId,
  method: 'PUT' | 'DELETE',
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<ArmAnswer> {
  const names = fn ? ['functions', fn.name, 'keys', name] : ['host', 'default', 'functionKeys', name];
  const request = { method, path: app.id, names, apiVersion: apiVersions.web, body, signal };
  try {
    return await callResourceManager(c, request);
  } catch (error) {
    if (!fn?.name.includes('/') || !(error instanceof AzureError) || error.status !== 404) throw error;
    // azure-functions-dotnet-worker#777
    throw new AzureError(error.message, {
      code: 'SlashInFunctionName',
      explanation: {
        reason: l10n.t("Azure can't manage the keys of {0} because its name contains a slash.", fn.name),
        nextStep: l10n.t('Use a host key, or give the function another name in its code.'),
      },
    });
  }
}
