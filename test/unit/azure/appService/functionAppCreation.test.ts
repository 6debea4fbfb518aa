import assert from 'node:assert/strict';
import { readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import {
  deploymentContainer,
  type PlanKind,
} from '../../../../src/azure/appService/creation/functionAppBody';
import {
  createFunctionApp,
  partsOf,
  deleteCreatedPart,
  type CreatedPart,
  type NewFunctionApp,
} from '../../../../src/azure/appService/creation/functionAppCreation';
import {
  listPlansFor,
  listStorageFor,
  listWorkspacesFor,
} from '../../../../src/azure/appService/creation/functionAppParts';
import { findInsights } from '../../../../src/azure/logs/insights';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { whyNameIsTaken } from '../../../../src/azure/resources/nameChecks';
import { callResourceManager } from '../../../../src/azure/core/request';
import { getResourceJson, putResource } from '../../../../src/azure/resources/resources';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import type { TestConnection } from '../support';
import { connect, control } from '../support';

describe('creating and deleting function apps', function () {
  // Resources that are being created are polled every two seconds.
  this.timeout(40_000);
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let subscriptionId: string;

  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    await control(c, sandbox.ready, 'PATCH', '/settings', { vaultRegistrationMs: 1000 });
    subscriptionId = sandbox.ready.subscriptionIds[1] ?? '';
  });
  after(() => sandbox.stop());

  const group = () => `/subscriptions/${subscriptionId}/resourceGroups/keyless-rbac/providers`;
  const wanted = (name: string, plan: PlanKind, linux: boolean): NewFunctionApp => ({
    ...{ subscriptionId, resourceGroup: 'keyless-rbac', name, location: 'northeurope', linux, plan },
    ...{ runtime: { name: 'node', version: '22' }, storageName: name.replaceAll('-', '') },
  });
  async function create(app: NewFunctionApp, before: readonly string[] = []) {
    const made: CreatedPart[] = [];
    const asked: (string | undefined)[] = [];
    const report = {
      next: (_: string, id?: string) => void asked.push(id),
      made: (one: CreatedPart) => void made.push(one),
    };
    const created = await createFunctionApp(c, app, report, undefined, before);
    return { app: created, made, asked, kinds: made.map(({ kind }) => kind) };
  }
  const settingsOf = async (app: FunctionApp) => [...(await readAppSettings(c, app)).keys()].sort();
  const sharedKeysOf = async (storageId: string) => {
    const { properties } = (await getResourceJson(c, storageId)) as { properties: Record<string, unknown> };
    return properties['allowSharedKeyAccess'];
  };
  const hostStatusOf = async (app: FunctionApp) => {
    const call = { path: `${app.id}/hostruntime/admin/host/status`, apiVersion: '2023-12-01' };
    const { body } = await callResourceManager(c, { method: 'GET', ...call });
    return body as { readonly state: string; readonly errors?: readonly string[] };
  };
  const isGone = (id: string) => assert.rejects(getResourceJson(c, id), { status: 404 });
  const fail = (path: string) =>
    control(c, sandbox.ready, 'POST', '/faults', { method: 'PUT', path, status: 400 });

  it('use their identity for storage if the plan supports it, with no key in their settings', async () => {
    for (const [plan, linux] of [
      ['basic', true],
      ['flex', true],
    ] as const) {
      const { app, made, kinds } = await create(wanted(`by-identity-${plan}`, plan, linux));
      assert.ok(app.identity.systemAssigned);
      assert.deepEqual(kinds, ['storage', 'plan', 'app', 'role']);
      const settings = await settingsOf(app);
      assert.ok(settings.includes('AzureWebJobsStorage__accountName'));
      assert.ok(!settings.includes('AzureWebJobsStorage'));
      const role = made.at(-1);
      const { properties } = (await getResourceJson(c, role?.id ?? '')) as {
        properties: { principalId: string; scope: string };
      };
      assert.equal(properties.principalId, app.identity.systemAssigned.principalId);
      assert.equal(properties.scope, made[0]?.id);
      assert.equal(await sharedKeysOf(made[0]?.id ?? ''), false);
    }
  });

  it('name the endpoints of their storage account outside the public cloud', async () => {
    // terraform-provider-azurerm#32062: with the account's name, the host looks for it in core.windows.net.
    await control(c, sandbox.ready, 'PATCH', '/settings', { storageSuffix: 'core.usgovcloudapi.net' });
    const { app, made } = await create(wanted('elsewhere', 'basic', true)).finally(() =>
      control(c, sandbox.ready, 'PATCH', '/settings', { storageSuffix: 'core.windows.net' }),
    );
    const uri = (service: string) => `https://elsewhere.${service}.core.usgovcloudapi.net/`;
    const settings = [...(await readAppSettings(c, app))].filter(([name]) => name.includes('Storage'));
    assert.deepEqual(Object.fromEntries(settings), {
      AzureWebJobsStorage__blobServiceUri: uri('blob'),
      AzureWebJobsStorage__queueServiceUri: uri('queue'),
      AzureWebJobsStorage__tableServiceUri: uri('table'),
    });
    const part = made.find(({ kind }) => kind === 'app');
    assert.deepEqual(part && 'serviceUris' in part && part.serviceUris, {
      ...{ blob: uri('blob'), queue: uri('queue'), table: uri('table') },
    });
    await control(c, sandbox.ready, 'POST', '/clock', { advanceMs: 10_000 });
    assert.equal((await hostStatusOf(app)).state, 'Running');
  });

  it('have a connection string if the plan keeps their files in Azure Files', async () => {
    const { app, kinds, made } = await create(wanted('by-key', 'consumption', false));
    assert.equal(await sharedKeysOf(made[0]?.id ?? ''), undefined);
    assert.deepEqual(kinds, ['storage', 'app']);
    assert.equal(app.sku, 'Dynamic');
    assert.ok(app.identity.systemAssigned);
    assert.deepEqual(await settingsOf(app), [
      'AzureWebJobsStorage',
      'FUNCTIONS_EXTENSION_VERSION',
      'FUNCTIONS_WORKER_RUNTIME',
      'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
      'WEBSITE_CONTENTSHARE',
      'WEBSITE_NODE_DEFAULT_VERSION',
    ]);
    c.log.length = 0;
    await assert.rejects(create(wanted('by-key', 'basic', false)), { code: 'NameTaken' });
    assert.ok(!c.log.some((line) => line.startsWith('PUT')));
    assert.match((await whyNameIsTaken(c, subscriptionId, 'storageAccount', 'bykey')) ?? '', /already taken/);
  });

  it('log to Application Insights in a workspace, where Keyless finds the logs', async () => {
    const { app, kinds } = await create({ ...wanted('watched', 'flex', true), insights: {} });
    assert.deepEqual(kinds, ['storage', 'plan', 'workspace', 'component', 'app', 'role']);
    const component = (await getResourceJson(c, `${group()}/Microsoft.Insights/components/watched`)) as {
      properties: Record<string, string>;
    };
    const { WorkspaceResourceId, ConnectionString, AppId } = component.properties;
    assert.equal(WorkspaceResourceId, `${group()}/Microsoft.OperationalInsights/workspaces/watched-logs`);
    const settings = await readAppSettings(c, app);
    assert.equal(settings.get('APPLICATIONINSIGHTS_CONNECTION_STRING'), ConnectionString);
    const insights = await findInsights(c, app);
    assert.equal(insights !== 'hidden' && insights?.appId, AppId);
    const workspaces = await listWorkspacesFor(c, subscriptionId, { location: 'North Europe' });
    assert.deepEqual(
      workspaces.map(({ name, isDefault }) => [name, isDefault]),
      [['watched-logs', false]],
    );
    const other = {
      ...wanted('watched-too', 'basic', false),
      insights: { workspaceId: WorkspaceResourceId },
    };
    assert.deepEqual((await create(other)).kinds, ['storage', 'plan', 'component', 'app', 'role']);
  });

  it('can use an existing plan and storage account, which are not deleted with them', async () => {
    const storageId = `${group()}/Microsoft.Storage/storageAccounts/shared`;
    const planId = `${group()}/Microsoft.Web/serverfarms/shared-plan`;
    await putResource(c, storageId, { location: 'northeurope', kind: 'StorageV2' });
    await putResource(c, planId, { location: 'northeurope', sku: { name: 'S1', tier: 'Standard' } });
    const [planBefore, storageBefore] = await Promise.all(
      [planId, storageId].map((id) => getResourceJson(c, id)),
    );
    const parts = { storageName: 'shared', storageId };
    const app = { ...wanted('guest', 'basic', false), ...parts, planId };
    const { made, kinds } = await create(app);
    assert.deepEqual(kinds, ['app', 'role']);
    const flex = await create({ ...wanted('flex-guest', 'flex', true), ...parts });
    assert.deepEqual(flex.kinds, ['container', 'plan', 'app', 'role']);
    const container = `${storageId}/blobServices/default/containers/${deploymentContainer('flex-again')}`;
    await callResourceManager(c, { method: 'PUT', path: container, apiVersion: '2023-05-01', body: {} });
    const again = await create({ ...wanted('flex-again', 'flex', true), ...parts });
    assert.deepEqual(again.kinds, ['plan', 'app', 'role']);
    for (const { id } of [...made].reverse()) await deleteCreatedPart(c, app, id);
    for (const { id } of [...flex.made].reverse()) await deleteCreatedPart(c, wanted('', 'flex', true), id);
    for (const { id } of [...made, ...flex.made]) await isGone(id);
    assert.deepEqual(await getResourceJson(c, planId), planBefore);
    assert.deepEqual(await getResourceJson(c, storageId), storageBefore);
  });

  it('are offered only plans and storage accounts that they can use', async () => {
    const put = (path: string, body: object) => putResource(c, `${group()}/${path}`, body);
    const location = 'northeurope';
    const accountsToMake = {
      fit: {},
      keyless1: { properties: { allowSharedKeyAccess: false } },
      lake: { properties: { isHnsEnabled: true } },
      walled: { properties: { networkAcls: { defaultAction: 'Deny' } } },
      shut: { properties: { publicNetworkAccess: 'Disabled' } },
      blobs: { kind: 'BlobStorage' },
      fast: { sku: { name: 'Premium_LRS' } },
      far: { location: 'eastus' },
    };
    await Promise.all(
      Object.entries(accountsToMake).map(([name, more]) =>
        put(`Microsoft.Storage/storageAccounts/offer${name}`, { location, kind: 'StorageV2', ...more }),
      ),
    );
    const accounts = async (byIdentity: boolean) =>
      (await listStorageFor(c, subscriptionId, { location, byIdentity }))
        .map(({ name }) => name)
        .filter((name) => name.startsWith('offer'))
        .sort();
    assert.deepEqual(await accounts(true), ['offerfit', 'offerkeyless1']);
    assert.deepEqual(await accounts(false), ['offerfit']);

    const reserved = { reserved: true };
    for (const [name, sku, more] of [
      ['ep', 'EP2', { properties: reserved }],
      ['standard', 'S1', { properties: reserved }],
      ['windows', 'S1', {}],
      ['containers', 'P1v2', { properties: { isXenon: true } }],
      ['virtual', 'P1v3', { properties: { hyperV: true } }],
      ['free', 'F1', { properties: reserved }],
      ['flex', 'FC1', { properties: reserved }],
      ['dynamic', 'Y1', { properties: reserved }],
      ['far', 'S1', { location: 'eastus', properties: reserved }],
    ] as const)
      await put(`Microsoft.Web/serverfarms/offer-${name}`, { location, sku: { name: sku }, ...more });
    const plans = async (linux: boolean) =>
      (await listPlansFor(c, subscriptionId, { location, linux }))
        .filter(({ name }) => name.startsWith('offer'))
        .map(({ name, kind, sku, resourceGroup }) => [name, kind, sku, resourceGroup]);
    assert.deepEqual(await plans(true), [
      ['offer-ep', 'premium', 'EP2', 'keyless-rbac'],
      ['offer-standard', 'basic', 'S1', 'keyless-rbac'],
    ]);
    assert.deepEqual(await plans(false), [['offer-windows', 'basic', 'S1', 'keyless-rbac']]);
  });

  it('never replace an existing plan of the same name', async () => {
    const id = `${group()}/Microsoft.Web/serverfarms/mine-plan`;
    await putResource(c, id, { location: 'northeurope', sku: { name: 'S1', tier: 'Standard' } });
    c.log.length = 0;
    await assert.rejects(create(wanted('mine', 'basic', true)), { code: 'NameTaken' });
    assert.ok(!c.log.some((line) => line.startsWith('PUT')));
  });

  it('can be completed after their creation stopped halfway', async () => {
    const app = { ...wanted('halted', 'basic', true), location: 'westeurope', insights: {} };
    await fail('/sites/halted');
    const made: string[] = [];
    const report = { next: () => undefined, made: ({ id }: CreatedPart) => void made.push(id) };
    await assert.rejects(createFunctionApp(c, app, report), { status: 400 });
    assert.equal(made.length, 4);
    const again = await create(app, made);
    assert.deepEqual(again.kinds, ['app', 'role']);
    assert.deepEqual(again.asked, [partsOf(app).app, undefined]);
    const ids = [...made, ...again.made.map(({ id }) => id)];
    assert.deepEqual((await create(app, ids)).kinds, []);
  });
});
