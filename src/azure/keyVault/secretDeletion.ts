import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { objectOf, parseJson, stringOf } from '../core/json';
import { AzureError } from '../core/errors';
import type { KeyVault } from '../core/model';
import { requireSameOrigin, rowsOf } from '../core/request';
import { call, clientOf, requireName, serviceVersion, signalOption } from './vaultClient';
import { dateOfSeconds } from './vaultModel';

/** A soft-deleted secret, without its value. */
export interface DeletedSecret {
  readonly name: string;
  readonly deleted?: Date;
  /** When it is permanently deleted. */
  readonly purged?: Date;
}

/** Soft-deletes a secret with all its versions; the vault keeps it for its retention period. @throws AzureError; RangeError */
export async function deleteSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<DeletedSecret> {
  requireName(name);
  // The SDK's poller would also need permission to read deleted secrets.
  const answer = await send(c, vault, 'DELETE', `/secrets/${name}`, signal);
  return deletedOf(objectOf(answer)) ?? { name };
}

/** Purges a soft-deleted secret. @throws AzureError (403 with purge protection); RangeError */
export async function purgeDeletedSecret(
  c: Connection,
  vault: KeyVault,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  requireName(name);
  await send(c, vault, 'DELETE', `/deletedsecrets/${name}`, signal);
}

/** The soft-deleted secrets of a vault, sorted by name. @throws AzureError */
export async function listDeletedSecrets(
  c: Connection,
  vault: KeyVault,
  signal?: AbortSignal,
): Promise<DeletedSecret[]> {
  const secrets: DeletedSecret[] = [];
  let url: string | undefined =
    `${vault.vaultUri}/deletedsecrets?api-version=${serviceVersion}&maxresults=25`;
  while (url !== undefined) {
    requireSameOrigin(url, vault.vaultUri);
    const page = objectOf(await sendTo(c, vault, 'GET', url, signal));
    if (!Array.isArray(page['value']))
      throw new AzureError(l10n.t("The vault's response isn't a list."), {
        code: 'BadAnswer',
        host: new URL(url).host,
      });
    secrets.push(...rowsOf(page['value'], deletedOf));
    url = stringOf(page['nextLink']);
  }
  return secrets.sort((a, b) => a.name.localeCompare(b.name));
}

function deletedOf(json: Readonly<Record<string, unknown>>): DeletedSecret | undefined {
  const name = stringOf(json['id'])?.split('/')[4];
  if (name === undefined) return undefined;
  const deleted = dateOfSeconds(json['deletedDate']);
  const purged = dateOfSeconds(json['scheduledPurgeDate']);
  return { name, ...(deleted ? { deleted } : {}), ...(purged ? { purged } : {}) };
}

function send(
  c: Connection,
  vault: KeyVault,
  method: 'DELETE',
  path: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return sendTo(c, vault, method, `${vault.vaultUri}${path}?api-version=${serviceVersion}`, signal);
}

async function sendTo(
  c: Connection,
  vault: KeyVault,
  method: 'GET' | 'DELETE',
  url: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return await call(signal, async () => {
    const headers = createHttpHeaders({ Accept: 'application/json' });
    const request = createPipelineRequest({ url, method, headers, ...signalOption(signal) });
    return parseJson((await clientOf(c, vault).pipeline.sendRequest(c.http, request)).bodyAsText);
  });
}
