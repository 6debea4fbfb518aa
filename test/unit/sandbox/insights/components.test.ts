import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../support/paths';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../../../support/sandboxClient';
import { skip } from '../../../support/skip';
import { Client } from '../web/client';

interface Resource {
  id: string;
  name: string;
  properties: Record<string, string>;
}

describe('Microsoft.Insights and Microsoft.OperationalInsights', () => {
  let sandbox: RunningSandbox;
  let client: Client;
  let subscription: string;
  let group: string;
  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    subscription = `/subscriptions/${sandbox.ready.subscriptionIds[1] ?? ''}`;
    group = `${subscription}/resourceGroups/keyless-rbac`;
    await control(sandbox.ready, 'PATCH', '/settings', { telemetryDelayMs: 0 });
  });
  after(() => sandbox.stop());

  const workspaces = (scope: string, name = '') =>
    `${scope}/providers/Microsoft.OperationalInsights/workspaces${name}?api-version=2023-09-01`;
  const components = (scope: string, name = '') =>
    `${scope}/providers/Microsoft.Insights/components${name}?api-version=2020-02-02`;
  const namesIn = async (path: string) =>
    (await client.arm('GET', path)).json<{ value: Resource[] }>().value.map(({ name }) => name);
  const location = 'North Europe';

  async function makeWorkspace(name: string): Promise<Resource> {
    const answer = await client.arm('PUT', workspaces(group, `/${name}`), { location, properties: {} });
    assert.equal(answer.status, 201);
    return answer.json<Resource>();
  }
  const makeComponent = (name: string, workspaceId: string) =>
    client.arm('PUT', components(group, `/${name}`), {
      ...{ location, kind: 'web' },
      properties: { Application_Type: 'web', WorkspaceResourceId: workspaceId },
    });

  it('create a workspace, which reports Creating until it is ready', async () => {
    const made = await makeWorkspace('logs');
    assert.equal(made.properties['provisioningState'], 'Creating');
    await control(sandbox.ready, 'POST', '/clock', { advanceMs: 2000 });
    const { properties } = (await client.arm('GET', workspaces(group, '/logs'))).json<Resource>();
    assert.equal(properties['provisioningState'], 'Succeeded');
    assert.equal(properties['customerId'], made.properties['customerId']);
    for (const scope of [subscription, group])
      assert.ok((await namesIn(workspaces(scope))).includes('logs'), scope);
    const again = await client.arm('PUT', workspaces(group, '/logs'), { location });
    assert.equal(again.status, 200);
    assert.equal((await client.arm('PUT', workspaces(group, '/no'), { location })).status, 400);
    assert.equal((await client.arm('DELETE', workspaces(group, '/logs'))).status, 200);
    assert.equal((await client.arm('DELETE', workspaces(group, '/logs'))).status, 204);
    assert.equal((await client.arm('GET', workspaces(group, '/logs'))).status, 404);
  });

  it('create a component in the recorded form', async function () {
    const file = path.join(
      root,
      '../shared/specs/fixtures/06-put-microsoft.insights_components_func-msi000004-200.json',
    );
    if (!fs.existsSync(file)) skip(this, 'the recordings (../shared) are not here');
    const { liveResponse } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
      liveResponse: { body: Resource };
    };
    const { id: workspaceId } = await makeWorkspace('recorded-logs');
    const answer = await makeComponent('recorded', workspaceId);
    assert.equal(answer.status, 200);
    const body = answer.json<Resource>();
    const { id, properties } = body;
    assert.match(id, /\/providers\/microsoft\.insights\/components\/recorded$/);
    assert.deepEqual(Object.keys(body).sort(), Object.keys(liveResponse.body).sort());
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(liveResponse.body.properties).sort());
    assert.equal(properties['IngestionMode'], 'LogAnalytics');
    for (const scope of [subscription, group])
      assert.ok((await namesIn(components(scope))).includes('recorded'), scope);
    // A second PUT keeps the component's keys.
    const again = (await makeComponent('recorded', workspaceId)).json<Resource>();
    assert.equal(again.properties['InstrumentationKey'], properties['InstrumentationKey']);
    assert.equal((await makeComponent('lost', `${workspaceId}-gone`)).status, 400);
    assert.equal((await client.arm('DELETE', components(group, '/recorded'))).status, 200);
    assert.equal((await client.arm('DELETE', components(group, '/recorded'))).status, 204);
  });

  it('store the logs of an app with the connection string of a component', async () => {
    const { id: workspaceId } = await makeWorkspace('app-logs');
    const component = (await makeComponent('app-insights', workspaceId)).json<Resource>();
    const app = `${group}/providers/Microsoft.Web/sites/insights-app`;
    const APPLICATIONINSIGHTS_CONNECTION_STRING = component.properties['ConnectionString'];
    await client.arm('PUT', `${app}?api-version=2023-12-01`, {
      ...{ location, kind: 'functionapp' },
      properties: {
        siteConfig: {
          appSettings: [
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: APPLICATIONINSIGHTS_CONNECTION_STRING },
          ],
        },
      },
    });
    const keys = await client.arm('POST', `${app}/host/default/listkeys`);
    const headers = { 'x-functions-key': keys.json<{ masterKey: string }>().masterKey };
    await client.site('GET', 'insights-app', '/admin/host/status', { headers });
    const url = `${sandbox.ready.applicationInsightsUrl}/v1/apps/${component.properties['AppId'] ?? ''}/query`;
    const token = await applicationToken(sandbox.ready, 'https://api.applicationinsights.io');
    const query = { query: 'traces | project cloud_RoleName | take 1' };
    const answer = await sandboxFetch(sandbox.ready, url, { method: 'POST', token, body: query });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json<{ tables: { rows: unknown[][] }[] }>().tables[0]?.rows, [['insights-app']]);
  });
}).timeout(60_000);
