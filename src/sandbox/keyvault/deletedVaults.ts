import { idKey } from '../arm/ids';
import { invalidResourceType, methodNotAllowed } from '../arm/errors';
import { ArmError, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { apiVersions, namespace } from './apiVersions';
import { liesIn, list } from './armList';
import { deletedVaultJson } from './vaultJson';
import { deletedVaults, requireDeletedVault } from './vaults';

const defaultPurgeMs = 2_000;

/** `/subscriptions/S/providers/Microsoft.KeyVault/deletedVaults` */
export function listDeletedVaults(context: SandboxContext, call: ArmCall): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  const deleted = deletedVaults(context).filter(({ vault }) => liesIn(vault, call.scope));
  return list(
    call,
    deleted,
    ({ vault }) => vault.name.toLowerCase(),
    ({ vault }) => vault.location,
    deletedVaultJson,
  );
}

/** `…/locations/L/deletedVaults/N` and its `/purge`; `rest` is the part after `locations`. */
export function answerLocation(context: SandboxContext, call: ArmCall, rest: string[]): Answer {
  const [location, type, name, action] = rest;
  if (location === undefined || type?.toLowerCase() !== 'deletedvaults' || name === undefined)
    throw unknownType(call);
  const deleted = requireDeletedVault(context, call.subscriptionId ?? '', location, name);
  if (action === undefined && call.method === 'GET') return { status: 200, json: deletedVaultJson(deleted) };
  if (action?.toLowerCase() !== 'purge' || call.method !== 'POST') throw methodNotAllowed(call.method);
  if (deleted.vault.enablePurgeProtection === true)
    // Code and message: microsoft/AzureTRE#1446 (2022); the status is inferred from the code.
    throw new ArmError(405, 'MethodNotAllowed', "Operation 'DeletedVaultPurge' is not allowed.");
  context.world.deletedVaults.delete(idKey(deleted.vault.id));
  return { status: 202, headers: startPurge(context, call, location) };
}

/** Bodies of the polls: azure-service-operator Test_KeyVault_WhenPurgeSpecified (2023). */
function startPurge(
  context: SandboxContext,
  call: ArmCall,
  location: string,
): ReturnType<ArmCall['operations']['start']> {
  const createdDateTime = plainTime(context.clock.now());
  return call.operations.start({
    kind: 'location',
    parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/${namespace}/locations/${location}`,
    apiVersion: call.apiVersion,
    durationMs: context.settings.vaultPurgeMs ?? defaultPurgeMs,
    pending: () => ({ status: 202, json: { createdDateTime, status: 'NotStarted' } }),
    result: () => ({
      status: 200,
      json: {
        createdDateTime,
        lastActionDateTime: plainTime(context.clock.now()),
        status: 'Succeeded',
      },
    }),
  });
}

/** 404 for a type that the provider doesn't have. */
export function unknownType(call: ArmCall): ArmError {
  return invalidResourceType(namespace, call, apiVersions);
}

/** `2023-11-01 20:13:02Z` */
function plainTime(epochMs: number): string {
  return new Date(epochMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
