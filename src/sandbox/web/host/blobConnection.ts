import { accountBody } from '../../arm/storageAccounts';
import type { SandboxContext } from '../../context';
import { sameSecret } from '../../entra/sessions';
import type { StorageCaller } from '../../storage/authorize';
import { partsOf, valueOf } from '../../storage/connectionString';
import { storageAccountOf, storageAccounts, storageDataOf } from '../../storage/data';
import { StorageError } from '../../storage/errors';
import type { OtherResource, Site } from '../../world/world';
import { identityFor } from './connectionIdentity';
import { ConnectionError, connectionOf } from './connections';
import type { AppConfiguration } from './environment';

export const hostConnection = 'AzureWebJobsStorage';

/** A blob service that a connection opens, and how. */
export interface BlobConnection {
  /** Undefined if a connection string names an account that the world doesn't contain. */
  account: OtherResource | undefined;
  caller: StorageCaller;
}

/**
 * Opens the blob service of a connection; undefined if the app has no such connection.
 * @throws ConnectionError or StorageError
 */
export function openBlobs(
  context: SandboxContext,
  site: Site,
  configuration: AppConfiguration,
  name: string,
): BlobConnection | undefined {
  const connection = connectionOf(configuration, name);
  if (connection === undefined) return undefined;
  if (typeof connection === 'string') return withKey(context, connection);
  const uri = uriOf(connection, name);
  const account = storageAccounts(context.world).find((one) => hostOf(blobEndpoint(one)) === hostOf(uri));
  if (account === undefined)
    throw new ConnectionError(`Name or service not known (${hostOf(uri) ?? uri}:443)`);
  const principalId = identityFor(context, site, configuration, connection);
  return { account, caller: { kind: 'identity', principalIds: [principalId] } };
}

function withKey({ world }: SandboxContext, connectionString: string): BlobConnection {
  // Azure.Storage.Common StorageConnectionString.cs
  if (connectionString === '')
    throw new ConnectionError("Value cannot be null. (Parameter 'connectionString')");
  const parts = partsOf(connectionString);
  if (valueOf(parts, 'UseDevelopmentStorage') === 'true')
    throw new ConnectionError('Connection refused (127.0.0.1:10000)');
  const [name, key] = ['AccountName', 'AccountKey'].map((part) => valueOf(parts, part));
  const isComplete = name !== undefined && key !== undefined;
  if (valueOf(parts, 'SharedAccessSignature') === undefined && !isComplete)
    throw new ConnectionError('No valid combination of account information found.');
  const account = name === undefined ? undefined : storageAccountOf(world, name);
  const keys = account === undefined ? [] : storageDataOf(world, account.id).keys;
  if (account !== undefined && key !== undefined && !keys.some((one) => sameSecret(one, key)))
    throw new StorageError(
      403,
      'AuthenticationFailed',
      'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
    );
  return { account, caller: { kind: 'key' } };
}

function uriOf(members: Record<string, string>, name: string): string {
  const isHost = name.toLowerCase() === hostConnection.toLowerCase();
  const serviceUri =
    valueOf(members, 'blobServiceUri') ?? (isHost ? undefined : valueOf(members, 'serviceUri'));
  const accountName = isHost ? valueOf(members, 'accountName') : undefined;
  // terraform-provider-azurerm#32062; that neither fails the same way: ClientFactory of Microsoft.Extensions.Azure
  if ((accountName === undefined) === (serviceUri === undefined))
    throw new ConnectionError(
      'Unable to find matching constructor while trying to create an instance of BlobServiceClient.',
    );
  // The host knows no other suffix: functions-reference.md, "Connecting to host storage with an identity".
  return serviceUri ?? `https://${accountName ?? ''}.blob.core.windows.net/`;
}

function blobEndpoint(account: OtherResource): string {
  const { primaryEndpoints } = accountBody(account).properties as { primaryEndpoints: { blob: string } };
  return primaryEndpoints.blob;
}

function hostOf(uri: string): string | undefined {
  return URL.canParse(uri) ? new URL(uri).host : undefined;
}
