import assert from 'node:assert/strict';
import type { Cause, MissingFact, Warning } from '../../../../src/access/model/verdict';
import {
  describeCause,
  describeMissingFact,
  describeWarning,
} from '../../../../src/access/words/describeVerdict';
import type { Description } from '../../../../src/access/words/format';
import { inBrackets, isWhole } from '../../brackets';
import {
  appId,
  groupId,
  now,
  other,
  principalId,
  secretId,
  subscription,
  tenantId,
  vaultId,
} from '../readWorld';

const version = 'a'.repeat(32);
const deleted = { vaultId, name: 'kv', location: 'westeurope', deleted: now, scheduledPurge: now };

/** One of each kind, with what its description must mention. */
const causes: readonly (readonly [Cause, RegExp])[] = [
  [
    { kind: 'referenceSyntax', settingName: 'SECRET', problem: 'VaultName is missing' },
    /SECRET.*VaultName is missing/,
  ],
  [{ kind: 'noIdentity', appId, identity: 'SystemAssigned' }, /app app .*system-assigned/],
  [
    { kind: 'noIdentity', appId: `${appId}/slots/staging`, identity: other.resourceId ?? '' },
    /app\/staging .*id1/,
  ],
  [{ kind: 'identityDeleted', appId, identity: other.resourceId ?? '' }, /app app .*id1.*deleted/],
  [{ kind: 'wrongIdentity', appId, able: [other] }, /id1/],
  [{ kind: 'vaultAbsent', vaultId }, /vault kv\b/],
  [
    { kind: 'vaultSoftDeleted', deleted },
    /vault kv was deleted and can be recovered.*Deleted 2026-11-24.*until 2026-11-24/,
  ],
  [
    { kind: 'wrongTenant', vaultId, vaultTenantId: tenantId, principalTenantId: 'other' },
    /kv accepts only identities of its own tenant/,
  ],
  [{ kind: 'publicAccessOff', vaultId, hasPrivateEndpoint: false }, /no approved private endpoint/],
  [{ kind: 'publicAccessOff', vaultId, hasPrivateEndpoint: true }, /only through its private endpoint/],
  [{ kind: 'perimeterRefused', vaultId }, /perimeter of the key vault kv /],
  [
    { kind: 'firewall', vaultId, addresses: ['20.1.2.3'], subnetId: `${subscription}/x/subnets/inner` },
    /20\.1\.2\.3.*inner/,
  ],
  [{ kind: 'firewall', vaultId, addresses: ['1', '2', '3', '4', '5', '6'] }, /and 1 more/],
  [{ kind: 'firewall', vaultId, addresses: [], byReference: true }, /kv/],
  [{ kind: 'publicAccessOff', vaultId, hasPrivateEndpoint: false, byReference: true }, /kv/],
  [{ kind: 'missingPolicy', vaultId, principalId, tenantId, compoundPolicy: false }, /kv/],
  [{ kind: 'missingPolicy', vaultId, principalId, tenantId, compoundPolicy: true }, /application ID/],
  [{ kind: 'roleOnPolicyVault', vaultId, principalId, tenantId, assignmentIds: ['a'] }, /access policies/],
  [{ kind: 'missingRole', vaultId, secretId, principalId }, /kv/],
  [{ kind: 'policyOnRbacVault', vaultId, secretId, principalId }, /RBAC/],
  [{ kind: 'denied', denyAssignmentId: 'd', name: 'locked', scope: subscription }, /locked on subscription/],
  [{ kind: 'notPropagated', assignmentIds: ['a'], expectedBy: now }, /10 minutes/],
  [{ kind: 'secretAbsent', vaultId, secretName: 's1' }, /s1/],
  [{ kind: 'secretDeleted', vaultId, secretName: 's1' }, /s1.*recovered/],
  [{ kind: 'versionGone', vaultId, secretName: 's1', version }, /aaaa/],
  [{ kind: 'secretDisabled', vaultId, secretName: 's1' }, /latest version of the secret s1/],
];

