import assert from 'node:assert/strict';
import { deleteFunctionApp } from '../../../src/commands/apps/deleteFunctionApp';
import { stopApp } from '../../../src/commands/apps/appState';
import { newSiteFile, openKudu } from '../../../src/commands/files/manageSiteFiles';
import { addFunctionThatReadsSecret } from '../../../src/commands/functions/addFunction';
import { manageFunctionKeys } from '../../../src/commands/functions/manageFunctionKeys';
import { runFunction } from '../../../src/commands/functions/runFunction';
import { enableSystemAssignedIdentity } from '../../../src/commands/identities/enableSystemAssignedIdentity';
import { setKeyVaultReferenceIdentity } from '../../../src/commands/identities/setKeyVaultReferenceIdentity';
import { testIdentity } from '../../../src/commands/identities/testIdentity';
import { turnOnLogging } from '../../../src/commands/logs/logSilence';
import { startStreamingLogs } from '../../../src/commands/logs/streamLogs';
import { addSetting } from '../../../src/commands/settings/changeSetting';
import { refreshReferences } from '../../../src/commands/settings/refreshReferences';
import type { AppTarget } from '../../../src/inventory/targets';
import { toContainerApps } from '../../unit/azure/containerApps';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import type { TreeWorld } from '../tree/treeWorld';
import { openTreeWorld } from '../tree/treeWorld';

/** Creates a logic app, and function apps on Container Apps: `orders`, and `orders-site`, which App Service manages. */
async function create({ plain }: Pick<CommandWorld, 'plain'>, other: AppTarget['app']): Promise<void> {
  await toContainerApps(plain, other);
  const id = `${other.id.slice(0, other.id.lastIndexOf('/'))}/flows`;
  const body = { location: other.location, kind: 'functionapp,workflowapp', properties: {} };
  await plain.arm('PUT', id, '2023-12-01', body);
}

describe('Commands on apps that App Service runs differently, or not at all', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
    await create(world, (await world.app('keyless-rbac-app')).app);
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const refuses = (work: Promise<unknown>, reason: RegExp) =>
    assert.rejects(work, { name: 'AzureError', code: 'NotForThisApp', message: reason });

  it('refuse functions of a logic app', async () => {
    const { services } = world;
    const flows = await world.app('flows');
    for (const command of [manageFunctionKeys, runFunction, addFunctionThatReadsSecret])
      await refuses(command(services, flows), /flows is a logic app, which has workflows/);
    prompts.pick('flows');
    await refuses(manageFunctionKeys(services), /logic app/);
  });

  it('refuse what a container app does not have, and enable its identity', async () => {
    const { services } = world;
    const orders = await world.app('orders');
    await refuses(manageFunctionKeys(services, orders), /function keys/);
    await refuses(runFunction(services, orders), /whose functions/);
    await refuses(addSetting(services, orders), /environment variables and secrets/);
    await refuses(refreshReferences(services, orders), /secrets of the app/);
    await refuses(setKeyVaultReferenceIdentity(services, orders), /secrets of the app/);
    for (const command of [newSiteFile, openKudu, testIdentity])
      await refuses(command(services, orders), /no SCM site/);
    for (const command of [startStreamingLogs, turnOnLogging])
      await refuses(command(services, orders), /logs/);
    for (const command of [stopApp, deleteFunctionApp]) await refuses(command(services, orders), /delete/);
    prompts.pick('orders');
    await enableSystemAssignedIdentity(services);
    const { principalId } = (await world.app('orders')).app.identity.systemAssigned ?? assert.fail();
    assert.match(prompts.last.text, new RegExp(principalId));
  });

  it('refuse references and files of a site on Container Apps', async () => {
    const { services } = world;
    const site = await world.app('orders-site');
    await refuses(setKeyVaultReferenceIdentity(services, site), /can't be Key Vault references/);
    await refuses(newSiteFile(services, site), /no SCM site/);
    prompts.input('COLOR').input('red').pick('Add Setting');
    await addSetting(services, site);
  });
});

describe('The tree', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld();
    const node = await world.node('Keyless Sandbox', 'Function Apps', 'keyless-demo-app');
    assert.equal(node.kind, 'app');
    await create(world, node.app);
    world.tree.refreshAll();
  });
  afterEach(() => world.close());

  it('shows what logic apps and apps on Container Apps have', async () => {
    const below = async (...names: string[]) => {
      const nodes = await world.children('Keyless Sandbox', 'Function Apps', ...names);
      return nodes.map((node) => world.label(node));
    };
    assert.deepEqual(await below('flows'), [
      ...['Slots', 'Identity', 'Workflows', 'App Settings', 'Connection Strings', 'Keys Left', 'Files'],
    ]);
    assert.deepEqual(await below('flows', 'Workflows'), ['No workflows']);
    assert.deepEqual(await below('orders'), [
      ...['Identity', 'Secrets', 'Functions, environment variables, and logs are in the portal'],
    ]);
    assert.deepEqual(await below('orders', 'Secrets'), ['key', 'plain']);
    assert.deepEqual(await below('orders-site'), [
      ...['Identity', 'Functions', 'App Settings', 'Connection Strings', 'Keys Left', 'Files'],
    ]);
    assert.deepEqual(await below('orders-site', 'Files'), ['Azure Container Apps gives no access to files.']);
  });
});
