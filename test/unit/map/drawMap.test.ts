import assert from 'node:assert/strict';
import type { MapFacts } from '../../../src/map/model/mapFacts';
import { drawMap } from '../../../src/map/model/drawMap';
import type { RoleFacts } from '../../../src/access/model/facts';
import type { AccessMap } from '../../../src/map/model/map';
import { visibleMap, wholeMap } from '../../../src/map/model/mapView';
import type { FunctionApp, ReferenceResolution } from '../../../src/azure/core/model';
import {
  secretsUserDefinition,
  group,
  otherId,
  principalId,
  role,
  secretId,
  tenantId,
  vaultId,
  vaultWith,
} from '../access/readWorld';
import { inBrackets, isWhole } from '../brackets';

const identityId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1`;
const stranger = '99999999-9999-4999-8999-999999999999';
const noRoles: RoleFacts = { assignments: [], definitions: [], denyAssignments: [], unreadableScopes: [] };
const secretsUserRole = { ...secretsUserDefinition, name: 'Key Vault Secrets User' };
const getPolicy = { tenantId, objectId: principalId, permissions: { secrets: ['Get'] } };
const id1 = {
  ...{ id: identityId, name: 'id1', subscriptionId: 's', resourceGroup: 'rg' },
  ...{ principalId: otherId, clientId: otherId },
};

describe('the access map', () => {
  it('connects an app to a vault by policy and, through its identity and a role, to a single secret', () => {
    const atSecret = role({ id: 'a2', scope: secretId.replace('/kv/', '/kv2/'), principalId: otherId });
    const roles = { ...noRoles, assignments: [atSecret], definitions: [secretsUserRole] };
    const rbac = vaultWith({ id: `${vaultId}2`, name: 'kv2', permissionModel: 'rbac' });
    const map = draw({
      apps: [{ app: appWith({ userAssigned: true, system: true }) }],
      vaults: [
        { vault: vaultWith({ accessPolicies: [getPolicy] }), roles },
        { vault: rbac, roles },
      ],
    });
    assert.deepEqual(linesOf(map), [
      'access app > kv: access policy: secrets get',
      'access id1 > s: Key Vault Secrets User',
      'uses app > id1: uses identity',
    ]);
  });

  it('marks an identity that was deleted, and one that was created again under its name', () => {
    const apps = [{ app: appWith({ userAssigned: true }) }];
    const policy = { ...getPolicy, objectId: otherId };
    const vaults = [{ vault: vaultWith({ accessPolicies: [policy] }), roles: noRoles }];
    const gone = new Set([identityId.toLowerCase()]);
    const deleted = draw({ apps, vaults, identities: [], gone });
    assert.deepEqual(linesOf(deleted), [
      'access id1 > kv: access policy: secrets get ✕ the identity was deleted BROKEN',
      'uses app > id1: uses identity ✕ the identity was deleted BROKEN',
    ]);
    assert.equal(deleted.nodes.find(({ kind }) => kind === 'identity')?.note, 'deleted identity');
    const again = draw({ apps, vaults, identities: [{ ...id1, principalId: stranger }] });
    assert.deepEqual(linesOf(again), [
      `access ${otherId} > kv: access policy: secrets get`,
      'uses app > id1: uses identity ✕ the identity was deleted and created again, and the app refers to the deleted one BROKEN',
    ]);
  });

  it('tells apart what has the same name', () => {
    const other = { ...id1, id: identityId.replace('/rg/', '/rg-2/'), principalId: stranger };
    const map = draw({
      apps: [],
      identities: [id1, other],
      vaults: [
        {
          vault: vaultWith({
            accessPolicies: [principalId, '11111111-9999-4999-8999-999999999999'].map((objectId) => ({
              ...getPolicy,
              objectId,
            })),
          }),
          roles: noRoles,
        },
      ],
      names: new Map(
        [principalId, '11111111-9999-4999-8999-999999999999'].map((id) => [
          id,
          { name: 'Alex', kind: 'user' },
        ]),
      ),
    });
    assert.deepEqual(map.nodes.map(({ name }) => name).sort(), [
      'Alex (11111111)',
      `Alex (${principalId.slice(0, 8)})`,
      'id1 (rg)',
      'id1 (rg-2)',
      'kv',
    ]);
  });

  it('marks a policy in an RBAC vault, a role in a policy vault and a policy without get as ineffective', () => {
    const roles = { ...noRoles, assignments: [role({ principalId })], definitions: [secretsUserRole] };
    const apps = [{ app: appWith({ system: true }) }];
    const rbac = vaultWith({ permissionModel: 'rbac', accessPolicies: [getPolicy] });
    assert.deepEqual(linesOf(draw({ apps, vaults: [{ vault: rbac, roles: noRoles }] })), [
      "access app > kv: access policy: secrets get ✕ access policies don't apply because the vault uses Azure RBAC BROKEN",
    ]);
    const list = { ...getPolicy, permissions: { secrets: ['list'] } };
    assert.deepEqual(
      linesOf(draw({ apps, vaults: [{ vault: vaultWith({ accessPolicies: [list] }), roles: noRoles }] })),
      [
        "access app > kv: access policy: secrets list ✕ the policy doesn't include permission to get secrets BROKEN",
      ],
    );
    const policies = vaultWith({ accessPolicies: [getPolicy] });
    assert.deepEqual(linesOf(draw({ apps, vaults: [{ vault: policies, roles }] })), [
      "access app > kv: access policy: secrets get; Key Vault Secrets User ✕ roles don't give access to secrets because the vault uses access policies",
    ]);
  });

  it("marks references that don't resolve, even to an unknown vault, but not those that aren't fetched yet", () => {
    const references = [
      reference('GOOD', 'Resolved', 's'),
      reference('NEW', 'Initialized', 's'),
      reference('BAD', 'AccessToKeyVaultDenied', 't', { details: 'Access denied.' }),
      reference('Db', 'Resolved', 'u', { connectionString: true }),
      { name: 'WRONG', status: 'InvalidSyntax' },
      reference('ELSEWHERE', 'VaultNotFound', 'x', { vaultName: 'nowhere' }),
    ];
    const map = draw({
      apps: [{ app: appWith({}), references }],
      vaults: [{ vault: vaultWith(), roles: noRoles }],
    });
    assert.deepEqual(linesOf(map), [
      'reference app > s: app setting GOOD: resolved; app setting NEW: not fetched yet',
      'reference app > t: app setting BAD: access to the vault denied ✕ Access denied. BROKEN',
      'reference app > u: connection string Db: resolved',
      'reference app > x: app setting ELSEWHERE: vault not found ✕ vault not found BROKEN',
    ]);
    const app = map.nodes.find(({ kind }) => kind === 'app');
    assert.deepEqual([app?.note, app?.problems], ['no identity', ['WRONG: invalid syntax']]);
    assert.equal(map.nodes.find(({ name }) => name === 'nowhere')?.resourceId, undefined);
  });

  it('labels lines in every language', () => {
    const inherited = role({ principalId, scope: group, condition: "@Resource[x] StringEquals 'y'" });
    const roles = { ...noRoles, assignments: [inherited], definitions: [secretsUserRole] };
    const vaults = [
      { vault: vaultWith({ accessPolicies: [{ ...getPolicy, objectId: stranger }] }), roles: noRoles },
      { vault: vaultWith({ id: `${vaultId}2`, name: 'kv2', permissionModel: 'rbac' }), roles },
    ];
    const references = [reference('GOOD', 'Resolved', 's')];
    const apps = [{ app: appWith({ system: true, userAssigned: true }), references }];
    const map = inBrackets(() => draw({ apps, vaults }));
    const labels = map.edges.filter(({ kind }) => kind !== 'holds').flatMap(({ paths }) => paths);
    assert.deepEqual(
      labels.map(({ label }) => label),
      ['⟦uses identity⟧', '⟦access policy⟧', 'Key Vault Secrets User', '⟦setting GOOD⟧'],
    );
    for (const { text } of labels) assert.ok(isWhole(text), text);
    const folded = visibleMap(map, { ...wholeMap, others: true }).edges.find(
      ({ kind }) => kind === 'reference',
    );
    assert.deepEqual(
      folded?.paths.map(({ label }) => label),
      ['s'],
    );
  });

  it("says what couldn't be read", () => {
    const map = draw({
      apps: [{ app: appWith({}), references: { withheld: 'AuthorizationFailed' } }],
      vaults: [
        {
          vault: vaultWith({ permissionModel: 'rbac' }),
          roles: { ...noRoles, assignments: { withheld: 'AuthorizationFailed' } },
        },
      ],
    });
    assert.deepEqual(
      map.nodes.map(({ problems }) => problems),
      [
        ["Key Vault references couldn't be read: AuthorizationFailed"],
        ["who has access couldn't be fully determined"],
      ],
    );
  });

  describe('when only part of it is shown', () => {
    const apps = ['one', 'two'].map((name, index) => ({
      app: appWith({ name, system: true, principal: index === 0 ? principalId : otherId }),
      references: [reference(`S${index}`, index === 0 ? 'Resolved' : 'SecretNotFound', 's')],
    }));
    const policies = [principalId, stranger].map((objectId) => ({ ...getPolicy, objectId }));
    const map = draw({
      apps,
      vaults: [
        { vault: vaultWith({ accessPolicies: policies }), roles: noRoles },
        { vault: vaultWith({ id: `${vaultId}2`, name: 'quiet' }), roles: noRoles },
      ],
    });
    const vaultNode = `vault ${vaultId}`.toLowerCase();
    const names = (choice: Partial<typeof wholeMap>) =>
      visibleMap(map, { ...wholeMap, ...choice }).nodes.map(({ name }) => name);

    it('hides other principals and secrets by default', () => {
      assert.deepEqual(names({}), ['one', 'two', 'kv', 'quiet']);
      assert.deepEqual(names({ others: true }), ['one', 'two', 'kv', 'quiet', stranger]);
      assert.deepEqual(names({ expanded: [vaultNode] }), ['one', 'two', 'kv', 'quiet', 's']);
      const holds = (choice: Partial<typeof wholeMap>) =>
        visibleMap(map, { ...wholeMap, ...choice }).edges.filter(({ kind }) => kind === 'holds').length;
      assert.deepEqual([holds({}), holds({ expanded: [vaultNode] })], [0, 1]);
    });

    it('draws a reference to a hidden secret at its vault and keeps it broken', () => {
      assert.deepEqual(linesOf(visibleMap(map, wholeMap)), [
        'access one > kv: access policy: secrets get',
        'reference one > kv: s: app setting S0: resolved',
        'reference two > kv: s: app setting S1: secret not found ✕ secret not found BROKEN',
      ]);
    });

    it('shows what is connected to the nodes that match a filter or a scope', () => {
      assert.deepEqual(names({ filter: ' ONE ' }), ['one', 'kv']);
      assert.deepEqual(names({ filter: 'kv' }), ['one', 'two', 'kv']);
      assert.deepEqual(names({ scope: apps[1]?.app.id ?? '' }), ['two', 'kv']);
      assert.deepEqual(names({ scope: `${vaultId}2` }), ['quiet']);
      assert.deepEqual(names({ filter: 'nothing like it' }), []);
    });
  });
});

function draw(facts: Partial<MapFacts>): AccessMap {
  return drawMap({
    apps: [],
    identities: [id1].slice(facts.identities ? 0 : 1),
    vaults: [],
    names: new Map(),
    ...facts,
  });
}

/** `kind from > to: path; path ✕ problem BROKEN`, sorted. */
function linesOf({ nodes, edges }: AccessMap): string[] {
  const name = (id: string) => nodes.find((node) => node.id === id)?.name ?? `?${id}`;
  return edges
    .filter(({ kind }) => kind !== 'holds')
    .map(({ kind, from, to, paths, broken }) => {
      const texts = paths.map(({ text, problem }) => (problem === undefined ? text : `${text} ✕ ${problem}`));
      return `${kind} ${name(from)} > ${name(to)}: ${texts.join('; ')}${broken ? ' BROKEN' : ''}`;
    })
    .sort();
}

function appWith({
  name = 'app',
  system = false,
  userAssigned = false,
  principal = principalId,
}: {
  name?: string;
  system?: boolean;
  userAssigned?: boolean;
  principal?: string;
}): FunctionApp {
  return {
    ...{
      id: `${group}/providers/Microsoft.Web/sites/${name}`,
      name,
      subscriptionId: 's',
      resourceGroup: 'rg',
    },
    ...{ location: 'westeurope', kind: 'functionapp', linux: false, state: 'Running', defaultHostName: '' },
    identity: {
      ...(system ? { systemAssigned: { principalId: principal, tenantId } } : {}),
      userAssigned: userAssigned ? [{ resourceId: identityId, principalId: otherId, clientId: otherId }] : [],
    },
    keyVaultReferenceIdentity: 'SystemAssigned',
    tags: {},
  };
}

function reference(
  name: string,
  status: string,
  secretName: string,
  more: Partial<ReferenceResolution> = {},
): ReferenceResolution {
  return { name, status, vaultName: 'KV', secretName, ...more };
}
