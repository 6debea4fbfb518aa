import assert from 'node:assert/strict';
import { LongOperations } from '../../../src/commands/longOperations';
import { resumeOperations } from '../../../src/commands/resumeOperations';
import { replaceWithIdentity } from '../../../src/commands/replace/replaceWithIdentity';
import { undoReplacementOf } from '../../../src/commands/replace/undoReplacement';
import { keepReplacement, keptReplacements } from '../../../src/commands/replace/replacementHistory';
import { control } from '../../support/sandboxClient';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';
import { settingsOf, storageConnection } from './storageConnection';

const setting = 'AzureWebJobsStorage';

describe('the key of an app that its identity replaces', function () {
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
    await write(setting, value);
  });
  afterEach(async () => {
    prompts.finish();
    await control(world.ready, 'DELETE', '/faults');
    const key = /AccountKey=([^;]+)/.exec(value)?.[1] ?? assert.fail();
    const kept = JSON.stringify(keptReplacements(world.services.memento));
    for (const shown of [prompts.everything, (await world.loggedLines()).join('\n'), kept])
      assert.ok(!shown.includes(key));
  });
  afterEach(() => world.close());

  const app = () => world.app('keyless-demo-app');
  const settings = async () => settingsOf(world, (await app()).app.id);
  const write = async (name: string, text: string) => {
    const { id } = (await app()).app;
    const properties = { ...(await settingsOf(world, id)), [name]: text };
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', { properties });
  };
  const open = async () => {
    prompts.pick(setting);
    await replaceWithIdentity(world.services, await app());
  };

  it('is planned on a page, replaced with its button, and restored with Undo', async () => {
    const before = await settings();
    await open();
    assert.match(report.text, /Replace AzureWebJobsStorage of keyless-demo-app with its identity\?/);
    for (const step of [
      /1\. Enable the system-assigned identity of keyless-demo-app/,
      /2\. Assign the role Storage Blob Data Owner on the storage account keylessdemostorage/,
      /Wait until the roles have taken effect, up to 10 minutes/,
      /Delete AzureWebJobsStorage and set .*accountName=keylessdemostorage in one write/,
      /Watch the host: .*ReadSecret/,
      /restore the old value/,
      /Read again as key1 of the storage account keylessdemostorage/,
      /Code that reads the setting/,
    ])
      assert.match(report.text, step);
    assert.deepEqual(report.buttons, ['Replace', 'Copy Steps…']);
    await report.press('Replace');
    assert.match(prompts.last.text, /AzureWebJobsStorage of keyless-demo-app is replaced/);
    assert.deepEqual(prompts.last.buttons, ['Undo Replacement…']);
    const { [setting]: _, ...others } = before;
    assert.deepEqual(await settings(), { ...others, AzureWebJobsStorage__accountName: 'keylessdemostorage' });
    assert.match(report.text, /AzureWebJobsStorage holds no key/);
    assert.deepEqual(report.buttons, ['Undo Replacement…', 'Turn Off Key Access…']);
    const logged = (await world.loggedLines()).join('\n');
    assert.match(logged, /Replaced app settings of keyless-demo-app: AzureWebJobsStorage by/);

    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.match(prompts.messages.at(-2)?.detail ?? '', /Remove the role assignment on the storage account/);
    assert.match(prompts.last.text, /has its old value again/);
    assert.deepEqual(await settings(), before);
    assert.equal((await app()).app.identity.systemAssigned, undefined);
    await assert.rejects(undoReplacementOf(world.services), /no replacement to undo/);
  });

  it('leaves the mark of a slot setting that was there before', async () => {
    const path = `${(await app()).app.id}/config/slotConfigNames`;
    const properties = { appSettingNames: [setting, 'AzureWebJobsStorage__accountName'] };
    await world.plain.arm('PUT', path, '2023-12-01', { properties });
    await open();
    await report.press('Replace');
    assert.match(prompts.last.text, /is replaced/);
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    const after = (await world.plain.arm('GET', path, '2023-12-01')) as { properties: typeof properties };
    assert.deepEqual(after.properties.appSettingNames, properties.appSettingNames);
  });

  it('comes back by itself if the host fails without it, and its roles can be undone', async () => {
    const before = await settings();
    await control(world.ready, 'PATCH', '/settings', { rolePropagationMs: 3_600_000 });
    await open();
    await report.press('Replace');
    assert.equal(prompts.last.kind, 'error');
    assert.match(prompts.last.text, /isn't allowed to use the resource/);
    assert.match(prompts.last.text, /The old value is back, and the host is healthy again/);
    assert.deepEqual(prompts.last.buttons, ['Undo Replacement…']);
    assert.deepEqual(await settings(), before);
    await control(world.ready, 'PATCH', '/settings', { rolePropagationMs: 0 });
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, keptReplacements(world.services.memento)[0]?.id);
    assert.equal((await app()).app.identity.systemAssigned, undefined);
  });

  it('leaves nothing to undo if the first step fails', async () => {
    await open();
    const path = String.raw`/sites/keyless-demo-app\?`;
    await control(world.ready, 'POST', '/faults', {
      service: 'arm',
      method: 'PATCH',
      path,
      status: 403,
      count: 1,
    });
    await report.press('Replace');
    assert.equal(prompts.last.kind, 'error');
    assert.deepEqual(report.buttons, ['Replace', 'Copy Steps…']);
    assert.deepEqual(keptReplacements(world.services.memento), []);
  });

  it('is replaced by another attempt, and Undo then removes what both added, but not what existed before', async () => {
    const prepared = { AzureWebJobsStorage__accountName: 'keylessdemostorage' };
    await write('AzureWebJobsStorage__accountName', 'keylessdemostorage');
    const before = await settings();
    const path = String.raw`/config/appsettings\?`;
    const refused = { service: 'arm', method: 'PUT', path, status: 403, count: 1 };
    await control(world.ready, 'POST', '/faults', refused);
    await open();
    await report.press('Replace');
    assert.match(prompts.last.text, /AzureWebJobsStorage of keyless-demo-app wasn't replaced/);
    assert.deepEqual(await settings(), before);
    await report.press('Replace');
    assert.match(prompts.last.text, /is replaced/);
    const { [setting]: _, ...others } = before;
    assert.deepEqual(await settings(), { ...others, ...prepared });
    const [kept, ...more] = keptReplacements(world.services.memento);
    assert.deepEqual(more, []);
    prompts.button('Undo Replacement');
    await undoReplacementOf(world.services, kept?.id);
    assert.deepEqual(await settings(), before);
    assert.ok((await app()).app.identity.systemAssigned, 'what was prepared uses the identity');
  });

  it('is kept in a key vault first if no service can list it again', async () => {
    const signature = encodeURIComponent(value.slice(70, 114));
    const sas = `BlobEndpoint=https://keylessdemostorage.blob.core.windows.net/;QueueEndpoint=https://keylessdemostorage.queue.core.windows.net/;TableEndpoint=https://keylessdemostorage.table.core.windows.net/;SharedAccessSignature=sv=2022-11-02&ss=bqt&srt=sco&sp=rwdl&se=2027-01-01T00:00:00Z&sig=${signature}`;
    await write(setting, sas);
    const before = await settings();
    await open();
    assert.match(report.text, /1\. Keep the old value in a key vault that you choose/);
    prompts.pick('keyless-demo-kv').input('HostStorage');
    await report.press('Replace…');
    assert.match(prompts.last.text, /is replaced/);
    const { vaultUri } = (await world.vault('keyless-demo-kv')).vault;
    const secret = (await world.plain.vault('GET', vaultUri, '/secrets/HostStorage')) as { value: string };
    assert.equal(secret.value, sas);
    assert.equal((await settings())[setting], undefined);
    prompts.pick(setting).button('Undo Replacement');
    await undoReplacementOf(world.services);
    assert.deepEqual(await settings(), before);
    assert.ok(!prompts.everything.includes(signature));
  });

  it("isn't replaced if something prevents it, and the page says what", async () => {
    await write('AZURE_CLIENT_SECRET', 'planted');
    await open();
    assert.match(report.text, /It can't be replaced now/);
    assert.match(report.text, /Because of .*SECRET, bindings would use that account/);
    assert.deepEqual(report.buttons, []);
  });

  it('is replaced in the next window if this one closes, and comes back if functions are missing there', async () => {
    const before = await settings();
    const { vault } = await world.vault('keyless-demo-kv');
    await world.plain.vault('PUT', vault.vaultUri, '/secrets/Photos', { value });
    const set = { Photos__blobServiceUri: 'https://fakeacct01.blob.core.windows.net' };
    const replacement = {
      ...{ id: 'one', accountId: '', tenantId: '', appId: (await app()).app.id, identity: 'SystemAssigned' },
      parts: [
        {
          ...{ setting: 'Photos', write: { set, remove: ['Photos'] }, sticky: [] },
          oldValue: { kind: 'secret' as const, vaultId: vault.id, secretName: 'Photos' },
        },
      ],
      ...{ functions: [], steps: [], readyAt: 0 },
    } as const;
    const { memento } = world.services;
    const reload = async (functions: string[]) => {
      const window = new LongOperations(memento);
      const begun = Promise.withResolvers<undefined>();
      await keepReplacement(memento, { ...replacement, functions });
      void window.track(world.connection, { replacement: { ...replacement, functions } }, () => {
        begun.resolve(undefined);
        return new Promise(() => undefined);
      });
      await begun.promise;
      window.close();
      await nextWindow();
    };
    const nextWindow = () => resumeOperations({ ...world.services, operations: new LongOperations(memento) });
    const left = () => new LongOperations(memento).left.length;
    await write('Photos', value);
    await reload([]);
    assert.match(prompts.last.text, /Photos of keyless-demo-app is replaced/);
    assert.deepEqual([await settings(), left()], [{ ...before, ...set }, 0]);
    assert.equal(keptReplacements(memento).length, 1);
    const path = '/keyless-demo-app/config/appsettings/list';
    await control(world.ready, 'POST', '/faults', { service: 'arm', path, status: 403, count: 0 });
    await reload(['Lost']);
    assert.equal(prompts.last.kind, 'error');
    assert.doesNotMatch(prompts.last.text, /unchanged/);
    assert.equal(left(), 1);
    await control(world.ready, 'DELETE', '/faults');
    await nextWindow();
    assert.equal(left(), 0);
    assert.match(prompts.last.text, /functions are missing: Lost.*The old value is back/);
    assert.deepEqual(await settings(), { ...before, Photos: value });
    assert.deepEqual([keptReplacements(memento), prompts.last.buttons], [[], []]);
  });
});
