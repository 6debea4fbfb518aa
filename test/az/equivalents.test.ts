import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { describeChange, type Change } from '../../src/access/change';
import { toAzureCli } from '../../src/access/equivalents/azureCli';
import type { WorldFile } from '../../src/sandbox/worldFile';
import { worldArguments } from '../support/ownRightsWorld';
import { startSandbox } from '../support/sandbox';
import { skip } from '../support/skip';
import { until } from '../support/until';
import { connect, type TestConnection } from '../unit/azure/support';
import { Client } from '../unit/sandbox/web/client';
import { AzureCli, isAzInstalled } from './azureCli';
import { carryOut } from './carryOut';

const subscriptionId = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b012';
const tenantId = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b011';
const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
const app = `${group}/providers/Microsoft.Web/sites/keyless-one-app`;
const other = `${group}/providers/Microsoft.Web/sites/keyless-two-app`;
const slot = `${app}/slots/staging`;
const vault = (name: string) => `${group}/providers/Microsoft.KeyVault/vaults/${name}`;
const identity = (name: string) =>
  `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const storage = `${group}/providers/Microsoft.Storage/storageAccounts/keylessstore`;
const plan = `${group}/providers/Microsoft.Web/serverfarms/made-plan`;
const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/made-logs`;
const component = `${group}/providers/Microsoft.Insights/components/made-insights`;
const somebody = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b013';
const anybody = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b014';
const readerPrincipal = '0b6f0c5e-6f3f-4a55-9f0e-5a5ad0a7b015';
const secretsUser = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`;

const me = 'Keyless automation';
const all = ['get', 'list', 'set', 'delete', 'recover'];
const world: WorldFile = {
  tenants: [{ tenantId, displayName: 'Contoso', defaultDomain: 'contoso.example' }],
  users: [{ userPrincipalName: 'alex@contoso.example', displayName: 'Alex Contoso' }],
  applications: [{ displayName: me }],
  subscriptions: [
    {
      subscriptionId,
      displayName: 'One',
      roleAssignments: [
        { role: 'Owner', principal: me },
        { role: 'Key Vault Administrator', principal: me },
      ],
      resourceGroups: [
        {
          name: 'rg',
          location: 'westeurope',
          plans: [{ name: 'plan', sku: 'S1', tier: 'Standard' }],
          identities: [{ name: 'reader-id', principalId: readerPrincipal }, { name: 'old-id' }],
          sites: [
            {
              name: 'keyless-one-app',
              sample: 'empty',
              appSettings: { KEEP: 'kept', OLD: '<value>', GOES: 'x' },
              slots: [{ name: 'staging', sample: 'empty', appSettings: { KEEP: 'kept' } }],
            },
            { name: 'keyless-two-app', sample: 'empty', systemAssigned: true, userAssigned: ['old-id'] },
          ],
          vaults: [
            {
              name: 'keyless-policy-kv',
              rbac: false,
              accessPolicies: [
                { principal: me, secrets: all },
                { principal: somebody, secrets: ['list'], keys: ['get'] },
                { principal: anybody, secrets: ['get', 'list'] },
              ],
              secrets: [{ name: 'Disabled', enabled: false }, { name: 'Deleted' }],
            },
            { name: 'keyless-rbac-kv', rbac: true, secrets: [{ name: 'One' }] },
            { name: 'keyless-gone-kv', rbac: false },
            {
              name: 'keyless-wall-kv',
              rbac: false,
              networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] },
            },
            { name: 'keyless-shut-kv', rbac: false, publicNetworkAccess: 'Disabled' as const },
          ],
        },
      ],
    },
  ],
};

const policy = { vaultId: vault('keyless-policy-kv'), tenantId };
const own = { principalId: '', tenantId };
const reader = { resourceId: identity('reader-id'), principalId: '', clientId: '' };
const role = {
  scope: `${vault('keyless-rbac-kv')}/secrets/One`,
  roleDefinitionId: secretsUser,
  principalId: readerPrincipal,
};
const changes: readonly Change[] = [
  { kind: 'enableIdentity', app: { id: app, identity: { systemAssigned: own, userAssigned: [] } } },
  { kind: 'enableIdentity', app: { id: slot, identity: { systemAssigned: own, userAssigned: [] } } },
  {
    kind: 'assignIdentity',
    app: { id: app, identity: { systemAssigned: own, userAssigned: [reader] } },
    identityId: reader.resourceId,
  },
  { kind: 'setKeyVaultReferenceIdentity', appId: app, identity: reader.resourceId },
  {
    kind: 'removeIdentity',
    app: { id: other, identity: { systemAssigned: own, userAssigned: [] } },
    identityId: identity('old-id'),
  },
  { kind: 'disableIdentity', app: { id: other, identity: { userAssigned: [] } } },
  { kind: 'createIdentity', identityId: identity('new-id'), location: 'westeurope' },
  { kind: 'deleteIdentity', identityId: identity('old-id') },
  // What it has afterwards, of the kind that was given something.
  { kind: 'addAccessPolicy', ...policy, objectId: somebody, permissions: { secrets: ['list', 'get'] } },
  {
    kind: 'removeAccessPolicy',
    ...policy,
    objectId: anybody,
    permissions: { secrets: ['get'] },
    left: { secrets: ['list'] },
  },
  {
    kind: 'removeAccessPolicy',
    ...policy,
    objectId: somebody,
    permissions: { secrets: ['list', 'get'], keys: ['get'] },
  },
  { kind: 'createRoleAssignment', ...role, principalType: 'ServicePrincipal' },
  { kind: 'setSecret', vaultId: policy.vaultId, name: 'New' },
  { kind: 'enableSecret', vaultId: policy.vaultId, name: 'Disabled' },
  { kind: 'recoverSecret', vaultId: policy.vaultId, name: 'Deleted' },
  { kind: 'recoverVault', vaultId: vault('keyless-gone-kv'), location: 'westeurope' },
  { kind: 'addFirewallAddress', vaultId: vault('keyless-wall-kv'), address: '198.51.100.7' },
  { kind: 'openToFirewall', vaultId: vault('keyless-shut-kv') },
  { kind: 'setAppSetting', appId: app, name: 'NEW' },
  {
    ...{ kind: 'setAppSetting', appId: slot, name: 'DB' },
    reference: '@Microsoft.KeyVault(VaultName=keyless-rbac-kv;SecretName=One)',
  },
  { kind: 'renameAppSetting', appId: app, name: 'OLD', newName: 'RENAMED' },
  { kind: 'deleteAppSetting', appId: app, name: 'GOES' },
  { kind: 'setFunctionKey', appId: app, keyName: 'made' },
  { kind: 'deleteFunctionKey', appId: app, keyName: 'default' },
  { kind: 'stopApp', appId: other },
  { kind: 'startApp', appId: other },
  { kind: 'restartApp', appId: app },
  { kind: 'createStorageAccount', storageId: storage, location: 'westeurope' },
  { kind: 'createPlan', planId: plan, location: 'westeurope', linux: true, plan: 'basic' },
  { kind: 'createWorkspace', workspaceId: workspace, location: 'westeurope' },
  { kind: 'createComponent', componentId: component, location: 'westeurope', workspaceId: workspace },
  { kind: 'deleteResource', resourceId: component },
];

describe('changes as Azure CLI, run by az', function () {
  this.timeout(240_000);
  const endings: (() => Promise<void> | void)[] = [];
  let keyless: TestConnection;
  let byKeyless: Client;
  let byAz: Client;
  let az: AzureCli;
  /** As it was after the change before. */
  let state: object;

  before(async function () {
    if (!(await isAzInstalled())) skip(this, 'az is not installed');
    const file = worldArguments(world);
    endings.push(file.remove);
    const sandboxes = await Promise.all([startSandbox(file.args), startSandbox(file.args)]);
    endings.push(...sandboxes.map((sandbox) => () => sandbox.stop()));
    const [first, second] = sandboxes;
    keyless = connect(first.ready);
    byKeyless = new Client(first.ready);
    byAz = new Client(second.ready);
    az = await AzureCli.signIn(second.ready);
    endings.push(() => {
      az.dispose();
    });
    for (const client of [byKeyless, byAz]) await deleteSome(client);
    state = await stateOf(byAz);
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  for (const change of changes)
    it(`${change.kind}: ${describeChange(change)}`, async () => {
      await carryOut(keyless, change);
      for (const line of toAzureCli(change).split('\n')) await runInShell(line);
      const expected = await stateOf(byKeyless);
      let actual = await stateOf(byAz);
      // az does not wait until a recovered secret is shown.
      const isSame = async () => isDeepStrictEqual((actual = await stateOf(byAz)), expected);
      if (change.kind === 'recoverSecret') await until(isSame, { what: 'the same state' });
      assert.deepEqual(actual, expected);
      if (change.kind !== 'restartApp') assert.notDeepEqual(actual, state, 'nothing changed');
      state = actual;
    });

  it('deleteRoleAssignment', async () => {
    const assignments = await rolesOn(byAz);
    const id =
      assignments.find(({ properties }) => properties.principalId === readerPrincipal)?.id ?? assert.fail();
    await runInShell(toAzureCli({ kind: 'deleteRoleAssignment', id, ...role }));
    assert.equal((await rolesOn(byAz)).length, assignments.length - 1);
  });

  /** The words are those that a shell makes of the line. */
  async function runInShell(line: string): Promise<void> {
    const script = `az() { printf '%s\\0' "$@"; }\n${line}`;
    const words = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    if (words[0] === 'role') await az.role(...words.slice(1));
    else if (words[0] === 'monitor') await az.monitor(...words.slice(1));
    else if (words[0] === 'keyvault' && words[1] === 'secret') await az.secret(...words.slice(2));
    else await az.run(...words);
  }
});

interface Assignment {
  id: string;
  properties: { principalId: string; roleDefinitionId: string; scope: string; principalType: string };
}

async function rolesOn(client: Client): Promise<Assignment[]> {
  const path = `${vault('keyless-rbac-kv')}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
  return (await client.arm('GET', path)).json<{ value: Assignment[] }>().value;
}

