import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { explain } from '../../../src/azure/explain/explain';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import { openLogStream } from '../../../src/azure/logs/logStream';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import { deleteResource } from '../../../src/azure/resources/resources';
import { listScmFolder } from '../../../src/azure/appService/scm';
import {
  disableSystemAssignedIdentity,
  enableSystemAssignedIdentity,
} from '../../../src/azure/appService/sites';
import { addAccessPolicy, getKeyVault } from '../../../src/azure/keyVault/vaults';
import { people, seededWorld, usualRights } from '../../../src/sandbox/world/seed';
import type { ResourceGroupEntry, WorldFile } from '../../../src/sandbox/world/worldFile';
import { temporaryFolder } from '../../support/processes';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, only } from '../azure/support';
import { plainly } from './operations';

const subscriptionId = seededWorld.subscriptions[0]?.subscriptionId ?? '';

/** A resource group with an app and a vault that are named after it. */
function group(name: string, more: Partial<ResourceGroupEntry>): ResourceGroupEntry {
  return {
    name,
    location: 'westeurope',
    plans: [{ name: `${name}-plan`, sku: 'B1', tier: 'Basic' }],
    sites: [{ name: `${name}-app`, sample: 'empty', systemAssigned: true }],
    vaults: [{ name: `${name}-kv`, rbac: false }],
    ...more,
  };
}

const world: WorldFile = {
  ...people,
  subscriptions: [
    {
      subscriptionId,
      displayName: 'Guarded',
      roleAssignments: usualRights,
      resourceGroups: [
        group('readonly', { locks: [{ name: 'freeze', level: 'ReadOnly' }] }),
        group('kept', {
          locks: [
            { name: 'keep', level: 'CanNotDelete', resource: '/providers/Microsoft.KeyVault/vaults/kept-kv' },
          ],
        }),
        group('ruled', {
          policyDenials: [
            { displayName: 'No apps without a network', resourceType: 'Microsoft.Web/sites' },
            { displayName: 'Vaults use roles', resourceType: 'Microsoft.KeyVault/vaults/accessPolicies' },
          ],
        }),
        group('fenced', {}),
      ],
    },
  ],
};

describe('operations that an organization blocks', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let apps: readonly FunctionApp[];
  let vaults: readonly KeyVault[];
  const app = (name: string) => only(apps, (candidate) => candidate.name === name, name);
  const vault = (name: string) => only(vaults, (candidate) => candidate.name === name, name);

  before(async () => {
    const folder = temporaryFolder('guarded');
    const file = path.join(folder.path, 'world.json');
    fs.writeFileSync(file, JSON.stringify(world));
    try {
      sandbox = await startSandbox(['--world', file]);
    } finally {
      folder.remove();
    }
    c = connect(sandbox.ready);
    apps = (await listFunctionApps(c, [subscriptionId])).items;
    vaults = (await listKeyVaults(c, [subscriptionId])).items;
  });
  after(() => sandbox.stop());

  const wordsOf = async (task: Promise<unknown>): Promise<string> => {
    const { reason, nextStep } = await task.then(
      () => assert.fail('it was allowed'),
      (error: unknown) => explain(error),
    );
    return `${reason} ${nextStep ?? ''}`;
  };
  const newPolicy = () => ({ objectId: randomUUID(), permissions: { secrets: ['get'] } });
  const groupId = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;

  it('report the scope of a read-only lock and change no identity or policy', async () => {
    const locked = `A lock on ${groupId('readonly')} prevents this. Remove the lock first (in the Azure portal, under Locks) or ask an owner to. Add it again afterward.`;
    const before = await plainly(sandbox.ready, 'GET', app('readonly-app').id, '2024-04-01');
    assert.equal(await wordsOf(disableSystemAssignedIdentity(c, app('readonly-app'))), locked);
    assert.equal(await wordsOf(addAccessPolicy(c, vault('readonly-kv'), newPolicy())), locked);
    assert.deepEqual(await plainly(sandbox.ready, 'GET', app('readonly-app').id, '2024-04-01'), before);
    assert.deepEqual((await getKeyVault(c, vault('readonly-kv').id)).accessPolicies, []);
  });

  it('report a delete lock for the vault and its resource group, while writes still work', async () => {
    const { id } = vault('kept-kv');
    await addAccessPolicy(c, vault('kept-kv'), newPolicy());
    assert.equal((await getKeyVault(c, id)).accessPolicies.length, 1);
    const locked = new RegExp(`^A lock on ${id} prevents this\\. Remove the lock first`);
    assert.match(await wordsOf(deleteResource(c, id)), locked);
    assert.match(await wordsOf(deleteResource(c, groupId('kept'))), locked);
    await getKeyVault(c, id);
  });

  it("report the Azure policy's name and change nothing", async () => {
    const next = "Ask the policy's administrator for an exemption, or comply with the policy.";
    const off = disableSystemAssignedIdentity(c, app('ruled-app'));
    assert.equal(await wordsOf(off), `Azure Policy doesn't allow this: No apps without a network. ${next}`);
    assert.ok((await enableSystemAssignedIdentity(c, app('ruled-app'))).identity.systemAssigned);
    assert.equal(
      await wordsOf(addAccessPolicy(c, vault('ruled-kv'), newPolicy())),
      `Azure Policy doesn't allow this: Vaults use roles. ${next}`,
    );
    assert.deepEqual((await getKeyVault(c, vault('ruled-kv').id)).accessPolicies, []);
  });

  it('report access restrictions of the SCM site for files and the log stream, which does not retry', async () => {
    const { id } = app('fenced-app');
    const rule = { ipAddress: '203.0.113.0/24', action: 'Allow', priority: 1, name: 'office' };
    await plainly(sandbox.ready, 'PATCH', `${id}/config/web`, '2024-04-01', {
      properties: { scmIpSecurityRestrictions: [rule], scmIpSecurityRestrictionsUseMain: false },
    });
    const words =
      /^The app's access restrictions block your IP address from fenced-app\.scm\.localhost:\d+\. Add your address in the Azure portal under Networking > Access restrictions \(the SCM site has its own list\)/;
    assert.match(await wordsOf(listScmFolder(c, app('fenced-app'), 'LogFiles')), words);
    const states: string[] = [];
    const sink = { lines: () => undefined, state: ({ kind }: { kind: string }) => void states.push(kind) };
    const last = await openLogStream(c, app('fenced-app'), {}, sink, new AbortController().signal);
    assert.deepEqual(states, ['connecting', 'ended']);
    assert.equal(last.kind, 'ended');
    assert.match(`${last.reason} ${last.nextStep}`, words);
  });
});
