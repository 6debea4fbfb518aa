import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { idKey } from '../../../../src/sandbox/arm/ids';
import type { ServicePrincipal, User } from '../../../../src/sandbox/world/world';
import { errorOf, type Harness, type RawAnswer } from '../keyvault/harness';

/** The official clients for what Resource Manager itself answers, for one principal, without retries. */
export function clientsOf(harness: Harness, principal: User | ServicePrincipal = harness.principals.user) {
  const credential = harness.credential(principal);
  const endpoint = harness.context.endpoints.resourceManager;
  const options = {
    endpoint,
    httpClient: harness.httpClient(),
    retryOptions: { maxRetries: 0 },
    credentials: { scopes: [`${endpoint}/.default`] },
    credentialScopes: [`${endpoint}/.default`],
  };
  const { subscriptionId } = harness;
  return {
    resources: new ResourceManagementClient(credential, subscriptionId, options),
    subscriptions: new SubscriptionClient(credential, options),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, {
      ...options,
      $host: endpoint,
    }),
    identities: new ManagedServiceIdentityClient(credential, subscriptionId, { ...options, $host: endpoint }),
    graph: new ResourceGraphClient(credential, subscriptionId, options),
  };
}

/** A storage account put directly into the world. @returns its ID */
export function addStorage(
  harness: Harness,
  name: string,
  change: { resourceGroup?: string; tags?: Record<string, string>; location?: string } = {},
): string {
  const group = change.resourceGroup ?? harness.resourceGroup;
  const id = `/subscriptions/${harness.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  harness.context.world.otherResources.set(idKey(id), {
    id,
    name,
    type: 'Microsoft.Storage/storageAccounts',
    location: change.location ?? 'westeurope',
    ...(change.tags === undefined ? {} : { tags: change.tags }),
    properties: { provisioningState: 'Succeeded', accessTier: 'Hot', nested: { depth: 2, list: [1, 2] } },
  });
  return id;
}

/** The status, code and message of an error response on one line, for `assert.equal`. */
export function refusal(answer: RawAnswer): string {
  const { code, message } = errorOf(answer);
  return `${answer.status} ${code ?? ''}: ${message ?? ''}`;
}

/** The items in the answer to a list request. */
export function itemsOf(answer: RawAnswer): Record<string, unknown>[] {
  return (answer.json as { value: Record<string, unknown>[] }).value;
}

export const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  userAccessAdministrator: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
};
