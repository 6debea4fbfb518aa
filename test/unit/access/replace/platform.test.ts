import assert from 'node:assert/strict';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { writesOf } from '../../../../src/access/replace/writes';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { describeRefusal } from '../../../../src/access/replace/replaceWords';
import type { ResourceFacts } from '../../../../src/access/replace/replaceFacts';
import { find } from '../credentials/find';
import {
  clientId,
  factsOf,
  identityId,
  planOf,
  rolesOf,
  storageKey,
  subscription,
  timer,
  userAssigned,
} from './replaceWorld';

const setting = 'DEPLOYMENT_STORAGE_CONNECTION_STRING';
/** Apps have been seen whose answers have it in lowercase. */
const byKey = {
  type: 'StorageAccountConnectionString'.toLowerCase(),
  storageAccountConnectionStringName: setting,
};
const source = 'https://fakeacct01.blob.core.windows.net/packages';

function platformOf(signIn: Record<string, unknown> = byKey, value = source): ReplaceFacts['platform'] {
  const storage = { type: 'blobContainer', value, authentication: signIn };
  const properties = { functionAppConfig: { deployment: { storage }, runtime: { name: 'node' } } };
  return { fetched: 'package', signIn, properties, source: value };
}

describe('the key of the deployment storage of Flex Consumption', () => {
  const key = (more: Partial<ReplaceFacts> = {}) =>
    [setting, storageKey(), [timer], { platform: platformOf(), ...more }] as const;
  const refusals = (more: Partial<ReplaceFacts>) => planReplacement(factsOf(...key(more))).refusals;

  it('is deleted after the configuration names the identity, which gets its role on the account', () => {
    const plan = planOf(...key());
    assert.deepEqual(rolesOf(plan), ['Storage Blob Data Contributor']);
    assert.deepEqual(
      plan.grant.map(({ kind }) => kind),
      ['createRoleAssignment'],
    );
    const [first, second, ...more] = writesOf([plan]);
    assert.ok(first?.kind === 'platform' && first.was === byKey);
    assert.deepEqual(first.now, {
      type: 'SystemAssignedIdentity',
      userAssignedIdentityResourceId: null,
      storageAccountConnectionStringName: null,
    });
    assert.deepEqual([second, more], [{ kind: 'appSettings', remove: [setting], set: {} }, []]);
    assert.deepEqual(plan.notes, ['deployment']);
  });

  it('is replaced by a user-assigned identity, which is named by its resource ID', () => {
    const { platform } = planOf(...key({ identity: userAssigned }));
    assert.deepEqual(platform?.now, {
      type: 'UserAssignedIdentity',
      userAssignedIdentityResourceId: identityId,
      storageAccountConnectionStringName: null,
    });
  });

  it('is only deleted if deployments already use an identity', () => {
    const plan = planOf(...key({ platform: platformOf({ type: 'SystemAssignedIdentity' }) }));
    assert.deepEqual(writesOf([plan]), [{ kind: 'appSettings', remove: [setting], set: {} }]);
    assert.deepEqual([plan.roles, plan.grant, plan.notes], [[], [], []]);
  });

  it('is replaced along with that of the host if both are the same setting', () => {
    const host = 'AzureWebJobsStorage';
    const app = { ...factsOf(...key()).app, sku: 'FlexConsumption' };
    const of = (platform: ReplaceFacts['platform']) =>
      planReplacement(
        factsOf(host, storageKey(), [timer], { app, ...(platform === undefined ? {} : { platform }) }),
      );
    const plan = of(platformOf({ ...byKey, storageAccountConnectionStringName: host }));
    assert.deepEqual([plan.refusals, rolesOf(plan)], [[], ['Storage Blob Data Owner']]);
    assert.deepEqual(
      writesOf([plan]).map(({ kind }) => kind),
      ['platform', 'appSettings'],
    );
    assert.deepEqual(plan.write.set, { AzureWebJobsStorage__accountName: 'fakeacct01' });
    assert.ok(plan.notes.includes('deployment'));
    for (const other of [platformOf(), platformOf({ type: 'SystemAssignedIdentity' }), 'none'] as const) {
      const { refusals: none, platform, notes } = of(other);
      assert.deepEqual([none, platform, notes.includes('deployment')], [[], undefined, false]);
    }
    assert.deepEqual(of(undefined).refusals, [{ kind: 'platform', why: 'unread' }]);
  });

  it("stays if deployments don't use it, or if that isn't known", () => {
    const other = { ...byKey, storageAccountConnectionStringName: 'Other' };
    const none = factsOf(...key());
    for (const [why, platform] of [
      ['none', 'none'],
      ['otherSetting', platformOf(other)],
      ['otherSource', platformOf(byKey, 'https://fakeacct012.blob.core.windows.net/packages')],
    ] as const) {
      assert.deepEqual(refusals({ platform }), [{ kind: 'platform', why }]);
      const { title, sentence } = describeRefusal({ kind: 'platform', why }, none);
      assert.ok(title !== '' && sentence.includes(setting));
    }
    const { platform: _, ...unread } = none;
    assert.deepEqual(planReplacement(unread).refusals, [{ kind: 'platform', why: 'unread' }]);
  });

  it('goes with settings that only the code knows to sign in', () => {
    const settings = { ...factsOf(...key()).settings, names: [setting, 'AZURE_CLIENT_ID'] };
    assert.deepEqual(refusals({ settings }), []);
  });
});

