import { idKey } from '../../arm/ids';
import { accountBody, storageType } from '../../arm/storageAccounts';
import { decide } from '../../authorization/rbac';
import type { SandboxContext } from '../../context';
import type { OtherResource, Site } from '../../world/world';
import { settingOf } from './functions';

const writeBlob = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write';

/**
 * Why the Functions host can't use its storage account, as it reports it (azure-functions-host#11938); undefined if it
 * can. An account that a connection string names but the world doesn't contain counts as usable.
 */
export function hostStorageError(context: SandboxContext, site: Site): string | undefined {
  const setting = (suffix: string) => settingOf(site, `AzureWebJobsStorage${suffix}`);
  const connectionString = setting('');
  if (connectionString !== undefined) return keyError(context, connectionString);
  const [accountName, serviceUri] = [setting('__accountName'), setting('__blobServiceUri')];
  if (accountName === undefined && serviceUri === undefined) return undefined;
  // terraform-provider-azurerm#32062
  if (accountName !== undefined && serviceUri !== undefined)
    return 'Unable to find matching constructor while trying to create an instance of BlobServiceClient.';
  // The host knows no other suffix: functions-reference.md, "Connecting to host storage with an identity".
  const uri = serviceUri ?? `https://${accountName ?? ''}.blob.core.windows.net/`;
  const account = accounts(context).find((one) => sameHost(blobEndpoint(one), uri));
  if (account === undefined) return `Name or service not known (${hostOf(uri) ?? uri}:443)`;
  const principalId = site.identity?.principalId;
  if (principalId !== undefined && mayWrite(context, principalId, account)) return undefined;
  return 'This request is not authorized to perform this operation using this permission.\nStatus: 403 (This request is not authorized to perform this operation using this permission.)\nErrorCode: AuthorizationPermissionMismatch';
}

function keyError(context: SandboxContext, connectionString: string): string | undefined {
  const name = /(?:^|;)AccountName=([^;]+)/i.exec(connectionString)?.[1];
  const account = accounts(context).find((one) => one.name === name);
  return account?.properties['allowSharedKeyAccess'] === false
    ? 'Key based authentication is not permitted on this storage account.\nStatus: 403 (Key based authentication is not permitted on this storage account.)\nErrorCode: KeyBasedAuthenticationNotPermitted'
    : undefined;
}

function mayWrite({ world, clock }: SandboxContext, principalId: string, account: OtherResource): boolean {
  return decide(world, clock.now(), [principalId], writeBlob, 'dataAction', account.id).allowed;
}

function accounts({ world }: SandboxContext): OtherResource[] {
  return [...world.otherResources.values()].filter(({ type }) => idKey(type) === idKey(storageType));
}

function blobEndpoint(account: OtherResource): string {
  const { primaryEndpoints } = accountBody(account).properties as { primaryEndpoints: { blob: string } };
  return primaryEndpoints.blob;
}

function sameHost(one: string, other: string): boolean {
  return hostOf(one) === hostOf(other);
}

function hostOf(uri: string): string | undefined {
  return URL.canParse(uri) ? new URL(uri).host : undefined;
}
