import assert from 'node:assert/strict';
import { useSandbox } from '../../azure/useSandbox';
import { Client, walkthroughIds } from './client';

const roles = {
  serviceBusReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  eventHubsSender: '2b629674-e913-4c01-ae53-ef4638d8f975',
  eventHubsReceiver: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde',
};

/** What the host of an app says about triggers whose connection is identity-based. */
describe('A trigger of a Functions host', function () {
  this.timeout(60_000);
  const sandbox = useSandbox();
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;

  before(() => {
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });

  /** Creates an app with an identity and the function `Listen`. */
  async function make(name: string, trigger: object, settings: Record<string, string> = {}) {
    const appId = `${ids.rbacGroup}/providers/Microsoft.Web/sites/${name}`;
    const appSettings = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
    const app = await client.arm('PUT', appId, {
      ...{ location: 'westeurope', kind: 'functionapp', identity: { type: 'SystemAssigned' } },
      properties: { siteConfig: { appSettings } },
    });
    const bindings = [{ direction: 'in', name: 'message', ...trigger }];
    await client.putFile(name, 'site/wwwroot/Listen/function.json', JSON.stringify({ bindings }));
    await client.putFile(name, 'site/wwwroot/Listen/index.js', 'module.exports = async () => undefined;');
    return { appId, principalId: app.json<{ identity: { principalId: string } }>().identity.principalId };
  }

  async function assign(scope: string, principalId: string, role: string) {
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const answer = await client.arm('PUT', `${id}?api-version=2022-04-01`, {
      properties: { principalId, principalType: 'ServicePrincipal', roleDefinitionId },
    });
    assert.equal(answer.status, 201, answer.text);
    await client.advance(10_000);
  }

  /** Assigns a role of the Cosmos DB account: 1 reads, 2 also writes. */
  async function assignData(principalId: string, role: 1 | 2) {
    const scope = `${ids.rbacGroup}/providers/Microsoft.DocumentDB/databaseAccounts/keyless-shop-stock`;
    const roleDefinitionId = `${scope}/sqlRoleDefinitions/00000000-0000-0000-0000-00000000000${role}`;
    const id = `${scope}/sqlRoleAssignments/${crypto.randomUUID()}?api-version=2024-11-15`;
    // Until then, the account doesn't know the principal.
    await client.advance(60_000);
    const answer = await client.arm('PUT', id, { properties: { roleDefinitionId, principalId, scope } });
    assert.equal(answer.status, 202, answer.text);
  }

  /** The state of the host, and the errors of the function. */
  async function look(appId: string) {
    const admin = async <T>(path: string) =>
      (await client.arm('GET', `${appId}/hostruntime/admin/${path}`)).json<T & { errors?: string[] }>();
    const host = await admin<{ state: string }>('host/status');
    const { errors = [] } = await admin('functions/Listen/status');
    const { value } = (await client.arm('GET', `${appId}/functions`)).json<{ value: unknown[] }>();
    return { state: host.state, host: host.errors ?? [], errors, functions: value.length };
  }

  async function logOf(app: string): Promise<string> {
    const folder = '/api/vfs/LogFiles/Application/Functions/Host/';
    const files = (await client.scm('GET', app, folder)).json<{ name: string }[]>();
    const texts = files.map(async ({ name }) => (await client.scm('GET', app, `${folder}${name}`)).text);
    return (await Promise.all(texts)).join('');
  }

  const running = { state: 'Running', host: [], functions: 1 };
  const restart = (appId: string) => client.arm('POST', `${appId}/restart`);
  const busTrigger = { type: 'serviceBusTrigger', queueName: 'orders', connection: 'Bus' };
  const hubTrigger = { type: 'eventHubTrigger', eventHubName: 'visits', connection: 'Hub' };
  const cosmosTrigger = {
    ...{ type: 'cosmosDBTrigger', connection: 'Cosmos' },
    ...{ databaseName: 'shop', containerName: 'stock' },
  };
  const Cosmos__accountEndpoint = 'https://keyless-shop-stock.documents.azure.com:443/';
  const bus = () => `${ids.rbacGroup}/providers/Microsoft.ServiceBus/namespaces/keyless-shop-bus`;

  it('of Service Bus listens without its role, and only the log says that it gets nothing', async () => {
    const host = 'keyless-shop-bus.servicebus.windows.net';
    const { appId, principalId } = await make('bus', busTrigger, { Bus__fullyQualifiedNamespace: host });
    assert.deepEqual(await look(appId), { ...running, errors: [] });
    const line = `[Error] Message processing error (Action=Receive, EntityPath=orders, Endpoint=${host})`;
    const refused = `Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: 'sb://${host}/orders'.`;
    assert.ok((await logOf('bus')).includes(`${line}\n${refused}`));
    await assign(bus(), principalId, roles.serviceBusReceiver);
    await restart(appId);
    await look(appId);
    assert.equal((await logOf('bus')).split('Message processing error').length, 2);
  });

  it("of Service Bus can't start without a setting that says what to open, and the host runs on", async () => {
    const { appId } = await make('unset', busTrigger);
    const errorOf = (why: string) =>
      `Microsoft.Azure.WebJobs.Host: The listener for function 'Functions.Listen' was unable to start. Microsoft.Azure.WebJobs.Extensions.ServiceBus: ${why}`;
    const missing = errorOf(
      "Service Bus account connection string 'Bus' does not exist. Make sure that it is a defined App Setting.",
    );
    assert.deepEqual(await look(appId), { ...running, errors: [missing] });
    const log = await logOf('unset');
    assert.match(log, /\[Error\] The listener for function 'Functions\.Listen' was unable to start\./);
    assert.ok(log.includes(`The 'Listen' function is in error: ${missing}`));
    await client.changeSettings(appId, { Bus__credential: 'managedidentity' });
    const incomplete = errorOf(
      "Connection should have an 'fullyQualifiedNamespace' property or be a string representing a connection string.",
    );
    assert.deepEqual((await look(appId)).errors, [incomplete]);
    await client.changeSettings(appId, { Bus: 'Endpoint=sb://elsewhere.servicebus.windows.net/;…' });
    assert.deepEqual(await look(appId), { ...running, errors: [] });
  });

  it("of Event Hubs can't start without its role, also if that takes effect before the next start", async () => {
    const hubs = `${ids.rbacGroup}/providers/Microsoft.EventHub/namespaces/keyless-shop-events`;
    const host = 'keyless-shop-events.servicebus.windows.net';
    const { appId, principalId } = await make('hubs', hubTrigger, { Hub__fullyQualifiedNamespace: host });
    await assign(hubs, principalId, roles.eventHubsSender);
    const { errors, ...others } = await look(appId);
    assert.deepEqual(others, running);
    assert.match(errors.join(), /was unable to start\..*'Listen' claim\(s\) are required/);
    await assign(hubs, principalId, roles.eventHubsReceiver);
    assert.deepEqual((await look(appId)).errors, errors);
    await restart(appId);
    assert.deepEqual(await look(appId), { ...running, errors: [] });
  });

  it("doesn't listen to what isn't there", async () => {
    const host = 'keyless-shop-bus.servicebus.windows.net';
    const settings = { Bus__fullyQualifiedNamespace: host };
    const queue = await make('no-queue', { ...busTrigger, queueName: 'none' }, settings);
    await assign(bus(), queue.principalId, roles.serviceBusReceiver);
    assert.deepEqual(await look(queue.appId), { ...running, errors: [] });
    const notFound = `The messaging entity 'sb://${host}/none' could not be found.`;
    assert.ok((await logOf('no-queue')).includes(`EntityPath=none, Endpoint=${host})\n${notFound}`));
    await client.changeSettings(queue.appId, { Bus__fullyQualifiedNamespace: 'keyless-shop-bus.example' });
    await look(queue.appId);
    await restart(queue.appId);
    assert.match(await logOf('no-queue'), /Name or service not known \(keyless-shop-bus\.example:5671\)/);

    const hubs = `${ids.rbacGroup}/providers/Microsoft.EventHub/namespaces/keyless-shop-events`;
    const events = { Hub__fullyQualifiedNamespace: 'keyless-shop-events.servicebus.windows.net' };
    const hub = await make('none-of-hubs', { ...hubTrigger, eventHubName: 'none' }, events);
    await assign(hubs, hub.principalId, roles.eventHubsReceiver);
    const { errors } = await look(hub.appId);
    assert.match(errors.join(), /was unable to start\..*messaging entity '[^']+\/none' could not be found/);
  });

  it("of Event Hubs stops the whole host if its setting doesn't exist", async () => {
    const { appId } = await make('no-hub', hubTrigger);
    const { state, host, functions } = await look(appId);
    assert.deepEqual([state, functions], ['Error', 0]);
    assert.match(host.join(), /EventHub account connection string 'Hub' does not exist\.Make sure/);
    assert.match(await logOf('no-hub'), /A host error has occurred during startup operation/);
  });

  it('of Cosmos DB needs a role that writes, and its containers', async () => {
    const { appId, principalId } = await make('cosmos', cosmosTrigger, { Cosmos__accountEndpoint });
    const give = async (role: 1 | 2) => {
      await assignData(principalId, role);
      await restart(appId);
    };
    const lacks = (action: string) =>
      new RegExp(`was unable to start\\..*Forbidden \\(403\\); Substatus: 5301.*\\[${action}\\]`);
    const first = await look(appId);
    assert.deepEqual({ ...first, errors: [] }, { ...running, errors: [] });
    assert.match(first.errors.join(), lacks('Microsoft.DocumentDB/databaseAccounts/readMetadata'));
    await give(1);
    assert.match((await look(appId)).errors.join(), lacks('.*/items/create'));
    await give(2);
    assert.match((await look(appId)).errors.join(), /lease container 'leases'.*does not exist\./);
  });

  it('of Cosmos DB is disabled if its lease container would have to be created, or nothing says what to open', async () => {
    const trigger = { ...cosmosTrigger, createLeaseContainerIfNotExists: true };
    const { appId, principalId } = await make('leases', trigger);
    const { errors, ...others } = await look(appId);
    assert.deepEqual(others, running);
    const what =
      'Cannot create container information for stock in database shop with lease leases in database shop';
    assert.equal(
      errors.join(),
      `Microsoft.Azure.WebJobs.Host: Error indexing method 'Functions.Listen'. Microsoft.Azure.WebJobs.Extensions.CosmosDB: ${what} : Cosmos DB connection configuration 'Cosmos' does not exist. Make sure that it is a defined App Setting.`,
    );
    assert.match(await logOf('leases'), /\[Warning\] Function 'Functions\.Listen' failed indexing/);
    await client.changeSettings(appId, { Cosmos__accountEndpoint: 'keyless-shop-stock.documents.azure.com' });
    assert.match((await look(appId)).errors.join(), /Error indexing method.*: Invalid URI: The format/);
    await client.changeSettings(appId, { Cosmos__accountEndpoint });
    assert.match((await look(appId)).errors.join(), /Error indexing method.*Substatus: 5301/);
    await assignData(principalId, 2);
    await restart(appId);
    assert.match((await look(appId)).errors.join(), /Error indexing method.*Substatus: 5300/);
  });

  it("doesn't listen while its function is disabled", async () => {
    const { appId } = await make('off', busTrigger, { 'AzureWebJobs.Listen.Disabled': '1' });
    assert.deepEqual(await look(appId), { ...running, errors: [] });
  });
});
