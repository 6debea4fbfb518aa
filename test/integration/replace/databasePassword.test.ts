import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { replaceWithIdentity } from '../../../src/commands/replace/replaceWithIdentity';
import { keptReplacements } from '../../../src/commands/replace/replacementHistory';
import { undoReplacementOf } from '../../../src/commands/replace/undoReplacement';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';
import { settingsOf } from './storageConnection';

describe('the password of a database that an identity replaces', function () {
  this.timeout(60_000);
  let world: CommandWorld;
  let prompts: Prompts;
  let password: string;
  const report = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(async () => {
    prompts = new Prompts();
    password = /Password=([^;]+)/.exec((await settings())['ShopDb'] ?? '')?.[1] ?? assert.fail();
  });
  afterEach(async () => {
    prompts.finish();
    const kept = JSON.stringify(keptReplacements(world.services.memento));
    for (const shown of [prompts.everything, (await world.loggedLines()).join('\n'), kept, report.text])
      assert.ok(!shown.includes(password));
  });
  afterEach(() => world.close());

  const shop = () => world.app('keyless-shop-app');
  const settings = async () => settingsOf(world, (await shop()).app.id);
  const open = async (setting = 'ShopDb') => {
    prompts.pick(setting);
    await replaceWithIdentity(world.services, await shop());
  };
  const enableIdentity = async () =>
    world.plain.arm('PATCH', (await shop()).app.id, '2023-12-01', { identity: { type: 'SystemAssigned' } });

  it('needs a script for the identity, which is enabled first', async () => {
    await open();
    assert.match(
      report.text,
      /Run the script in the database shop on keyless-shop-sql\.database\.windows\.net as a Microsoft Entra administrator/,
    );
    assert.deepEqual(report.buttons, ['Enable Identity', 'Copy Steps…']);
    await enableIdentity();
    await open();
    assert.deepEqual(report.buttons, ['Open Script', 'Replace…', 'Copy Steps…']);
    await report.press('Open Script');
    const { document } = vscode.window.activeTextEditor ?? assert.fail();
    const { principalId } = (await shop()).app.identity.systemAssigned ?? assert.fail();
    const text = document.getText();
    assert.deepEqual([document.isUntitled, document.languageId], [true, 'sql']);
    assert.ok(
      text.includes(
        `CREATE USER [keyless-shop-app] FROM EXTERNAL PROVIDER WITH OBJECT_ID = '${principalId}';`,
      ),
    );
    assert.match(text, /^GRANT SELECT ON OBJECT::\[dbo\]\.\[prices\] TO \[keyless-shop-app\];$/m);
    assert.ok(!text.includes(password));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('is replaced once the script has run, and comes back with Undo', async () => {
    await enableIdentity();
    const before = await settings();
    await open();
    prompts.button('The Script Has Run').pick('keyless-demo-kv').input('ShopDb');
    await report.press('Replace…');
    assert.match(prompts.last.text, /ShopDb of keyless-shop-app is replaced/);
    assert.deepEqual(await settings(), {
      ...before,
      ShopDb:
        'Server=tcp:keyless-shop-sql.database.windows.net,1433;Initial Catalog=shop;Encrypt=True;Authentication=Active Directory Managed Identity',
    });
    assert.match(report.text, /ShopDb holds no key/);
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.match(prompts.last.text, /has its old value again/);
    assert.deepEqual(await settings(), before);
  });

  it('stays if the script has not run', async () => {
    await enableIdentity();
    const before = await settings();
    await open();
    prompts.escape();
    await report.press('Replace…');
    assert.match(prompts.messages.at(-1)?.detail ?? '', /lose the database shop/);
    assert.deepEqual([await settings(), keptReplacements(world.services.memento)], [before, []]);
  });

  it('is replaced as a connection string, which keeps its type', async () => {
    await enableIdentity();
    const { id } = (await shop()).app;
    const { ShopDb: value, ...properties } = await settings();
    const path = `${id}/config/connectionstrings`;
    const strings = async () =>
      ((await world.plain.arm('POST', `${path}/list`, '2023-12-01')) as { properties: unknown }).properties;
    const before = { ShopDb: { value, type: 'SQLAzure' } };
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', { properties });
    await world.plain.arm('PUT', path, '2023-12-01', { properties: before });
    await open();
    assert.match(
      report.text,
      /Set the connection string ShopDb to Server=.*;Authentication=Active Directory Managed Identity/,
    );
    prompts.button('The Script Has Run').pick('keyless-demo-kv').input('ShopDb');
    await report.press('Replace…');
    assert.match(prompts.last.text, /ShopDb of keyless-shop-app is replaced/);
    assert.match(
      JSON.stringify(await strings()),
      /Managed Identity","type":"SQLAzure"|"type":"SQLAzure","value":"[^"]*Managed Identity"/,
    );
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.deepEqual(await strings(), before);
  });

  it('of PostgreSQL has a plan that says what the code must do, with the script', async () => {
    const { id } = (await shop()).app;
    const { ShopDb: _, ...others } = await settings();
    const value = `Host=keyless-pg.postgres.database.azure.com;Database=shop;Username=u;Password=${password}`;
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', {
      properties: { ...others, Pg: value },
    });
    await enableIdentity();
    await open('Pg');
    assert.match(report.text, /PostgreSQL accepts a token of the identity as the password/);
    assert.deepEqual(report.buttons, ['Open Script', 'Move to Key Vault…']);
    await report.press('Open Script');
    assert.match(
      vscode.window.activeTextEditor?.document.getText() ?? '',
      /pgaadauth_create_principal_with_oid\('keyless-shop-app'/,
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
