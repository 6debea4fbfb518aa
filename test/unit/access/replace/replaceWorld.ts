import assert from 'node:assert/strict';
import type { Binding } from '../../../../src/access/credentials/uses';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import type { ReplacePlan } from '../../../../src/access/replace/planReplacement';
import type { ReplaceFacts, ResourceFacts } from '../../../../src/access/replace/replaceFacts';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding, find } from '../credentials/find';

export const subscription = '/subscriptions/11111111-1111-1111-1111-111111111111';
export const principalId = '22222222-2222-2222-2222-222222222222';
export const clientId = '33333333-3333-3333-3333-333333333333';
const group = `${subscription}/resourceGroups/rg`;
export const appId = `${group}/providers/Microsoft.Web/sites/app`;
export const identityId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`;

export const userAssigned = {
  kind: 'user-assigned',
  resourceId: identityId,
  principalId,
  clientId,
} as const;

/** A connection string of the storage account. */
export function storageKey(account = 'fakeacct01', suffix = 'core.windows.net'): string {
  return `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${fake.storage};EndpointSuffix=${suffix}`;
}

export function storageAccount(
  name = 'fakeacct01',
  suffix = 'core.windows.net',
  ...parts: string[]
): ResourceFacts {
  const id = `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const endpoint = (service: string) => `https://${name}.${service}.${suffix}`;
  return {
    id,
    type: 'microsoft.storage/storageaccounts',
    endpoints: { blob: endpoint('blob'), queue: endpoint('queue'), table: endpoint('table') },
    parts: parts.map((part) => `${id}/${part}`),
  };
}

export function namespace(provider: string, name: string, ...parts: string[]): ResourceFacts {
  const id = `${group}/providers/${provider}/namespaces/${name}`;
  return { id, type: `${provider}/namespaces`.toLowerCase(), parts: parts.map((part) => `${id}/${part}`) };
}

/** An account of Cosmos DB with these containers, such as `shop/orders`. */
export function cosmosAccount(...containers: string[]): ResourceFacts {
  const id = `${group}/providers/Microsoft.DocumentDB/databaseAccounts/fakecos`;
  const parts = containers.map((one) => `${id}/sqlDatabases/${one.replace('/', '/containers/')}`);
  return { id, type: 'microsoft.documentdb/databaseaccounts', parts };
}

export function cache(type = 'redis'): ResourceFacts {
  const id = `${group}/providers/Microsoft.Cache/${type}/fakeredis`;
  return { id, type: `microsoft.cache/${type.toLowerCase()}`, parts: [] };
}

/** A healthy app with one credential, whose system-assigned identity is on and has no role. */
export function factsOf(
  setting: string,
  value: string,
  bindings: readonly Binding[],
  more: Partial<ReplaceFacts> = {},
): ReplaceFacts {
  const [finding] = find({ [setting]: value }, bindings);
  assert.ok(finding, 'no credential was found');
  return {
    app: {
      ...{ id: appId, name: 'app', kind: 'functionapp,linux', state: 'Running', linux: true },
      ...{ sku: 'Basic', subscriptionId: subscription.slice(15) },
    },
    finding,
    identity: { kind: 'system-assigned', principalId },
    settings: {
      names: [setting],
      empty: [],
      connectionStrings: [],
      members: new Map(),
      slotSettings: new Set(),
      slotConnectionStrings: new Set(),
    },
    bindings,
    functions: ['Fake'],
    hasSlots: false,
    host: { state: 'Running', errors: 0, version: '4.1036.0.23284', bundle: '4.38.0' },
    resource: storageAccount(),
    held: [],
    asksForScript: true,
    ...more,
  };
}

/** The plan for a credential, which nothing may speak against. */
export function planOf(...args: Parameters<typeof factsOf>): ReplacePlan {
  const plan = planReplacement(factsOf(...args));
  assert.deepEqual(plan.refusals, []);
  return plan;
}

/** The roles of a plan with the end of their scope below the resource. */
export function rolesOf({ roles }: ReplacePlan, resource = storageAccount()): string[] {
  return roles.map(({ role, scope }) => `${role.name}${scope.slice(resource.id.length)}`).sort();
}

export const timer = binding('timerTrigger', { schedule: '0 0 * * * *' });
