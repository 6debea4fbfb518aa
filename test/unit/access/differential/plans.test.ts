import assert from 'node:assert/strict';
import type { PlanStep } from '../../../../src/access/plan/planStep';
import { planRead } from '../../../../src/access/plan/plan';
import { Harness } from '../../sandbox/keyvault/harness';
import { factsOf } from './facts';
import { generateWorld } from './generate';
import type { MadeWorld } from './madeWorld';
import * as names from './names';
import { checkWorlds, seed, type Random } from './random';
import { ask, enact } from './service';

const worlds = 400;

describe('Plans applied in the sandbox', function () {
  this.timeout(120_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start({ tenantId: names.tenantId });
  });
  after(() => harness.stop());

  it(`deliver what they promise and grant nothing unneeded in ${worlds} worlds (seed ${seed})`, async () => {
    const seen = new Map<string, number>();
    await checkWorlds(worlds, settledWorld, async (world) => {
      for (const kind of await checkPlan(harness, world)) seen.set(kind, (seen.get(kind) ?? 0) + 1);
    });
    const kinds = [
      'enableIdentity',
      'assignIdentity',
      'addAccessPolicy',
      'createRoleAssignment',
      'writeReference',
    ];
    for (const kind of [...kinds, 'can', 'cannot']) assert.ok((seen.get(kind) ?? 0) >= worlds / 50, kind);
  });
});

/** A world, and where its plan assigns roles. */
type SettledWorld = MadeWorld & { readonly roleScope: 'secret' | 'vault' };

/** With nothing hidden and enough time for everything to propagate. */
function settledWorld(random: Random, number: number): SettledWorld {
  const made = generateWorld(random, number);
  const roleScope = random.one(['secret', 'vault'] as const);
  const assignments = made.assignments.map(({ age: _, ...assignment }) => assignment);
  const world = { ...made, roleScope, assignments, observed: false, hidden: [] };
  if (world.hasIdentity) return world;
  // An identity that doesn't exist yet isn't in any group.
  return {
    ...{ ...world, groups: [] },
    policies: world.policies.filter(({ who }) => who !== 'self'),
    assignments: world.assignments.filter(({ who }) => who !== 'self'),
    denials: world.denials.filter(({ who, except }) => ![...who, ...except].includes('self')),
  };
}

/** @returns the kinds of its steps and of the resulting verdict */
async function checkPlan(harness: Harness, { roleScope, ...world }: SettledWorld): Promise<string[]> {
  const facts = factsOf(world, new Date(harness.context.clock.now()));
  const setting = {
    name: 'SECRET',
    reference: names.referenceText({ ...world, reference: { form: 'uri' } }) ?? '',
  };
  const { steps, expected } = planRead(facts, { roleScope, ...(world.reference ? { setting } : {}) });
  const reached = await reads(harness, steps.reduce(worldAfter, world));
  // Which addresses App Service itself calls from can't be known.
  const isOpen = expected.kind === 'cannotTell' && expected.missing[0]?.kind === 'referenceAddresses';
  if (!isOpen) assert.equal(reached, expected.kind === 'can', `${expected.kind} expected`);
  if (expected.kind === 'can')
    for (const step of steps) {
      const others = steps.filter((one) => one !== step);
      assert.ok(!(await reads(harness, others.reduce(worldAfter, world))), `${step.kind} was not needed`);
    }
  return [...steps.map(({ kind }) => kind), expected.kind];
}

async function reads(harness: Harness, world: MadeWorld): Promise<boolean> {
  enact(harness, world);
  return (await ask(harness, world)).codes.length === 0;
}

function worldAfter(world: MadeWorld, step: PlanStep): MadeWorld {
  switch (step.kind) {
    case 'enableIdentity':
    case 'assignIdentity':
      assert.equal(step.kind === 'enableIdentity', world.identity === 'system');
      return { ...world, hasIdentity: true };
    case 'addAccessPolicy':
      checkPrincipal(world, step.principalId);
      return { ...world, policies: [...world.policies, { who: 'self', secrets: step.secrets }] };
    case 'createRoleAssignment': {
      checkPrincipal(world, step.principalId);
      assert.equal(step.roleDefinitionId, names.roleId('Key Vault Secrets User'));
      const scope = step.scope === names.scopeId(world, 'secret') ? 'secret' : 'vault';
      assert.equal(step.scope, names.scopeId(world, scope));
      const given = { who: 'self', role: 'Key Vault Secrets User', scope } as const;
      return { ...world, assignments: [...world.assignments, given] };
    }
    case 'assignDataRole':
      throw new Error('No vault has roles of its own.');
    case 'setReferenceIdentity':
      throw new Error('It has the right one already.');
    case 'writeReference':
      return { ...world, reference: { form: 'uri' } };
  }
}

/** Absent only for an identity that doesn't exist yet. */
function checkPrincipal(world: MadeWorld, principalId: string | undefined): void {
  if (principalId !== undefined) assert.equal(principalId.toLowerCase(), names.objectId(world, 'self'));
}
