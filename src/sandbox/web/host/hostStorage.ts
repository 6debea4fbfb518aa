import type { SandboxContext } from '../../context';
import { authorize, type Needed } from '../../storage/authorize';
import { StorageError } from '../../storage/errors';
import type { Site } from '../../world/world';
import { hostConnection, openBlobs } from './blobConnection';
import { ConnectionError } from './connections';
import type { AppConfiguration } from './environment';
import { imageError } from './imagePull';

const writeBlob = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write';

/**
 * Why the Functions host can't use its storage account, as it reports it (azure-functions-host#11938); undefined if it
 * can, or if it has none. An account that a connection string names but the world doesn't contain counts as usable.
 */
function hostStorageError(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
): string | undefined {
  try {
    const { account, caller } = openBlobs(context, site, configuration, hostConnection) ?? {};
    if (account === undefined || caller === undefined) return undefined;
    const needed: Needed = { rights: [{ action: writeBlob, kind: 'dataAction' }], scope: account.id };
    authorize(context, account, caller, needed, appAddress);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Why the Functions host doesn't start, or can't use its storage account; undefined if it does. */
export function hostError(...of: Parameters<typeof hostStorageError>): string | undefined {
  return imageError(...of) ?? hostStorageError(...of);
}

/** Where requests of the host come from. */
export const appAddress = '127.0.0.1';

/** What the host says about a failed request to storage. @throws every other error */
export function reasonOf(error: unknown): string {
  if (error instanceof StorageError)
    return `${error.message}\nStatus: ${error.status} (${error.message})\nErrorCode: ${error.code}`;
  if (error instanceof ConnectionError) return error.message;
  throw error;
}