/** What is to be recovered. */
async function deleteSome(client: Client): Promise<void> {
  const uri = `https://keyless-policy-kv.vault.localhost:${client.ready.vaultPort}`;
  const token = await client.token('https://vault.localhost');
  const version = 'api-version=7.5';
  assert.equal((await client.send('DELETE', `${uri}/secrets/Deleted?${version}`, { token })).status, 200);
  await until(
    async () =>
      (await client.send('GET', `${uri}/deletedsecrets/Deleted?${version}`, { token })).status === 200,
    {
      what: 'the deleted secret',
    },
  );
  await client.arm('DELETE', `${vault('keyless-gone-kv')}?api-version=2023-07-01`);
}

/** Everything that the changes are about, without what differs between any two runs. */
async function stateOf(client: Client): Promise<object> {
  const get = async (path: string, version: string, method = 'GET') =>
    (await client.arm(method, `${path}?api-version=${version}`)).json<{
      properties?: Record<string, unknown>;
    }>();
  const sites = [app, other, slot];
  const state: Record<string, unknown> = {};
  for (const id of sites) {
    const { properties = {}, ...site } = await get(id, '2023-12-01');
    const { state: running, keyVaultReferenceIdentity, serverFarmId, httpsOnly } = properties;
    state[id] = { ...site, properties: { running, keyVaultReferenceIdentity, serverFarmId, httpsOnly } };
    state[`${id} settings`] = (await get(`${id}/config/appsettings/list`, '2023-12-01', 'POST')).properties;
  }
  state['keys'] = Object.keys(
    (await client.arm('POST', `${app}/host/default/listkeys`)).json<{ functionKeys: object }>().functionKeys,
  );
  state['slot names'] = (await get(`${app}/config/slotConfigNames`, '2023-12-01')).properties;
  for (const name of [
    'keyless-policy-kv',
    'keyless-rbac-kv',
    'keyless-gone-kv',
    'keyless-wall-kv',
    'keyless-shut-kv',
  ])
    state[name] = await get(vault(name), '2023-07-01');
  state['identities'] = await get(
    `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`,
    '2023-01-31',
  );
  for (const [id, version] of [
    [storage, '2023-05-01'],
    [plan, '2023-12-01'],
    [workspace, '2023-09-01'],
    [component, '2020-02-02'],
  ] as const)
    state[id] = await get(id, version);
  state['roles'] = (await rolesOn(client)).map(({ properties }) => [
    ...[properties.scope, properties.roleDefinitionId, properties.principalId, properties.principalType],
  ]);
  state['secrets'] = await secretsOf(client);
  return comparable(state, client);
}

