import assert from 'node:assert/strict';
import { Harness, errorOf, ids } from '../keyvault/harness';
import { clientsOf, itemsOf, refusal } from './management';

const api = 'api-version=2023-01-31';

describe('Microsoft.ManagedIdentity', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await Harness.start({ resourceGroups: ['RG-One'] });
  });
  afterEach(() => harness.stop());

  const path = (name: string) =>
    `${harness.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

  it('creates an identity and its service principal, with resourcegroups in lowercase', async () => {
    const made = await harness.manage('PUT', `${path('reader-id')}?${api}`, {
      location: 'West Europe',
      tags: { a: 'b' },
    });
    assert.equal(made.status, 201);
    const id = `/subscriptions/${ids.subscription}/resourcegroups/RG-One/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader-id`;
    assert.equal(made.headers.location, id);
    const body = made.json as {
      id: string;
      location: string;
      properties: { tenantId: string; principalId: string; clientId: string };
    };
    assert.equal(body.id, id);
    assert.equal(body.location, 'westeurope');
    const principal = harness.context.world.servicePrincipals.get(body.properties.principalId);
    assert.deepEqual(
      {
        appId: principal?.appId,
        kind: principal?.kind,
        resourceId: principal?.resourceId,
        displayName: principal?.displayName,
      },
      { appId: body.properties.clientId, kind: 'ManagedIdentity', resourceId: id, displayName: 'reader-id' },
    );
    const again = await harness.manage('PUT', `${path('READER-ID')}?${api}`, { location: 'westeurope' });
    assert.equal(again.status, 200);
    assert.equal(
      (again.json as { properties: { principalId: string } }).properties.principalId,
      body.properties.principalId,
    );
    assert.deepEqual((again.json as { tags: unknown }).tags, {});
  });

  it('lists, reads, changes and deletes identities through the official client', async () => {
    const { identities } = clientsOf(harness);
    await identities.userAssignedIdentities.createOrUpdate('RG-One', 'one-id', { location: 'westeurope' });
    const names = [];
    for await (const identity of identities.userAssignedIdentities.listBySubscription())
      names.push(identity.name);
    for await (const identity of identities.userAssignedIdentities.listByResourceGroup('rg-one'))
      names.push(identity.name);
    assert.deepEqual(names, ['one-id', 'one-id']);
    assert.deepEqual(
      (await identities.userAssignedIdentities.update('RG-One', 'one-id', { tags: { x: 'y' } })).tags,
      { x: 'y' },
    );
    const { principalId = '' } = await identities.userAssignedIdentities.get('RG-One', 'one-id');
    await identities.userAssignedIdentities.delete('RG-One', 'one-id');
    assert.ok(!harness.context.world.servicePrincipals.has(principalId));
    assert.equal((await harness.manage('DELETE', `${path('one-id')}?${api}`)).status, 204);
    assert.equal(
      refusal(await harness.manage('GET', `${path('one-id')}?${api}`)),
      "404 ResourceNotFound: The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/one-id' under resource group 'RG-One' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    );
  });

  it('rejects invalid identities', async () => {
    assert.equal(
      errorOf(await harness.manage('PUT', `${path('some-id')}?${api}`, {})).code,
      'LocationRequired',
    );
    assert.equal(
      errorOf(await harness.manage('PUT', `${path('a b')}?${api}`, { location: 'westeurope' })).code,
      'InvalidResourceName',
    );
    await harness.manage('PUT', `${path('some-id')}?${api}`, { location: 'westeurope' });
    assert.equal(
      errorOf(await harness.manage('PUT', `${path('some-id')}?${api}`, { location: 'eastus' })).code,
      'InvalidResourceLocation',
    );
    assert.equal(
      errorOf(
        await harness.manage('GET', `${harness.groupId}/providers/Microsoft.ManagedIdentity/things/a?${api}`),
      ).code,
      'InvalidResourceType',
    );
  });

  it('keeps federated credentials of an identity through the official client, within their limits', async () => {
    const { identities } = clientsOf(harness);
    await identities.userAssignedIdentities.createOrUpdate('RG-One', 'one-id', { location: 'westeurope' });
    const { federatedIdentityCredentials: credentials } = identities;
    const credential = {
      ...{
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:contoso/app:ref:refs/heads/main',
      },
      audiences: ['api://AzureADTokenExchange'],
    };
    const made = await credentials.createOrUpdate('RG-One', 'one-id', 'github', credential);
    assert.equal(made.subject, credential.subject);
    assert.match(made.id ?? '', /\/one-id\/federatedIdentityCredentials\/github$/);
    const listed = [];
    for await (const { name } of credentials.list('RG-One', 'one-id')) listed.push(name);
    assert.deepEqual(listed, ['github']);
    const refused = { statusCode: 400 };
    await assert.rejects(credentials.createOrUpdate('RG-One', 'one-id', 'again', credential), refused);
    const two = { ...credential, subject: 'other', audiences: ['a', 'b'] };
    await assert.rejects(credentials.createOrUpdate('RG-One', 'one-id', 'two', two), refused);
    await credentials.delete('RG-One', 'one-id', 'github');
    await assert.rejects(credentials.get('RG-One', 'one-id', 'github'), { statusCode: 404 });
    await assert.rejects(credentials.get('RG-One', 'missing', 'github'), { statusCode: 404 });
  });

  it('lists the resources that use an identity', async () => {
    await harness.manage('PUT', `${path('used-id')}?${api}`, { location: 'westeurope' });
    const list = () =>
      harness.manage('POST', `${path('used-id')}/listAssociatedResources?api-version=2022-01-31-preview`);
    assert.deepEqual((await list()).json, { totalCount: 0, value: [] });
    const site = `${harness.groupId}/providers/Microsoft.Web/sites/app`;
    harness.context.world.sites.set(site.toLowerCase(), {
      id: site,
      name: 'app',
      type: 'Microsoft.Web/sites',
      identity: {
        type: 'UserAssigned',
        userAssignedIdentities: { [path('USED-id')]: { principalId: '', clientId: '' } },
      },
    } as never);
    assert.deepEqual(itemsOf(await list()), [
      {
        id: site,
        name: 'app',
        type: 'microsoft.web/sites',
        resourceGroup: 'RG-One',
        subscriptionId: ids.subscription,
        subscriptionDisplayName: 'One',
      },
    ]);
  });
});
