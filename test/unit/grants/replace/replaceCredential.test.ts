import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { isSlotSetting } from '../../../../src/access/replace/replaceFacts';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { assignUserAssignedIdentity } from '../../../../src/azure/appService/identities';
import { changeSlotSetting, slotSettingNames } from '../../../../src/azure/appService/settings/slotSettings';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { deleteRoleAssignment } from '../../../../src/azure/directory/roles';
import { listServiceKeys } from '../../../../src/azure/resources/serviceKeys';
import { listResources } from '../../../../src/azure/resources/resources';
import { apply } from '../../../../src/grants/apply';
import type { Replaced } from '../../../../src/grants/replace/replaceCredential';
import { replaceCredential } from '../../../../src/grants/replace/replaceCredential';
import type { Replacement } from '../../../../src/grants/replace/replacement';
import { wholeWrite } from '../../../../src/grants/replace/replacement';
import { undoReplacement } from '../../../../src/grants/replace/undoReplacement';
import { fakeKeys } from '../../access/credentials/fakeKeys';
import { control } from '../../azure/support';
import { useGrantWorld } from '../grantWorld';
import { factsOfKey } from './factsOfKey';
import { quickWatch, replaceEvents } from './replaceEvents';

const setting = 'AzureWebJobsStorage';

