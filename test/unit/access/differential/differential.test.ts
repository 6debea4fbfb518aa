import assert from 'node:assert/strict';
import type { Cause, MissingFact, Verdict } from '../../../../src/access/model/verdict';
import { Harness } from '../../sandbox/keyvault/harness';
import { compare } from './compare';
import { generateWorld } from './generate';
import * as names from './names';
import { checkWorlds, seed } from './random';

const worlds = 1000;

describe('The access rules and the sandbox', function () {
  this.timeout(120_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start({ tenantId: names.tenantId });
  });
  after(() => harness.stop());

  it(`agree on ${worlds} worlds (seed ${seed})`, async () => {
    const verdicts: Verdict[] = [];
    await checkWorlds(worlds, generateWorld, async (world) => {
      verdicts.push((await compare(harness, world)).verdict);
    });
    checkVariety(verdicts);
  });
});

/** Agreement means little unless every cause and fact came up. */
function checkVariety(verdicts: readonly Verdict[]): void {
  const count = (kind: Verdict['kind']) => verdicts.filter((verdict) => verdict.kind === kind).length;
  for (const kind of ['can', 'cannot', 'cannotTell'] as const)
    assert.ok(count(kind) >= worlds / 20, `only ${count(kind)} times ${kind}`);
  const said = new Set<string>(
    verdicts.flatMap((verdict) => [
      ...(verdict.kind === 'cannot' ? verdict.causes : []).map(({ kind }) => kind),
      ...(verdict.kind === 'cannotTell' ? verdict.missing : []).map(({ kind }) => kind),
      ...verdict.warnings.map(({ kind }) => kind),
    ]),
  );
  const causes: readonly Cause['kind'][] = [
    ...(['referenceSyntax', 'noIdentity', 'wrongIdentity', 'vaultAbsent', 'vaultSoftDeleted'] as const),
    ...(['wrongTenant', 'publicAccessOff', 'firewall', 'missingPolicy', 'roleOnPolicyVault'] as const),
    ...(['missingRole', 'policyOnRbacVault', 'denied', 'notPropagated', 'secretAbsent'] as const),
    ...(['secretDeleted', 'versionGone', 'secretDisabled'] as const),
  ];
  const missing: readonly MissingFact['kind'][] = [
    ...(['vault', 'secret', 'outboundAddresses', 'roleAssignments', 'roleDefinitions'] as const),
    'referenceAddresses',
    ...(['denyAssignments', 'privateRoute', 'groups', 'roleDefinition', 'condition', 'scope'] as const),
  ];
  const warnings: readonly Verdict['warnings'][number]['kind'][] = [
    ...(['secretExpired', 'secretNotYetValid', 'freshAssignment'] as const),
  ];
  assert.deepEqual(
    [...causes, ...missing, ...warnings].filter((kind) => !said.has(kind)),
    [],
    'never said',
  );
}
