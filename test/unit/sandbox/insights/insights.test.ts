import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../../../support/sandboxClient';
import { Flow } from '../entra/flow';
import { Client } from '../web/client';

interface Result {
  tables: { name: string; columns: { name: string; type: string }[]; rows: unknown[][] }[];
}

describe("The sandbox's Application Insights", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let ready: SandboxReady;
  let client: Client;
  let token: string;
  let component: string;
  let appId: string;
  before(async () => {
    sandbox = await startSandbox();
    ready = sandbox.ready;
    client = new Client(ready);
    token = await applicationToken(ready, 'https://api.applicationinsights.io');
    await control(ready, 'PATCH', '/settings', { telemetryDelayMs: 0, rolePropagationMs: 0 });
    component = `/subscriptions/${ready.subscriptionIds[1] ?? ''}/resourceGroups/keyless-rbac/providers/Microsoft.Insights/components/keyless-insights`;
    const found = await client.arm('GET', `${component}?api-version=2020-02-02`);
    appId = found.json<{ properties: { AppId: string } }>().properties.AppId;
    const app = component.replace(/Microsoft\.Insights.*/, 'Microsoft.Web/sites/keyless-flex-app');
    const keys = await client.arm('POST', `${app}/host/default/listkeys`);
    const headers = { 'x-functions-key': keys.json<{ masterKey: string }>().masterKey };
    await client.site('GET', 'keyless-flex-app', '/admin/host/status', { headers });
  });
  after(() => sandbox.stop());

  const query = (text: string, bearer: string | undefined = token) =>
    sandboxFetch(ready, `${ready.applicationInsightsUrl}/v1/apps/${appId}/query`, {
      method: 'POST',
      token: bearer,
      body: { query: text },
    });

  it('answers queries about the logs of apps, with column types', async () => {
    const answer = await query(
      "traces | where cloud_RoleName == 'keyless-flex-app' | project timestamp, itemId, message, customDimensions | take 1",
    );
    assert.equal(answer.status, 200, answer.text);
    const [table] = answer.json<Result>().tables;
    assert.equal(table?.name, 'PrimaryResult');
    assert.deepEqual(
      table.columns.map(({ name, type }) => [name, type]),
      [
        ['timestamp', 'datetime'],
        ['itemId', 'string'],
        ['message', 'string'],
        ['customDimensions', 'dynamic'],
      ],
    );
    const [timestamp, , message, dimensions] = table.rows[0] ?? [];
    assert.ok(!Number.isNaN(Date.parse(String(timestamp))));
    assert.match(String(message), /^Host Status/);
    assert.deepEqual(JSON.parse(String(dimensions)), { Category: 'Host.General', LogLevel: 'Information' });
    const none = await query('exceptions | take 1');
    assert.deepEqual(none.json<Result>().tables[0]?.rows, []);
  });

  it('pages by time and ID', async () => {
    const all = (await query('union traces, exceptions | project timestamp, itemId')).json<Result>();
    const [timestamp, itemId] = (all.tables[0]?.rows[0] ?? []).map(String);
    const after = await query(
      `union traces, exceptions | where timestamp == todatetime('${timestamp ?? ''}') and strcmp(itemId, '${itemId ?? ''}') >= 0 | project itemId`,
    );
    assert.ok(after.json<Result>().tables[0]?.rows.some(([id]) => id === itemId));
  });

  it('takes telemetry with an identity only with the role, and the host runs on', async () => {
    const app = component.replace(/Microsoft\.Insights.*/, 'Microsoft.Web/sites/keyless-flex-app');
    const settings = await client.arm('POST', `${app}/config/appsettings/list`);
    const { properties } = settings.json<{ properties: Record<string, string> }>();
    const site = await client.arm('GET', app);
    const { principalId } = site.json<{ identity: { principalId: string } }>().identity;
    const keys = await client.arm('POST', `${app}/host/default/listkeys`);
    const headers = { 'x-functions-key': keys.json<{ masterKey: string }>().masterKey };
    const count = async () => {
      await client.site('GET', 'keyless-flex-app', '/admin/host/status', { headers });
      const { tables } = (await query('traces | summarize count()')).json<Result>();
      return Number(tables[0]?.rows[0]?.[0]);
    };
    const authentication = { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD' };
    await client.arm('PUT', `${app}/config/appsettings`, {
      properties: { ...properties, ...authentication },
    });
    const before = await count();
    await client.arm('POST', `${app}/restart`);
    assert.equal(await count(), before);
    const name = '12121212-3434-4545-8656-787878787878';
    const role = component.replace(
      /\/resourceGroups.*/,
      '/providers/Microsoft.Authorization/roleDefinitions/',
    );
    const assigned = await client.arm(
      'PUT',
      `${component}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`,
      {
        properties: {
          ...{ principalId, principalType: 'ServicePrincipal' },
          roleDefinitionId: `${role}3913510d-42f4-4e42-8a64-420c390055eb`,
        },
      },
    );
    assert.equal(assigned.status, 201);
    await client.arm('POST', `${app}/restart`);
    assert.ok((await count()) > before);
    await client.arm('PUT', `${app}/config/appsettings`, { properties });
  });

  it('replaces the log stream of an app that has none', async () => {
    assert.equal((await client.scm('GET', 'keyless-flex-app', '/api/logstream')).status, 404);
  });

  it('rejects invalid requests with the documented errors', async () => {
    const codeOf = async (answer: Promise<{ status: number; json: () => unknown }>) => {
      const { status, json } = await answer;
      return [status, (json() as { error: { code: string } }).error.code];
    };
    const forArm = await applicationToken(ready, ready.resourceManagerUrl);
    assert.deepEqual(await codeOf(query('traces', '')), [403, 'InvalidAuthenticationToken']);
    assert.deepEqual(await codeOf(query('traces', forArm)), [403, 'InvalidAuthenticationTokenAudience']);
    assert.deepEqual(await codeOf(query('requests | take 1')), [400, 'BadArgumentError']);
    assert.deepEqual(await codeOf(query('traces |')), [400, 'BadArgumentError']);
    await withoutRights(async () => {
      assert.deepEqual(await codeOf(query('traces')), [403, 'InsufficientAccessError']);
    });
  });

  /** Calls while the application has no role in the second subscription: an owner takes them and gives them back. */
  async function withoutRights(call: () => Promise<void>): Promise<void> {
    const flow = new Flow(ready);
    const owner = (await flow.redeem(await flow.code())).json<{ access_token: string }>().access_token;
    const arm = async (method: string, path: string, body?: object) => {
      const url = `${ready.resourceManagerUrl}${path}?api-version=2022-04-01`;
      const answer = await client.send(method, url, { token: owner, body });
      assert.ok(answer.status < 300, answer.text);
      return answer;
    };
    const path = `/subscriptions/${ready.subscriptionIds[1] ?? ''}/providers/Microsoft.Authorization/roleAssignments`;
    const { value } = (await arm('GET', path)).json<{
      value: { id: string; properties: { principalId: string; roleDefinitionId: string } }[];
    }>();
    const { oid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      oid: string;
    };
    const roles = value.filter(({ properties }) => properties.principalId === oid);
    for (const { id } of roles) await arm('DELETE', id);
    try {
      await call();
    } finally {
      for (const { id, properties } of roles) {
        const { principalId, roleDefinitionId } = properties;
        await arm('PUT', id, { properties: { principalId, roleDefinitionId } });
      }
    }
  }
});
