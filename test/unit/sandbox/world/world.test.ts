import assert from 'node:assert/strict';
import { loadWorld } from '../../../../src/sandbox/world/loadWorld';
import { parseScale, scaledWorld } from '../../../../src/sandbox/world/scale';
import { seededWorld } from '../../../../src/sandbox/world/seed';
import type { WorldFile } from '../../../../src/sandbox/world/worldFile';

const now = Date.UTC(2026, 10, 22);
const load = (file: WorldFile) => loadWorld(file, { now, homesFolder: '/homes', vaultPort: 4443 });
const values = <T>(map: Map<string, T>) => [...map.values()];

describe('The seeded world', () => {
  const { world, samples } = load(seededWorld);
  const principalOf = (name: string) =>
    values(world.servicePrincipals).find(({ displayName }) => displayName === name);
  const [first, second] = values(world.subscriptions);
  const inSubscription = (id: string, subscription = first) =>
    id.startsWith(`/subscriptions/${subscription?.subscriptionId ?? ''}/`);

  it('follows the walkthrough in its first subscription', () => {
    assert.deepEqual(
      [first?.displayName, second?.displayName],
      ['Keyless Sandbox', 'Keyless Sandbox (RBAC)'],
    );
    const vaults = values(world.vaults).filter(({ id }) => inSubscription(id));
    assert.equal(vaults.length, 1);
    const [vault] = vaults;
    assert.equal(vault?.enableRbacAuthorization, false);
    assert.deepEqual(
      [...vault.secrets.values()].map(({ name }) => name),
      ['ASampleKey'],
    );
    const alex = world.users.find(
      ({ userPrincipalName, tenantId }) =>
        userPrincipalName === 'alex@contoso.example' && tenantId === first?.tenantId,
    );
    assert.equal(vault.accessPolicies[0]?.objectId, alex?.objectId);
    const sites = values(world.sites).filter(({ id }) => inSubscription(id));
    assert.equal(sites.length, 1);
    const [app] = sites;
    assert.equal(app?.name, 'keyless-demo-app');
    assert.equal(app.identity, undefined);
    assert.equal(app.reserved, false);
    assert.equal(
      app.appSettings.SECRET_URI,
      'https://keyless-demo-kv.vault.localhost:4443/secrets/ASampleKey',
    );
    assert.equal(world.plans.get(app.planId.toLowerCase())?.sku.name, 'B1');
    assert.equal(samples.find(({ site }) => site === app)?.sample, 'readSecret');
  });

  it('contains the special cases in its second subscription', () => {
    const [vault] = values(world.vaults).filter(({ id }) => inSubscription(id, second));
    assert.equal(vault?.enableRbacAuthorization, true);
    assert.equal(vault.secrets.get('disabledsecret')?.versions[0]?.enabled, false);
    assert.ok((vault.secrets.get('expiredsecret')?.versions[0]?.expires ?? Infinity) < now / 1000);
    assert.equal(vault.secrets.get('expiringsecret')?.versions[0]?.expires, now / 1000 + 5 * 86_400);
    const names = values(world.sites)
      .filter(({ id }) => inSubscription(id, second))
      .map(({ name }) => name);
    assert.deepEqual(names, [
      'keyless-linux-app',
      'keyless-linux-app/staging',
      'keyless-rbac-app',
      'keyless-flex-app',
      'keyless-shop-app',
    ]);
    assert.deepEqual(
      values(world.identities).map(({ name }) => name),
      ['keyless-reader-id', 'keyless-writer-id'],
    );
    const identityOf = (name: string) => values(world.sites).find((site) => site.name === name)?.identity;
    assert.notEqual(
      identityOf('keyless-linux-app')?.principalId,
      identityOf('keyless-linux-app/staging')?.principalId,
    );
    assert.deepEqual(
      Object.values(identityOf('keyless-rbac-app')?.userAssignedIdentities ?? {}).map(
        ({ principalId }) => principalId,
      ),
      [principalOf('keyless-reader-id')?.objectId],
    );
    for (const site of values(world.sites))
      if (site.identity?.principalId !== undefined)
        assert.ok(world.servicePrincipals.has(site.identity.principalId), site.name);
  });

  it('gives the person and the application their own rights', () => {
    const rolesOf = (principalId: string | undefined) =>
      world.roleAssignments.filter((assignment) => assignment.principalId === principalId).length;
    // Owner twice, and Key Vault Secrets Officer on the RBAC vault.
    assert.equal(rolesOf(world.users[0]?.objectId), 3);
    assert.equal(rolesOf(principalOf('Keyless automation')?.objectId), 6);
  });

  it('has the same names and GUIDs in each run, but different secrets', () => {
    const again = load(seededWorld).world;
    assert.deepEqual([...again.vaults.keys()], [...world.vaults.keys()]);
    assert.deepEqual([...again.servicePrincipals.keys()], [...world.servicePrincipals.keys()]);
    assert.deepEqual(
      again.roleAssignments.map(({ name }) => name),
      world.roleAssignments.map(({ name }) => name),
    );
    const secretsOf = ({ vaults }: typeof world) =>
      values(vaults).flatMap(({ secrets }) =>
        [...secrets.values()].flatMap(({ versions }) => versions.map(({ value }) => value)),
      );
    assert.equal(new Set([...secretsOf(again), ...secretsOf(world)]).size, 10);
    assert.notEqual(
      values(again.servicePrincipals)[0]?.clientSecret,
      values(world.servicePrincipals)[0]?.clientSecret,
    );
  });
});

