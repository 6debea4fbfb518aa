import assert from 'node:assert/strict';
import type { AccessPolicy } from '../../../../src/sandbox/world/world';
import { errorOf, Harness, ids } from './harness';

const v = '?api-version=7.5';

/** hashicorp/terraform-provider-azurerm#26691, azure-key-vault-to-kubernetes#126 and #232. */
describe('A sandbox vault whose access policies lack a permission', function () {
  this.timeout(30_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  const policy = (secrets: string[], more: Partial<AccessPolicy> = {}): AccessPolicy => ({
    ...{ tenantId: ids.tenant, objectId: ids.user, permissions: { secrets } },
    ...more,
  });
  const compound = { applicationId: crypto.randomUUID() };
  const missing =
    /^The user, group or application 'appid=.*' does not have secrets get permission on key vault '/;
  const onBehalfOf = /^The policy requires the caller 'appid=.*' to use on-behalf-of \(OBO\) flow\./;
  const cases: [title: string, policies: AccessPolicy[], code: string, message: RegExp][] = [
    ['none names the caller', [], 'AccessDenied', missing],
    ['the caller has others', [policy(['list', 'set'])], 'ForbiddenByPolicy', missing],
    [
      "the caller's group has others",
      [policy(['list'], { objectId: ids.group })],
      'ForbiddenByPolicy',
      missing,
    ],
    ['another application has it', [policy(['Get'], compound)], 'ForbiddenByPolicy', onBehalfOf],
    ['another application has others', [policy(['list'], compound)], 'AccessDenied', missing],
  ];
  for (const [index, [title, policies, code, message]] of cases.entries())
    it(`answers ${code} if ${title}`, async () => {
      const vault = harness.addVault(`missing-${index}-kv`);
      vault.accessPolicies = policies;
      const answer = await harness.ask(vault, 'GET', `/secrets/s${v}`);
      assert.equal(answer.status, 403);
      const error = errorOf(answer);
      assert.deepEqual([error.code, error.inner], ['Forbidden', code]);
      assert.match(error.message ?? '', message);
    });
});
