import type { SandboxContext } from '../../context';
import type { Site } from '../../world/world';
import { valueOf } from '../../storage/connectionString';
import { ConnectionError, ServiceError } from './connections';
import type { AppConfiguration } from './environment';

/**
 * The object ID of the principal that opens an identity-based connection (Microsoft.Extensions.Azure ClientFactory.cs).
 * @param members of the connection
 * @throws ConnectionError
 */
export function identityFor(
  context: SandboxContext,
  site: Site,
  { appSettings }: AppConfiguration,
  members: Record<string, string>,
): string {
  const credential = valueOf(members, 'credential')?.toLowerCase();
  const clientId = valueOf(members, 'clientId') ?? valueOf(members, 'managedIdentityClientId');
  if (credential === undefined) {
    // DefaultAzureCredential; its EnvironmentCredential comes first.
    const [tenant, client, secret] = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'].map(
      (name) => valueOf(appSettings, name),
    );
    return tenant && client && secret ? application(context, client, secret) : managedIdentity(site, client);
  }
  if (credential !== 'managedidentity')
    throw new ConnectionError(`The credential '${credential}' isn't supported by the sandbox.`);
  // Documents say that no ID means the system-assigned identity, but the newest source throws, so this refuses.
  if (clientId === undefined)
    throw new ConnectionError(
      "Exactly one of ['clientId', 'managedIdentityClientId', 'managedIdentityResourceId', 'managedIdentityObjectId'] must be specified for  managed identity.",
    );
  return managedIdentity(site, clientId);
}

/** @throws ServiceError if the site doesn't have the identity */
export function managedIdentity(site: Site, clientId: string | undefined): string {
  const { principalId, userAssignedIdentities = {} } = site.identity ?? {};
  const found =
    clientId === undefined
      ? principalId
      : Object.values(userAssignedIdentities).find(
          (one) => one.clientId.toLowerCase() === clientId.toLowerCase(),
        )?.principalId;
  if (found !== undefined) return found;
  // Azure/azure-sdk-for-net#30287, #37100
  throw new ServiceError(
    site.identity === undefined
      ? 'ManagedIdentityCredential authentication unavailable. No Managed Identity found.'
      : 'ManagedIdentityCredential authentication failed: No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
  );
}

function application({ world }: SandboxContext, appId: string, secret: string): string {
  const found = [...world.servicePrincipals.values()].find(
    (one) => one.appId.toLowerCase() === appId.toLowerCase() && one.clientSecret === secret,
  );
  if (found === undefined) throw new ServiceError('EnvironmentCredential authentication failed.');
  return found.objectId;
}
