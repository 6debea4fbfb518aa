import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { changeAppSettings } from '../../src/azure/appService/settings/appSettings';
import type { AppTarget } from '../../src/inventory/targets';
import { findKeys } from '../../src/commands/keys/findKeys';
import type { KeysPages } from '../../src/keys/keysPages';
import { everything } from '../../src/keys/model/keyTable';
import { temporaryFolder } from '../support/processes';
import { control } from '../support/sandboxClient';
import { until } from '../support/until';
import { fakeKeys } from '../unit/access/credentials/fakeKeys';
import { busString, storageString } from '../support/worlds/keysWorld';
import { openCommandWorld, type CommandWorld } from './commandWorld';
import { Prompts } from './prompts';
import { openTreeWorld, type TreeWorld } from './tree/treeWorld';

const hold = async ({ connection, app }: AppTarget, name: string, value: string) => {
  await changeAppSettings(connection, app, { kind: 'set', name, value });
};

describe('the command Find Keys', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
    prompts = new Prompts();
    pages = await world.services.keysPages();
    for (const name of ['keyless-rbac-app', 'keyless-flex-app'])
      await hold(await world.app(name), 'PHOTOS', storageString('fakeacct01'));
    await hold(await world.app('keyless-rbac-app'), 'ORDERS', busString('fakebus'));
  });
  afterEach(async () => {
    await control(world.ready, 'DELETE', '/faults');
    prompts.finish();
    const said = prompts.everything + (await world.loggedLines()).join('\n');
    for (const key of [fakeKeys.storage, fakeKeys.serviceBus]) assert.ok(!said.includes(key));
  });
  afterEach(() => world.close());

  let pages: KeysPages;
  const page = () => pages.open.at(-1) ?? assert.fail('no page is open');
  const inGroup = () => {
    prompts.pick('A resource group').pick('Keyless Sandbox (RBAC)').pick('keyless-rbac');
    return findKeys(world.services);
  };
  const shown = () =>
    page().content.apps.flatMap(({ name, keys }) => keys.map((key) => `${name} ${key.name} ${key.opens}`));

  it('asks where, and shows what is found in apps and slots, without a value', async () => {
    await inGroup();
    const { content } = page();
    assert.deepEqual([content.state, content.of, content.scopeName], ['done', 5, 'keyless-rbac']);
    assert.deepEqual(content.apps.map(({ name }) => name).sort(), [
      ...['keyless-flex-app', 'keyless-linux-app', 'keyless-linux-app/staging', 'keyless-rbac-app'],
      'keyless-shop-app',
    ]);
    const keys = shown();
    for (const key of ['flex-app PHOTOS fakeacct01', 'rbac-app PHOTOS fakeacct01', 'rbac-app ORDERS fakebus'])
      assert.ok(keys.includes(`keyless-${key}`), keys.join());
    const said = JSON.stringify(content);
    assert.ok(!said.includes(fakeKeys.storage) && !said.includes(fakeKeys.serviceBus));
    const rows = content.apps.flatMap((app) => app.keys);
    const photos = rows.filter(({ name }) => name === 'PHOTOS');
    assert.equal(new Set(photos.map(({ fingerprint }) => fingerprint)).size, 1);
    assert.deepEqual(photos[0]?.ofResource, ['rotateKey', 'turnOffKeyAccess']);
    assert.deepEqual(photos[0].actions, ['replaceWithIdentity', 'moveToKeyVault', 'reveal']);
    const shop = content.apps.find(({ name }) => name === 'keyless-shop-app');
    const host = shop?.keys.find(({ name }) => name === 'AzureWebJobsStorage');
    assert.deepEqual(host?.actions, ['replaceWithIdentity', 'reveal']);
  });

  it("says which apps couldn't be read, and why, and reads them when asked again", async () => {
    const fault = {
      service: 'arm',
      path: '/keyless-flex-app/config/appsettings/list',
      status: 403,
      count: 0,
    };
    await control(world.ready, 'POST', '/faults', fault);
    await inGroup();
    const unread = () => page().content.apps.filter((app) => app.unread !== undefined);
    assert.deepEqual(
      unread().map(({ name, keys }) => [name, keys]),
      [['keyless-flex-app', []]],
    );
    assert.match(unread()[0]?.unread ?? '', /\w.*\.$/);
    await control(world.ready, 'DELETE', '/faults');
    await page().receive({ type: 'again' });
    assert.deepEqual(unread(), []);
    assert.ok(shown().includes('keyless-flex-app PHOTOS fakeacct01'));
  });

  it('shows what was found until it was canceled', async () => {
    const slow = {
      service: 'arm',
      path: '/keyless-flex-app/config/appsettings/list',
      latencyMs: 60_000,
      count: 0,
    };
    await control(world.ready, 'POST', '/faults', slow);
    const finding = inGroup();
    await until(() => pages.open.some(({ content }) => content.apps.length === 4), {
      what: 'the other apps',
    });
    assert.equal(page().content.state, 'reading');
    await page().receive({ type: 'cancel' });
    await finding;
    assert.equal(page().content.state, 'stopped');
    assert.ok(shown().includes('keyless-rbac-app ORDERS fakebus'));
  });

  it('can be canceled while it waits for the tenants', async () => {
    const { inventory } = world.services;
    const asked = Promise.withResolvers<undefined>();
    const target = await world.app('keyless-rbac-app');
    Object.assign(inventory, {
      tenants: () => {
        asked.resolve(undefined);
        return new Promise(() => undefined);
      },
    });
    const finding = findKeys(world.services, target);
    await asked.promise;
    await page().receive({ type: 'cancel' });
    await finding;
    Reflect.deleteProperty(inventory, 'tenants');
    assert.equal(page().content.state, 'stopped');
  });

  it('opens one page even if it is chosen twice in a row', async () => {
    const target = await world.app('keyless-rbac-app');
    const { createWebviewPanel } = vscode.window;
    let panels = 0;
    const counted: typeof createWebviewPanel = (...args) => {
      panels++;
      return createWebviewPanel(...args);
    };
    Object.assign(vscode.window, { createWebviewPanel: counted });
    try {
      await Promise.all([findKeys(world.services, target), findKeys(world.services, target)]);
    } finally {
      Object.assign(vscode.window, { createWebviewPanel });
    }
    assert.equal(panels, 1);
  });

  it('reads a changed app again, removes a deleted one, and forgets all when the account changes', async () => {
    await inGroup();
    const target = await world.app('keyless-rbac-app');
    await changeAppSettings(target.connection, target.app, { kind: 'delete', name: 'ORDERS' });
    await page().changed(target.app.id.toUpperCase());
    assert.ok(!shown().includes('keyless-rbac-app ORDERS fakebus'));
    assert.ok(shown().includes('keyless-rbac-app PHOTOS fakeacct01'));
    await world.plain.arm('DELETE', target.app.id, '2023-12-01');
    await page().changed(target.app.id);
    assert.deepEqual([page().content.of, page().content.apps.length], [4, 4]);
    await page().changed();
    const { state, apps, failure } = page().content;
    assert.deepEqual([state, apps, failure?.reason], ['failed', [], 'The account has changed.']);
  });

  it('passes keys on to be moved or replaced, and exports the chosen ones', async () => {
    await inGroup();
    const { executeCommand } = vscode.commands;
    const { showSaveDialog } = vscode.window;
    const folder = temporaryFolder('keys');
    const file = path.join(folder.path, 'keys.csv');
    const ran: unknown[][] = [];
    Object.assign(vscode.commands, {
      executeCommand: (...args: unknown[]) => Promise.resolve(ran.push(args)),
    });
    Object.assign(vscode.window, { showSaveDialog: () => Promise.resolve(vscode.Uri.file(file)) });
    try {
      const { id } = (await world.app('keyless-rbac-app')).app;
      const act = { type: 'act', action: 'moveToKeyVault', app: id } as const;
      await page().receive({ ...act, key: 'appSetting/PHOTOS' });
      await page().receive({ ...act, key: 'appSetting/ABSENT' });
      assert.equal(ran.length, 1);
      const [command, target] = ran[0] as [string, { app: { id: string }; setting: unknown }];
      assert.deepEqual(
        [command, target.app.id, target.setting],
        ['keyless.moveToKeyVault', id, { name: 'PHOTOS' }],
      );
      await page().receive({ type: 'replaceAll', kind: 'resource', id: 'storage/fakeacct01' });
      await page().receive({ type: 'replaceAll', kind: 'app', id });
      const [toAccount, ofApp] = ran.splice(1) as [
        [string, { resource: string; apps: { app: { name: string }; settings: { name: string }[] }[] }],
        [string, { app: { id: string } }],
      ];
      assert.deepEqual(
        [toAccount[0], toAccount[1].resource, ofApp[0], ofApp[1].app.id],
        ['keyless.replaceAll', 'fakeacct01', 'keyless.replaceAll', id],
      );
      assert.deepEqual(
        toAccount[1].apps
          .map(({ app, settings }) => `${app.name} ${settings.map(({ name }) => name).join()}`)
          .sort(),
        ['keyless-flex-app PHOTOS', 'keyless-rbac-app PHOTOS'],
      );
      await page().receive({ type: 'export', choice: { ...everything, filter: 'fakebus' } });
      const lines = fs.readFileSync(file, 'utf8').trim().split('\r\n');
      assert.equal(lines.length, 2);
      assert.match(lines[1] ?? '', /^"keyless-rbac-app","keyless-rbac","ORDERS",.*"fakebus"/);
    } finally {
      Object.assign(vscode.commands, { executeCommand });
      Object.assign(vscode.window, { showSaveDialog });
      folder.remove();
    }
    assert.equal(prompts.last.text, 'The keys were exported to keys.csv, without their values.');
  });
});

