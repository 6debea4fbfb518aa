import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Change } from '../../src/changes/change';
import { toAzureCli } from '../../src/changes/equivalents/azureCli';
import { toBicep } from '../../src/changes/equivalents/bicep';
import { toPowerShell } from '../../src/changes/equivalents/powerShell';
import {
  addSetting,
  deleteSetting,
  editSetting,
  renameSetting,
} from '../../src/commands/settings/changeSetting';
import { createSecret } from '../../src/commands/keyVault/createSecret';
import { copyFunctionUrlWithKey } from '../../src/commands/functions/functionUrl';
import { letAppReadSecret } from '../../src/commands/access/letAppReadSecret';
import { manageFunctionKeys } from '../../src/commands/functions/manageFunctionKeys';
import { moveToKeyVault } from '../../src/commands/settings/moveToKeyVault';
import { refreshReferences } from '../../src/commands/settings/refreshReferences';
import { viewJson } from '../../src/commands/resources/copyAndView';
import { runFunction } from '../../src/commands/functions/runFunction';
import { copySecretValue, showSecretValue } from '../../src/commands/keyVault/secretValue';
import { copySettingValue } from '../../src/commands/settings/settingValue';
import { runCommand } from '../../src/commands/command';
import { undoLastGrant } from '../../src/commands/access/undoLastGrant';
import { whoCanRead } from '../../src/commands/access/whoCanRead/whoCanRead';
import { compareSecretVersions } from '../../src/commands/keyVault/secretVersions';
import { whyCantItRead } from '../../src/commands/access/whyCantItRead';
import type { SecretTarget, SettingTarget } from '../../src/inventory/targets';
import type { CommandWorld } from './commandWorld';
import { openCommandWorld } from './commandWorld';
import { Prompts } from './prompts';
import { ShownReport } from './shownReport';

/** One of each kind of secret value (design.md). Values that the sandbox creates are added in `plant()`. */
const planted: Record<string, string> = {
  'a secret': 'planted-9b1d-secret-value',
  'a new secret': 'planted-3c55-new-secret',
  'an app setting': 'planted-77aa-app-setting',
  'another value of it': 'planted-78bb-app-setting',
  'a moved setting': 'planted-79cc-moved-setting',
  'a connection string': 'planted-51c0-connection-string',
  'a function key': 'planted-f00d-function-key',
  'a host key': 'planted-beef-host-key',
  'a signature': 'planted-5167-signature',
};