const missing: readonly (readonly [MissingFact, RegExp])[] = [
  [{ kind: 'vault', reason: 'AuthorizationFailed' }, /AuthorizationFailed/],
  [{ kind: 'secret', reason: 'ForbiddenByRbac' }, /ForbiddenByRbac/],
  [
    { kind: 'identity', identity: other.resourceId ?? '', reason: 'AuthorizationFailed' },
    /id1.*AuthorizationFailed/,
  ],
  [{ kind: 'outboundAddresses', reason: 'all traffic is routed' }, /all traffic is routed/],
  [{ kind: 'privateRoute', subnetId: `${subscription}/x/subnets/inner` }, /inner/],
  [{ kind: 'referenceAddresses' }, /other addresses/],
  [{ kind: 'serviceEndpoint', subnetId: `${subscription}/x/subnets/inner` }, /inner/],
  [{ kind: 'perimeter' }, /perimeter/],
  [{ kind: 'environmentNetwork' }, /Container Apps environment/],
  [{ kind: 'groups', groupIds: [groupId], reason: 'no consent' }, /the group that has access.*no consent/],
  [{ kind: 'condition', assignmentId: 'a', condition: '@Resource[x] …' }, /@Resource\[x\]/],
  [{ kind: 'roleAssignments', reason: 'r' }, /r/],
  [{ kind: 'roleDefinitions', reason: 'r' }, /r/],
  [{ kind: 'denyAssignments', reason: 'r' }, /deny assignment/],
  [{ kind: 'roleDefinition', roleDefinitionId: '/x/abc' }, /abc/],
  [{ kind: 'scope', scope: subscription }, /subscription 5555/],
  [{ kind: 'spelling', scope: `${subscription}/providers/x/databaseAccounts/a/dbs/Shop` }, /Shop/],
];

const warnings: readonly (readonly [Warning, RegExp])[] = [
  [{ kind: 'secretExpired', on: now }, /Expired 2026-11-24/],
  [{ kind: 'secretNotYetValid', until: now }, /Valid from 2026-11-24/],
  [
    { kind: 'referenceStale', settingName: 'SECRET', status: 'SecretNotFound' },
    /reports SecretNotFound for the reference in the setting SECRET/,
  ],
  [{ kind: 'freshAssignment', assignmentIds: ['a'], expectedBy: now }, /10 minutes/],
  [{ kind: 'refusedNevertheless', code: 'AccessDenied', at: now }, /AccessDenied.*Refused 2026-11-24T12:00/],
];

function check(say: () => Description, names: RegExp): void {
  const words = say();
  const times = (words.times ?? []).map(({ label, at }) => `${label} ${at.toISOString()}`);
  assert.match([words.sentence, ...times].join(' '), names);
  assert.doesNotMatch(
    words.sentence + words.nextStep,
    /\bUTC\b|\b\d{4}-\d\d-\d\d\b/,
    "a time in somebody else's zone",
  );
  assert.doesNotMatch(words.title, /[.\n]/);
  for (const text of [words.sentence, words.nextStep]) {
    assert.match(text, /^[A-Z].*[^ ]\.?$/);
    assert.doesNotMatch(text, /undefined|\[object|:\.| {2}/);
  }
  const translated = inBrackets(say);
  const labels = (translated.times ?? []).map(({ label }) => label);
  for (const text of [translated.title, translated.sentence, translated.nextStep, ...labels])
    assert.ok(isWhole(text), text);
}

describe('describeVerdict', () => {
  it("doesn't recommend to allow addresses for a Key Vault reference", () => {
    for (const { nextStep } of [
      describeCause({ kind: 'firewall', vaultId, addresses: [], byReference: true }),
      describeCause({ kind: 'publicAccessOff', vaultId, hasPrivateEndpoint: false, byReference: true }),
      describeMissingFact({ kind: 'referenceAddresses' }),
    ]) {
      assert.match(nextStep, /private endpoint/);
      assert.doesNotMatch(nextStep, /address/);
    }
  });

  for (const [cause, names] of causes)
    it(`describes the cause ${cause.kind}`, () => {
      check(() => describeCause(cause), names);
    });
  for (const [fact, names] of missing)
    it(`describes the missing fact ${fact.kind}`, () => {
      check(() => describeMissingFact(fact), names);
    });
  for (const [warning, names] of warnings)
    it(`describes the warning ${warning.kind}`, () => {
      check(() => describeWarning(warning), names);
    });
});