/** Names and states, and the value of the one that was written. */
async function secretsOf(client: Client): Promise<unknown[]> {
  const uri = `https://keyless-policy-kv.vault.localhost:${client.ready.vaultPort}`;
  const token = await client.token('https://vault.localhost');
  const list = await client.send('GET', `${uri}/secrets?api-version=7.5`, { token });
  const { value } = list.json<{ value: { id: string; attributes: { enabled: boolean } }[] }>();
  const written = await client.send('GET', `${uri}/secrets/New?api-version=7.5`, { token });
  return [
    ...value.map(({ id, attributes: { enabled } }) => [id, enabled]),
    written.json<{ value?: string }>().value ?? 'none',
  ];
}

const times =
  /^(systemData|lastModified.*|etag|createdOn|updatedOn|creationTime|keyCreationTime|lastEnabledTime|createdDate|modifiedDate|lastSkuUpdate|CreationDate)$/i;

/** Ports, times, and the IDs that a service makes up. Order and case of permissions mean nothing. */
function comparable(state: object, { ready }: Client): object {
  const known = new Set([
    subscriptionId,
    tenantId,
    somebody,
    anybody,
    readerPrincipal,
    '4633458b-17de-408a-b874-0445c86b69e6',
  ]);
  const text = JSON.stringify(state, (key, value: unknown) => {
    if (times.test(key)) return undefined;
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value.map((item: string) => item.toLowerCase()).sort()
      : value;
  })
    // As az spells it.
    .replaceAll('/resourcegroups/', '/resourceGroups/')
    .replaceAll(`:${ready.vaultPort}`, '')
    .replaceAll(`:${ready.sitesPort}`, '')
    .replaceAll(`:${ready.scmPort}`, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, (id) => (known.has(id) ? id : 'an ID'));
  return JSON.parse(text) as object;
}
