import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LongOperations } from '../../../src/commands/longOperations';
import { resumeOperations } from '../../../src/commands/resumeOperations';
import { turnOffBasicPublishing } from '../../../src/commands/keyAccess/turnOffBasicPublishing';
import { rotateKey } from '../../../src/commands/keyAccess/rotateKey';
import { turnOffKeyAccess } from '../../../src/commands/keyAccess/turnOffKeyAccess';
import { turnOnKeyAccess } from '../../../src/commands/keyAccess/turnOnKeyAccess';
import { searchText } from '../../../src/workspace/model/searchText';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { settingsOf, storageConnection } from '../replace/storageConnection';
import { ShownReport } from '../shownReport';

const account = 'keylessdemostorage';

describe('the keys of a resource that are turned off', function () {
  this.timeout(60_000);
  let world: CommandWorld;
  let prompts: Prompts;
  let value: string;
  const report = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(async () => {
    prompts = new Prompts();
    value = await storageConnection(world);
  });
  afterEach(async () => {
    prompts.finish();
    const key = /AccountKey=([^;]+)/.exec(value)?.[1] ?? assert.fail();
    for (const shown of [prompts.everything, (await world.loggedLines()).join('\n')])
      assert.ok(!shown.includes(key));
  });
  afterEach(() => world.close());

  const app = () => world.app('keyless-demo-app');
  const hold = async (text: string | undefined) => {
    const { id } = (await app()).app;
    const { AzureWebJobsStorage: _, ...others } = await settingsOf(world, id);
    const properties = { ...others, ...(text === undefined ? {} : { AzureWebJobsStorage: text }) };
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', { properties });
  };
  const accountId = async () =>
    `${(await app()).app.id.split('/providers/')[0] ?? ''}/providers/Microsoft.Storage/storageAccounts/${account}`;
  const keysWork = async () => {
    const { properties } = (await world.plain.arm('GET', await accountId(), '2023-05-01')) as {
      properties: { allowSharedKeyAccess?: boolean };
    };
    return properties.allowSharedKeyAccess ?? true;
  };
  const logged = async () => (await world.loggedLines()).join('\n');

  it('are shown with who uses them and what breaks, and come back', async () => {
    await hold(value);
    prompts.pick(account);
    await turnOffKeyAccess(world.services);
    assert.match(report.text, /Can the keys of keylessdemostorage be turned off\?/);
    assert.match(report.text, /No, 1 app still holds its keys/);
    assert.match(report.text, /AzureWebJobsStorage: storage account key/);
    assert.match(report.text, /content share of apps/);
    assert.deepEqual(report.buttons, [
      ...['Turn Off Anyway', 'Rotate Key', 'Copy Steps…', 'Replace with Identity…'],
    ]);
    await hold(undefined);
    await report.page.check();
    assert.match(report.text, /Nothing in sight uses its keys/);
    assert.match(report.text, /Counted with a key in the last 7 days: 0\./);
    prompts.button('Turn Off Key Access');
    await report.press('Turn Off Key Access');
    assert.match(prompts.last.text, /The keys of keylessdemostorage are off/);
    assert.deepEqual(prompts.last.buttons, ['Turn On Key Access']);
    assert.equal(await keysWork(), false);
    assert.match(report.text, /Key access is off/);
    assert.deepEqual(report.buttons, ['Turn On Key Access']);
    prompts.button('Turn On Key Access');
    await report.press('Turn On Key Access');
    assert.equal(await keysWork(), true);
    assert.match(await logged(), /Turned off the keys of keylessdemostorage.*Turned on the keys/s);
  });

  it('are asked about with the apps that hold them by then, however old the page is', async () => {
    const holders = async (button: string) => {
      await hold(undefined);
      await (button === 'Rotate key1' ? rotateKey : turnOffKeyAccess)(world.services, {
        ...{ connection: world.connection, resourceId: await accountId() },
      });
      assert.doesNotMatch(report.text, /keyless-demo-app/);
      await hold(value);
      prompts.escape();
      await report.press(button);
      return prompts.last.detail;
    };
    assert.match(await holders('Turn Off Key Access'), /These apps hold a key\..*\n.*keyless-demo-app/);
    assert.match(
      await holders('Rotate key1'),
      /These apps hold it.*\n.*keyless-demo-app: AzureWebJobsStorage/,
    );
    assert.equal(await keysWork(), true);
    assert.equal(await storageConnection(world), value);
  });

  it('work again by themselves if an app fails without them', async () => {
    await hold(value);
    await turnOffKeyAccess(world.services, { connection: world.connection, resourceId: await accountId() });
    prompts.button('Turn Off Key Access');
    await report.press('Turn Off Anyway');
    assert.match(
      prompts.messages.at(-2)?.detail ?? '',
      /If one fails that works now, the keys are turned on again:\n.*keyless-demo-app/,
    );
    assert.equal(prompts.last.kind, 'error');
    assert.match(prompts.last.text, /keyless-demo-app failed without the keys .*The keys are on again/s);
    assert.equal(await keysWork(), true);
  });

  it('are watched in the next window if this one closes, and turned on there if an app fails', async () => {
    await hold(value);
    const resourceId = await accountId();
    await world.plain.arm('PATCH', resourceId, '2023-05-01', { properties: { allowSharedKeyAccess: false } });
    const watched = [{ appId: (await app()).app.id, functions: ['ReadSecret'] }];
    const window = new LongOperations(world.services.memento);
    const begun = Promise.withResolvers<undefined>();
    const keyAccess = { resourceId, watched, until: Date.now() + 60_000, isOff: true };
    void window.track(world.connection, { keyAccess }, () => {
      begun.resolve(undefined);
      return new Promise(() => undefined);
    });
    await begun.promise;
    window.close();
    await resumeOperations({ ...world.services, operations: new LongOperations(world.services.memento) });
    assert.match(prompts.last.text, /keyless-demo-app failed without the keys/);
    assert.equal(await keysWork(), true);
    assert.equal(new LongOperations(world.services.memento).left.length, 0);
  });

  it('are deleted for good by App Configuration, only after the name was typed', async () => {
    prompts.pick('keyless-shop-config');
    await turnOffKeyAccess(world.services);
    assert.match(report.text, /Azure deletes them for good/);
    prompts.button('Turn Off Key Access').input('keyless-shop-config');
    await report.press('Turn Off Key Access…');
    assert.match(prompts.last.text, /The keys of keyless-shop-config are off/);
    prompts.pick('keyless-shop-config').button('Turn On Key Access');
    await turnOnKeyAccess(world.services);
    assert.match(prompts.messages.at(-2)?.detail ?? '', /Azure makes new keys/);
  });

  it('are passwords for publishing to an app, too', async () => {
    const { id } = (await app()).app;
    const policy = (name: string) => `${id}/basicPublishingCredentialsPolicies/${name}`;
    for (const name of ['scm', 'ftp'])
      await world.plain.arm('PUT', policy(name), '2023-12-01', { properties: { allow: true } });
    await turnOffBasicPublishing(world.services, await app());
    assert.match(report.text, /Yes: keyless-demo-app/);
    assert.deepEqual(report.buttons, ['Turn Off', 'Copy Steps…', 'Turn Off SCM', 'Turn Off FTP']);
    prompts.button('Turn Off');
    await report.press('Turn Off');
    assert.match(report.text, /No\. Publishing requires an identity/);
    assert.deepEqual(report.buttons, ['Turn On SCM', 'Turn On FTP']);
    prompts.button('Turn On');
    await report.press('Turn On SCM');
    const { properties } = (await world.plain.arm('GET', policy('scm'), '2023-12-01')) as {
      properties: { allow: boolean };
    };
    assert.equal(properties.allow, true);
    assert.match(await logged(), /Turned off publishing to keyless-demo-app with a password \(FTP\)/);
  });

  it('are rotated one after the other: the free one first, then the apps get it, then the other one', async () => {
    await hold(value);
    prompts.pick(account);
    await rotateKey(world.services);
    assert.match(report.text, /key2: no app in sight holds it/);
    assert.equal(report.buttons[0], 'Rotate key2');
    const keys = async () => {
      const path = `${await accountId()}/listKeys`;
      const listed = (await world.plain.arm('POST', path, '2023-05-01')) as { keys: { value: string }[] };
      return listed.keys.map((one) => one.value);
    };
    const [one, two] = await keys();
    prompts.button('Rotate Key');
    await report.press('Rotate key2');
    const [, fresh = ''] = await keys();
    assert.notEqual(fresh, two);
    assert.match(report.text, /key2 is new\. Switch the apps that hold key1 to it/);
    prompts.button('Switch Key');
    await report.press('Switch AzureWebJobsStorage of keyless-demo-app to key2');
    const settings = await settingsOf(world, (await app()).app.id);
    assert.ok(settings['AzureWebJobsStorage']?.includes(`AccountKey=${fresh};`));
    assert.equal(report.buttons[0], 'Rotate key1');
    prompts.button('Rotate Key');
    await report.press('Rotate key1');
    assert.notEqual((await keys())[0], one);
    assert.match(report.text, /All keys were created in the last 24 hours/);
    assert.match(
      await logged(),
      /Rotated key2 of .*Set the app setting AzureWebJobsStorage .*Rotated key1 of/s,
    );
    assert.ok(!prompts.everything.includes(fresh) && !report.text.includes(fresh));
  });

  it('are rotated for another service, from what an app or a file holds', async () => {
    const shop = await world.app('keyless-shop-app');
    const rule = 'RootManageSharedAccessKey';
    const { OrdersBus = '' } = await settingsOf(world, shop.app.id);
    const content = `const orders = '${OrdersBus}';`;
    const { uri } = await vscode.workspace.openTextDocument({ content });
    const [leaked = assert.fail()] = await searchText(content, uri.path);
    await rotateKey(world.services, { finding: leaked, uri });
    assert.match(report.text, new RegExp(`${rule}/primaryKey is in a file that others may have seen`));
    assert.match(report.text, new RegExp(`Switch the apps that hold it to ${rule}/secondaryKey`));
    await rotateKey(world.services, { finding: leaked });
    assert.equal(report.buttons[0], `Rotate ${rule}/secondaryKey`);
    prompts.button('Rotate Key');
    await report.press(`Rotate ${rule}/secondaryKey`);
    // The service doesn't say when it made a key, and another page knows it, too.
    await rotateKey(world.services, { finding: leaked });
    assert.match(report.text, new RegExp(`${rule}/secondaryKey is new\\. Switch the apps that hold`));
    prompts.button('Switch Key');
    await report.press(`Switch OrdersBus of keyless-shop-app to ${rule}/secondaryKey`);
    const now = (await settingsOf(world, shop.app.id))['OrdersBus'] ?? '';
    assert.notEqual(now, OrdersBus);
    assert.equal(report.buttons[0], `Rotate ${rule}/primaryKey`);
    prompts.button('Rotate Key');
    await report.press(`Rotate ${rule}/primaryKey`);
    assert.match(report.text, /All keys were created in the last 24 hours/);
    assert.match(await logged(), /Rotated RootManageSharedAccessKey\/secondaryKey of keyless-shop-bus/);
    for (const text of [prompts.everything, report.text, await logged()])
      for (const value of [OrdersBus, now])
        assert.ok(!text.includes(value.split('SharedAccessKey=')[1] ?? ''));
  });
});
