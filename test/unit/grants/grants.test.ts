import assert from 'node:assert/strict';
import { explainRead } from '../../../src/access/explainRead';
import type { ReadWish } from '../../../src/access/plan/plan';
import type { PlanStep } from '../../../src/access/plan/planStep';
import { planRead } from '../../../src/access/plan/plan';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { listReferences, refreshReferences } from '../../../src/azure/appService/settings/settingReferences';
import { createRoleAssignment, listRoleAssignmentsOf } from '../../../src/azure/directory/roles';
import { enableSystemAssignedIdentity, getFunctionApp } from '../../../src/azure/appService/sites';
import { addAccessPolicy, getKeyVault } from '../../../src/azure/keyVault/vaults';
import type { StepDone } from '../../../src/grants/apply';
import { apply } from '../../../src/grants/apply';
import type { ReadQuestion } from '../../../src/grants/readFacts';
import { readFacts } from '../../../src/grants/readFacts';
import { beginGrant } from '../../../src/grants/beginGrant';
import { undo } from '../../../src/grants/undo';
import type { UndoStep } from '../../../src/grants/undoStep';
import { canBeKept } from '../../../src/grants/undoStep';
import { until } from '../../support/until';
import { control } from '../azure/support';
import { useGrantWorld } from './grantWorld';

