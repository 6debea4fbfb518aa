import assert from 'node:assert/strict';
import type { PlanStep } from '../../../src/access/plan/planStep';
import { roleDefinitionIdOf } from '../../../src/azure/directory/roles';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import { apply } from '../../../src/grants/apply';
import { control } from '../azure/support';
import { useGrantWorld } from './grantWorld';

describe('The steps of a grant', function () {
  this.timeout(30_000);
  const world = useGrantWorld();
  const { app, vault, place, never } = world;

  const policyStep = (principalId?: string): PlanStep => {
    const { id: vaultId, tenantId } = vault();
    const who = principalId === undefined ? {} : { principalId };
    return { kind: 'addAccessPolicy', vaultId, tenantId, ...who, secrets: ['get'] };
  };

  it('write nothing until what an undo needs to know was read, and nothing if that fails', async () => {
    const appId = app().id;
    const [identity] = app('keyless-rbac-app').identity.userAssigned;
    const { principalId = '', resourceId: identityId = '' } = identity ?? {};
    const { id: scope, subscriptionId } = vault('keyless-rbac-kv');
    const roleDefinitionId = roleDefinitionIdOf(subscriptionId, '4633458b-17de-408a-b874-0445c86b69e6');
    const reference = `@Microsoft.KeyVault(SecretUri=${vault().vaultUri}secrets/ASampleKey)`;
    const all: readonly PlanStep[] = [
      { kind: 'enableIdentity', appId },
      { kind: 'assignIdentity', appId, identityId },
      policyStep(principalId),
      { kind: 'createRoleAssignment', scope, roleDefinitionId, principalId },
      { kind: 'setReferenceIdentity', appId, identity: identityId },
      { kind: 'writeReference', appId, name: 'KEY', reference },
    ];
    for (const step of all) {
      world.c.log.length = 0;
      const ready = Promise.reject(new Error('not read'));
      const { done, failure } = await apply(place(), [step], () => undefined, never, { ready });
      assert.equal((failure?.error as Error).message, 'not read', step.kind);
      assert.deepEqual(done, []);
      assert.deepEqual(failure?.left, [step]);
      const writes = world.c.log.filter((line) => /^(PUT|PATCH)/.test(line));
      assert.deepEqual(writes, [], step.kind);
    }
  });

  it('look for what others gave to a new identity before the plan continued, and leave that', async () => {
    const steps = [{ kind: 'enableIdentity', appId: app().id }, policyStep()] as const;
    const refusal = { path: '/accessPolicies/add', status: 403, count: 1 };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', refusal);
    const { done, failure } = await apply(place(), steps, () => undefined, never);
    const objectId = done[0]?.principalId ?? assert.fail();
    await addAccessPolicy(world.c, vault(), { objectId, permissions: { secrets: ['get'] } });
    const left = failure?.left ?? [];
    const second = await apply(place(), left, () => undefined, never, { before: done });
    assert.equal(second.failure, undefined);
    const undone = second.done.map(({ step, undo }) => [step.kind, undo?.kind]);
    assert.deepEqual(undone, [
      ['enableIdentity', 'disableIdentity'],
      ['addAccessPolicy', undefined],
    ]);
  });
});