describe('The credential of an app', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const good: number[] = [];
  const settling: number[] = [];
  const events = {
    ...replaceEvents(world),
    settling: (left: number) => settling.push(left),
    looked: (now: number) => good.push(now),
  };
  let value: string;
  let accountId: string;

  const settings = async () => Object.fromEntries(await readAppSettings(world.c, world.app()));
  const set = (name: string, text: string) =>
    changeAppSettings(world.c, world.app(), { kind: 'set', name, value: text });
  const facts = (identity = 'SystemAssigned') =>
    factsOfKey(world.c, { appId: world.app().id, setting, identity }, world.never);

  beforeEach(async () => {
    good.length = settling.length = 0;
    const [subscription = ''] = world.sandbox.ready.subscriptionIds;
    const accounts = await listResources(world.c, subscription);
    accountId = accounts.find(({ name }) => name === 'keylessdemostorage')?.id ?? assert.fail();
    const key = (await listServiceKeys(world.c, accountId)).get('key2') ?? '';
    value = `DefaultEndpointsProtocol=https;AccountName=keylessdemostorage;AccountKey=${key};EndpointSuffix=core.windows.net`;
    await set(setting, value);
  });

  /** Carries out the identity and the roles of the plan. */
  const begin = async (identity = 'SystemAssigned'): Promise<Replacement> => {
    const { facts: found, listed } = await facts(identity);
    assert.ok(found && listed);
    const { refusals, grant, write } = planReplacement(found);
    assert.deepEqual(refusals, []);
    const { done, failure } = await apply(world.place(), grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    return {
      ...{ id: 'one', appId: world.app().id, identity, functions: found.functions ?? [] },
      parts: [{ setting, resourceId: accountId, write, sticky: [], oldValue: listed }],
      steps: done.flatMap(({ undo }) => undo ?? []).reverse(),
      readyAt: world.c.clock.now() + 20_000,
    };
  };
  const replace = (replacement: Replacement, signal = world.never) =>
    replaceCredential(world.c, replacement, events, signal, quickWatch);
  const whyOf = (replaced: Replaced) =>
    'error' in replaced && replaced.error instanceof Error ? replaced.error.message : '';

  it('is replaced in one write once its roles have had their time, and the host stays healthy', async () => {
    const before = await settings();
    const replacement = await begin();
    const key = value.split(/AccountKey=|;EndpointSuffix/)[1] ?? assert.fail();
    assert.ok(!JSON.stringify(replacement).includes(key), 'the key is kept');
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    const { [setting]: _, ...others } = before;
    assert.deepEqual(await settings(), { ...others, AzureWebJobsStorage__accountName: 'keylessdemostorage' });
    assert.deepEqual(good, [1, 2, 3, 1, 2, 3]);
    assert.equal(settling.length, 2);
    const { told } = world;
    assert.deepEqual(told.slice(0, 2), ['enableIdentity', 'createRoleAssignment']);
    assert.deepEqual(told.slice(told.indexOf('writes')), ['writes', 'exchangeAppSettings', 'syncTriggers']);
  });

  it('is restored byte by byte if the host fails without it', async () => {
    const before = await settings();
    const replacement = await begin();
    for (const step of replacement.steps)
      if (step.kind === 'deleteRoleAssignment') await deleteRoleAssignment(world.c, step.id);
    const replaced = await replace({ ...replacement, steps: [] });
    assert.equal(replaced.kind, 'back');
    assert.match(whyOf(replaced), /isn't allowed to use the resource/);
    assert.ok(!('stillFailing' in replaced));
    assert.deepEqual(await settings(), before);
  });

  it('is replaced together with another one in one write, and both are restored in one if the host fails', async () => {
    await set('Copy', value);
    const before = await settings();
    const begun = await begin();
    const [part = assert.fail()] = begun.parts;
    const copy = { setting: 'Copy', write: { remove: ['Copy'], set: { Copy__accountName: 'x' } } };
    const replacement = { ...begun, parts: [part, { ...part, ...copy }] };
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    const { [setting]: _, Copy: __, ...others } = before;
    const added = { AzureWebJobsStorage__accountName: 'keylessdemostorage', Copy__accountName: 'x' };
    assert.deepEqual(await settings(), { ...others, ...added });
    assert.deepEqual(world.told.slice(world.told.indexOf('writes')), [
      ...['writes', 'exchangeAppSettings', 'syncTriggers'],
    ]);
    const isLost = { ...replacement, functions: ['Lost'] };
    assert.equal((await replace(isLost)).kind, 'back');
    assert.equal(world.told.filter((one) => one === 'exchangeAppSettings').length, 2);
    assert.deepEqual(await settings(), before);
    await set('Copy', 'theirs');
    assert.match(whyOf(await replace(replacement)), /changed the setting Copy/);
  });

  it('stays if a role that was added is gone, or if the setting has changed', async () => {
    const replacement = await begin();
    await set(setting, value.replace('https', 'http'));
    const changed = await replace(replacement);
    assert.deepEqual([changed.kind, /Someone else changed/.test(whyOf(changed))], ['untouched', true]);
    for (const step of replacement.steps)
      if (step.kind === 'deleteRoleAssignment') await deleteRoleAssignment(world.c, step.id);
    const gone = await replace(replacement);
    assert.deepEqual([gone.kind, /was deleted/.test(whyOf(gone))], ['untouched', true]);
    assert.ok(!world.told.includes('writes'));
  });

  it('stays if someone else has set what would replace it since the plan was made', async () => {
    const replacement = await begin();
    await set('AzureWebJobsStorage__accountName', 'theirs');
    const before = await settings();
    const replaced = await replace(replacement);
    assert.deepEqual(
      [replaced.kind, whyOf(replaced)],
      ['untouched', 'A setting named AzureWebJobsStorage__accountName already exists.'],
    );
    assert.deepEqual(await settings(), before);
  });

  it('is restored if the wait is canceled, and if functions are missing afterward', async () => {
    const before = await settings();
    const replacement = await begin();
    const abort = new AbortController();
    const looked = (count: number) => {
      if (world.told.includes('exchangeAppSettings') && count === 1) abort.abort();
    };
    const canceled = await replaceCredential(
      world.c,
      replacement,
      { ...events, looked },
      abort.signal,
      quickWatch,
    );
    assert.deepEqual([canceled.kind, await settings()], ['back', before]);
    const lost = await replace({ ...replacement, functions: [...replacement.functions, 'Lost'] });
    assert.deepEqual([lost.kind, /functions are missing: Lost/.test(whyOf(lost))], ['untouched', true]);
  });

  it('is watched further if the window closed after the write, and nothing is written again', async () => {
    const replacement = await begin();
    await changeAppSettings(world.c, world.app(), {
      ...{ kind: 'exchange', name: setting, was: { [setting]: value } },
      ...wholeWrite(replacement.parts),
    });
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    assert.ok(!world.told.includes('writes'));
  });

  it("isn't said to be unchanged if the settings can't be read, because an earlier run may have changed it", async () => {
    const replacement = await begin();
    const path = '/config/appsettings/list';
    const fault = { service: 'arm', path, status: 403, count: 0 };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    assert.equal((await replace(replacement)).kind, 'unread');
    await control(world.c, world.sandbox.ready, 'DELETE', '/faults', undefined);
    assert.ok(!world.told.includes('writes'));
  });

  it('comes back with Undo, which removes only what was added', async () => {
    const before = await settings();
    const replacement = await begin();
    await replace(replacement);
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(await settings(), before);
    assert.equal((await getFunctionApp(world.c, world.app().id)).identity.systemAssigned, undefined);
  });

  it('comes back with Undo, but its role stays if another setting uses it', async () => {
    const replacement = await begin();
    await replace(replacement);
    await set('Photos__blobServiceUri', 'https://keylessdemostorage.blob.core.windows.net');
    const { left } = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.ok(left.length > 0 && left.every(({ why }) => /Photos__blobServiceUri/.test(why)));
    assert.equal((await settings())[setting], value);
    const { identity } = await getFunctionApp(world.c, world.app().id);
    assert.ok(identity.systemAssigned);
  });

  it('comes back with Undo, but its role stays if another app has the same identity and uses it', async () => {
    const { resourceId: identity } = world.app('keyless-rbac-app').identity.userAssigned[0] ?? assert.fail();
    await assignUserAssignedIdentity(world.c, world.app(), identity);
    const replacement = await begin(identity);
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    const undoing = (others: readonly Replacement[]) =>
      undoReplacement(world.place(), replacement, others, [], events, world.never);
    const reasons = async (others: readonly Replacement[]) =>
      (await undoing(others)).left.map(({ why }) => why);
    const theirs = { ...replacement, id: 'theirs', appId: world.app('keyless-rbac-app').id };
    assert.match((await reasons([theirs])).join(), /AzureWebJobsStorage of keyless-rbac-app/);
    const change = { kind: 'set', name: 'Photos__accountName', value: 'keylessdemostorage' } as const;
    await changeAppSettings(world.c, world.app('keyless-rbac-app'), change);
    assert.match((await reasons([])).join(), /Photos__accountName of keyless-rbac-app/);
    await changeAppSettings(world.c, world.app('keyless-rbac-app'), { ...change, kind: 'delete' });
    assert.deepEqual(await undoing([]), { left: [] });
  });

  it("isn't restored over what someone else has set since", async () => {
    const replacement = await begin();
    await replace(replacement);
    await set(setting, 'theirs');
    await assert.rejects(undoReplacement(world.place(), replacement, [], [], events, world.never), {
      code: 'SettingChanged',
    });
    assert.equal((await settings())[setting], 'theirs');
  });

  it('passes the mark of a slot setting on to what replaces it, and Undo takes the mark back', async () => {
    await changeSlotSetting(world.c, world.app(), { name: setting }, true);
    const { facts: found } = await facts();
    assert.ok(found && isSlotSetting(found));
    const name = 'AzureWebJobsStorage__accountName';
    const begun = await begin();
    const replacement = { ...begun, parts: begun.parts.map((part) => ({ ...part, sticky: [name] })) };
    const isMarked = async () =>
      (await slotSettingNames(world.c, world.app(), world.never)).appsettings.has(name.toLowerCase());
    await replace(replacement);
    assert.ok(await isMarked());
    await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.ok(!(await isMarked()));
  });

  it('is found with the resource that it opens, and where its key is listed again', async () => {
    const { facts: found, listed } = await facts();
    assert.ok(typeof found?.resource === 'object');
    assert.equal(found.resource.id, accountId);
    assert.equal(found.resource.endpoints?.blob, 'https://keylessdemostorage.blob.core.windows.net');
    assert.equal(found.host?.state, 'Running');
    assert.deepEqual(listed, {
      ...{ kind: 'storageKey', accountId, keyName: 'key2' },
      before: 'DefaultEndpointsProtocol=https;AccountName=keylessdemostorage;AccountKey=',
      after: ';EndpointSuffix=core.windows.net',
    });
    const key = value.split(/AccountKey=|;EndpointSuffix/)[1] ?? assert.fail();
    assert.ok(!JSON.stringify({ found, listed }).includes(key));
  });

  it("isn't replaced if its package is read as another identity", async () => {
    const [name, identity] = ['WEBSITE_RUN_FROM_PACKAGE', 'WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID'];
    const url = 'https://keylessdemostorage.blob.core.windows.net/packages/app.zip';
    await set(name, `${url}?sv=2022-11-02&sr=b&sp=r&sig=${encodeURIComponent(fakeKeys.storage)}`);
    await set(identity, '/subscriptions/other/identity');
    const question = { appId: world.app().id, setting: name, identity: 'SystemAssigned' };
    const { facts: found } = await factsOfKey(world.c, question, world.never);
    assert.ok(found);
    assert.deepEqual([...found.settings.members.keys()], [identity]);
    const others = planReplacement(found).refusals.filter(({ kind }) => kind === 'otherMembers');
    assert.deepEqual(others, [{ kind: 'otherMembers', names: [identity] }]);
  });

  it('has no other place if the account no longer has its key, or may not be listed', async () => {
    await set(setting, value.replace(/AccountKey=[^;]+/, `AccountKey=${fakeKeys.storage}`));
    assert.equal((await facts()).listed, undefined);
    await set(setting, value);
    const fault = { service: 'arm', method: 'POST', path: 'listKeys', status: 403, count: 0 };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    const { facts: found, listed } = await facts();
    assert.ok(found && !listed);
  });
});