describe('Grants', function () {
  this.timeout(30_000);
  const world = useGrantWorld();
  const { app, vault, place, question, rbacQuestion, never } = world;
  const steps = (done: readonly StepDone[]) => done.flatMap((one) => one.undo ?? []).reverse();

  async function plan(
    asked: ReadQuestion,
    wish: ReadWish = { roleScope: 'secret' },
  ): Promise<readonly PlanStep[]> {
    return planRead((await readFacts(asked)).facts, wish).steps;
  }

  const verdict = async (asked: ReadQuestion) => explainRead((await readFacts(asked)).facts);

  async function run(planned: readonly PlanStep[]): Promise<readonly StepDone[]> {
    const { done, failure } = await apply(place(), planned, () => undefined, never);
    if (failure) throw failure.error;
    return done;
  }

  async function takeBack(undoing: readonly UndoStep[], asked = question()) {
    const about = await getFunctionApp(world.c, asked.appId);
    const grant = { id: 'one', title: 'one', ...(await beginGrant(asked, about, [], never)), steps: undoing };
    const undone = await undo(place(), grant, [], () => undefined, never);
    if (undone.failure) throw undone.failure.error;
    return undone;
  }

  /** The app, vault, and role assignments in Azure. */
  async function everything() {
    const roles = (await Promise.all(
      world.vaults.map(({ id }) =>
        world.plain.arm('GET', `${id}/providers/Microsoft.Authorization/roleAssignments`, '2022-04-01'),
      ),
    )) as { value: { id: string }[] }[];
    const policies = await Promise.all(
      world.vaults.map(async ({ id }) => (await getKeyVault(world.c, id)).accessPolicies),
    );
    const settings = await Promise.all(
      world.apps.map(({ id }) => world.plain.arm('POST', `${id}/config/appsettings/list`, '2023-12-01')),
    );
    const identities = await Promise.all(
      world.apps.map(async ({ id }) => {
        const { identity, keyVaultReferenceIdentity } = await getFunctionApp(world.c, id);
        return { identity, keyVaultReferenceIdentity };
      }),
    );
    return {
      roles: roles.map(({ value }) => value.map(({ id }) => id).sort()),
      policies,
      settings,
      identities,
    };
  }

  it('give an app without an identity a policy and a reference, and undo all of it', async () => {
    const before = await everything();
    const reference = `@Microsoft.KeyVault(SecretUri=${vault().vaultUri}/secrets/ASampleKey)`;
    const planned = await plan(question(), { roleScope: 'secret', setting: { name: 'KEY', reference } });
    assert.deepEqual(
      planned.map(({ kind }) => kind),
      ['enableIdentity', 'addAccessPolicy', 'writeReference'],
    );
    const told: number[] = [];
    const applied = await apply(place(), planned, (index) => told.push(index), never);
    assert.equal(applied.failure, undefined);
    assert.deepEqual(told, [0, 1, 2]);
    assert.equal((await verdict(question())).kind, 'can');
    const [resolved] = await listReferences(world.c, app());
    assert.deepEqual([resolved?.name, resolved?.status], ['KEY', 'Resolved']);
    const again = await run(planned);
    assert.deepEqual(steps(again), [], 'twice changes nothing, and takes nothing back');
    assert.deepEqual(await plan(question()), []);
    const undone = await takeBack(steps(applied.done));
    assert.deepEqual(undone.left, []);
    assert.deepEqual(await everything(), before);
    const given = ['enableIdentity', 'addAccessPolicy', 'restart', 'setAppSetting'];
    const taken = ['restart', 'deleteAppSetting', 'removeAccessPolicy', 'disableIdentity'];
    assert.deepEqual(world.told, [...given, ...taken]);
    assert.deepEqual((await takeBack(steps(applied.done))).left, [], 'twice is no error');
  });

  it('assign a role on the secret or the vault, and undo it', async () => {
    const before = await everything();
    const [identity] = app('keyless-rbac-app').identity.userAssigned;
    assert.ok(identity);
    const asked = rbacQuestion({ identity: identity.resourceId });
    for (const roleScope of ['secret', 'vault'] as const) {
      const done = await run(await plan(asked, { roleScope }));
      assert.deepEqual(
        done.map(({ step }) => step.kind),
        ['createRoleAssignment'],
      );
      const [assignment] = await listRoleAssignmentsOf(
        world.c,
        vault('keyless-rbac-kv').subscriptionId,
        identity.principalId,
      );
      const scope = `${vault('keyless-rbac-kv').id}${roleScope === 'secret' ? '/secrets/DbPassword' : ''}`;
      assert.equal(assignment?.scope.toLowerCase(), scope.toLowerCase());
      assert.equal((await verdict(asked)).kind, 'can');
      await takeBack(steps(done), asked);
      assert.deepEqual(await everything(), before);
    }
  });

  it('leave existing access alone', async () => {
    const { identity } = await enableSystemAssignedIdentity(world.c, app());
    const objectId = identity.systemAssigned?.principalId ?? '';
    await addAccessPolicy(world.c, vault(), { objectId, permissions: { secrets: ['list'], keys: ['get'] } });
    const before = await everything();
    const done = await run(await plan(question()));
    assert.deepEqual(
      done.map(({ step }) => step.kind),
      ['addAccessPolicy'],
    );
    await takeBack(steps(done));
    assert.deepEqual(await everything(), before);
    const whole: PlanStep = {
      kind: 'addAccessPolicy',
      vaultId: vault().id,
      tenantId: vault().tenantId,
      principalId: objectId,
      secrets: ['get'],
    };
    await addAccessPolicy(world.c, vault(), { objectId, permissions: { secrets: ['get'] } });
    assert.deepEqual(steps(await run([whole])), []);
  });

  it('undo a permission that was rewritten in another case, and keep one that was extended to all', async () => {
    const { identity } = await enableSystemAssignedIdentity(world.c, app());
    const objectId = identity.systemAssigned?.principalId ?? '';
    const rewrite = async (secrets: string[]) => {
      const { tenantId, id } = vault();
      const accessPolicies = [{ tenantId, objectId, permissions: { secrets } }];
      const path = `${id}/accessPolicies/replace`;
      await world.plain.arm('PUT', path, '2023-07-01', { properties: { accessPolicies } });
    };
    const secretsOf = async () =>
      (await getKeyVault(world.c, vault().id)).accessPolicies.find((one) => one.objectId === objectId)
        ?.permissions.secrets;
    const undoing = steps(await run(await plan(question())));
    await rewrite(['Get', 'List']);
    assert.deepEqual((await takeBack(undoing)).left, []);
    assert.deepEqual(await secretsOf(), ['List']);
    await rewrite(['Get', 'All']);
    const [kept] = (await takeBack(undoing)).left;
    assert.equal(kept?.step.kind, 'removePermissions');
    assert.deepEqual(await secretsOf(), ['All']);
  });

  it('report what was done when a step fails, and continue from there', async () => {
    const before = await everything();
    const planned = await plan(question());
    await control(world.c, world.sandbox.ready, 'POST', '/faults', {
      path: '/accessPolicies/add',
      status: 403,
      count: 1,
    });
    const first = await apply(place(), planned, () => undefined, never);
    assert.deepEqual(
      first.done.map(({ step }) => step.kind),
      ['enableIdentity'],
    );
    assert.ok(first.failure);
    assert.equal((first.failure.error as { status?: number }).status, 403);
    assert.deepEqual(
      first.failure.left.map(({ kind }) => kind),
      ['addAccessPolicy'],
    );
    const second = await apply(place(), first.failure.left, () => undefined, never, { before: first.done });
    assert.equal(second.failure, undefined);
    assert.equal((await verdict(question())).kind, 'can');
    await takeBack(steps(second.done));
    assert.deepEqual(await everything(), before);
  });

  it('stop when canceled and report what was done', async () => {
    const cancel = new AbortController();
    const applied = await apply(
      place(),
      await plan(question()),
      (index) => {
        if (index === 1) cancel.abort();
      },
      cancel.signal,
    );
    assert.equal((applied.failure?.error as Error).name, 'AbortError');
    assert.deepEqual(
      steps(applied.done).map(({ kind }) => kind),
      ['disableIdentity'],
    );
  });

  it('keep an identity that others use since, and a setting that others changed', async () => {
    const reference = `@Microsoft.KeyVault(SecretUri=${vault().vaultUri}/secrets/ASampleKey)`;
    const wish = { roleScope: 'secret', setting: { name: 'KEY', reference } } as const;
    const done = await run(await plan(question(), wish));
    const principalId = done[0]?.principalId ?? '';
    await changeAppSettings(world.c, app(), { kind: 'set', name: 'KEY', value: 'else' });
    await createRoleAssignment(world.c, {
      scope: vault().id,
      roleDefinitionId: `/subscriptions/${vault().subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
      principalId,
    });
    const { left } = await takeBack(steps(done));
    assert.deepEqual(
      left.map(({ step }) => step.kind),
      ['restoreSetting', 'disableIdentity'],
    );
    assert.match(left.map(({ why }) => why).join(), /changed since.*role assignments/);
    const { identity } = await getFunctionApp(world.c, app().id);
    assert.equal(identity.systemAssigned?.principalId, principalId);
  });

  it('replace only another reference, and restore it', async () => {
    const old = '@Microsoft.KeyVault(VaultName=elsewhere;SecretName=Other)';
    await changeAppSettings(world.c, app(), { kind: 'set', name: 'KEY', value: old });
    await changeAppSettings(world.c, app(), { kind: 'set', name: 'PLAIN', value: 'a plain secret' });
    const before = await everything();
    const reference = '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)';
    const step = (name: string): PlanStep => ({ kind: 'writeReference', appId: app().id, name, reference });
    const done = await run([step('key')]);
    const undoing = steps(done);
    assert.ok(undoing.every(canBeKept));
    await takeBack(undoing);
    assert.deepEqual(await everything(), before);
    await assert.rejects(run([step('PLAIN')]), { code: 'SettingHasValue' });
    assert.deepEqual(await everything(), before);
    const broken: UndoStep = {
      kind: 'restoreSetting',
      appId: app().id,
      name: 'KEY',
      written: reference,
      before: '@Microsoft.KeyVault(oops',
    };
    assert.ok(!canBeKept(broken), 'what may be no reference is not written down');
  });

  it('switch the reference identity if another one should read', async () => {
    const before = await everything();
    const [identity] = app('keyless-rbac-app').identity.userAssigned;
    assert.ok(identity);
    const reference = `@Microsoft.KeyVault(SecretUri=${vault('keyless-rbac-kv').vaultUri}/secrets/DbPassword)`;
    const wish = { roleScope: 'secret', setting: { name: 'DB', reference } } as const;
    const done = await run(await plan(rbacQuestion({ identity: identity.resourceId }), wish));
    assert.deepEqual(
      done.map(({ step }) => step.kind),
      ['createRoleAssignment', 'setReferenceIdentity', 'writeReference'],
    );
    await until(
      async () =>
        (await refreshReferences(world.c, app('keyless-rbac-app'))).every(
          ({ status }) => status === 'Resolved',
        ),
      { what: 'the reference' },
    );
    await takeBack(steps(done));
    assert.deepEqual(await everything(), before);
  });

  it("assign a user-assigned identity that the app doesn't have, and undo it", async () => {
    const identityId = app('keyless-rbac-app').identity.userAssigned[0]?.resourceId ?? '';
    const before = await everything();
    const linux = app('keyless-linux-app').id;
    const done = await run(await plan(rbacQuestion({ appId: linux, identity: identityId })));
    assert.deepEqual(
      done.map(({ step }) => step.kind),
      ['assignIdentity', 'createRoleAssignment'],
    );
    assert.equal((await verdict(rbacQuestion({ appId: linux, identity: identityId }))).kind, 'can');
    await takeBack(steps(done));
    assert.deepEqual(await everything(), before);
  });
});