describe('the keys of an app in the tree', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld();
  });
  afterEach(() => world.close());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  /** By a client of its own, because the connection belongs to the packaged extension. */
  const write = async (id: string, settings: Record<string, string>) => {
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', { properties: settings });
  };

  it('are counted once the page has found them, and the page leads to each of them', async () => {
    const place = ['Keyless Sandbox (RBAC)', 'Function Apps', 'keyless-rbac-app'];
    const node = await world.node(...place);
    assert.ok(node.kind === 'app');
    await write(node.app.id, { PHOTOS: storageString('fakeacct01') });
    await vscode.commands.executeCommand('keyless.findKeys', node);
    const row = async () => String(world.item(await world.node(...place)).description);
    assert.match(await row(), /^1 key left, Running/);
    const page = (await world.services.keysPages()).open.at(-1) ?? assert.fail();
    await page.receive({ type: 'act', action: 'reveal', app: node.app.id, key: 'appSetting/PHOTOS' });
    const key = await world.node(...place, 'Keys Left', 'PHOTOS');
    assert.equal(key.kind, 'keyLeft');
    await write(node.app.id, {});
    world.services.refresh(node.connection, node.app.id);
    await until(async () => /^no keys left, /.test(await row()), { what: 'the new count' });
    assert.deepEqual(
      page.content.apps.flatMap(({ keys }) => keys),
      [],
    );
  });
});
