import assert from 'node:assert/strict';
import { listDeletedVaults } from '../../src/azure/keyVault/deletedVaults';
import { createKeyVault } from '../../src/azure/keyVault/vaultCreation';
import { createResourceGroup } from '../../src/azure/resources/resourceGroups';
import { listResourceGroups } from '../../src/azure/resources/resources';
import { control } from '../support/sandboxClient';
import { cleanUp, findLeftovers } from './kit/cleanup';
import { Recorder } from './kit/recorder';
import { Report } from './kit/report';
import { nameOf, runTag, type Run, type Scenario } from './kit/run';
import { connectToSandbox } from './kit/targets';
import { useConformanceWorld } from './support';

describe('the cleanup of the conformance kit', () => {
  const world = useConformanceWorld();
  const never = new AbortController().signal;
  const connection = () =>
    connectToSandbox(world.sandbox.ready, { recorder: new Recorder(), learnSecret: () => undefined });

  /** A resource group with a vault. */
  const makeSomething: Scenario = {
    name: 'make something',
    async run({ c, subscriptionId, location, groupName: name, id, signal }: Run) {
      await createResourceGroup(c, { subscriptionId, name, location, tags: { [runTag]: id } }, signal);
      const place = { subscriptionId, resourceGroup: name, location, tenantId: c.tenantId };
      const rules = { permissionModel: 'rbac', retentionDays: 7, purgeProtection: false } as const;
      await createKeyVault(c, { ...place, ...rules, name: nameOf(id, 'roles') }, signal);
    },
  };

  async function requireNothingLeft(): Promise<void> {
    const c = await connection();
    assert.deepEqual(await findLeftovers(c, world.subscriptionId, undefined, never), []);
    const groups = await listResourceGroups(c, world.subscriptionId);
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['keyless-walkthrough'],
      "others' groups stay",
    );
    assert.deepEqual(await listDeletedVaults(c, world.subscriptionId), []);
  }

  it('deletes everything after a failure, and says what failed', async () => {
    const fail: Scenario = { name: 'fail', run: () => Promise.reject(new RangeError('a secret value')) };
    const { outcome, said } = await world.run({ scenarios: [makeSomething, fail] });
    assert.equal(outcome.clean, true);
    assert.match(said, /The scenario "fail": stopped: RangeError/);
    assert.ok(!said.includes('a secret value'));
    await requireNothingLeft();
  });

  it('deletes everything after Ctrl+C, and runs no other scenario', async () => {
    const interruption = new AbortController();
    let reached = false;
    const interrupt: Scenario = {
      name: 'interrupt',
      run: async (run) => {
        interruption.abort();
        await run.check('', { expected: '', source: 'none' }, () => Promise.resolve(''));
      },
    };
    const later: Scenario = { name: 'later', run: () => Promise.resolve(void (reached = true)) };
    const { outcome } = await world.run({
      scenarios: [makeSomething, interrupt, later],
      signal: interruption.signal,
    });
    assert.deepEqual([outcome.clean, outcome.interrupted, reached], [true, true, false]);
    await requireNothingLeft();
  });

  it('continues later where it was stopped', async () => {
    const { ready } = world.sandbox;
    const ended = new AbortController();
    await control(ready, 'POST', '/faults', {
      service: 'arm',
      method: 'POST',
      path: '/purge',
      status: 403,
      body: {},
    });
    const first = await world.run({
      scenarios: [makeSomething],
      say: (line) => {
        // Ctrl+C again, once the purge has failed.
        if (line.includes('Attempt 1')) ended.abort();
      },
      cleanupSignal: ended.signal,
    });
    assert.equal(first.outcome.clean, false);
    await control(ready, 'DELETE', '/faults');
    const c = await connection();
    const { runId } = first.options;
    const [left] = await findLeftovers(c, world.subscriptionId, runId, never);
    assert.deepEqual([left?.groupId, left?.deletedVaults.length], [undefined, 1]);
    const report = new Report(() => undefined);
    const ofRun = { c, subscriptionId: world.subscriptionId, runId, signal: never };
    assert.equal(await cleanUp(ofRun, report), true);
    await requireNothingLeft();
  });

  it("leaves alone a resource group whose name and tag don't match", async () => {
    const c = await connection();
    const place = { subscriptionId: world.subscriptionId, location: 'westeurope' };
    await createResourceGroup(c, { ...place, name: 'precious', tags: { [runTag]: '0badcafe' } });
    await createResourceGroup(c, { ...place, name: `${runTag}-0badbeef` });
    assert.deepEqual(await findLeftovers(c, world.subscriptionId, undefined, never), []);
  });
});
