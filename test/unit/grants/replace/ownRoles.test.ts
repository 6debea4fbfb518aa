import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { writeSiteFile } from '../../../../src/azure/appService/siteFiles';
import { enableSystemAssignedIdentity } from '../../../../src/azure/appService/sites';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { listDataRoles } from '../../../../src/azure/resources/dataRoles';
import { apply } from '../../../../src/grants/apply';
import { assignUserAssignedIdentity } from '../../../../src/azure/appService/identities';
import type { Replacement } from '../../../../src/grants/replace/replacement';
import { replaceCredential } from '../../../../src/grants/replace/replaceCredential';
import { undoReplacement } from '../../../../src/grants/replace/undoReplacement';
import { useGrantWorld } from '../grantWorld';
import { factsOfKey } from './factsOfKey';
import { quickWatch, replaceEvents } from './replaceEvents';

describe('A credential of a service with roles of its own', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const events = replaceEvents(world);
  const app = (name = 'keyless-shop-app') => world.app(name);
  const settings = async (name?: string) => Object.fromEntries(await readAppSettings(world.c, app(name)));

  it('is replaced for Cosmos DB, and Undo removes only the role that was added', async () => {
    const before = await settings();
    const { setting, ...question } = { appId: app().id, setting: 'Stock', identity: 'SystemAssigned' };
    const read = () => factsOfKey(world.c, { ...question, setting }, world.never);
    const { facts, listed } = await read();
    assert.ok(facts && typeof facts.resource === 'object');
    const account = facts.resource.id;
    assert.deepEqual(listed, {
      ...{ kind: 'cosmosKey', accountId: account, keyName: 'primaryMasterKey' },
      before: 'AccountEndpoint=https://keyless-shop-stock.documents.azure.com:443/;AccountKey=',
      after: ';',
    });
    const plan = planReplacement(facts);
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.grant.map((step) => [step.kind, 'scope' in step ? step.scope : '']),
      [
        ['enableIdentity', ''],
        ['assignDataRole', `${account}/dbs/shop/colls/stock`],
      ],
    );
    const { done, failure } = await apply(world.place(), plan.grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    assert.deepEqual(planReplacement((await read()).facts ?? facts).grant, [], 'it has all it needs');
    const again = await apply(world.place(), plan.grant, () => undefined, world.never);
    assert.deepEqual(
      again.done.flatMap(({ undo }) => undo ?? []),
      [],
    );
    const replacement: Replacement = {
      ...{ id: 'one', ...question },
      parts: [{ setting, resourceId: account, write: plan.write, sticky: [], oldValue: listed }],
      ...{ functions: facts.functions ?? [], steps: done.flatMap(({ undo }) => undo ?? []).reverse() },
      readyAt: 0,
    };
    assert.deepEqual(await replaceCredential(world.c, replacement, events, world.never, quickWatch), {
      kind: 'replaced',
    });
    const { Stock: _, ...others } = before;
    const added = { Stock__accountEndpoint: 'https://keyless-shop-stock.documents.azure.com:443/' };
    assert.deepEqual(await settings(), { ...others, ...added });
    const [part] = replacement.parts;
    assert.ok(part);
    const other = { ...replacement, id: 'two', parts: [{ ...part, setting: 'Other' }] };
    const kept = await undoReplacement(world.place(), replacement, [other], [], events, world.never);
    assert.equal(kept.left.length, 2, 'another setting needs the role and the identity');
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(await settings(), before);
    assert.deepEqual(await listDataRoles(world.c, account), []);
    const { told } = world;
    assert.deepEqual(told.slice(0, 2), ['enableIdentity', 'assignDataRole']);
    assert.deepEqual(told.slice(-2), ['removeDataRole', 'disableIdentity']);
  });

  it("is undone with its role if only another credential's role is needed by something else", async () => {
    const question = { appId: app().id, identity: 'SystemAssigned' };
    const read = async (setting: string) => {
      const { facts, listed } = await factsOfKey(world.c, { ...question, setting }, world.never);
      assert.ok(facts && listed && typeof facts.resource === 'object');
      const write = { remove: [setting], set: {} };
      return { facts, part: { setting, resourceId: facts.resource.id, write, sticky: [], oldValue: listed } };
    };
    const [stock, photos] = [await read('Stock'), await read('Photos')];
    const { grant } = planReplacement(stock.facts);
    const { done } = await apply(world.place(), grant, () => undefined, world.never);
    const replacement: Replacement = {
      ...{ id: 'one', ...question, parts: [stock.part, photos.part], readyAt: 0 },
      functions: stock.facts.functions ?? [],
      steps: done.flatMap(({ undo }) => undo ?? []).reverse(),
    };
    const other = { ...replacement, id: 'two', parts: [photos.part] };
    const undone = await undoReplacement(world.place(), replacement, [other], [], events, world.never);
    assert.deepEqual(
      undone.left.map(({ step }) => step.kind),
      ['disableIdentity'],
    );
    assert.deepEqual(await listDataRoles(world.c, stock.part.resourceId), []);
  });

  it('stays for Application Insights, and the identity is used as well until that is undone', async () => {
    const name = 'keyless-flex-app';
    const setting = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
    const before = await settings(name);
    const about = { appId: app(name).id, identity: 'SystemAssigned' };
    const question = { ...about, setting };
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts && typeof facts.resource === 'object' && listed?.kind === 'instrumentationKey');
    assert.match(facts.resource.id, /\/components\/keyless-insights$/);
    const plan = planReplacement(facts);
    assert.deepEqual(plan.refusals, []);
    const { done, failure } = await apply(world.place(), plan.grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    const replacement: Replacement = {
      ...{ id: 'one', ...about },
      parts: [{ setting, resourceId: facts.resource.id, write: plan.write, sticky: [], oldValue: listed }],
      ...{ functions: facts.functions ?? [], steps: done.flatMap(({ undo }) => undo ?? []), readyAt: 0 },
    };
    const replaced = await replaceCredential(world.c, replacement, events, world.never, quickWatch);
    assert.deepEqual(replaced, { kind: 'replaced' });
    const added = { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD' };
    assert.deepEqual(await settings(name), { ...before, ...added });
    assert.equal((await factsOfKey(world.c, question, world.never)).facts, undefined);
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(await settings(name), before);
    assert.equal(world.told.at(-1), 'deleteRoleAssignment');
  });

  it('keeps the role for telemetry that another app with the same identity has come to need', async () => {
    const other = app('keyless-rbac-app');
    const [identity] = other.identity.userAssigned;
    assert.ok(identity);
    const flex = app('keyless-flex-app');
    await assignUserAssignedIdentity(world.c, flex, identity.resourceId);
    const setting = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
    const question = { appId: flex.id, setting, identity: identity.resourceId };
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts && listed && typeof facts.resource === 'object');
    const { grant, write } = planReplacement(facts);
    const { done } = await apply(world.place(), grant, () => undefined, world.never);
    const replacement: Replacement = {
      ...{ id: 'one', appId: flex.id, identity: question.identity, functions: facts.functions ?? [] },
      parts: [{ setting, resourceId: facts.resource.id, write, sticky: [], oldValue: listed }],
      ...{ steps: done.flatMap(({ undo }) => undo ?? []), readyAt: 0 },
    };
    const name = 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING';
    const value = `Authorization=AAD;ClientId=${identity.clientId}`;
    await changeAppSettings(world.c, other, { kind: 'set', name, value });
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(
      undone.left.map(({ step, why }) => [step.kind, why]),
      [['deleteRoleAssignment', `the setting ${name} of keyless-rbac-app depends on it`]],
    );
  });

  it('is replaced for a cache, whose key goes in the same write as its host comes', async () => {
    const group = app().id.split('/providers/')[0] ?? '';
    const cacheId = `${group}/providers/Microsoft.Cache/redis/keyless-shop-cache`;
    const properties = { sku: { name: 'Basic', family: 'C', capacity: 0 } };
    const put = (redisConfiguration: object) =>
      world.plain.arm('PUT', cacheId, '2024-11-01', {
        ...{ location: 'westeurope', properties: { ...properties, redisConfiguration } },
      });
    await put({});
    const keys = (await world.plain.arm('POST', `${cacheId}/listKeys`, '2024-11-01')) as Record<
      string,
      string
    >;
    const host = 'keyless-shop-cache.redis.cache.windows.net';
    const [before, after] = [`${host}:6380,password=`, ',ssl=True,abortConnect=False'];
    const value = `${before}${keys['secondaryKey'] ?? ''}${after}`;
    await changeAppSettings(world.c, app(), { kind: 'set', name: 'Cache', value });
    const bindings = [
      { type: 'redisListTrigger', direction: 'in', name: 'entry', key: 'a', connection: 'Cache' },
    ];
    for (const [file, text] of [
      ['function.json', JSON.stringify({ bindings })],
      ['index.js', 'module.exports = async () => undefined;'],
    ] as const)
      await writeSiteFile(world.c, app(), `site/wwwroot/Pop/${file}`, Buffer.from(text), undefined);
    const about = { appId: app().id, identity: 'SystemAssigned' };
    const question = { ...about, setting: 'Cache' };
    const refusals = async () => {
      const { facts } = await factsOfKey(world.c, question, world.never);
      return planReplacement(facts ?? assert.fail()).refusals.map(({ kind }) => kind);
    };
    assert.deepEqual(await refusals(), ['lacks', 'noPrincipal']);
    await put({ 'aad-enabled': 'true' });
    const enabled = await enableSystemAssignedIdentity(world.c, app());
    assert.deepEqual(await refusals(), []);
    const { facts, listed } = await factsOfKey(world.c, question, world.never);
    assert.ok(facts);
    assert.deepEqual(listed, {
      ...{ kind: 'redisKey', accountId: cacheId, keyName: 'secondaryKey', before, after },
    });
    const plan = planReplacement(facts);
    const { done, failure } = await apply(world.place(), plan.grant, () => undefined, world.never);
    assert.equal(failure, undefined);
    const all = await settings();
    const replacement: Replacement = {
      ...{ id: 'one', ...about },
      parts: [{ setting: 'Cache', resourceId: cacheId, write: plan.write, sticky: [], oldValue: listed }],
      ...{ functions: facts.functions ?? [], steps: done.flatMap(({ undo }) => undo ?? []), readyAt: 0 },
    };
    const replaced = await replaceCredential(world.c, replacement, events, world.never, quickWatch);
    assert.deepEqual(replaced, { kind: 'replaced' });
    const { Cache: _, ...others } = all;
    const principalId = enabled.identity.systemAssigned?.principalId;
    const added = { Cache__redisHostName: host, Cache__principalId: principalId };
    assert.deepEqual(await settings(), { ...others, ...added });
    assert.equal((await listDataRoles(world.c, cacheId)).length, 1);
    const undone = await undoReplacement(world.place(), replacement, [], [], events, world.never);
    assert.deepEqual(undone, { left: [] });
    assert.deepEqual(await settings(), all);
    assert.deepEqual(await listDataRoles(world.c, cacheId), []);
  });

  it("isn't replaced if its role was deleted meanwhile", async () => {
    const { setting, ...question } = { appId: app().id, setting: 'Stock', identity: 'SystemAssigned' };
    const { facts, listed } = await factsOfKey(world.c, { ...question, setting }, world.never);
    assert.ok(facts && listed && typeof facts.resource === 'object');
    const { id: resourceId } = facts.resource;
    const id = `${resourceId}/sqlRoleAssignments/99999999-9999-4999-8999-999999999999`;
    const step = {
      kind: 'removeDataRole',
      id,
      resourceId,
      scope: resourceId,
      role: '1',
      principalId: '2',
    } as const;
    const replaced = await replaceCredential(
      world.c,
      {
        ...{ id: 'one', ...question },
        parts: [{ setting, resourceId, write: planReplacement(facts).write, sticky: [], oldValue: listed }],
        ...{ functions: facts.functions ?? [], steps: [step], readyAt: 0 },
      },
      events,
      world.never,
      quickWatch,
    );
    assert.equal(replaced.kind, 'untouched');
    assert.ok('error' in replaced && /was deleted/.test(String(replaced.error)));
  });
});
