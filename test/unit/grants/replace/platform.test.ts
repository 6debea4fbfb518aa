import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { readPlatformSignIn } from '../../../../src/azure/appService/settings/platformSignIn';
import { readHostStatus } from '../../../../src/azure/appService/hosting/hostStatus';
import { deleteRoleAssignment } from '../../../../src/azure/directory/roles';
import { listServiceKeys } from '../../../../src/azure/resources/serviceKeys';
import { listResources } from '../../../../src/azure/resources/resources';
import { apply } from '../../../../src/grants/apply';
import { replaceCredential } from '../../../../src/grants/replace/replaceCredential';
import type { Replacement } from '../../../../src/grants/replace/replacement';
import { undoReplacement } from '../../../../src/grants/replace/undoReplacement';
import { control } from '../../azure/support';
import { useGrantWorld } from '../grantWorld';
import { factsOfKey } from './factsOfKey';
import { quickWatch, replaceEvents } from './replaceEvents';

const setting = 'DEPLOYMENT_STORAGE_CONNECTION_STRING';
const byKey = { type: 'StorageAccountConnectionString', storageAccountConnectionStringName: setting };

describe('The key of the deployment storage', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = replaceEvents(world);
  const app = () => world.app('keyless-flex-app');
  const configuration = async () =>
    (
      (await world.plain.arm('GET', app().id, '2023-12-01')) as {
        properties: { functionAppConfig: Record<string, unknown> };
      }
    ).properties.functionAppConfig;
  const configure = (authentication: object) =>
    world.plain.arm('PATCH', app().id, '2023-12-01', {
      properties: {
        functionAppConfig: {
          deployment: {
            storage: {
              ...{
                type: 'blobContainer',
                value: 'https://keylessdemostorage.blob.core.windows.net/packages',
              },
              authentication,
            },
          },
          runtime: { name: 'node', version: '22' },
          scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 2048 },
        },
      },
    });
  const signIn = async () => (await readPlatformSignIn(world.c, app(), 'package'))?.signIn;
  const state = async () => [
    await configuration(),
    Object.fromEntries(await readAppSettings(world.c, app())),
  ];

  beforeEach(async () => {
    const [subscription = ''] = world.sandbox.ready.subscriptionIds;
    const accounts = await listResources(world.c, subscription);
    const { id } = accounts.find(({ name }) => name === 'keylessdemostorage') ?? assert.fail();
    const key = (await listServiceKeys(world.c, id)).get('key1') ?? '';
    const value = `DefaultEndpointsProtocol=https;AccountName=keylessdemostorage;AccountKey=${key};EndpointSuffix=core.windows.net`;
    await changeAppSettings(world.c, app(), { kind: 'set', name: setting, value });
    await configure(byKey);
  });

  const begin = async (of = setting): Promise<Replacement> => {
    const question = { appId: app().id, setting: of, identity: 'SystemAssigned' };
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts && listed && typeof facts.resource === 'object');
    const { refusals, grant, write, platform } = planReplacement(facts);
    assert.deepEqual(refusals, []);
    assert.ok(platform);
    const { done } = await apply(world.place(), grant, () => undefined, world.never);
    return {
      ...{ id: 'one', appId: app().id, identity: 'SystemAssigned', functions: facts.functions ?? [] },
      parts: [{ setting: of, resourceId: facts.resource.id, write, platform, sticky: [], oldValue: listed }],
      steps: done.flatMap(({ undo }) => undo ?? []).reverse(),
      readyAt: 0,
    };
  };
  const replace = (replacement: Replacement) =>
    replaceCredential(world.c, replacement, events, world.never, quickWatch);

  it('is deleted once the configuration names the identity, and both come back with Undo', async () => {
    const before = await state();
    const replacement = await begin();
    const key = /AccountKey=([^;]+)/.exec(JSON.stringify(before))?.[1] ?? assert.fail();
    assert.ok(!JSON.stringify(replacement).includes(key));
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    const { told } = world;
    assert.deepEqual(told.slice(told.indexOf('writes')), [
      ...['writes', 'setPlatformSignIn', 'writes', 'exchangeAppSettings', 'syncTriggers'],
    ]);
    const [config, settings] = await state();
    assert.equal((await signIn())?.['type'], 'SystemAssignedIdentity');
    const { deployment: _, ...others } = config ?? {};
    const { deployment: __, ...same } = before[0] ?? {};
    assert.deepEqual(others, same);
    assert.ok(settings && !(setting in settings));
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(await state(), before);
  });

  it('is replaced along with that of the host if the configuration names its setting', async () => {
    const host = 'AzureWebJobsStorage';
    const value = (await readAppSettings(world.c, app())).get(setting) ?? '';
    await changeAppSettings(world.c, app(), {
      kind: 'exchange',
      name: host,
      set: { [host]: value },
      remove: [setting],
    });
    await configure({ ...byKey, storageAccountConnectionStringName: host });
    const before = await state();
    const replacement = await begin(host);
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    assert.equal((await signIn())?.['type'], 'SystemAssignedIdentity');
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(await state(), before);
  });

  it('is found in a setting of any name, which the code may read too', async () => {
    const [name, value = ''] = ['Packages', (await readAppSettings(world.c, app())).get(setting)];
    await changeAppSettings(world.c, app(), { kind: 'set', name, value });
    const question = { appId: app().id, setting: name, identity: 'SystemAssigned' };
    const wayOut = async () =>
      (await factsOfKey(world.c, question, world.never)).facts?.finding.wayOut.because;
    assert.equal(await wayOut(), 'codeReads');
    await configure({ ...byKey, storageAccountConnectionStringName: name });
    const { facts } = await factsOfKey(world.c, question, world.never);
    const { refusals, platform, notes } = planReplacement(facts ?? assert.fail());
    assert.deepEqual([refusals, platform?.fetched], [[], 'package']);
    assert.ok(notes.includes('code') && notes.includes('deployment'));
  });

  it('comes back along with the configuration if the host fails without it', async () => {
    const before = await state();
    const replacement = await begin();
    assert.equal((await replace(replacement)).kind, 'replaced');
    const { kind } = await replace({ ...replacement, functions: ['Lost'] });
    assert.equal(kind, 'back');
    assert.deepEqual(await state(), before);
  });

  it('goes on where the window closed between the two writes', async () => {
    const replacement = await begin();
    const [part = assert.fail()] = replacement.parts;
    await configure({ type: part.platform?.now['type'] });
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    assert.ok(!world.told.includes('setPlatformSignIn'));
    assert.ok(!(await readAppSettings(world.c, app())).has(setting));
  });

  it('stays if someone else has changed the configuration since, or if the service ignores the change', async () => {
    const replacement = await begin();
    await configure({ ...byKey, storageAccountConnectionStringName: 'Other' });
    const changed = await replace(replacement);
    assert.equal(changed.kind, 'untouched');
    assert.match('error' in changed ? String(changed.error) : '', /Someone else changed the configuration/);
    await configure(byKey);
    const before = await state();
    const fault = {
      service: 'arm',
      method: 'PATCH',
      path: 'keyless-flex-app',
      status: 200,
      body: {},
      count: 0,
    };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    const ignored = await replace(replacement);
    assert.equal(ignored.kind, 'back');
    assert.match('error' in ignored ? String(ignored.error) : '', /configuration of keyless-flex-app wasn't/);
    assert.deepEqual(await state(), before);
  });

  it('is refused by the service with parts of another way to sign in', async () => {
    for (const authentication of [
      { type: 'SystemAssignedIdentity', storageAccountConnectionStringName: setting },
      { type: 'UserAssignedIdentity' },
      { type: 'Key' },
    ])
      await assert.rejects(configure(authentication), /400 .*Authentication is invalid/s);
  });
});

