import assert from 'node:assert/strict';
import { listWorkflows } from '../../../../src/azure/appService/hosting/workflows';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { PlainClient } from '../../../integration/plainClient';
import { useSandboxApps } from '../sandboxApps';

describe('the workflows of a logic app', () => {
  const sandbox = useSandboxApps();
  let app: FunctionApp;
  before(async () => {
    const other = sandbox.app('keyless-rbac-app');
    const id = `${other.id.slice(0, other.id.lastIndexOf('/'))}/keyless-flows`;
    const body = { location: other.location, kind: 'functionapp,workflowapp', properties: {} };
    await new PlainClient(sandbox.ready).arm('PUT', id, '2023-12-01', body);
    app = await getFunctionApp(sandbox.c, id);
  });

  it('are listed with their state and what is wrong with them', async () => {
    const write = (name: string, text: string) =>
      writeSiteFile(sandbox.c, app, `site/wwwroot/${name}/workflow.json`, Buffer.from(text), undefined);
    assert.deepEqual(await listWorkflows(sandbox.c, app), []);
    await write('orders', '{"kind":"Stateless","definition":{}}');
    await write('broken', '{');
    const found = await listWorkflows(sandbox.c, app);
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
