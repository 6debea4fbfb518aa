import assert from 'node:assert/strict';
import { listWorkflows } from '../../../../src/azure/appService/hosting/workflows';
import { listFunctionApps } from '../../../../src/inventory/listResources';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { PlainClient } from '../../../integration/plainClient';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { connect, only, type TestConnection } from '../support';

describe('the workflows of a logic app', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let app: FunctionApp;
  before(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    const apps = async () => (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
    const other = only(await apps(), ({ name }) => name === 'keyless-rbac-app', 'keyless-rbac-app');
    const id = `${other.id.slice(0, other.id.lastIndexOf('/'))}/keyless-flows`;
    const body = { location: other.location, kind: 'functionapp,workflowapp', properties: {} };
    await new PlainClient(sandbox.ready).arm('PUT', id, '2023-12-01', body);
    app = only(await apps(), ({ name }) => name === 'keyless-flows', 'keyless-flows');
  });
  after(() => sandbox.stop());

  it('are listed with their state and what is wrong with them', async () => {
    const write = (name: string, text: string) =>
      writeSiteFile(c, app, `site/wwwroot/${name}/workflow.json`, Buffer.from(text), undefined);
    assert.deepEqual(await listWorkflows(c, app), []);
    await write('orders', '{"kind":"Stateless","definition":{}}');
    await write('broken', '{');
    const found = await listWorkflows(c, app);
    assert.deepEqual(
      found.map(({ name, kind, state, problem }) => [name, kind, state, problem !== undefined]),
      [
        ['broken', 'Stateful', 'Enabled', true],
        ['orders', 'Stateless', 'Enabled', false],
      ],
    );
    assert.equal(found[1]?.id, `${app.id}/workflows/orders`);
  });
});
