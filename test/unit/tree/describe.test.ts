import assert from 'node:assert/strict';
import type { AppSettingInfo, FunctionInfo } from '../../../src/azure/core/model';
import { secretOf } from '../../../src/azure/keyVault/vaultModel';
import { LiveInventory } from '../../../src/inventory/inventory';
import { rootOf } from '../../../src/tree/children/childrenOf';
import { identitiesOfApp } from '../../../src/tree/children/identityChildren';
import { withPlaces } from '../../../src/tree/children/places';
import { withPlace } from '../../../src/tree/appearance';
import { describe as appearance } from '../../../src/tree/describe/describe';
import type { Node } from '../../../src/tree/nodes/nodes';
import { app, connection, secret, subscription, vault } from './samples';

const now = new Date('2026-11-22T12:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const description = (node: Node) => appearance(node, now).description;

describe('the description of a node', () => {
  const secretNode = (changes: Parameters<typeof secret>[0]): Node => ({
    kind: 'secret',
    id: 's',
    connection: connection(),
    vault: vault(),
    secret: secret(changes),
  });

  it('says whether a function is disabled, and where that comes from', () => {
    const stateOf = (changes: Partial<FunctionInfo>) => {
      const fn = { id: 'f', name: 'Pay', disabled: false, ...changes };
      const node: Node = { kind: 'function', id: 'f', connection: connection(), app: app(), fn };
      return [description(node), appearance(node, now).details[0]?.[1]];
    };
    assert.deepEqual(stateOf({}), [undefined, 'enabled']);
    assert.deepEqual(stateOf({ disabled: true, disabledIn: { place: 'host' } }), [
      'disabled',
      'disabled by the app setting AzureWebJobs.Pay.Disabled or in the code',
    ]);
    assert.deepEqual(stateOf({ disabledIn: { place: 'setting', setting: 'OFF' } }), [
      undefined,
      'disabled if the app setting OFF is true or 1',
    ]);
    assert.match(stateOf({ disabledIn: { place: 'ignored' } })[1] ?? '', /^enabled, because/);
  });

  it('says which apps are logic apps or run on Container Apps', () => {
    const of = (kind: string) =>
      description({ kind: 'app', id: 'a', connection: connection(), app: app({ kind, state: 'Running' }) });
    assert.doesNotMatch(of('functionapp,linux') ?? '', /logic|Container/);
    assert.match(of('functionapp,linux,WorkflowApp') ?? '', /^Running, logic app/);
    assert.match(of('functionapp,linux,container,azurecontainerapps') ?? '', /^Running, on Container Apps/);
  });

  it('says when a secret expires and whether it can be used', () => {
    assert.equal(description(secretNode({})), undefined);
    assert.equal(description(secretNode({ enabled: false })), 'disabled');
    assert.equal(description(secretNode({ expires: inDays(5.5) })), 'expires in 5 days');
    assert.equal(description(secretNode({ expires: inDays(1.1) })), 'expires in 1 day');
    assert.equal(description(secretNode({ expires: inDays(0.3) })), 'expires today');
    assert.equal(description(secretNode({ expires: inDays(-1) })), 'expired');
    assert.equal(description(secretNode({ enabled: false, expires: inDays(-1) })), 'disabled, expired');
    assert.equal(description(secretNode({ notBefore: inDays(3) })), 'not valid before 2026-11-25');
    const managed = { managed: true, expires: inDays(-1) } as const;
    assert.equal(description(secretNode(managed)), 'belongs to a certificate, expired');
  });

  it('survives dates that JavaScript or ISO 8601 with four digits cannot show', () => {
    const identifier = 'https://kv.vault.azure.net/secrets/s';
    const of = (seconds: number) => {
      const found = secretOf(vault(), { id: identifier, attributes: { nbf: seconds, exp: seconds } });
      assert.ok(found);
      const shown = appearance(secretNode(found), now);
      return [shown.description, shown.details.find(([name]) => name === 'Expires')?.[1]];
    };
    const [, far] = of(253_402_300_800);
    assert.equal(far, '+010000-01-01T00:00:00.000Z');
    assert.match(String(of(253_402_300_800)[0]), /^not valid before \+010000-01-01, expires in \d+ days$/);
    assert.match(String(of(9e18)[0]), /^not valid before \+275760-09-13, /);
    assert.equal(of(-9e18)[0], 'expired');
  });

  it('tells subscriptions and identities with the same name apart', async () => {
    const subscriptions = ['1', '2', '3'].map((subscriptionId) =>
      subscription({ subscriptionId, displayName: subscriptionId === '3' ? 'Other' : 'Same' }),
    );
    const tenant = { tenantId: 't', displayName: 'T' };
    const source = [{ tenant, connection: connection(), subscriptions }];
    const inventory = new LiveInventory(() => Promise.resolve(source));
    assert.deepEqual((await rootOf(inventory)).map(description), ['1', '2', undefined]);
    const fabrikam = { tenantId: 'f', displayName: 'F' };
    source.push({ tenant: fabrikam, connection: connection(), subscriptions: [] });
    assert.deepEqual((await rootOf(inventory)).map(description), ['T, 1', 'T, 2', 'T']);
    assert.deepEqual(
      ['1', '3'].map((id) => inventory.subscriptionName(id)),
      ['Same (1)', 'Other'],
    );
    const identity = (group: string) => ({
      resourceId: `/subscriptions/1/resourceGroups/${group}/providers/x/userAssignedIdentities/reader`,
      ...{ principalId: group, clientId: group },
    });
    const userAssigned = [identity('rg-a'), identity('rg-b')];
    const nodes = identitiesOfApp({
      ...{ kind: 'identity', id: 'i', connection: connection() },
      app: app({ identity: { userAssigned } }),
    });
    assert.deepEqual(nodes.slice(1).map(description), ['rg-a, user-assigned', 'rg-b, user-assigned']);
  });

  it('tells principals with the same name apart', () => {
    const of = (objectId: string, principalName?: string) => ({
      objectId,
      ...(principalName === undefined ? {} : { principalName }),
    });
    const nodes = [
      of('11111111-0000', 'Alex'),
      of('22222222-0000', 'Alex'),
      of('33333333-0000', 'Sam'),
      of('33333333-0000', 'Sam'),
      of('44444444-0000'),
      of('55555555-0000'),
    ];
    assert.deepEqual(
      withPlaces(nodes, ({ objectId }) => objectId).map(({ place }) => place),
      ['11111111', '22222222', undefined, undefined, undefined, undefined],
    );
    assert.equal(withPlace('Running', 'rg-a'), 'rg-a, Running');
  });

  it('shows the permission model of a vault and its network restrictions', () => {
    const of = (changes: Parameters<typeof vault>[0]) =>
      description({ kind: 'vault', id: 'v', connection: connection(), vault: vault(changes) });
    assert.equal(of({}), 'access policies');
    assert.equal(of({ permissionModel: 'rbac' }), 'RBAC');
    assert.equal(of({ firewall: true }), 'access policies, firewall');
    assert.equal(of({ permissionModel: 'rbac', publicNetworkAccess: 'disabled' }), 'RBAC, private');
  });

  it("shows an app's identities and which one resolves references", () => {
    const model = app({
      identity: {
        systemAssigned: { principalId: 'p-1', tenantId: 't' },
        userAssigned: [{ resourceId: '/x/userAssignedIdentities/reader', principalId: 'p-2', clientId: 'c' }],
      },
    });
    const base = { id: 'i', connection: connection() };
    assert.equal(
      description({ ...base, kind: 'identity', app: model }),
      'system-assigned on, 1 user-assigned',
    );
    assert.equal(
      description({ ...base, kind: 'systemIdentity', app: model }),
      'On, p-1, resolves Key Vault references',
    );
    assert.equal(description({ ...base, kind: 'systemIdentity', app: app() }), 'Off');
    const [assigned] = model.identity.userAssigned;
    assert.ok(assigned);
    assert.equal(appearance({ ...base, kind: 'userIdentity', app: model, assigned }, now).label, 'reader');
    const resolving = app({ ...model, keyVaultReferenceIdentity: assigned.resourceId.toUpperCase() });
    assert.equal(description({ ...base, kind: 'systemIdentity', app: resolving }), 'On, p-1');
    assert.equal(
      description({ ...base, kind: 'userIdentity', app: resolving, assigned }),
      'user-assigned, resolves Key Vault references',
    );
  });

  it('leaves room for the permissions of a principal without a name', () => {
    const policy = {
      ...{ tenantId: 't', objectId: '12345678-90ab-cdef-1234-567890abcdef' },
      permissions: { secrets: ['get', 'list'] },
    };
    const base = { id: 'p', connection: connection(), kind: 'policy', vault: vault(), policy } as const;
    const unnamed = appearance({ ...base, principalType: 'ServicePrincipal' }, now);
    assert.equal(unnamed.label, 'principal 12345678');
    assert.equal(unnamed.description, 'secrets: get, list, application or managed identity');
    assert.equal(appearance(base, now).description, 'secrets: get, list');
    assert.equal(appearance({ ...base, principalName: 'Alex' }, now).label, 'Alex');
  });

  it('shows the role, scope and conditions of a role assignment', () => {
    const assignment = {
      ...{ id: '/a', scope: '/s', roleDefinitionId: '/r', principalId: 'p-1', principalType: 'Group' },
      condition: 'x',
    };
    const base = { id: 'r', connection: connection(), kind: 'roleAssignment', assignment } as const;
    const roleName = 'Reader';
    const below = { ...base, roleName, where: 'inherited from resource group rg', inherited: true };
    const ofVault = appearance({ ...below, listedBy: 'scope', throughGroup: false }, now);
    assert.equal(ofVault.label, 'Reader');
    assert.deepEqual(ofVault.icon, { theme: 'type-hierarchy' });
    assert.equal(
      ofVault.description,
      'principal p-1, inherited from resource group rg, with a condition, group (all members)',
    );
    const owner = { ...below, roleName: 'Owner', withoutSecrets: true, principalName: 'Alex' };
    const ofOwner = appearance({ ...owner, listedBy: 'scope', throughGroup: false }, now);
    assert.deepEqual(ofOwner.details[0], ['Principal', 'Alex']);
    assert.deepEqual(ofOwner.details.at(-1), ['', 'This role gives no access to secrets.']);
    assert.equal(
      ofOwner.description,
      'Alex, no access to secrets, inherited from resource group rg, with a condition',
    );
    const ofIdentity = appearance(
      { ...base, roleName, listedBy: 'principal', inherited: false, throughGroup: true },
      now,
    );
    assert.equal(ofIdentity.label, 'Reader');
    assert.equal(ofIdentity.description, 'with a condition, through a group');
  });

  it('hides the values of app settings but shows Key Vault references and their status', () => {
    const of = (setting: Partial<AppSettingInfo>, linux = false) =>
      appearance(
        {
          kind: 'appSetting',
          id: 's',
          connection: connection(),
          app: app({ linux }),
          setting: { name: 'A', slotSetting: false, looksSecret: false, ...setting },
        },
        now,
      );
    const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s)';
    assert.equal(of({}).description, 'value hidden');
    assert.equal(of({ looksSecret: true }).description, 'looks like a secret, value hidden');
    assert.notDeepEqual(of({ looksSecret: true }).icon, of({}).icon);
    const resolved = of({
      slotSetting: true,
      keyVaultReference: reference,
      resolution: { name: 'A', status: 'Resolved', activeVersion: 'v1' },
    });
    assert.equal(resolved.description, 'resolved, Key Vault reference, slot setting');
    assert.deepEqual(resolved.details.slice(0, 3), [
      ['Value', reference],
      ['Status', 'Resolved'],
      ['Version', 'v1'],
    ]);
    const db = of({ connectionType: 'SQLAzure', slotSetting: true });
    assert.equal(db.description, 'value hidden, SQLAzure, slot setting');
    assert.deepEqual(db.details.slice(0, 3), [
      ['Value', 'hidden'],
      ['Type', 'SQLAzure'],
      ['Environment variable', 'SQLAZURECONNSTR_A'],
    ]);
    const details = 'site was denied access';
    const denied = of({
      keyVaultReference: reference,
      resolution: { name: 'A', status: 'AccessToKeyVaultDenied', details },
    });
    assert.equal(denied.description, 'access to the vault denied, Key Vault reference');
    assert.ok(denied.details.some(([name, value]) => name === 'Reason' && value === details));
    assert.notDeepEqual(denied.icon, resolved.icon);
    assert.deepEqual([denied.mark, resolved.mark], ['attention', undefined]);
    const invalid = of({ resolution: { name: 'A', status: 'InvalidSyntax' } });
    assert.equal(invalid.description, 'invalid syntax, Key Vault reference');
    assert.deepEqual(invalid.details[0], ['Value', 'hidden']);
    const unread = of({ keyVaultReference: reference, resolutionUnread: 'no right' });
    assert.equal(unread.description, 'status unknown, Key Vault reference');
    assert.ok(unread.details.some(([, value]) => value === 'no right'));
    assert.equal(of({ noValue: true }).description, 'no value');
    const namesMentioned = (name: string, linux: boolean) =>
      of({ name }, linux).details.filter(([, value]) => /another name/.test(value)).length;
    assert.deepEqual(
      [
        namesMentioned('user.name', true),
        namesMentioned('user-name', true),
        namesMentioned('user_name', true),
        namesMentioned('user.name', false),
      ],
      [1, 1, 0, 0],
    );
  });

  it('uses the short name of a slot', () => {
    const slot = app({ id: `${app().id}/slots/staging`, name: 'app/staging' });
    assert.equal(
      appearance({ kind: 'slot', id: 's', connection: connection(), app: slot }, now).label,
      'staging',
    );
  });
});