describe('A world from a file', () => {
  const small = (
    group: NonNullable<WorldFile['subscriptions'][0]['resourceGroups']>[0],
    more: Partial<WorldFile> = {},
  ): WorldFile => ({
    tenants: [
      { tenantId: 'e3c14243-cf3e-5c8a-9ed1-47f000742490', displayName: 'T', defaultDomain: 't.example' },
    ],
    users: [{ userPrincipalName: 'a@t.example', displayName: 'A', groups: ['Readers'] }],
    groups: [{ displayName: 'Readers' }],
    applications: [{ displayName: 'App', clientSecret: 'told' }],
    subscriptions: [
      { subscriptionId: '11111111-1111-4111-8111-111111111111', displayName: 'S', resourceGroups: [group] },
    ],
    ...more,
  });
  const group = { name: 'g', location: 'westeurope' };

  it('can specify everything about a vault', () => {
    const { world } = load(
      small({
        ...group,
        vaults: [
          {
            name: 'kv-one',
            rbac: null,
            purgeProtection: true,
            networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '10.0.0.0/8' }] },
            accessPolicies: [{ principal: 'Readers', secrets: ['get'] }],
            secrets: [{ name: 'S', olderValues: ['1', '2'], value: '3', notBeforeInDays: 1 }],
            roleAssignments: [{ role: 'Key Vault Reader', principal: 'App', condition: 'x' }],
          },
        ],
      }),
    );
    const [vault] = values(world.vaults);
    assert.equal(vault?.enableRbacAuthorization, null);
    assert.deepEqual(vault.networkAcls, {
      bypass: 'AzureServices',
      defaultAction: 'Deny',
      ipRules: [{ value: '10.0.0.0/8' }],
      virtualNetworkRules: [],
    });
    assert.equal(vault.accessPolicies[0]?.objectId, world.groups[0]?.objectId);
    assert.deepEqual(world.users[0]?.groupIds, [world.groups[0]?.objectId]);
    const versions = vault.secrets.get('s')?.versions ?? [];
    assert.deepEqual(
      versions.map(({ value }) => value),
      ['1', '2', '3'],
    );
    assert.ok((versions[0]?.created ?? 0) < (versions[2]?.created ?? 0));
    assert.equal(new Set(versions.map(({ version }) => version)).size, 3);
    assert.equal(world.roleAssignments[0]?.conditionVersion, '2.0');
    assert.equal(values(world.servicePrincipals)[0]?.clientSecret, 'told');
  });

  for (const [what, file, message] of [
    [
      'principal',
      small({ ...group, roleAssignments: [{ role: 'Owner', principal: 'nobody' }] }),
      /no principal 'nobody'/,
    ],
    [
      'role',
      small({ ...group, roleAssignments: [{ role: 'Emperor', principal: 'App' }] }),
      /no role 'Emperor'/,
    ],
    ['plan', small({ ...group, sites: [{ name: 'app', plan: 'p' }] }), /'app' has no plan 'p'/],
    [
      'identity',
      small({
        ...group,
        plans: [{ name: 'p', sku: 'B1', tier: 'Basic' }],
        sites: [{ name: 'app', userAssigned: ['id'] }],
      }),
      /no user-assigned identity 'id'/,
    ],
    ['group', small(group, { groups: [] }), /no group 'Readers'/],
    ['name of a vault', small({ ...group, vaults: [{ name: '../kv' }] }), /would reject '\.\.\/kv'/],
    [
      'name of an app',
      small({ ...group, plans: [{ name: 'p', sku: 'B1', tier: 'Basic' }], sites: [{ name: '../../etc' }] }),
      /would reject/,
    ],
    [
      'name of a secret',
      small({ ...group, vaults: [{ name: 'kv-one', secrets: [{ name: 'a/b' }] }] }),
      /would reject 'a\/b'/,
    ],
  ] as const)
    it(`is rejected for a wrong ${what}`, () => {
      assert.throws(() => load(file), message);
    });
});

describe('A scaled world', () => {
  it('has exactly the requested size, spread evenly', () => {
    const { world } = load(scaledWorld(parseScale('subscriptions=100,apps=1000,vaults=500,secrets=5000')));
    const secrets = values(world.vaults).map((vault) => vault.secrets.size);
    assert.deepEqual([world.subscriptions.size, world.sites.size, world.vaults.size], [100, 1000, 500]);
    assert.equal(
      secrets.reduce((sum, count) => sum + count, 0),
      5000,
    );
    assert.deepEqual([Math.min(...secrets), Math.max(...secrets)], [10, 10]);
    assert.equal(new Set(values(world.sites).map(({ defaultHostName }) => defaultHostName)).size, 1000);
  });

  it('can be uneven', () => {
    const { world } = load(scaledWorld({ subscriptions: 3, apps: 4, vaults: 2, secrets: 3 }));
    assert.deepEqual([world.subscriptions.size, world.sites.size, world.vaults.size], [3, 4, 2]);
    assert.deepEqual(
      values(world.vaults).map((vault) => vault.secrets.size),
      [2, 1],
    );
  });

  for (const text of ['apps', 'apps=-1', 'apps=1,,vaults=2', 'dogs=1', 'subscriptions=0', ''])
    it(`is rejected as '${text}'`, () => {
      assert.throws(() => parseScale(text), /--scale/);
    });
});
