import type { Cloud } from '../../../src/azure/core/cloud';
import { publicCloud } from '../../../src/azure/core/cloud';
import { Connection, type ConnectionParts } from '../../../src/azure/core/connection';
import type { FunctionApp, KeyVault, SecretInfo, Subscription } from '../../../src/azure/core/model';
import { TrustRegistry } from '../../../src/azure/core/tokens/trust';
import { nodeId, type Node } from '../../../src/tree/nodes/nodes';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;

/** A connection that must not be used. */
export function connection(changes: Partial<ConnectionParts> = {}): Connection {
  const unused = () => {
    throw new Error('This connection must not be used.');
  };
  return new Connection({
    accountId: 'sandbox/alex',
    tenantId: 'tenant-1',
    cloud: publicCloud,
    credential: { getToken: unused },
    http: { trust: new TrustRegistry({ cloud: () => publicCloud }), sendRequest: unused },
    ...changes,
  });
}

export function subscription(changes: Partial<Subscription> = {}): Subscription {
  return { subscriptionId, displayName: 'Subscription', tenantId: 'tenant-1', state: 'Enabled', ...changes };
}

export function app(changes: Partial<FunctionApp> = {}): FunctionApp {
  return {
    id: `${group}/providers/Microsoft.Web/sites/app`,
    name: 'app',
    subscriptionId,
    resourceGroup: 'rg',
    location: 'westeurope',
    kind: 'functionapp',
    linux: false,
    state: 'Running',
    defaultHostName: 'app.azurewebsites.net',
    identity: { userAssigned: [] },
    keyVaultReferenceIdentity: 'SystemAssigned',
    tags: {},
    ...changes,
  };
}

export function vault(changes: Partial<KeyVault> = {}): KeyVault {
  return {
    id: `${group}/providers/Microsoft.KeyVault/vaults/kv`,
    name: 'kv',
    subscriptionId,
    resourceGroup: 'rg',
    location: 'westeurope',
    tenantId: 'tenant-1',
    vaultUri: 'https://kv.vault.azure.net',
    permissionModel: 'accessPolicies',
    publicNetworkAccess: 'Enabled',
    firewall: false,
    accessPolicies: [],
    tags: {},
    ...changes,
  };
}

export function secret(changes: Partial<SecretInfo> = {}): SecretInfo {
  return { id: 'https://kv.vault.azure.net/secrets/s', name: 's', enabled: true, tags: {}, ...changes };
}

const withIdentity = {
  systemAssigned: { principalId: 'principal-1', tenantId: 'tenant-1' },
  userAssigned: [],
};

/** One node of each kind that menus distinguish. */
export function nodesOfAllKinds() {
  const c = connection();
  const of = (node: Node): Node => node;
  const appNode = (model: FunctionApp, kind: 'app' | 'slot' = 'app', cloud: Cloud = publicCloud) =>
    of({ kind, id: nodeId(c, model.id), connection: connection({ cloud }), app: model });
  const secretNode = (model: SecretInfo) =>
    of({ kind: 'secret', id: 'secret', connection: c, vault: vault(), secret: model });
  const settingNode = (setting: object) =>
    of({
      kind: 'appSetting',
      id: 'setting',
      connection: c,
      app: app(),
      setting: { name: 'A', looksSecret: false, slotSetting: false, ...setting },
    });
  const connectionStrings = of({ kind: 'connectionStrings', id: 'strings', connection: c, app: app() });
  const identity = {
    ...{ id: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`, name: 'id' },
    ...{ subscriptionId, resourceGroup: 'rg', principalId: 'p', clientId: 'c' },
  };
  const fn = { id: `${app().id}/functions/f`, name: 'f', disabled: false };
  const http = {
    invokeUrlTemplate: 'https://app.azurewebsites.net/api/f',
    authLevel: 'function',
    methods: [],
  } as const;
  return {
    connectionStrings,
    appOff: appNode(app()),
    appOn: appNode(app({ state: 'Stopped', identity: withIdentity })),
    slotOn: appNode(
      app({ id: `${app().id}/slots/staging`, name: 'app/staging', state: 'Stopped', identity: withIdentity }),
      'slot',
    ),
    appWithoutPortal: appNode(app(), 'app', { ...publicCloud, portal: '' }),
    containerApp: appNode(
      app({ id: `${group}/providers/Microsoft.App/containerApps/app`, kind: 'functionapp' }),
    ),
    identityOfContainerApp: of({
      kind: 'systemIdentity',
      id: 'identity',
      connection: c,
      app: app({
        id: `${group}/providers/Microsoft.App/containerApps/app`,
        kind: 'functionapp',
        identity: withIdentity,
      }),
    }),
    appOnContainerApps: appNode(app({ kind: 'functionapp,linux,container,azurecontainerapps' })),
    vaultPolicies: of({ kind: 'vault', id: 'vault', connection: c, vault: vault() }),
    vaultRbac: of({ kind: 'vault', id: 'vault', connection: c, vault: vault({ permissionModel: 'rbac' }) }),
    policy: of({
      kind: 'policy',
      id: 'policy',
      connection: c,
      vault: vault(),
      policy: { tenantId: 'tenant-1', objectId: 'principal-1', permissions: { secrets: ['get'] } },
    }),
    userAssigned: of({ kind: 'userAssigned', id: 'identity', connection: c, identity, apps: [] }),
    identityOfApp: of({
      kind: 'userIdentity',
      id: 'identity',
      connection: c,
      app: app(),
      assigned: { resourceId: identity.id, principalId: 'p', clientId: 'c' },
    }),
    identityUser: of({ kind: 'identityUser', id: 'user', connection: c, identity, userId: app().id }),
    identityOfMachine: of({
      kind: 'identityUser',
      id: 'user',
      connection: c,
      identity,
      userId: `${group}/providers/Microsoft.Compute/virtualMachines/vm`,
    }),
    roleAssignment: of({
      kind: 'roleAssignment',
      id: 'role',
      connection: c,
      assignment: {
        ...{ id: `${vault().id}/providers/Microsoft.Authorization/roleAssignments/r`, scope: vault().id },
        ...{ roleDefinitionId: '/r', principalId: 'p', principalType: 'ServicePrincipal' },
      },
      listedBy: 'scope',
      roleName: 'Reader',
      inherited: false,
      throughGroup: false,
    }),
    secret: secretNode(secret()),
    secretDisabled: secretNode(secret({ enabled: false })),
    version: of({
      kind: 'version',
      id: 'version',
      connection: c,
      vault: vault(),
      secret: secret({ version: 'v' }),
      current: true,
    }),
    setting: settingNode({}),
    settingReference: settingNode({ resolution: { name: 'A', status: 'Initialized' } }),
    settingResolved: settingNode({ resolution: { name: 'A', status: 'Resolved' } }),
    functionHttp: of({ kind: 'function', id: 'fn', connection: c, app: app(), fn: { ...fn, http } }),
    sessionExpired: of({
      ...{ kind: 'sessionExpired', id: 'e' },
      account: { kind: 'microsoft', id: 'alex', label: 'alex@contoso.example' },
    }),
    functionTimer: of({ kind: 'function', id: 'fn', connection: c, app: app(), fn }),
    remembered: of({
      ...{ kind: 'remembered', what: 'app', id: 'r', name: 'app', resourceId: app().id },
      state: 'refreshing',
    }),
  };
}
