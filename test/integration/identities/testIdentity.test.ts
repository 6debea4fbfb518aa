import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { enableSystemAssignedIdentity } from '../../../src/commands/identities/enableSystemAssignedIdentity';
import { testIdentity } from '../../../src/commands/identities/testIdentity';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('Test Identity', () => {
  let world: CommandWorld;
  let prompts: Prompts;
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

  it('says so if an app has no identity', async () => {
    await assert.rejects(testIdentity(world.services, await app()), {
      name: 'UserError',
      message: /no identity to request a token with/,
    });
  });

  it('shows the claims of the token that the app got, but not the token', async () => {
    await enableSystemAssignedIdentity(world.services, await app());
    const node = await app();
    await testIdentity(world.services, node);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    const { principalId, tenantId } = node.app.identity.systemAssigned ?? assert.fail();
    assert.match(text, new RegExp(`oid +${principalId} `));
    assert.match(text, new RegExp(`tid +${tenantId} `));
    assert.match(text, /aud +https:\/\/vault\.localhost/);
    assert.match(text, /expires at \d{4}-/);
    assert.doesNotMatch(text, /eyJ[\w-]+\.[\w-]+/);
    assert.doesNotMatch((await world.loggedLines()).join('\n'), /eyJ[\w-]+\./);
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
