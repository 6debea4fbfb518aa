import assert from 'node:assert/strict';
import { explainRead } from '../../../src/access/explainRead';
import { planRead } from '../../../src/access/plan/plan';
import { assignUserAssignedIdentity } from '../../../src/azure/appService/identities';
import { getFunctionApp } from '../../../src/azure/appService/sites';
import { apply } from '../../../src/grants/apply';
import { beginGrant, grantAfter } from '../../../src/grants/beginGrant';
import type { Grant } from '../../../src/grants/grant';
import type { ReadQuestion } from '../../../src/grants/readFacts';
import { readFacts } from '../../../src/grants/readFacts';
import { undo } from '../../../src/grants/undo';
import { addContainerSecret, toContainerApps } from '../azure/containerApps';
import { useGrantWorld } from './grantWorld';

describe('A grant to a container app', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const { app, vault, place, never } = world;

  const asked = async (): Promise<ReadQuestion> => {
    const { native } = await toContainerApps(world.plain, app('keyless-rbac-app'));
    return world.question({ appId: native });
  };
  async function grantFor(question: ReadQuestion): Promise<Grant> {
    const { facts, app: planned } = await readFacts(question);
    const { steps, expected } = planRead(facts, { roleScope: 'secret' });
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ['enableIdentity', 'addAccessPolicy'],
    );
    assert.equal(expected.kind, 'can');
    const begun = { id: 'g', title: 'g', ...(await beginGrant(question, planned, steps, never)) };
    const { done, failure } = await apply(place(), steps, () => undefined, never);
    if (failure) throw failure.error;
    return grantAfter(begun, done);
  }
  const takeBack = async (grant: Grant) => {
    const { left, failure } = await undo(place(), grant, [], () => undefined, never);
    if (failure) throw failure.error;
    return left.map(({ step, why }) => `${step.kind}: ${why}`);
  };

  it('enables its identity, lets it read, and is undone', async () => {
    const question = await asked();
    const grant = await grantFor(question);
    assert.equal(explainRead((await readFacts(question)).facts).kind, 'can');
    assert.deepEqual(
      grant.before?.map(({ setting, identity }) => [setting, identity]),
      [['key', 'SystemAssigned']],
    );
    assert.deepEqual(await takeBack(grant), []);
    assert.deepEqual((await getFunctionApp(world.c, question.appId)).identity, { userAssigned: [] });
  });

  it('is kept while a secret of the app depends on it', async () => {
    const question = await asked();
    const grant = await grantFor(question);
    await addContainerSecret(world.plain, question.appId, {
      name: 'other',
      keyVaultUrl: `${vault().vaultUri}/secrets/Other`,
      identity: 'system',
    });
    assert.deepEqual(await takeBack(grant), [
      'removePermissions: the secret other of orders depends on it',
      'disableIdentity: the identity has an access policy on keyless-demo-kv',
    ]);
  });

  for (const [name, value] of [
    ['Stock__accountEndpoint', 'https://keyless-shop-stock.documents.azure.com:443/'],
    ['Db', 'Server=tcp:one.database.windows.net;Database=one;Authentication=Active Directory Default'],
  ] as const)
    it(`keeps its identity while its containers sign in with ${name}`, async () => {
      const question = await asked();
      const grant = await grantFor(question);
      const { properties, ...app } = (await world.plain.arm('GET', question.appId, '2026-01-01')) as {
        properties: object;
      };
      const env = [
        { name: 'MODE', value: 'on' },
        { name, value },
      ];
      const template = { containers: [{ name: 'main', image: 'image', env }] };
      await world.plain.arm('PUT', question.appId, '2026-01-01', {
        ...app,
        properties: { ...properties, template },
      });
      const setting = name.replace(/__.*/, '');
      assert.deepEqual(await takeBack(grant), [
        `disableIdentity: the setting ${setting} of orders depends on it`,
      ]);
    });

  it('keeps an identity that the configuration of the app names', async () => {
    const question = await asked();
    const before = await getFunctionApp(world.c, question.appId);
    const { resourceId } = app('keyless-rbac-app').identity.userAssigned[0] ?? assert.fail();
    await assignUserAssignedIdentity(world.c, before, resourceId);
    const unassign: Grant = {
      ...{ id: 'g', title: 'g', appId: question.appId, identity: resourceId },
      ...{ vaultId: vault().id, secretName: 'ASampleKey' },
      steps: [{ kind: 'unassignIdentity', appId: question.appId, identityId: resourceId }],
    };
    const keyVaultUrl = `${vault().vaultUri}/secrets/Other`;
    await addContainerSecret(world.plain, question.appId, {
      name: 'other',
      keyVaultUrl,
      identity: resourceId,
    });
    assert.deepEqual(await takeBack(unassign), [
      'unassignIdentity: the configuration of orders refers to it',
    ]);
  });

  it("can't be verified if the vault doesn't let every network in", async () => {
    const question = await asked();
    await grantFor(question);
    await world.plain.arm('PATCH', vault().id, '2026-02-01', {
      properties: { networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices', ipRules: [] } },
    });
    const verdict = explainRead((await readFacts(question)).facts);
    assert.deepEqual(verdict.kind === 'cannotTell' && verdict.missing.map(({ kind }) => kind), [
      'environmentNetwork',
    ]);
  });
});