describe('the password of a container registry', () => {
  const id = `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/fakereg`;
  const registry: ResourceFacts = { id, type: 'microsoft.containerregistry/registries', parts: [] };
  const name = 'DOCKER_REGISTRY_SERVER_PASSWORD';
  const settings = { [name]: 'Planted-1', DOCKER_REGISTRY_SERVER_URL: 'https://fakereg.azurecr.io' };
  const image = (source = 'DOCKER|fakereg.azurecr.io/app:1', isOn = false): ReplaceFacts['platform'] => {
    const signIn = { acrUseManagedIdentityCreds: isOn, acrUserManagedIdentityID: null };
    return { fetched: 'image', signIn, properties: signIn, source };
  };
  const facts = (more: Partial<ReplaceFacts> = {}): ReplaceFacts => {
    const finding = find(settings, [timer]).find((one) => one.name === name) ?? assert.fail();
    const common = factsOf('AzureWebJobsStorage', storageKey(), [timer], { resource: registry });
    return { ...common, finding, platform: image(), ...more };
  };

  it('is deleted after the configuration lets the identity pull the image', () => {
    const plan = planReplacement(facts());
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(rolesOf(plan, registry), ['AcrPull']);
    assert.deepEqual(plan.platform?.now, { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: '' });
    assert.deepEqual(
      writesOf([plan]).map(({ kind }) => kind),
      ['platform', 'appSettings'],
    );
    assert.deepEqual([plan.write, plan.notes], [{ remove: [name], set: {} }, ['image']]);
    const { platform } = planReplacement(facts({ identity: userAssigned }));
    assert.equal(platform?.now['acrUserManagedIdentityID'], clientId);
  });

  it('needs another role where rights are for repositories', () => {
    const plan = planReplacement(facts({ resource: { ...registry, byRepository: true } }));
    assert.deepEqual(rolesOf(plan, registry), ['Container Registry Repository Reader']);
  });

  it('is only deleted if the identity already pulls the image', () => {
    const plan = planReplacement(facts({ platform: image(undefined, true) }));
    assert.deepEqual(plan.refusals, []);
    assert.equal(plan.platform, undefined);
  });

  it("stays if the image is from elsewhere, or if App Service doesn't pull it", () => {
    const aca = { ...facts().app, kind: 'functionapp,linux,container,azurecontainerapps' };
    for (const [why, more] of [
      ['otherSource', { platform: image('DOCKER|docker.io/fakereg.azurecr.io/app:1') }],
      ['otherSource', { platform: image('DOCKER|fakereg.azurecr.io.example/app:1') }],
      ['none', { platform: 'none' }],
      ['containerApps', { app: aca }],
    ] as const) {
      const { refusals } = planReplacement(facts(more));
      assert.deepEqual(refusals, [{ kind: 'platform', why }]);
      assert.ok(refusals.every((one) => describeRefusal(one, facts()).nextStep !== ''));
    }
  });

  it('is for a key vault if it opens the registry of someone else', () => {
    const other = { ...settings, DOCKER_REGISTRY_SERVER_URL: 'https://index.docker.io' };
    assert.equal(find(other, [timer]).find((one) => one.name === name)?.wayOut.way, 'keyVault');
  });
});
