import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { restoreReport } from '../../../src/commands/reports/restoreReport';
import { disableSystemAssignedIdentity } from '../../../src/commands/identities/disableSystemAssignedIdentity';
import { enableSystemAssignedIdentity } from '../../../src/commands/identities/enableSystemAssignedIdentity';
import { testIdentity } from '../../../src/commands/identities/testIdentity';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';

describe('Test Identity', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  const shown = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    prompts.finish();
  });
  afterEach(() => world.close());

  const app = () => world.app('keyless-demo-app');

  it('says so if an app has no identity, and enables it with a button', async () => {
    await testIdentity(world.services, await app());
    assert.match(shown.text, /\*\*No\. The app has no managed identity\.\*\*/);
    await shown.press('Enable System-Assigned Identity');
    assert.match(shown.text, /\*\*Yes\.\*\*/);
    assert.deepEqual(shown.buttons, ['Let App Read Secret…']);
  });

  it('shows the claims of the token that the app got, but not the token', async () => {
    await enableSystemAssignedIdentity(world.services, await app());
    const node = await app();
    await testIdentity(world.services, node);
    const { principalId, tenantId } = node.app.identity.systemAssigned ?? assert.fail();
    assert.match(shown.text, /# Can keyless-demo-app get a token with its identity\?\n\n\*\*Yes\.\*\*/);
    assert.match(shown.text, /It gets a token for https:\/\/vault\.localhost/);
    assert.match(shown.text, /The token is for the principal that Azure shows for this identity/);
    const row = (label: string) =>
      shown.content.sections.flatMap(({ table }) => table?.rows ?? []).find((one) => one.label === label);
    assert.deepEqual(row('Principal ID (oid)')?.cells, [principalId]);
    assert.deepEqual(row('Tenant ID (tid)')?.cells, [tenantId]);
    assert.ok(Number(row('Expires (exp)')?.cells[0]) > Date.now());
    assert.doesNotMatch(JSON.stringify(shown.content), /eyJ[\w-]+\.[\w-]+/);
    assert.doesNotMatch((await world.loggedLines()).join('\n'), /eyJ[\w-]+\./);
  });

  it('checks again after a change of the app, and is restored after a reload', async () => {
    await enableSystemAssignedIdentity(world.services, await app());
    await testIdentity(world.services, await app());
    const { saved } = shown.page.content;
    const restored = (await restoreReport(world.services, saved)) ?? assert.fail();
    await world.services.reports.show(restored);
    assert.match(shown.text, /\*\*Yes\.\*\*/);
    prompts.button('Disable Identity');
    const { app: site } = await app();
    await disableSystemAssignedIdentity(world.services, await app());
    world.services.reports.changed(site.id.toUpperCase());
    await until(() => /has no managed identity/.test(shown.text), { what: 'the report after the change' });
    assert.equal(await restoreReport(world.services, { kind: 'identity', appId: 1 }), undefined);
  });

  it("doesn't change the running app's identity", async () => {
    await enableSystemAssignedIdentity(world.services, await app());
    const { app: site } = await app();
    const run = async () => {
      const keys = (await world.plain.arm(
        'POST',
        `${site.id}/functions/ReadSecret/listkeys`,
        '2024-04-01',
      )) as {
        default: string;
      };
      const url = `https://${site.defaultHostName}/api/readsecret?code=${encodeURIComponent(keys.default)}`;
      return (await world.plain.send('GET', url)).text;
    };
    assert.match(await run(), /does not have secrets get permission/);
    await testIdentity(world.services, await app());
    assert.match(await run(), /does not have secrets get permission/);
  });

  it("says why it doesn't work on Linux, and what does the same", async () => {
    await assert.rejects(testIdentity(world.services, await world.app('keyless-linux-app')), {
      name: 'UserError',
      message: /Linux/,
    });
  });
});
