import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  addConnectionString,
  addSetting,
  deleteSetting,
  editSetting,
  renameSetting,
} from '../../../src/commands/settings/changeSetting';
import { refreshReferences } from '../../../src/commands/settings/refreshReferences';
import { toggleSlotSetting } from '../../../src/commands/settings/slotSetting';
import { copySettingValue, revealSettingValue } from '../../../src/commands/settings/settingValue';
import type { SettingTarget } from '../../../src/inventory/targets';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

const app = 'keyless-demo-app';
const reference = '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)';

describe('app settings', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const values = async () => {
    const { id } = (await world.app(app)).app;
    const answer = await world.plain.arm('POST', `${id}/config/appsettings/list`, '2023-12-01');
    return (answer as { properties: Record<string, string> }).properties;
  };
  const node = async (name: string, more: object = {}): Promise<SettingTarget> => ({
    ...(await world.app(app)),
    setting: { name, looksSecret: false, slotSetting: false, ...more },
  });

  const add = async (name: string, value: string) => {
    prompts.input(name).input(value).pick('Add Setting');
    await addSetting(world.services, await world.app(app));
  };

  it('are added with a name that is checked while typing, and secrets are hidden', async () => {
    const before = await values();
    prompts.input('DB_PASSWORD').input('planted value 1').pick('Add Setting');
    await addSetting(world.services, await world.app(app));
    assert.deepEqual(await values(), { ...before, DB_PASSWORD: 'planted value 1' });
    const [name, value] = prompts.inputs;
    for (const wrong of ['', 'a b', 'a=b', 'secret_uri', '$(trash)'])
      assert.ok(await name?.validateInput?.(wrong), wrong);
    assert.equal(value?.password, true);
    assert.match(value.prompt ?? '', /restarts/);
    assert.deepEqual(prompts.lists.at(-1)?.labels, [
      'Add Setting',
      `${app} gets the app setting DB_PASSWORD`,
      'The app restarts to apply it',
      'The value looks like a secret',
    ]);
    assert.match(prompts.last.text, /looks like a secret/);
    assert.ok(world.refreshed.length > 0);
    prompts.input('GREETING').input('hello').pick('Add Setting');
    await addSetting(world.services, await world.app(app));
    assert.equal(prompts.inputs.at(-1)?.password, false);
    assert.doesNotMatch(prompts.last.text, /secret/);
    assert.equal(prompts.lists.at(-1)?.labels.length, 3);
    prompts.input('UNWANTED').input('hello').escape();
    await assert.rejects(addSetting(world.services, await world.app(app)), { name: 'Canceled' });
    assert.ok(!('UNWANTED' in (await values())));
  });

  it('are shown in a dialog and copied for a while only on request', async () => {
    await add('DB_PASSWORD', 'planted value 1');
    prompts.escape();
    await revealSettingValue(world.services, await node('DB_PASSWORD'));
    assert.ok(prompts.last.modal);
    assert.equal(prompts.last.detail, 'planted value 1');
    prompts.pick(app).pick('DB_PASSWORD');
    await copySettingValue(world.services);
    assert.equal(await vscode.env.clipboard.readText(), 'planted value 1');
    await world.services.clipboard.clear();
    assert.doesNotMatch(JSON.stringify(prompts.lists), /planted/);
    await assert.rejects(
      copySettingValue(world.services, await node('GONE')),
      /no longer has the setting GONE/,
    );
  });

  it('are shown in a document that is dropped with its tab if they are long', async () => {
    const long = 'planted '.repeat(100);
    prompts.input('LONG').input(long).pick('Add Setting');
    await addSetting(world.services, await world.app(app));
    await revealSettingValue(world.services, await node('LONG'));
    const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor');
    assert.equal(document.getText(), long);
    assert.equal(document.uri.scheme, 'keyless-text');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until(() => world.services.documents.size === 0, { what: 'the value to be dropped' });
  });

  it('are changed without showing the old value', async () => {
    await add('DB_PASSWORD', 'planted value 1');
    await add('REF', 'old reference');
    prompts.inputs.length = 0;
    prompts.input('planted value 2');
    await editSetting(world.services, await node('DB_PASSWORD', { looksSecret: true }));
    assert.equal((await values())['DB_PASSWORD'], 'planted value 2');
    assert.equal(prompts.inputs[0]?.value, undefined);
    assert.equal(prompts.inputs[0]?.password, true);
    assert.match(prompts.inputs[0].prompt ?? '', new RegExp(`^Value of DB_PASSWORD of ${app}\\. .*restarts`));
    prompts.input(reference);
    await editSetting(world.services, await node('REF', { keyVaultReference: 'old reference' }));
    assert.equal(prompts.inputs[1]?.value, 'old reference');
  });

  it('keep the line breaks of the clipboard', async () => {
    await vscode.env.clipboard.writeText('one\r\ntwo');
    prompts.input('LINES').button('Use the Text on the Clipboard').button('Use Value').pick('Add Setting');
    await addSetting(world.services, await world.app(app));
    assert.equal((await values())['LINES'], 'one\r\ntwo');
  });

  it('are renamed, after a warning if they are slot settings', async () => {
    await add('GREETING', 'hello');
    await add('LONG', 'another');
    const { GREETING: value, ...others } = await values();
    prompts.inputs.length = 0;
    prompts.input('HELLO');
    await renameSetting(world.services, await node('GREETING'));
    assert.deepEqual(await values(), { ...others, HELLO: value });
    assert.ok(await prompts.inputs[0]?.validateInput?.('LONG'));
    prompts.input('OTHER').escape();
    await assert.rejects(renameSetting(world.services, await node('HELLO', { slotSetting: true })), {
      name: 'Canceled',
    });
    prompts.input('HELLO');
    await renameSetting(world.services, await node('HELLO'));
    assert.deepEqual(await values(), { ...others, HELLO: value });
  });

  it('become slot settings and back', async () => {
    await add('HELLO', 'hello');
    const { id } = (await world.app(app)).app;
    const marks = async () =>
      (
        (await world.plain.arm('GET', `${id}/config/slotConfigNames`, '2023-12-01')) as {
          properties: { appSettingNames: unknown };
        }
      ).properties.appSettingNames;
    await toggleSlotSetting(world.services, await node('HELLO'));
    assert.deepEqual(await marks(), ['HELLO']);
    assert.match(prompts.last.text, /HELLO is a slot setting now/);
    assert.equal(world.services.changes.last?.change.kind, 'setSlotSetting');
    await toggleSlotSetting(world.services, await node('HELLO', { slotSetting: true }));
    assert.equal(await marks(), null);
  });

  it('are deleted after asking', async () => {
    await add('HELLO', 'hello');
    const { HELLO: _hello, ...others } = await values();
    prompts.messages.length = 0;
    prompts.escape();
    await assert.rejects(deleteSetting(world.services, await node('HELLO')), { name: 'Canceled' });
    prompts.button('Delete Setting');
    await deleteSetting(world.services, await node('HELLO'));
    assert.match(prompts.messages[1]?.detail ?? '', /value is lost.*restarts/);
    assert.deepEqual(await values(), others);
    await assert.rejects(async () => {
      prompts.button('Delete Setting');
      await deleteSetting(world.services, await node('HELLO'));
    }, /setting HELLO no longer exists/);
  });

  it('and connection strings of the same name are independent', async () => {
    const target = await world.app(app);
    const strings = async () => {
      const path = `${target.app.id}/config/connectionstrings/list`;
      return ((await world.plain.arm('POST', path, '2023-12-01')) as { properties: object }).properties;
    };
    await add('Db', 'hello');
    const before = await values();
    prompts.inputs.length = 0;
    prompts.input('Db').pick('SQLAzure').input('Server=db;Password=planted').pick('Add Connection String');
    await addConnectionString(world.services, target);
    assert.deepEqual(await strings(), { Db: { type: 'SQLAzure', value: 'Server=db;Password=planted' } });
    assert.equal(prompts.inputs[1]?.password, true);
    assert.equal(prompts.lists.at(-2)?.items[0]?.description, 'SQLAZURECONNSTR_Db');
    assert.equal(prompts.lists.at(-1)?.labels[1], `${app} gets the connection string Db (SQLAzure)`);
    assert.match(prompts.last.text, /looks like a secret/);
    const db = await node('Db', { connectionType: 'SQLAzure' });
    await copySettingValue(world.services, db);
    assert.equal(await vscode.env.clipboard.readText(), 'Server=db;Password=planted');
    prompts.input('Shop').input('Server=planted');
    await renameSetting(world.services, db);
    const shop = await node('Shop', { connectionType: 'SQLAzure' });
    await editSetting(world.services, shop);
    assert.deepEqual(await strings(), { Shop: { type: 'SQLAzure', value: 'Server=planted' } });
    assert.deepEqual(
      world.selected.map((row) => row.replace(target.app.id, '')),
      ['/settings/Db', '/connectionStrings/Db', '/connectionStrings/Shop', '/connectionStrings/Shop'],
    );
    prompts.button('Delete Setting');
    await deleteSetting(world.services, shop);
    assert.deepEqual(await strings(), {});
    assert.deepEqual(await values(), before);
  });

  it("say which references are resolved, and why the others aren't", async () => {
    await add('REF', reference);
    await refreshReferences(world.services, await world.app(app));
    assert.match(prompts.last.text, /1 of 1 .* aren't resolved: REF: managed identity not enabled/);
    prompts.pick('keyless-rbac-app');
    await refreshReferences(world.services);
    assert.match(prompts.last.text, /keyless-rbac-app has no Key Vault references/);
  });

  it('leave no value in the log', async () => {
    await add('DB_PASSWORD', 'planted value 1');
    prompts.input('planted value 2');
    await editSetting(world.services, await node('DB_PASSWORD', { looksSecret: true }));
    prompts.input('RENAMED');
    await renameSetting(world.services, await node('DB_PASSWORD'));
    await copySettingValue(world.services, await node('RENAMED'));
    prompts.button('Delete Setting');
    await deleteSetting(world.services, await node('RENAMED'));
    assert.ok((await world.loggedLines()).length > 0);
    assert.doesNotMatch((await world.loggedLines()).join('\n'), /planted/);
  });
});
