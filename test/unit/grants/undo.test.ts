import assert from 'node:assert/strict';
import type { ReadWish } from '../../../src/access/plan/plan';
import { planRead } from '../../../src/access/plan/plan';
import {
  assignUserAssignedIdentity,
  setKeyVaultReferenceIdentity,
} from '../../../src/azure/appService/identities';
import {
  changeAppSettings,
  readAppSettings,
  readSettings,
  readSettingValue,
} from '../../../src/azure/appService/settings/appSettings';
import { getFunctionApp } from '../../../src/azure/appService/sites';
import { createRoleAssignment, listRoleAssignmentsOf } from '../../../src/azure/directory/roles';
import { getKeyVault } from '../../../src/azure/keyVault/vaults';
import { setSecret } from '../../../src/azure/keyVault/secrets';
import { apply } from '../../../src/grants/apply';
import { beginGrant, grantAfter } from '../../../src/grants/beginGrant';
import type { Grant } from '../../../src/grants/grant';
import type { ReadQuestion } from '../../../src/grants/readFacts';
import { readFacts } from '../../../src/grants/readFacts';
import { undo } from '../../../src/grants/undo';
import { canBeKept } from '../../../src/grants/undoStep';
import { control } from '../azure/support';
import { useGrantWorld } from './grantWorld';

