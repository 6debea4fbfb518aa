import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LongOperations } from '../../../src/commands/longOperations';
import { resumeOperations } from '../../../src/commands/resumeOperations';
import { replaceAll } from '../../../src/commands/replace/replaceAll';
import { keptReplacements } from '../../../src/commands/replace/replacementHistory';
import { undoReplacementOf } from '../../../src/commands/replace/undoReplacement';
import { control } from '../../support/sandboxClient';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';
import { settingsOf, storageConnection } from './storageConnection';

describe('all keys that identities replace', function () {
  this.timeout(90_000);
  let world: CommandWorld;
  let prompts: Prompts;
  const report = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
    prompts = new Prompts();
  });
  afterEach(async () => {
    prompts.finish();
    const kept = JSON.stringify(keptReplacements(world.services.memento));
    for (const shown of [prompts.everything, (await world.loggedLines()).join('\n'), kept])
      assert.doesNotMatch(shown, /AccountKey=\w/);
    await world.close();
  });

  const idOf = async (name: string) => (await world.app(name)).app.id;
  const settings = async (name = 'keyless-shop-app') => settingsOf(world, await idOf(name));
  const write = async (name: string, properties: Record<string, string>) => {
    await world.plain.arm('PUT', `${await idOf(name)}/config/appsettings`, '2023-12-01', { properties });
  };
  /** The shop's app with the keys of its two storage accounts, and one that its code reads. */
  const shop = async () => {
    const { AzureWebJobsStorage = '', Photos = '', ...others } = await settings();
    const { OrdersBus: _, Stock: __, ShopDb: ___, ...kept } = others;
    await write('keyless-shop-app', {
      ...{ ...kept, AzureWebJobsStorage, Photos },
      MAIL: `endpoint=https://shop.communication.azure.com/;accesskey=${AzureWebJobsStorage.slice(60, 148)}`,
    });
  };

  it('are planned on one page, replaced in one write, and restored byte by byte', async () => {
    await shop();
    const before = await settings();
    await replaceAll(world.services, await world.app('keyless-shop-app'));
    assert.match(report.text, /Replace all keys of keyless-shop-app with its identity\?/);
    assert.match(report.text, /The identity can replace 2 of 3 keys/);
    for (const step of [
      /1\. Enable the system-assigned identity of keyless-shop-app\n/,
      /Assign the role Storage Blob Data Owner on the storage account keylessshopstorage\n/,
      /Assign the role Storage Blob Data Reader on the .*photos \\\(for ListPhotos\\\)/,
      /Delete AzureWebJobsStorage, Photos and set .*accountName=keylessshopstorage, .* in one write/,
      /restore all old values of the app in one write/,
      /What stays, and why[^]*Settings alone can't replace it[^]*MAIL/,
      /Old value of Photos[^]*Read again as key1 of the storage account keylessshopphotos/,
    ])
      assert.match(report.text, step);
    assert.equal(report.text.match(/Code that reads the setting/g)?.length, 1, 'a subject is repeated');
    const ofLeft = ['Replace MAIL with Identity…', 'Move MAIL to Key Vault…'];
    assert.deepEqual(report.buttons, ['Replace All', 'Copy Steps…', ...ofLeft]);
    await report.press('Replace All');
    assert.match(prompts.last.text, /2 keys of keyless-shop-app are replaced/);
    const after = await settings();
    assert.deepEqual([after['AzureWebJobsStorage'], after['Photos']], [undefined, undefined]);
    assert.equal(after['AzureWebJobsStorage__accountName'], 'keylessshopstorage');
    assert.equal(after['MAIL'], before['MAIL']);
    const lines = (await world.loggedLines()).filter((line) => /Replaced app settings of/.test(line));
    assert.equal(lines.length, 1);
    assert.deepEqual(report.buttons, ['Undo Replacement…', ...ofLeft]);
    assert.equal(keptReplacements(world.services.memento).length, 1);

    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.match(prompts.last.text, /AzureWebJobsStorage, Photos of keyless-shop-app have their old values/);
    assert.deepEqual(await settings(), before);
    assert.equal((await world.app('keyless-shop-app')).app.identity.systemAssigned, undefined);
  });

  it('all come back if the host fails without one of them', async () => {
    await shop();
    const before = await settings();
    await control(world.ready, 'PATCH', '/settings', { rolePropagationMs: 3_600_000 });
    await replaceAll(world.services, await world.app('keyless-shop-app'));
    await report.press('Replace All');
    assert.match(prompts.last.text, /The keys of keyless-shop-app weren't replaced/);
    assert.match(prompts.last.text, /All old values are back, and the host is healthy again/);
    assert.deepEqual(await settings(), before);
  });

  /** Presses *Replace All* in a window that closes when the identity has its roles. */
  const replaceInClosingWindow = async () => {
    const { operations, memento } = world.services;
    const window = new LongOperations(memento);
    const [begun, closed] = [Promise.withResolvers<undefined>(), Promise.withResolvers<never>()];
    const track: LongOperations['track'] = (connection, operation) =>
      window.track(connection, operation, () => {
        begun.resolve(undefined);
        return closed.promise;
      });
    await replaceAll(world.services, await world.app('keyless-shop-app'));
    Object.assign(operations, { track });
    const pressed = report.press('Replace All');
    await begun.promise;
    window.close();
    closed.reject(new vscode.CancellationError());
    await pressed;
  };
  const openNextWindow = () => {
    const operations = new LongOperations(world.services.memento);
    assert.equal(operations.left.length, 1);
    return resumeOperations({ ...world.services, operations });
  };

  it('are replaced in the next window if this one closes, in one write, and restored with Undo', async () => {
    await shop();
    const before = await settings();
    await replaceInClosingWindow();
    assert.deepEqual(await settings(), before);
    await openNextWindow();
    assert.match(prompts.last.text, /2 keys of keyless-shop-app are replaced/);
    assert.deepEqual(prompts.last.buttons, ['Undo Replacement…']);
    const { AzureWebJobsStorage, Photos, ...others } = await settings();
    assert.deepEqual([AzureWebJobsStorage, Photos], [undefined, undefined]);
    assert.equal(others['AzureWebJobsStorage__accountName'], 'keylessshopstorage');
    const lines = (await world.loggedLines()).filter((line) => /Replaced app settings of/.test(line));
    assert.equal(lines.length, 1);
    assert.equal(new LongOperations(world.services.memento).left.length, 0);
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.deepEqual(await settings(), before);
    assert.equal((await world.app('keyless-shop-app')).app.identity.systemAssigned, undefined);
  });

  it('all come back in the next window if the host fails there, and the roles can be undone', async () => {
    await shop();
    const before = await settings();
    await control(world.ready, 'PATCH', '/settings', { rolePropagationMs: 3_600_000 });
    await replaceInClosingWindow();
    await openNextWindow();
    assert.match(prompts.last.text, /The keys of keyless-shop-app weren't replaced/);
    assert.match(prompts.last.text, /All old values are back, and the host is healthy again/);
    assert.deepEqual(prompts.last.buttons, ['Undo Replacement…']);
    assert.deepEqual(await settings(), before);
    assert.equal(new LongOperations(world.services.memento).left.length, 0);
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.equal((await world.app('keyless-shop-app')).app.identity.systemAssigned, undefined);
  });

  it('of a resource are replaced in each app, also if one of the apps fails', async () => {
    const value = await storageConnection(world, 'keylessshopphotos');
    const demo = await settings('keyless-demo-app');
    await write('keyless-demo-app', { ...demo, AzureWebJobsStorage: value });
    const before = await settings();
    const targets = await Promise.all(
      ['keyless-demo-app', 'keyless-shop-app'].map(async (name) => ({
        ...(await world.app(name)),
        settings: [{ name: name === 'keyless-demo-app' ? 'AzureWebJobsStorage' : 'Photos' }],
      })),
    );
    await replaceAll(world.services, { resource: 'keylessshopphotos', apps: targets });
    assert.match(report.text, /Replace the keys to keylessshopphotos with identities\?/);
    assert.match(report.text, /Storage Blob Data Owner on .*keylessshopphotos \\\(for keyless-demo-app\\\)/);
    assert.match(report.text, /keyless-shop-app: Delete Photos and set/);
    const path = String.raw`/sites/keyless-demo-app/config/appsettings\?`;
    const refused = { service: 'arm', method: 'PUT', path, status: 403, count: 1 };
    await control(world.ready, 'POST', '/faults', refused);
    await report.press('Replace All');
    assert.match(prompts.last.text, /The keys of 1 of 2 apps were replaced/);
    assert.match(prompts.last.text, /AzureWebJobsStorage of keyless-demo-app wasn't replaced/);
    assert.equal((await settings('keyless-demo-app'))['AzureWebJobsStorage'], value);
    const { Photos: _, ...others } = before;
    const added = { Photos__blobServiceUri: 'https://keylessshopphotos.blob.core.windows.net' };
    assert.deepEqual(await settings(), { ...others, ...added });
    await control(world.ready, 'DELETE', '/faults');
    assert.match(report.text, /The identity can replace the storage account key/);
    await report.press('Replace');
    assert.match(prompts.last.text, /AzureWebJobsStorage of keyless-demo-app is replaced/);
  });

  it('of a resource are planned for the identity that each app gets', async () => {
    const value = await storageConnection(world, 'keylessshopphotos');
    const names = ['keyless-rbac-app', 'keyless-shop-app'];
    const { userAssigned } = (await world.app('keyless-rbac-app')).app.identity;
    const identity = {
      type: 'UserAssigned',
      userAssignedIdentities: { [userAssigned[0]?.resourceId ?? assert.fail()]: {} },
    };
    await world.plain.arm('PATCH', await idOf('keyless-shop-app'), '2023-12-01', { identity });
    for (const name of names) await write(name, { ...(await settings(name)), AzureWebJobsStorage: value });
    const targets = async () =>
      await Promise.all(
        names.map(async (name) => ({
          ...(await world.app(name)),
          settings: [{ name: 'AzureWebJobsStorage' }],
        })),
      );
    const byUser = (name: string) =>
      new RegExp(`${name}: Delete AzureWebJobsStorage and set [^\\n]*credential=managedidentity`);
    prompts.pick('Select an Identity for Each App…');
    prompts.pick('keyless-reader-id');
    prompts.pick('System-assigned identity');
    await replaceAll(world.services, { resource: 'keylessshopphotos', apps: await targets() });
    assert.match(report.text, byUser('keyless-rbac-app'));
    assert.doesNotMatch(report.text, byUser('keyless-shop-app'));
    prompts.pick('System-assigned identity of each app');
    await replaceAll(world.services, { resource: 'keylessshopphotos', apps: await targets() });
    assert.doesNotMatch(report.text, /credential=managedidentity/);
  });
});
