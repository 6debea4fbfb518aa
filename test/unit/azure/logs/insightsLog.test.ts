import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { explain } from '../../../../src/azure/explain/explain';
import { systemClock } from '../../../../src/azure/core/clock';
import { findInsights, queryInsights } from '../../../../src/azure/logs/insights';
import { openInsightsLog } from '../../../../src/azure/logs/insightsLog';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import type { LogStreamState } from '../../../../src/azure/logs/logState';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { getHostKeys } from '../../../../src/azure/appService/sites';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { until } from '../../../support/until';
import { sandboxFetch } from '../../../support/sandboxClient';
import type { TestConnection } from '../support';
import { connect, control, only } from '../support';

const connectionStringName = 'APPLICATIONINSIGHTS_CONNECTION_STRING';

describe('Application Insights', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  let other: FunctionApp;
  let connectionString: string;
  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready, undefined, systemClock); // the test's own timing is short enough
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    app = only(items, ({ name }) => name === 'keyless-flex-app', 'the app on Flex Consumption');
    other = only(items, ({ name }) => name === 'keyless-demo-app', 'the other app');
    const was = await changeAppSettings(c, app, { kind: 'delete', name: connectionStringName });
    connectionString = was.before ?? '';
    await give(connectionString);
    await control(c, sandbox.ready, 'PATCH', '/settings', { telemetryDelayMs: 100 });
  });
  after(() => sandbox.stop());
  afterEach(() => control(c, sandbox.ready, 'DELETE', '/faults'));

  const give = (value: string, to = app) =>
    changeAppSettings(c, to, { kind: 'set', name: connectionStringName, value });

  /** The tags with which the portal links the app to its resource. */
  const linkOf = ({ id }: FunctionApp) => ({
    'hidden-link: /app-insights-resource-id': id.replace(
      /Microsoft\.Web\/sites\/.*/,
      'Microsoft.Insights/components/keyless-insights',
    ),
  });

  async function find(of = app) {
    const found = await findInsights(c, of);
    assert.ok(found !== undefined && found !== 'hidden');
    return found;
  }

  /** Makes the app's host log one entry per call. */
  async function log(times: number, from = app): Promise<void> {
    const { masterKey = '' } = await getHostKeys(c, from);
    for (let i = 0; i < times; i += 50) {
      const calls = Array.from({ length: Math.min(50, times - i) }, () =>
        sandboxFetch(sandbox.ready, `https://${from.defaultHostName}/admin/host/status`, {
          headers: { 'x-functions-key': masterKey },
        }),
      );
      await Promise.all(calls);
    }
  }

  function open(options: { fn?: string; text?: string } = {}) {
    const lines: string[] = [];
    const notes: string[] = [];
    const states: LogStreamState[] = [];
    const stop = new AbortController();
    const sink = {
      lines: (batch: readonly string[]) => void lines.push(...batch),
      note: (text: string) => void notes.push(text),
      state: (state: LogStreamState) => void states.push(state),
    };
    const timing = { poll: 50, lookBack: 0 };
    const done = openInsightsLog(c, app, { ...options, timing }, sink, stop.signal);
    const close = async () => {
      stop.abort();
      assert.deepEqual(await done, { kind: 'stopped' });
    };
    const kind = () => states.at(-1)?.kind;
    return { lines, notes, states, done, close, kind };
  }
  const statuses = (lines: readonly string[]) =>
    lines.filter((line) => line.includes('] Host Status: ') || line.includes('> Host Status: '));

  it('is found by the connection string, by only the key, and by the link in the tags', async () => {
    const found = await find();
    assert.equal(found.roleNames[0], 'keyless-flex-app');
    assert.ok(connectionString.endsWith(`ApplicationId=${found.appId}`));
    try {
      await give(connectionString.replace(/;ApplicationId=.*/, ''));
      assert.deepEqual(await findInsights(c, app), found);
      await changeAppSettings(c, app, { kind: 'delete', name: connectionStringName });
      assert.equal(await findInsights(c, app), undefined);
      const tags = linkOf(app);
      assert.deepEqual(await findInsights(c, { ...app, tags }), found);
    } finally {
      await give(connectionString);
    }
  });

  it('is on, but hidden, if the connection string or the key is a Key Vault reference', async () => {
    const reference = '@Microsoft.KeyVault(VaultName=keyless-rbac-kv;SecretName=Insights)';
    const key = 'APPINSIGHTS_INSTRUMENTATIONKEY';
    try {
      await give(reference);
      assert.equal(await findInsights(c, app), 'hidden');
      assert.match(
        JSON.stringify(await open().done),
        /"ended".*logs to Application Insights, but its connection string is a Key Vault reference.*hidden-link/,
      );
      await changeAppSettings(c, app, { kind: 'delete', name: connectionStringName });
      await changeAppSettings(c, app, { kind: 'set', name: key, value: reference });
      assert.equal(await findInsights(c, app), 'hidden');
      const tags = linkOf(app);
      assert.notEqual(await findInsights(c, { ...app, tags }), 'hidden');
    } finally {
      await changeAppSettings(c, app, { kind: 'delete', name: key });
      await give(connectionString);
    }
  });

  it('knows a slot by the role names of host and workers', async () => {
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    const main = only(items, ({ name }) => name === 'keyless-linux-app', 'the app with a slot');
    const host = 'keyless-linux-app-staging-abc123.westeurope-01.azurewebsites.net';
    const slot = { ...main, id: `${main.id}/slots/Staging`, name: 'staging', defaultHostName: host };
    await give(connectionString, slot);
    const own = ['keyless-linux-app-staging', 'keyless-linux-app-staging-abc123.westeurope-01'];
    assert.deepEqual((await find(slot)).roleNames, own);
    await changeAppSettings(c, slot, { kind: 'set', name: 'WEBSITE_CLOUD_ROLENAME', value: 'Pay' });
    assert.deepEqual((await find(slot)).roleNames, ['pay', ...own]);
  });

  it('shows each entry once with its level, even if it arrives late', async () => {
    const log1 = open();
    await until(() => log1.kind() === 'live', { what: 'the first answer', timeout: 10_000 });
    await log(3);
    await until(() => statuses(log1.lines).length === 3, { what: 'three entries', timeout: 10_000 });
    // This one is logged before entries that are already shown but arrives after them.
    await control(c, sandbox.ready, 'PATCH', '/settings', { telemetryDelayMs: 1500 });
    await log(1);
    await control(c, sandbox.ready, 'PATCH', '/settings', { telemetryDelayMs: 0 });
    await log(1);
    await until(() => statuses(log1.lines).length === 4, { what: 'the faster one', timeout: 10_000 });
    await until(() => statuses(log1.lines).length === 5, { what: 'the late one', timeout: 10_000 });
    await log1.close();
    assert.match(log1.lines[0] ?? '', /^\d{4}-\d\d-\d\dT[\d:.]{12} \[Information\] Host Status: \{/);
    assert.equal(statuses(log1.lines).length, 5);
    assert.match(log1.notes.join(), /took \d+ s to arrive here/);
  });

  it('reads several pages without duplicates', async () => {
    const pages = open();
    await until(() => pages.kind() === 'live', { what: 'the first answer', timeout: 10_000 });
    await log(1250);
    await until(() => statuses(pages.lines).length >= 1250, { what: 'all entries', timeout: 30_000 });
    await log(1);
    await until(() => statuses(pages.lines).length >= 1251, { what: 'the last entry', timeout: 30_000 });
    await pages.close();
    assert.equal(statuses(pages.lines).length, 1251);
  }).timeout(60_000);

  it('marks the instance if there are several', async () => {
    await give(connectionString, other);
    await changeAppSettings(c, other, { kind: 'set', name: 'WEBSITE_CLOUD_ROLENAME', value: app.name });
    const several = open();
    await until(() => several.kind() === 'live', { what: 'the first answer', timeout: 10_000 });
    await log(1);
    await until(() => statuses(several.lines).length === 1, { what: 'the first', timeout: 10_000 });
    await log(1, other);
    await until(() => statuses(several.lines).length === 2, { what: 'the other', timeout: 10_000 });
    await several.close();
    const [first = '', second = ''] = statuses(several.lines);
    assert.doesNotMatch(first, /</);
    assert.match(second, /\] <[0-9a-f]{8}> Host Status/);
    assert.match(several.notes.join(), /several instances/);
  });

  it('can be limited to one function', async () => {
    const one = open({ fn: "No'Such\\Function" });
    await until(() => one.kind() === 'live', { what: 'the first answer', timeout: 10_000 });
    await log(1);
    await until(() => one.states.filter(({ kind }) => kind === 'live').length > 8, { what: 'some queries' });
    await one.close();
    assert.deepEqual(one.lines, []);
  });

  it('marks a partial answer as in azure-sdk-for-python#25137, and goes on', async () => {
    const columns = ['timestamp', 'itemId', 'itemType', 'message'].map((name) => ({ name, type: 'string' }));
    const rows = [[new Date(Date.now() + 60_000).toISOString(), 'a', 'trace', 'the only one']];
    const innererror = { code: '-2133196797', message: 'The results exceed the limit.' };
    const details = [{ code: 'EngineError', message: 'Something went wrong.', innererror }];
    const error = { code: 'PartialError', message: 'There were some errors.', details };
    const body = { tables: [{ name: 'PrimaryResult', columns, rows }], error };
    await control(c, sandbox.ready, 'POST', '/faults', { service: 'insights', status: 200, count: 3, body });
    const partial = open();
    await until(() => partial.states.filter(({ kind }) => kind === 'live').length > 4, {
      what: 'some queries',
    });
    await partial.close();
    assert.equal(partial.lines.filter((line) => line.endsWith('the only one')).length, 1);
    const notes = partial.notes.filter((note) => note.includes('lines may be missing'));
    assert.deepEqual(notes, [
      'Application Insights returned only some of the entries, so lines may be missing here: The results exceed the limit.',
    ]);
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'insights',
      status: 200,
      count: 1,
      body: { error },
    });
    await assert.rejects(queryInsights(c, 'any', 'traces'), { code: 'PartialError' });
  });

  it('can be limited to entries that contain a text', async () => {
    const some = open({ text: 'HOST status' });
    const none = open({ text: 'no such text' });
    await until(() => some.kind() === 'live' && none.kind() === 'live', { what: 'the first answers' });
    await log(1);
    await until(() => some.lines.length > 0, { what: 'the entry', timeout: 10_000 });
    await Promise.all([some.close(), none.close()]);
    assert.deepEqual(none.lines, []);
  });

  it('ends after a permanent error but continues after throttling, and reports both', async () => {
    const faulty = open();
    await until(() => faulty.kind() === 'live', { what: 'the first answer', timeout: 10_000 });
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'insights',
      status: 400,
      count: 0,
      body: {},
    });
    assert.equal((await faulty.done).kind, 'ended');
    await control(c, sandbox.ready, 'DELETE', '/faults');
    const again = open();
    await until(() => again.kind() === 'live', { what: 'the first answer', timeout: 10_000 });
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'insights',
      status: 429,
      retryAfterSeconds: 120,
      count: 1,
    });
    await until(() => again.states.some(({ kind }) => kind === 'reconnecting'), {
      what: 'the reconnecting state',
    });
    await until(() => again.kind() === 'live', { what: 'the next answer', timeout: 10_000 });
    await again.close();
  });

  it('ends with a next step if the app does not log there or access is denied', async () => {
    await changeAppSettings(c, app, { kind: 'delete', name: connectionStringName });
    const none = await open().done;
    await give(connectionString);
    assert.match(
      JSON.stringify(none),
      /"ended".*doesn't log to an Application Insights resource.*Turn on Application Insights/,
    );
    await control(c, sandbox.ready, 'POST', '/faults', {
      service: 'insights',
      status: 403,
      count: 1,
      body: { error: { code: 'InsufficientAccessError', message: 'The provided credentials have…' } },
    });
    assert.match(JSON.stringify(await open().done), /"ended".*Monitoring Reader/);
  });

  it('is queried with its own token and rejects others', async () => {
    const { appId } = await find();
    await queryInsights(c, appId, 'traces | take 1');
    assert.equal(
      c.tokenRequests.at(-1)?.scopes.toString(),
      `${sandbox.ready.applicationInsightsUrl}/.default`,
    );
    const url = `${sandbox.ready.applicationInsightsUrl}/v1/apps/${appId}/query`;
    const wrong = await c.credential.getToken('https://appservice.azure.com/.default');
    const answer = async (authorization?: string) => {
      const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
      const response = await sandboxFetch(sandbox.ready, url, { method: 'POST', headers, body: {} });
      return [response.status, response.json<{ error: { code: string } }>().error.code];
    };
    assert.deepEqual(await answer(), [401, 'AuthorizationRequiredError']);
    assert.deepEqual(await answer(`Bearer ${wrong?.token ?? ''}`), [
      403,
      'InvalidAuthenticationTokenAudience',
    ]);
    await assert.rejects(queryInsights(c, 'no-such-app', 'traces'), { status: 404 });
    await assert.rejects(queryInsights(c, appId, 'traces | wher'), (error) => {
      assert.match(explain(error).reason, /invalid properties/);
      return true;
    });
  });
});
