import assert from 'node:assert/strict';
import { findInsights } from '../../../src/azure/logs/insights';
import { listResources, putResource } from '../../../src/azure/resources/resources';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { createFunctionApp } from '../../../src/commands/apps/createFunctionApp';
import { planChoices } from '../../../src/ui/pickers/appPartPickers';
import { regionChoices, runtimeChoices } from '../../../src/ui/creation/runtimePickers';
import { withBack } from '../../../src/ui/flow';
import type { SubscriptionTarget } from '../../../src/inventory/targets';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('a new function app', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let target: SubscriptionTarget;
  beforeEach(async () => {
    world = await openCommandWorld();
    const [, subscription] = await listSubscriptions(world.connection);
    assert.ok(subscription);
    target = { connection: world.connection, subscription };
  });
  beforeEach(async () => {
    prompts = new Prompts();
    (await world.loggedLines()).length = 0;
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());
  const resources = async () =>
    (await listResources(world.connection, target.subscription.subscriptionId)).map(({ name }) => name);

  it('is created by a wizard with a Back button, and has its identity enabled', async () => {
    prompts.pick('Create a resource group…').input('wrong').back().back();
    prompts.pick('Create a resource group…').input('shop').pick('North Europe').input('shop-app');
    prompts.pick('Windows').back().pick('Linux').pick('Python 3.12').pick('Flex Consumption (recommended)');
    prompts.pick('Create a storage account…').inputAsOffered().pick('On, with a new workspace').back().back();
    prompts.inputAsOffered().pick('On, with a new workspace').pick('Create Function App');
    await withBack(() => createFunctionApp(world.services, target));
    const [group, region] = ['a resource group in Keyless Sandbox (RBAC)', 'a region'];
    const [system, runtime] = ['an operating system', 'a runtime'];
    const storageName = 'Storage account name (must be globally unique)';
    const insights = 'whether to turn on Application Insights';
    assert.deepEqual(
      prompts.asked.map((text) => text.replace('Select ', '')),
      [
        ...[group, 'Name of the new resource group', region, 'Name of the new resource group', group],
        ...['Name of the new resource group', region, 'Function app name (must be globally unique)'],
        ...[system, runtime, system, runtime, 'a plan', 'a storage account', storageName, insights],
        ...['Create shop-app?', insights, storageName, insights, 'Create shop-app?'],
      ],
    );
    assert.deepEqual(prompts.lists.at(-1)?.labels, [
      ...['Create Function App', 'Resource group shop', 'Function app shop-app', 'Flex Consumption plan'],
      ...['Storage account shopappstore', 'Application Insights'],
      'Plan: charged only while functions run, after a free monthly amount',
      'Storage account: charged for what is stored and for each operation',
      'Application Insights: charged by data volume',
    ]);
    const { app } = await world.app('shop-app');
    assert.equal(app.resourceGroup, 'shop');
    assert.equal(app.sku, 'FlexConsumption');
    assert.ok(app.identity.systemAssigned);
    assert.deepEqual(prompts.last.buttons, ['Let It Read a Secret']);
    assert.match(prompts.last.text, /^Created the function app shop-app\. Its identity is enabled/);
    assert.ok((await resources()).includes('shopappstore'));
    assert.ok((await findInsights(world.connection, app)) !== undefined);
    for (const start of [
      ...['az group create', 'az storage account create', 'az monitor log-analytics workspace create'],
      ...['az resource create', 'az functionapp create', 'az role'],
    ])
      assert.ok(
        (await world.loggedLines()).some((line) =>
          line.replace(/^MSYS_NO_PATHCONV=1 /, '').startsWith(start),
        ),
        start,
      );
  });

  it('is offered on the runtimes that Azure supports and on the plans that support them', async () => {
    const { signal } = new AbortController();
    const place = { name: 'shop-app', location: 'northeurope', linux: true };
    const runtimes = await runtimeChoices(target, place, signal);
    const named = (label: string) => runtimes.find((one) => one.label === label) ?? assert.fail(label);
    assert.match(named('Python 3.11').detail ?? '', /^Support ends on \d{4}-\d\d-\d\d\.$/);
    assert.equal(named('Node.js 22').detail, undefined);
    assert.equal(named('Node.js 26').description, 'preview');
    assert.ok(!runtimes.some(({ label }) => label === 'Node.js 20'));
    const flex = async (label: string, location: string) => {
      const choices = await planChoices(target, { ...place, location, ...named(label).value }, signal);
      return choices.find((one) => one.label.startsWith('Flex Consumption'));
    };
    assert.deepEqual((await flex('Node.js 22', 'northeurope'))?.value, {
      ...{ plan: 'flex', runtime: { name: 'node', version: '22' } },
    });
    const preview = await flex('Node.js 26', 'northeurope');
    assert.deepEqual(
      [preview?.value, preview?.detail],
      [undefined, "This plan isn't available for this version of the runtime in this region."],
    );
    const elsewhere = await flex('Node.js 22', 'francecentral');
    assert.equal(elsewhere?.detail, "This plan isn't available in this region.");
    const regions = await regionChoices(target, signal);
    assert.deepEqual(
      regions.filter(({ description }) => description?.includes('no Flex')).map(({ value }) => value),
      ['francecentral'],
    );
  });

  it('needs registered providers, which a button registers', async () => {
    await world.plain.control('/settings', { unregisteredProviders: ['Microsoft.Storage'] }, 'PATCH');
    prompts.escape();
    await assert.rejects(createFunctionApp(world.services, target), { name: 'Canceled' });
    assert.match(prompts.last.text, /isn't registered for Microsoft\.Storage\.$/);
    prompts.button('Register').pick('keyless-rbac').escape();
    await assert.rejects(createFunctionApp(world.services, target), { name: 'Canceled' });
    assert.deepEqual(
      (await world.loggedLines()).filter((line) => line.startsWith('az provider register')).length,
      1,
    );
  });

  it("isn't created if the wizard is closed", async () => {
    const before = await resources();
    prompts.pick('keyless-rbac').escape();
    await assert.rejects(createFunctionApp(world.services, target), { name: 'Canceled' });
    assert.deepEqual(await resources(), before);
  });

  it('can be deleted again if its creation fails halfway', async () => {
    const before = await resources();
    await world.plain.control('/faults', {
      ...{ method: 'PUT', path: '/sites/half-app' },
      ...{ count: 10, status: 400, body: { error: { code: 'BadRequest', message: 'No room.' } } },
    });
    prompts.pick('keyless-rbac').input('half-app').pick('Windows').pick('Node.js 22');
    prompts.pick('App Service plan B1').pick('Create a storage account…').input('halfstore').pick('Off');
    prompts.pick('Create Function App').button('Delete Resources');
    await assert.rejects(createFunctionApp(world.services, target), /No room/);
    const question = prompts.messages.find(({ modal }) => modal);
    assert.match(question?.detail ?? '', /storageAccounts\/halfstore[\s\S]*serverfarms\/half-app-plan/);
    assert.deepEqual(await resources(), before);
    assert.equal(
      (await world.loggedLines()).filter((line) => line.includes('az resource delete ')).length,
      2,
    );
  });

  it('uses existing resources, and keeps them when the rest is deleted', async () => {
    const { subscriptionId } = target.subscription;
    const group = `/subscriptions/${subscriptionId}/resourceGroups/keyless-rbac/providers`;
    const location = 'northeurope';
    const workspace = `DefaultWorkspace-${subscriptionId}-NEU`;
    await putResource(world.connection, `${group}/Microsoft.Storage/storageAccounts/sharedstore`, {
      ...{ location, kind: 'StorageV2', sku: { name: 'Standard_GRS' } },
    });
    await putResource(world.connection, `${group}/Microsoft.OperationalInsights/workspaces/${workspace}`, {
      location,
    });
    const before = await resources();
    await world.plain.control('/faults', {
      ...{ method: 'PUT', path: '/sites/guest-app', status: 400 },
      body: { error: { code: 'BadRequest', message: 'No room.' } },
    });
    prompts.pick('keyless-rbac').input('guest-app').pick('Windows').pick('Node.js 22');
    prompts.pick('keyless-windows-plan').pick('sharedstore').pick(`On, with workspace ${workspace}`);
    prompts.pick('Create Function App').button('Delete Resources');
    await assert.rejects(createFunctionApp(world.services, target), /No room/);
    const question = prompts.messages.find(({ modal }) => modal);
    assert.match(question?.detail ?? '', /components\/guest-app/);
    assert.doesNotMatch(question?.detail ?? '', /sharedstore|windows-plan|DefaultWorkspace/);
    assert.deepEqual(await resources(), before);
  });
}).timeout(60_000);