describe('Undoing a grant', function () {
  this.timeout(60_000);
  const world = useGrantWorld();
  const { app, vault, place, question, rbacQuestion, never } = world;

  async function grantFor(asked: ReadQuestion, wish: ReadWish = { roleScope: 'secret' }): Promise<Grant> {
    const { facts, app: planned } = await readFacts(asked);
    const { steps } = planRead(facts, wish);
    const title = `can read ${asked.target.secretName}`;
    const begun = { id: title, title, ...(await beginGrant(asked, planned, steps, never)) };
    const { done, failure } = await apply(place(), steps, () => undefined, never);
    if (failure) throw failure.error;
    return grantAfter(begun, done);
  }

  /** Undoes it, and returns what was kept and why. */
  async function takeBack(grant: Grant, others: readonly Grant[] = []): Promise<string[]> {
    const { left, failure } = await undo(place(), grant, others, () => undefined, never);
    if (failure) throw failure.error;
    return left.map(({ step, why }) => `${step.kind}: ${why}`);
  }

  const referenceTo = (secret: string, of = vault()) =>
    `@Microsoft.KeyVault(SecretUri=${of.vaultUri}/secrets/${secret})`;
  const withSetting = (name: string, secret: string, of = vault()): ReadWish => ({
    roleScope: 'secret',
    setting: { name, reference: referenceTo(secret, of) },
  });
  const set = (name: string, value: string | null, of = app()) =>
    changeAppSettings(world.c, of, { kind: 'set', name, value });
  const hasPolicy = async (grant: Grant) =>
    (await getKeyVault(world.c, vault().id)).accessPolicies.some(
      ({ objectId }) => objectId === grant.principalId,
    );
  const principalIn = async (id: string) => (await getFunctionApp(world.c, id)).identity.systemAssigned;
  const reader = () => app('keyless-rbac-app').identity.userAssigned[0] ?? assert.fail();

  it('keeps a policy that another reference depends on, and the identity with it', async () => {
    const grant = await grantFor(question(), withSetting('KEY', 'ASampleKey'));
    await setSecret(world.c, vault(), { name: 'Other', value: 'x' });
    await set('OTHER', referenceTo('Other'));
    const left = await takeBack(grant);
    assert.deepEqual(left, [
      'removePermissions: the setting OTHER of keyless-demo-app depends on it',
      'disableIdentity: the identity has an access policy on keyless-demo-kv',
    ]);
    assert.ok(await hasPolicy(grant));
    assert.equal((await readAppSettings(world.c, app())).get('KEY'), undefined);
  });

  it('keeps an identity that has rights which only the service knows', async () => {
    const settings = [
      ['Stock__accountEndpoint', 'https://keyless-shop-stock.documents.azure.com:443/'],
      ['Cache__redisHostName', 'keyless-shop-cache.redis.cache.windows.net'],
      ['Sql', 'Server=x.database.windows.net;Database=y;Authentication=Active Directory Managed Identity'],
    ] as const;
    let grant = await grantFor(question(), withSetting('KEY', 'ASampleKey'));
    for (const [name, value] of settings) {
      await set(name, value);
      const kept = `the setting ${name.replace(/__.*/, '')} of keyless-demo-app depends on it`;
      assert.deepEqual(await takeBack(grant), [`disableIdentity: ${kept}`]);
      await changeAppSettings(world.c, app(), { kind: 'delete', name });
      grant = { ...grant, steps: grant.steps.filter(({ kind }) => kind === 'disableIdentity') };
    }
    await set('Stock__accountEndpoint', settings[0][1]);
    await set('Stock__clientId', 'the client ID of another identity');
    assert.deepEqual(await takeBack(grant), []);
  });

  it('takes the value of a setting away again that had none, and keeps an empty one', async () => {
    // A template can set null (Azure/Azure-Functions#1711).
    await set('NOTHING', null);
    const grant = await grantFor(question(), withSetting('NOTHING', 'ASampleKey'));
    const value = () => readSettingValue(world.c, app(), { name: 'nothing' });
    assert.equal(await value(), referenceTo('ASampleKey'));
    assert.ok(grant.steps.every(canBeKept));
    assert.deepEqual(await takeBack(grant), []);
    assert.equal(await value(), null);
    await set('EMPTY', '');
    const other = grantFor(question(), withSetting('EMPTY', 'ASampleKey'));
    await assert.rejects(other, { code: 'SettingHasValue' });
  });

  it('counts another reference to the same secret, but not the one that the grant was for', async () => {
    await set('KEY', referenceTo('ASampleKey'));
    const first = await grantFor(question());
    assert.deepEqual(await takeBack(first), []);
    const second = await grantFor(question());
    await set('AGAIN', referenceTo('ASampleKey'));
    assert.match((await takeBack(second)).join(), /removePermissions: the setting AGAIN /);
    assert.ok(await hasPolicy(second));
  });

  it('counts references in connection strings, but not one that was there before', async () => {
    const connect = (name: string, secret: string) =>
      changeAppSettings(world.c, app(), {
        ...{ kind: 'set', name, connectionType: 'SQLAzure', value: referenceTo(secret) },
      });
    await connect('Before', 'ASampleKey');
    const first = await grantFor(question());
    assert.deepEqual(first.before, [
      { setting: 'Before', connectionType: 'SQLAzure', reference: referenceTo('ASampleKey') },
    ]);
    // An app setting of the same name is another one.
    await set('Before', referenceTo('ASampleKey'));
    assert.match((await takeBack(first)).join(), /removePermissions: the setting Before of keyless-demo-app/);
    await changeAppSettings(world.c, app(), { kind: 'delete', name: 'Before' });
    await setSecret(world.c, vault(), { name: 'Other', value: 'x' });
    await connect('Orders', 'Other');
    assert.match((await takeBack(first)).join(), /removePermissions: the setting Orders of keyless-demo-app/);
    assert.ok(await hasPolicy(first));
    await connect('Orders', 'ASampleKey');
    assert.match((await takeBack(first)).join(), /removePermissions: the setting Orders of keyless-demo-app/);
    await changeAppSettings(world.c, app(), { kind: 'delete', name: 'Orders', connectionType: 'SQLAzure' });
    assert.deepEqual(await takeBack(first), []);
  });

  it('restores the reference in a connection string, with its type', async () => {
    const id = { name: 'Db', connectionType: 'SQLAzure' };
    await changeAppSettings(world.c, app(), { kind: 'set', ...id, value: referenceTo('Old') });
    const step = { kind: 'writeReference', appId: app().id, ...id, reference: referenceTo('New') } as const;
    const begun = { id: 'g', title: 'g', ...(await beginGrant(question(), app(), [step], never)) };
    const { done, failure } = await apply(place(), [step], () => undefined, never);
    assert.equal(failure, undefined);
    const stored = async () => (await readSettings(world.c, app())).find(({ name }) => name === 'Db');
    assert.deepEqual(await stored(), { ...id, value: referenceTo('New') });
    assert.deepEqual(await takeBack(grantAfter(begun, done)), []);
    assert.deepEqual(await stored(), { ...id, value: referenceTo('Old') });
  });

  it('replaces a connection string without a value', async () => {
    const id = { name: 'Db', connectionType: 'SQLAzure' };
    const step = { kind: 'writeReference', appId: app().id, ...id, reference: referenceTo('New') } as const;
    await control(world.c, world.sandbox.ready, 'POST', '/faults', {
      ...{ method: 'POST', path: 'connectionstrings/list', status: 200, count: 2 },
      body: { properties: { Db: { value: null, type: 'SQLAzure' } } },
    });
    const { done, failure } = await apply(place(), [step], () => undefined, never);
    assert.equal(failure, undefined);
    assert.deepEqual(
      done.map(({ undo }) => undo),
      [{ kind: 'restoreSetting', appId: app().id, ...id, written: step.reference, before: null }],
    );
  });

  it("keeps what can't be checked", async () => {
    const grant = await grantFor(question());
    const fault = { path: 'appsettings/list', status: 403, count: 0 };
    await control(world.c, world.sandbox.ready, 'POST', '/faults', fault);
    const [policy] = await takeBack(grant);
    await control(world.c, world.sandbox.ready, 'DELETE', '/faults');
    assert.match(policy ?? '', /^removePermissions: can't check whether something else uses it: /);
    assert.ok(await hasPolicy(grant));
  });

  it('leaves to a later grant what that one needs, which takes it back', async () => {
    const first = await grantFor(question());
    await setSecret(world.c, vault(), { name: 'Other', value: 'x' });
    const second = await grantFor(question({}, vault(), 'Other'));
    assert.deepEqual(second.steps, [], 'the policy is for the whole vault');
    assert.deepEqual(await takeBack(first, [second]), [
      'removePermissions: the grant "can read Other" needs it',
      'disableIdentity: the grant "can read Other" needs it',
    ]);
    assert.ok(await hasPolicy(first));
    assert.deepEqual(await takeBack({ ...second, steps: first.steps }), []);
    assert.ok(!(await hasPolicy(first)));
    assert.equal(await principalIn(app().id), undefined);
  });

  it('keeps an identity that has a role in another subscription', async () => {
    const grant = await grantFor(question());
    const elsewhere = vault('keyless-rbac-kv').subscriptionId;
    assert.notEqual(elsewhere, app().subscriptionId);
    await createRoleAssignment(world.c, {
      scope: `/subscriptions/${elsewhere}`,
      roleDefinitionId: `/subscriptions/${elsewhere}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
      principalId: grant.principalId ?? '',
    });
    assert.deepEqual(await takeBack(grant), ['disableIdentity: the identity has other role assignments']);
    assert.equal((await principalIn(app().id))?.principalId, grant.principalId);
  });

  it('keeps a role that another app with the same identity depends on', async () => {
    const kv = vault('keyless-rbac-kv');
    const identity = reader().resourceId;
    const grant = await grantFor(rbacQuestion({ identity }));
    const linux = await assignUserAssignedIdentity(world.c, app('keyless-linux-app'), identity);
    await setKeyVaultReferenceIdentity(world.c, linux, identity);
    const left = (await takeBack(grant)).join();
    assert.match(left, /^deleteRoleAssignment: the setting DB_PASSWORD of keyless-linux-app depends on it$/);
    const roles = () => listRoleAssignmentsOf(world.c, kv.subscriptionId, reader().principalId);
    assert.equal((await roles()).length, 1);
    await setKeyVaultReferenceIdentity(world.c, linux, 'SystemAssigned');
    assert.deepEqual(await takeBack(grant), []);
    assert.equal((await roles()).length, 0);
  });

  it('keeps an identity that resolves references now, or that a setting names', async () => {
    const identity = reader().resourceId;
    const linux = app('keyless-linux-app');
    const grant = await grantFor(rbacQuestion({ appId: linux.id, identity }));
    assert.deepEqual(
      grant.steps.map(({ kind }) => kind),
      ['deleteRoleAssignment', 'unassignIdentity'],
    );
    const onlyIdentity = { ...grant, steps: grant.steps.slice(1) };
    await setKeyVaultReferenceIdentity(world.c, linux, identity);
    assert.match((await takeBack(onlyIdentity)).join(), /it resolves the app's Key Vault references now/);
    await setKeyVaultReferenceIdentity(world.c, linux, 'SystemAssigned');
    await set('AZURE_CLIENT_ID', reader().clientId, linux);
    assert.match((await takeBack(onlyIdentity)).join(), /the setting AZURE_CLIENT_ID .* refers to it/);
    assert.equal((await getFunctionApp(world.c, linux.id)).identity.userAssigned.length, 1);
    await changeAppSettings(world.c, linux, { kind: 'delete', name: 'AZURE_CLIENT_ID' });
    const db = { name: 'Db', connectionType: 'SQLAzure' };
    const value = `Server=db;Authentication=Active Directory Managed Identity;User Id=${reader().clientId}`;
    await changeAppSettings(world.c, linux, { kind: 'set', ...db, value });
    assert.match((await takeBack(onlyIdentity)).join(), /the setting Db of .* refers to it/);
    await changeAppSettings(world.c, linux, { kind: 'delete', ...db });
    assert.deepEqual(await takeBack(grant), []);
  });

  it('keeps a reference identity that someone else has set, or that new references use', async () => {
    const rbac = app('keyless-rbac-app');
    const kv = vault('keyless-rbac-kv');
    const identity = reader().resourceId;
    const grant = await grantFor(rbacQuestion({ identity }), withSetting('DB', 'DbPassword', kv));
    const onlySwitch = { ...grant, steps: grant.steps.filter(({ kind }) => kind === 'setReferenceIdentity') };
    const resolver = async () => (await getFunctionApp(world.c, rbac.id)).keyVaultReferenceIdentity;
    assert.match((await takeBack(onlySwitch)).join(), /the setting DB of keyless-rbac-app depends on it/);
    assert.equal((await resolver()).toLowerCase(), identity.toLowerCase());

    const writer = identity.replace('keyless-reader-id', 'keyless-writer-id');
    const both = await assignUserAssignedIdentity(world.c, rbac, writer);
    await setKeyVaultReferenceIdentity(world.c, both, writer);
    assert.match((await takeBack(onlySwitch)).join(), /someone else has set another identity since/);
    assert.equal((await resolver()).toLowerCase(), writer.toLowerCase());
  });
});
