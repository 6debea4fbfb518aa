import assert from 'node:assert/strict';
import { isWithheld } from '../../../src/access/model/facts';
import { explainRead } from '../../../src/access/explainRead';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { refreshReferences } from '../../../src/azure/appService/settings/settingReferences';
import {
  deleteUserAssignedIdentity,
  setKeyVaultReferenceIdentity,
} from '../../../src/azure/appService/identities';
import { enableSystemAssignedIdentity } from '../../../src/azure/appService/sites';
import { createRoleAssignment, roleDefinitionIdOf } from '../../../src/azure/directory/roles';
import { readFacts } from '../../../src/grants/readFacts';
import { short } from '../access/readWorld';
import { control } from '../azure/support';
import { useGrantWorld } from './grantWorld';

describe('readFacts', function () {
  this.timeout(30_000);
  const world = useGrantWorld();
  const { app, vault, question, rbacQuestion } = world;

  it('finds the reference by its secret, its status, and the identity that resolves it', async () => {
    const { facts } = await readFacts(rbacQuestion({ appId: app('keyless-linux-app').id }));
    assert.equal(facts.reference?.settingName, 'DB_PASSWORD');
    assert.equal(facts.reference.status, 'AccessToKeyVaultDenied');
    assert.deepEqual([facts.app.identityInUse, facts.principal?.kind], ['SystemAssigned', 'system-assigned']);
    const rbac = (await readFacts(rbacQuestion())).facts;
    assert.deepEqual(
      [rbac.principal, rbac.otherIdentities.map(({ name }) => name)],
      [undefined, ['keyless-reader-id']],
    );
    await setKeyVaultReferenceIdentity(
      world.c,
      app('keyless-rbac-app'),
      rbac.otherIdentities[0]?.resourceId ?? '',
    );
    assert.equal((await readFacts(rbacQuestion())).facts.principal?.name, 'keyless-reader-id');
  });

  it('recognizes a reference with invalid syntax', async () => {
    await changeAppSettings(world.c, app(), {
      kind: 'set',
      name: 'KEY',
      value: '@Microsoft.KeyVault(Secret=x)',
    });
    const { facts } = await readFacts(question({ settingName: 'key' }));
    assert.equal(facts.reference?.status, 'InvalidSyntax');
    assert.ok(facts.reference.syntaxProblem);
  });

  it('withholds what is refused, with the reason, and fails only without the app', async () => {
    await enableSystemAssignedIdentity(world.c, app());
    const refuse = (path: string) =>
      control(world.c, world.sandbox.ready, 'POST', '/faults', {
        path,
        status: 403,
        count: 0,
        body: { error: { code: 'AuthorizationFailed', message: 'no' } },
      });
    await refuse('/roleAssignments|/denyAssignments|/roleDefinitions|/secrets/');
    const { facts } = await readFacts(question());
    const { assignments, definitions, denyAssignments } = facts.roles;
    for (const fact of [assignments, definitions, denyAssignments, facts.secret])
      assert.deepEqual(fact, { withheld: 'AuthorizationFailed' });
    assert.ok(facts.principal && isWithheld(facts.principal.groups));
    assert.equal(facts.principal.assignmentIds, undefined);
    assert.ok(!isWithheld(facts.vault));
    await refuse('/vaults/');
    assert.deepEqual((await readFacts(question())).facts.vault, { withheld: 'AuthorizationFailed' });
    await refuse('/sites/');
    await assert.rejects(readFacts(question()), { status: 403 });
  });

  it("tells a deleted vault from one that doesn't exist", async () => {
    await world.plain.arm('DELETE', vault().id, '2023-07-01');
    const deleted = (await readFacts(question())).facts;
    assert.ok(!isWithheld(deleted.vault) && deleted.vault.kind === 'softDeleted');
    const target = { ...question().target, vaultId: `${vault().id}x`, vaultName: 'x' };
    const absent = (await readFacts(question({ target }))).facts;
    assert.deepEqual(absent.vault, { kind: 'absent' });
  });

  it('notices that an identity was deleted, or created again, while it is assigned', async () => {
    const { c } = world;
    const reader = (await readFacts(rbacQuestion())).facts.otherIdentities[0];
    const id = reader?.resourceId ?? '';
    assert.equal(reader?.exists, true);
    const target = app('keyless-rbac-app');
    await setKeyVaultReferenceIdentity(c, target, id);
    const reference = '@Microsoft.KeyVault(VaultName=keyless-rbac-kv;SecretName=DbPassword)';
    await changeAppSettings(c, target, { kind: 'set', name: 'DB', value: reference });
    await createRoleAssignment(c, {
      scope: vault('keyless-rbac-kv').id,
      roleDefinitionId: roleDefinitionIdOf(target.subscriptionId, '4633458b-17de-408a-b874-0445c86b69e6'),
      principalId: reader.principalId,
    });
    assert.equal(explainRead((await readFacts(rbacQuestion())).facts).kind, 'can');
    await deleteUserAssignedIdentity(c, id);
    const [resolution] = await refreshReferences(c, target);
    assert.equal(resolution?.status, 'UnauthorizedClient', 'App Service');
    const gone = explainRead((await readFacts(rbacQuestion())).facts);
    assert.equal(short(gone), 'cannot: identityDeleted');
    await world.plain.arm('PUT', id, '2023-01-31', { location: 'northeurope' });
    assert.equal((await readFacts(rbacQuestion())).facts.principal?.exists, false);
    const body = { error: { code: 'AuthorizationFailed', message: 'no' } };
    const fault = { path: '/userAssignedIdentities/', status: 403, count: 0, body };
    await control(c, world.sandbox.ready, 'POST', '/faults', fault);
    const unsure = (await readFacts(rbacQuestion())).facts.principal?.exists;
    assert.deepEqual(unsure, { withheld: 'AuthorizationFailed' });
  });

  it("doesn't read a secret value", async () => {
    await control(world.c, world.sandbox.ready, 'DELETE', '/stats');
    await readFacts(question());
    await readFacts(rbacQuestion());
    const log = world.c.log.join('\n');
    assert.match(log, /vaults\/keyless-demo-kv/);
    assert.ok(
      !/GET https:\/\/[^ ]*vault\.localhost[^ ]*\/secrets\/[\w-]+(\/[0-9a-f]{32})?\/?( |\?|$)/.test(log),
      log,
    );
  });
});
