import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as microsoft from '../../../src/account/microsoft';
import { listScmFolder } from '../../../src/azure/appService/scm';
import { Connection } from '../../../src/azure/core/connection';
import { getDirectoryObjects, getGroupsOf } from '../../../src/azure/directory/graph';
import { getSignedInPrincipal } from '../../../src/azure/directory/signedInPrincipal';
import { principalNames } from '../../../src/inventory/principalNames';
import { queryInsights } from '../../../src/azure/logs/insights';
import { listFunctionApps } from '../../../src/inventory/listResources';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { control } from '../../support/sandboxClient';
import { connect, only, type TestConnection } from '../azure/support';
import { Flow } from '../sandbox/entra/flow';
import { authentication, withVscodeStub } from './vscodeStub';
import { openInventory } from '../inventory/openInventory';

const load = createRequire(__filename);
const { restoreMicrosoft } = withVscodeStub(() => load('../../../src/account/microsoft') as typeof microsoft);

const account = { id: 'uid.utid', label: 'alex@contoso.example' };

// VS Code's provider stands in for itself with a refresh token and a sign-in page, both the sandbox's.
describe("a Microsoft account that hasn't consented to a service", () => {
  let sandbox: RunningSandbox;
  let asApplication: TestConnection;
  let c: Connection;

  before(async () => {
    sandbox = await startSandbox();
    const { ready } = sandbox;
    asApplication = connect(ready);
    const flow = new Flow(ready);
    const { refresh_token } = (await flow.redeem(await flow.code())).json<Record<string, string>>();
    authentication.provider = async (scopes, options) => {
      const [scope = ''] = scopes as string[];
      const form = { scope: `${scope} offline_access` };
      const answer =
        'silent' in Object(options)
          ? await flow.refresh(refresh_token, form)
          : await flow.redeem(await flow.code(flow.authorizeUrl(form)), form);
      const { access_token } = answer.json<{ access_token?: string }>();
      return access_token ? { id: '1', account, scopes, accessToken: access_token } : undefined;
    };
  });
  beforeEach(async () => {
    const session = await restoreMicrosoft(asApplication.cloud, { kind: 'microsoft', ...account });
    assert.ok(session);
    const { accountId, tenantId, cloud, http } = asApplication;
    c = new Connection({ accountId, tenantId, cloud, http, credential: session.credential(tenantId) });
    await control(sandbox.ready, 'PATCH', '/settings', {
      consentNeeded: ['appService', 'graph', 'applicationInsights'],
    });
    authentication.calls = [];
  });
  after(async () => {
    authentication.provider = undefined;
    await sandbox.stop();
  });

  const prompts = () =>
    authentication.calls
      .filter(({ options }) => 'createIfNone' in Object(options))
      .map(({ scopes }) => (scopes as string[])[0]);

  it('is asked for Application Insights', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    // The token is accepted, so only the resource is missing.
    await assert.rejects(queryInsights(c, unknown, 'traces'), { status: 404 });
    assert.deepEqual(prompts(), [`${c.cloud.applicationInsightsAudience}/.default`]);
  });

  it('is asked for App Service', async () => {
    const { items } = await listFunctionApps(asApplication, sandbox.ready.subscriptionIds);
    const app = only(items, ({ name }) => name === 'keyless-demo-app', 'the app');
    assert.ok((await listScmFolder(c, app, 'site/wwwroot')).length > 0);
    assert.deepEqual(prompts(), ['https://appservice.azure.com/.default']);
  });

  it('is not asked for names from Microsoft Graph', async () => {
    const names = await getDirectoryObjects(c, ['00000000-0000-4000-8000-000000000000']);
    assert.deepEqual([names.size, prompts()], [0, []]);
    await c.credential.getToken(`${c.cloud.graph}/.default`);
    assert.deepEqual(prompts(), [`${c.cloud.graph}/.default`]);
  });

  it('names the account and identities that Azure knows without rights to the directory', async () => {
    await control(sandbox.ready, 'PATCH', '/settings', { consentNeeded: [] });
    const { inventory } = await openInventory(c);
    const { objectId: me } = await getSignedInPrincipal(c);
    const { objectId: other } = await getSignedInPrincipal(asApplication);
    const identities = await inventory.userAssignedIdentities();
    const { identity } = only(
      identities,
      ({ identity: { name } }) => name === 'keyless-reader-id',
      'the identity',
    );
    assert.equal((await getDirectoryObjects(c, [me, other])).size, 0);
    assert.equal(await getGroupsOf(c, identity.principalId), undefined);
    const ids = [me, other, identity.principalId];
    const names = await principalNames(inventory, c, ids, new AbortController().signal);
    assert.deepEqual(
      ids.map((id) => names.get(id.toLowerCase())?.name),
      ['Alex Contoso', undefined, 'keyless-reader-id'],
    );
  });
});
