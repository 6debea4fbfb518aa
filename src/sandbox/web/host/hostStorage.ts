import { accountBody } from '../../arm/storageAccounts';
import type { SandboxContext } from '../../context';
import { sameSecret } from '../../entra/sessions';
import { authorize, type Needed, type StorageCaller } from '../../storage/authorize';
import { partsOf, valueOf } from '../../storage/connectionString';
import { storageAccountOf, storageAccounts, storageDataOf } from '../../storage/data';
import { StorageError } from '../../storage/errors';
import type { OtherResource, Site } from '../../world/world';
import { identityFor } from './connectionIdentity';
import type { AppConfiguration } from './environment';
import { ConnectionError, connectionOf } from './connections';

const host = 'AzureWebJobsStorage';
const writeBlob = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write';

/**
 * Why the Functions host can't use its storage account, as it reports it (azure-functions-host#11938); undefined if it
 * can, or if it has none. An account that a connection string names but the world doesn't contain counts as usable.
 */
export function hostStorageError(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
): string | undefined {
  try {
    const connection = connectionOf(configuration, host);
    if (connection === undefined) return undefined;
    if (typeof connection === 'string') useKey(context, connection);
    else useIdentity(context, site, configuration, connection);
    return undefined;
  } catch (error) {
    if (error instanceof StorageError)
      return `${error.message}\nStatus: ${error.status} (${error.message})\nErrorCode: ${error.code}`;
    if (error instanceof ConnectionError) return error.message;
    throw error;
  }
}

/** @throws ConnectionError or StorageError */
function useKey(context: SandboxContext, connectionString: string): void {
  // Azure.Storage.Common StorageConnectionString.cs
  if (connectionString === '')
    throw new ConnectionError("Value cannot be null. (Parameter 'connectionString')");
  const parts = partsOf(connectionString);
  if (valueOf(parts, 'UseDevelopmentStorage') === 'true')
    throw new ConnectionError('Connection refused (127.0.0.1:10000)');
  const name = valueOf(parts, 'AccountName');
  const key = valueOf(parts, 'AccountKey');
  if (valueOf(parts, 'SharedAccessSignature') === undefined && (name === undefined || key === undefined))
    throw new ConnectionError('No valid combination of account information found.');
  const account = name === undefined ? undefined : storageAccountOf(context.world, name);
  if (account === undefined) return;
  if (key !== undefined && !storageDataOf(context.world, account.id).keys.some((one) => sameSecret(one, key)))
    throw new StorageError(
      403,
      'AuthenticationFailed',
      'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
    );
  mayWriteBlobs(context, account, { kind: 'key' });
}

/** @throws ConnectionError or StorageError */
function useIdentity(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
  members: Record<string, string>,
): void {
  const [accountName, serviceUri] = ['accountName', 'blobServiceUri'].map((name) => valueOf(members, name));
  // terraform-provider-azurerm#32062; that neither fails the same way: ClientFactory of Microsoft.Extensions.Azure
  if ((accountName === undefined) === (serviceUri === undefined))
    throw new ConnectionError(
      'Unable to find matching constructor while trying to create an instance of BlobServiceClient.',
    );
  // The host knows no other suffix: functions-reference.md, "Connecting to host storage with an identity".
  const uri = serviceUri ?? `https://${accountName ?? ''}.blob.core.windows.net/`;
  const account = storageAccounts(context.world).find((one) => hostOf(blobEndpoint(one)) === hostOf(uri));
  if (account === undefined)
    throw new ConnectionError(`Name or service not known (${hostOf(uri) ?? uri}:443)`);
  const principalId = identityFor(context, site, configuration, members);
  mayWriteBlobs(context, account, { kind: 'identity', principalIds: [principalId] });
}

function mayWriteBlobs(context: SandboxContext, account: OtherResource, caller: StorageCaller): void {
  const needed: Needed = { rights: [{ action: writeBlob, kind: 'dataAction' }], scope: account.id };
  authorize(context, account, caller, needed, '127.0.0.1');
}

function blobEndpoint(account: OtherResource): string {
  const { primaryEndpoints } = accountBody(account).properties as { primaryEndpoints: { blob: string } };
  return primaryEndpoints.blob;
}

function hostOf(uri: string): string | undefined {
  return URL.canParse(uri) ? new URL(uri).host : undefined;
}