describe('planted secret values', function () {
  this.timeout(90_000);
  let world: CommandWorld;
  let prompts: Prompts;
  const changes: Change[] = [];
  const shown: string[] = [];

  beforeEach(async () => {
    world = await openCommandWorld();
    prompts = new Prompts();
    for (const list of [kept, messages, shown, changes]) list.length = 0;
    const { changes: told } = world.services;
    const record = told.record.bind(told);
    told.record = (connection, change) => {
      changes.push(change);
      record(connection, change);
    };
    await plant();
  });
  afterEach(async () => {
    prompts.restore();
    await world.close();
  });

  const app = () => world.app('keyless-demo-app');
  const secret = async (name = 'ASampleKey'): Promise<SecretTarget> => {
    const vault = await world.vault('keyless-demo-kv');
    return {
      ...vault,
      secret: { id: `${vault.vault.vaultUri}/secrets/${name}`, name, enabled: true, tags: {} },
    };
  };
  const setting = async (name: string): Promise<SettingTarget> => ({
    ...(await app()),
    setting: { name, looksSecret: true, slotSetting: false },
  });
  /** Keeps the text of the document that a command opened. */
  const keepShown = async () => {
    shown.push(vscode.window.activeTextEditor?.document.getText() ?? assert.fail('nothing is shown'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  };

  it('appear in no log, message, list, report, stored state, or copied command', async () => {
    const { services } = world;
    prompts
      .input('NewSecret')
      .input(planted['a new secret'] ?? '')
      .pick('Create Secret');
    await createSecret(services, await world.vault('keyless-demo-kv'));
    prompts
      .input('ADDED')
      .input(planted['an app setting'] ?? '')
      .pick('Add Setting');
    await addSetting(services, await app());
    prompts.input(planted['another value of it'] ?? '');
    await editSetting(services, await setting('ADDED'));
    prompts.input('RENAMED');
    await renameSetting(services, await setting('ADDED'));
    await copySettingValue(services, await setting('RENAMED'));
    assert.equal(await vscode.env.clipboard.readText(), planted['another value of it']);
    prompts.button('Delete Setting');
    await deleteSetting(services, await setting('RENAMED'));
    prompts.pick('keyless-demo-kv').input('Moved').pick('Move to Key Vault');
    await moveToKeyVault(services, await setting('MOVED'));
    prompts.pickMany(['Write an app setting as a Key Vault reference']).input('FROM_VAULT');
    const report = new ShownReport(() => services);
    await letAppReadSecret(services, undefined, [await app(), await secret()]);
    await report.press('Options…');
    await report.press('Grant Access');
    await refreshReferences(services, await app());
    await whyCantItRead(services, undefined, [await app(), await secret()]);
    await whoCanRead(services, await secret());
    await compareSecretVersions(services, await secret());
    assert.equal(services.reports.open.length, 4);
    for (const { content } of services.reports.open) shown.push(JSON.stringify(content));
    prompts.button('Undo Grant');
    await undoLastGrant(services);
    prompts.pick('ReadSecret').pick('default');
    prompts.pick('Copy Value');
    await manageFunctionKeys(services, await app());
    prompts.pick('ReadSecret');
    await copyFunctionUrlWithKey(services, await app());
    assert.match(await vscode.env.clipboard.readText(), /code=planted-f00d-function-key$/);
    await copySecretValue(services, await secret());
    assert.equal(await vscode.env.clipboard.readText(), planted['a secret']);
    prompts.pick('ReadSecret').pick('Run');
    await runFunction(services, await app());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const { connection, app: site } = await app();
    for (const part of ['', '/config/appsettings', '/config/connectionstrings']) {
      if (part !== '' && !(await isReadable(`${site.id}${part}`))) continue;
      await viewJson(services, { connection, resourceId: `${site.id}${part}` });
      await keepShown();
    }
    assert.ok(changes.length >= 10, `${changes.length} changes`);
    assert.ok((await nothingLeaked()) > 5000);
  });

  it('appear in none of them while every service fails', async () => {
    const { services } = world;
    const [node, one] = [await setting('PLAIN'), await secret()];
    for (const fault of [{ status: 403 }, { status: 400 }]) {
      const commands = {
        show: () => showSecretValue(services, one),
        copy: () => copySettingValue(services, node),
        edit: () => editSetting(services, node),
        create: () => createSecret(services, one),
        key: () => copyFunctionUrlWithKey(services, node),
      };
      for (const service of ['arm', 'vault', 'sites'])
        await world.plain.control('/faults', {
          service,
          path: 'list|secrets|appsettings|admin',
          ...fault,
          count: 0,
        });
      for (const name of Object.keys(commands)) {
        prompts.restore();
        keep();
        prompts = new Prompts();
        prompts.answerInTurns();
        prompts
          .input('Failing')
          .input(planted['a new secret'] ?? '')
          .pick('ReadSecret');
        await runCommand(services, commands, name, []);
      }
      await world.plain.control('/faults', {}, 'DELETE');
    }
    assert.ok(messages.filter(({ kind }) => kind === 'error').length >= 5, JSON.stringify(messages));
    await nothingLeaked();
  });

  /** @returns the length of everything that was looked through */
  async function nothingLeaked(): Promise<number> {
    keep();
    const { memento, packageJson: _ } = world.services;
    const state = JSON.stringify(memento.keys().map((key) => [key, memento.get(key)]));
    const written = [
      ...(await world.loggedLines()),
      ...kept,
      ...shown,
      state,
      JSON.stringify(changes),
      ...changes.flatMap((change) => [toAzureCli(change), toPowerShell(change), toBicep(change)]),
    ];
    const found = Object.entries(planted).flatMap(([what, value]) => {
      const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
      return written
        .filter((text) => forms.some((form) => text.includes(form)))
        .map((text) => `${what} in ${text}`);
    });
    assert.deepEqual(found, []);
    for (const text of written) assert.doesNotMatch(text, /\beyJ[\w-]{20,}\.eyJ/, 'a token');
    return written.join('').length;
  }

  const kept: string[] = [];
  const messages: Prompts['messages'] = [];
  /** Keeps what the prompts have shown so far, which excludes the answers that a person typed. */
  function keep(): void {
    kept.push(prompts.everything);
    messages.push(...prompts.messages);
  }

  async function isReadable(id: string): Promise<boolean> {
    return world.plain.arm('GET', id, '2023-12-01').then(
      () => true,
      () => false,
    );
  }

  async function plant(): Promise<void> {
    const { plain } = world;
    const { app: site } = await app();
    const { vault } = await world.vault('keyless-demo-kv');
    const put = (path: string, body: object) => plain.arm('PUT', `${site.id}${path}`, '2023-12-01', body);
    await plain.vault('PUT', vault.vaultUri, '/secrets/ASampleKey', { value: planted['a secret'] });
    const list = await plain.arm('POST', `${site.id}/config/appsettings/list`, '2023-12-01');
    const { properties } = list as { properties: Record<string, string> };
    await put('/config/appsettings', {
      properties: {
        ...properties,
        PLAIN: planted['an app setting'],
        MOVED: planted['a moved setting'],
        BLOB: `https://x.blob.core.windows.net/c?sv=1&sig=${planted['a signature'] ?? ''}`,
      },
    });
    await put('/config/connectionstrings', {
      properties: {
        Db: { value: `Server=db;Password=${planted['a connection string'] ?? ''}`, type: 'SQLAzure' },
      },
    });
    const key = (name: string, value = '') => ({ properties: { name, value } });
    await put('/functions/ReadSecret/keys/default', key('default', planted['a function key']));
    await put('/host/default/functionKeys/default', key('default', planted['a host key']));
    const credentials = (await plain.arm(
      'POST',
      `${site.id}/config/publishingcredentials/list`,
      '2023-12-01',
    )) as { properties: { publishingPassword: string } };
    planted['publishing credentials'] = credentials.properties.publishingPassword;
    planted['a client secret'] = world.ready.clientSecret;
  }
});
