import assert from 'node:assert/strict';
import { addedPolicy } from '../../../src/changes/change';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { listReferences } from '../../../src/azure/appService/settings/settingReferences';
import { enableSystemAssignedIdentity } from '../../../src/azure/appService/sites';
import type { FunctionApp } from '../../../src/azure/core/model';
import { formatKeyVaultReference } from '../../../src/azure/keyVault/secretUri';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import type { ReferenceRechecksOptions } from '../../../src/grants/referenceRechecks';
import { ReferenceRechecks } from '../../../src/grants/referenceRechecks';
import { until } from '../../support/until';
import { useGrantWorld } from './grantWorld';

describe('A reference that a change may have fixed', () => {
  const world = useGrantWorld();
  let app: FunctionApp;
  let told: string[];
  beforeEach(async () => {
    told = [];
    app = await enableSystemAssignedIdentity(world.c, world.app());
    const reference = formatKeyVaultReference({ vaultUri: world.vault().vaultUri, name: 'ASampleKey' });
    await changeAppSettings(world.c, app, { kind: 'set', name: 'KEY', value: reference });
    await until(async () => (await resolution()).status === 'AccessToKeyVaultDenied', {
      what: 'the refusal',
    });
  });

  const resolution = async () => {
    const all = await listReferences(world.c, app);
    return all.find(({ name }) => name === 'KEY') ?? assert.fail();
  };
  const rechecks = (options: Partial<ReferenceRechecksOptions> = {}) =>
    new ReferenceRechecks({
      broken: () => [],
      knownApps: () => Promise.resolve([]),
      restarts: ({ name }) => told.push(`restart ${name}`),
      checked: (target) => told.push(`checked ${target.app.name}`),
      log: (line) => told.push(line),
      ...options,
    });
  const policy = () => ({
    objectId: app.identity.systemAssigned?.principalId ?? '',
    permissions: { secrets: ['get'] },
  });
  const posts = () => world.c.log.filter((line) => line.includes('/refresh')).length;

  it("is fetched again after its app was given access, which App Service wouldn't do before tomorrow", async () => {
    await addAccessPolicy(world.c, world.vault(), policy());
    const change = addedPolicy(world.vault(), policy());
    assert.equal((await resolution()).status, 'AccessToKeyVaultDenied');
    await rechecks({ knownApps: () => Promise.resolve([app]) }).changed(world.c, change);
    await until(() => told.length > 1, { what: 'the check' });
    assert.deepEqual(told, ['restart keyless-demo-app', 'checked keyless-demo-app']);
    assert.equal((await resolution()).status, 'Resolved');
    assert.equal(posts(), 1);
  });

  it('is asked for until the access takes effect', async () => {
    const broken = await resolution();
    const one = rechecks({ broken: () => [{ connection: world.c, app, resolution: broken }] });
    await one.changed(world.c, { kind: 'openToFirewall', vaultId: world.vault().id });
    await until(() => told.includes('checked keyless-demo-app'), { what: 'a check too early' });
    await addAccessPolicy(world.c, world.vault(), policy());
    await until(async () => (await resolution()).status === 'Resolved', { what: 'a later check' });
    one.dispose();
  });

  it("is left alone after changes that can't fix it", async () => {
    const broken = await resolution();
    let shown = broken;
    const one = rechecks({ broken: () => [{ connection: world.c, app, resolution: shown }] });
    const { id: vaultId, tenantId } = world.vault();
    const { objectId, permissions } = policy();
    // Moving a setting to a key vault checks its trial itself.
    shown = { ...broken, name: 'KEYLESS_TRIAL_0123ABCD' };
    await one.changed(world.c, { kind: 'setSecret', vaultId, name: 'ASampleKey' });
    shown = broken;
    await one.changed(world.c, { kind: 'setSecret', vaultId, name: 'Another' });
    await one.changed(world.c, { kind: 'openToFirewall', vaultId: `${vaultId}-other` });
    await one.changed(world.c, { kind: 'removeAccessPolicy', vaultId, tenantId, objectId, permissions });
    // The first check is due after a pause, so one that may help shows that it isn't late.
    await one.changed(world.c, { kind: 'setSecret', vaultId, name: 'ASampleKey'.toUpperCase() });
    await until(() => told.length > 1, { what: 'the check' });
    assert.equal(posts(), 1);
    one.dispose();
  });
});
