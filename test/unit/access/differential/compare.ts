import assert from 'node:assert/strict';
import { explainRead } from '../../../../src/access/explainRead';
import type { Cause, MissingFact, Verdict } from '../../../../src/access/model/verdict';
import type { Harness } from '../../sandbox/keyvault/harness';
import { factsOf } from './facts';
import type { MadeWorld } from './madeWorld';
import { conditions } from './madeWorld';
import * as names from './names';
import { ask, enact, readFrom, type Answers } from './service';

/** The refusal codes of a vault or App Service for each cause, from the fact sheet. */
const codes: Readonly<Record<Cause['kind'], readonly string[]>> = {
  referenceSyntax: ['InvalidSyntax'],
  noIdentity: ['MSINotEnabled'],
  identityDeleted: ['UnauthorizedClient'],
  wrongIdentity: [],
  vaultAbsent: ['NoAnswer', 'VaultNotFound'],
  vaultSoftDeleted: ['NoAnswer', 'VaultNotFound'],
  wrongTenant: ['Unauthorized', 'AccessToKeyVaultDenied'],
  publicAccessOff: ['ForbiddenByConnection', 'AccessToKeyVaultDenied'],
  perimeterRefused: ['ForbiddenByNsp'],
  firewall: ['ForbiddenByFirewall', 'AccessToKeyVaultDenied'],
  missingPolicy: ['AccessDenied', 'ForbiddenByPolicy', 'AccessToKeyVaultDenied'],
  roleOnPolicyVault: ['AccessDenied', 'ForbiddenByPolicy', 'AccessToKeyVaultDenied'],
  missingRole: ['ForbiddenByRbac', 'AccessToKeyVaultDenied'],
  policyOnRbacVault: ['ForbiddenByRbac', 'AccessToKeyVaultDenied'],
  denied: ['ForbiddenByRbac', 'AccessToKeyVaultDenied'],
  notPropagated: ['ForbiddenByRbac', 'AccessToKeyVaultDenied'],
  secretAbsent: ['SecretNotFound', 'SecretVersionNotFound'],
  secretDeleted: ['SecretNotFound', 'SecretVersionNotFound'],
  versionGone: ['SecretNotFound', 'SecretVersionNotFound'],
  secretDisabled: ['SecretDisabled', 'AccessToKeyVaultDenied'],
};

/**
 * Compares the rules with the sandbox in one world.
 * @returns the verdict based on what isn't hidden
 * @throws AssertionError if they disagree
 */
export async function compare(
  harness: Harness,
  world: MadeWorld,
): Promise<{ verdict: Verdict; answers: Answers }> {
  enact(harness, world);
  const answers = await ask(harness, world);
  const now = new Date(harness.context.clock.now());
  // Keyless recognizes a missing access policy by its text, whichever code it comes with (src/logs/refusals.ts).
  const [code] = answers.codes;
  const observed = world.reference ? undefined : code === 'ForbiddenByPolicy' ? 'AccessDenied' : code;
  const facts = (made: MadeWorld) =>
    factsOf(made, now, observed === undefined ? undefined : { code: observed, at: now });
  const verdict = explainRead(facts(world));
  fits(verdict, answers, world);
  // With nothing hidden, the rules must decide, without contradicting what they said before.
  const open = { ...world, hidden: [] };
  const whole = explainRead(facts(open));
  fits(whole, answers, open);
  if (verdict.kind !== 'cannotTell') assert.equal(whole.kind, verdict.kind, 'more facts changed a verdict');
  await checkOther(harness, world, verdict);
  return { verdict, answers };
}

function fits(verdict: Verdict, { codes: got }: Answers, world: MadeWorld): void {
  switch (verdict.kind) {
    case 'can':
      assert.deepEqual(got, [], 'the rules say it can');
      return;
    case 'cannot': {
      assert.ok(
        got.length > 0,
        `the rules say it cannot: ${verdict.causes.map(({ kind }) => kind).join(', ')}`,
      );
      const named = verdict.causes.filter(({ kind }) => kind !== 'wrongIdentity');
      const saidBy = (cause: Cause) => got.some((code) => codes[cause.kind].includes(code));
      const fitting = got.every((code) => named.some(({ kind }) => codes[kind].includes(code)));
      // The service's first check may be one that couldn't be determined; otherwise it's the first cause.
      const first = named[0];
      assert.ok(
        verdict.missing.length > 0 || (fitting && first !== undefined && saidBy(first)),
        `${got.join(', ')} is not what ${named.map(({ kind }) => kind).join(', ')} would give`,
      );
      return;
    }
    case 'cannotTell':
      for (const fact of verdict.missing) assert.ok(wasHidden(fact, world), `${fact.kind} was not hidden`);
      assert.ok(verdict.missing.length > 0);
  }
}

/** Whether the generator hid this from the rules. */
function wasHidden(fact: MissingFact, world: MadeWorld): boolean {
  const { hidden } = world;
  switch (fact.kind) {
    case 'roleAssignments':
      return hidden.includes('assignments');
    case 'roleDefinitions':
      return hidden.includes('definitions');
    case 'denyAssignments':
      return hidden.includes('denials');
    case 'outboundAddresses':
      return hidden.includes('addresses');
    // Where App Service's own requests come from can't be known at all.
    case 'referenceAddresses':
      return world.reference !== undefined && (world.ipRules?.length ?? 0) > 0;
    case 'roleDefinition':
      return world.assignments.some(
        ({ role }) =>
          hidden.includes(`role ${role}`) &&
          fact.roleDefinitionId.toLowerCase().endsWith(names.roleGuid(role)),
      );
    case 'scope':
      return world.assignments.some(
        ({ scope }) => hidden.includes(`scope ${scope}`) && names.scopeId(world, scope) === fact.scope,
      );
    case 'condition':
      return world.assignments.some(
        ({ condition = -1 }) =>
          conditions[condition]?.[0] === fact.condition && conditions[condition][1] === undefined,
      );
    // Where the app's network leads can't be known at all.
    case 'privateRoute':
      return world.inNetwork && world.privateEndpoints > 0;
    case 'perimeter':
    case 'spelling':
    case 'environmentNetwork':
    case 'serviceEndpoint':
    case 'identity':
      return false;
    case 'vault':
    case 'secret':
    case 'groups':
      return hidden.includes(fact.kind);
  }
}

/** An identity reported to have access passes the permission check. */
async function checkOther(harness: Harness, world: MadeWorld, verdict: Verdict): Promise<void> {
  const causes = verdict.kind === 'cannot' ? verdict.causes : [];
  const other = causes.find((cause) => cause.kind === 'wrongIdentity');
  const shut = causes.some(({ kind }) => kind === 'firewall' || kind === 'publicAccessOff');
  const pending = world.assignments.some(({ age, who }) => age === 'pending' && who === 'other');
  if (!other || shut || pending) return;
  const { code } = await readFrom(harness, world, world.addresses[0] ?? '127.0.0.1', 'other');
  assert.ok(
    !['AccessDenied', 'ForbiddenByPolicy', 'ForbiddenByRbac', 'Unauthorized'].includes(code),
    `the other identity got ${code}`,
  );
}