describe('The password of a container registry', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = replaceEvents(world);
  const name = 'DOCKER_REGISTRY_SERVER_PASSWORD';
  const app = () => world.app('keyless-shop-app');
  const registry = () =>
    `${app().id.split('/providers/')[0] ?? ''}/providers/Microsoft.ContainerRegistry/registries/pictures`;
  const put = (properties: object) =>
    world.plain.arm('PUT', registry(), '2025-11-01', {
      ...{ location: 'westeurope', sku: { name: 'Basic' } },
      properties: { adminUserEnabled: true, ...properties },
    });
  const settings = async () => Object.fromEntries(await readAppSettings(world.c, app()));
  const signIn = async () => (await readPlatformSignIn(world.c, app(), 'image'))?.signIn;
  const status = () => readHostStatus(world.c, app());

  beforeEach(async () => {
    await put({});
    const { passwords } = (await world.plain.arm('POST', `${registry()}/listCredentials`, '2023-07-01')) as {
      passwords: { value: string }[];
    };
    const set = {
      ...{ DOCKER_REGISTRY_SERVER_URL: 'https://pictures.azurecr.io' },
      ...{ DOCKER_REGISTRY_SERVER_USERNAME: 'pictures', [name]: passwords[0]?.value ?? '' },
    };
    await changeAppSettings(world.c, app(), { kind: 'exchange', name, set, remove: [] });
    await world.plain.arm('PATCH', `${app().id}/config/web`, '2023-12-01', {
      properties: { linuxFxVersion: 'DOCKER|pictures.azurecr.io/shop:1' },
    });
  });

  const plan = async () => {
    const question = { appId: app().id, setting: name, identity: 'SystemAssigned' };
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts && listed && typeof facts.resource === 'object');
    return { facts, listed, ...planReplacement(facts) };
  };
  const begin = async (): Promise<Replacement> => {
    const { facts, listed, refusals, grant, write, platform } = await plan();
    assert.deepEqual(refusals, []);
    assert.ok(platform);
    const { done } = await apply(world.place(), grant, () => undefined, world.never);
    await world.plain.control('/clock', { advanceMs: 10_000 });
    return {
      ...{ id: 'one', appId: app().id, identity: 'SystemAssigned', functions: facts.functions ?? [] },
      parts: [{ setting: name, resourceId: registry(), write, platform, sticky: [], oldValue: listed }],
      steps: done.flatMap(({ undo }) => undo ?? []).reverse(),
      readyAt: 0,
    };
  };
  const replace = (replacement: Replacement) =>
    replaceCredential(world.c, replacement, events, world.never, quickWatch);

  it('is deleted once the identity pulls the image, and comes back with Undo', async () => {
    const before = await settings();
    const replacement = await begin();
    assert.ok(!JSON.stringify(replacement).includes(before[name] ?? ''));
    assert.deepEqual(await replace(replacement), { kind: 'replaced' });
    assert.equal((await signIn())?.['acrUseManagedIdentityCreds'], true);
    const { [name]: _, ...others } = before;
    assert.deepEqual(await settings(), others);
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.equal((await signIn())?.['acrUseManagedIdentityCreds'], false);
    assert.deepEqual(await settings(), before);
  });

  it('comes back if the registry refuses the identity', async () => {
    const before = await settings();
    const replacement = await begin();
    for (const step of replacement.steps)
      if (step.kind === 'deleteRoleAssignment') await deleteRoleAssignment(world.c, step.id);
    assert.equal((await replace({ ...replacement, steps: [] })).kind, 'back');
    assert.equal((await signIn())?.['acrUseManagedIdentityCreds'], false);
    assert.deepEqual(await settings(), before);
  });

  it('comes back with Undo, but the role stays if another app pulls its image with it', async () => {
    const replacement = await begin();
    await replace(replacement);
    const theirs = { ...replacement, parts: replacement.parts.map(({ platform: _, ...part }) => part) };
    const { left } = await undoReplacement(world.place(), theirs, [], [], events, world.never);
    assert.ok(
      left.length > 0 && left.every(({ why }) => /keyless-shop-app gets its package or image/.test(why)),
    );
  });

  it('is planned for what the registry accepts', async () => {
    await put({ roleAssignmentMode: 'AbacRepositoryPermissions' });
    assert.deepEqual(
      (await plan()).roles.map(({ role }) => role.name),
      ['Container Registry Repository Reader'],
    );
    assert.deepEqual(await replace(await begin()), { kind: 'replaced' });
    await put({ policies: { azureADAuthenticationAsArmPolicy: { status: 'disabled' } } });
    await assert.rejects(status(), { status: 503 });
  });

  it("stays if the registry doesn't accept the tokens of App Service, or if the host already fails", async () => {
    await put({ policies: { azureADAuthenticationAsArmPolicy: { status: 'disabled' } } });
    assert.deepEqual((await plan()).refusals, [{ kind: 'lacks', lack: 'armTokens' }]);
    await put({ adminUserEnabled: false });
    await assert.rejects(status(), { status: 503 });
    const question = { appId: app().id, setting: name, identity: 'SystemAssigned' };
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts && listed === undefined);
    assert.ok(planReplacement(facts).refusals.some(({ kind }) => kind === 'unreadHost'));
  });
});
