import assert from 'node:assert/strict';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding } from '../credentials/find';
import {
  appId,
  clientId,
  factsOf,
  identityId,
  planOf,
  principalId,
  rolesOf,
  storageAccount,
  storageKey,
  subscription,
  timer,
  userAssigned,
} from './replaceWorld';
import { planReplacement } from '../../../../src/access/replace/planReplacement';

const host = 'AzureWebJobsStorage';
const blobOwner = 'Storage Blob Data Owner';

describe('replacing the credential of a storage account', () => {
  it("replaces the host's by the account's name, with one role on the account", () => {
    const plan = planOf(host, storageKey(), [timer]);
    assert.deepEqual(plan.write, { remove: [host], set: { AzureWebJobsStorage__accountName: 'fakeacct01' } });
    assert.deepEqual(plan.grant, [
      {
        kind: 'createRoleAssignment',
        scope: storageAccount().id,
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b7e6dc6d-f1e8-4753-8033-0f276bb0955b`,
        roleName: blobOwner,
        principalId,
      },
    ]);
  });

  it('enables the identity first if it is off, and leaves its principal to that step', () => {
    const { grant } = planOf(host, storageKey(), [timer], { identity: { kind: 'system-assigned' } });
    assert.deepEqual(grant[0], { kind: 'enableIdentity', appId });
    assert.ok(grant[1] && !('principalId' in grant[1]));
  });

  it('names a user-assigned identity by its client ID', () => {
    const { write, grant } = planOf(host, storageKey(), [timer], { identity: userAssigned });
    assert.deepEqual(write.set, {
      AzureWebJobsStorage__accountName: 'fakeacct01',
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: clientId,
    });
    assert.equal(grant.length, 1);
  });

  for (const [where, suffix] of [
    ['in another cloud', 'core.usgovcloudapi.net'],
    ['with a DNS zone', 'z12.storage.azure.net'],
  ] as const)
    it(`replaces the host's ${where} by three addresses, because the account's name stands for the public cloud`, () => {
      const resource = storageAccount('fakeacct01', suffix);
      const { write } = planOf(host, storageKey('fakeacct01', suffix), [timer], { resource });
      assert.deepEqual(write.set, {
        AzureWebJobsStorage__blobServiceUri: `https://fakeacct01.blob.${suffix}`,
        AzureWebJobsStorage__queueServiceUri: `https://fakeacct01.queue.${suffix}`,
        AzureWebJobsStorage__tableServiceUri: `https://fakeacct01.table.${suffix}`,
      });
    });

  it("takes the account's own addresses if the connection string names only the account", () => {
    const value = `AccountName=fakeacct01;AccountKey=${fake.storage}`;
    const resource = storageAccount('fakeacct01', 'z12.storage.azure.net');
    const { write } = planOf(host, value, [timer], { resource });
    assert.ok(!('AzureWebJobsStorage__accountName' in write.set), JSON.stringify(write));
  });

  it('is refused if the account has no address for a service that is needed', () => {
    const resource = { ...storageAccount(), endpoints: { blob: 'https://fakeacct01.blob.core.windows.net' } };
    const plan = planReplacement(factsOf(host, storageKey(), [timer], { resource }));
    assert.deepEqual(plan.refusals, [{ kind: 'incomplete' }]);
  });

  for (const [form, value] of Object.entries({
    'a connection string without a suffix, in another order': `AccountKey=${fake.storageUnmarked};AccountName=fakeacct01;DefaultEndpointsProtocol=https`,
    'one with an endpoint': `BlobEndpoint=https://fakeacct01.blob.core.windows.net/;AccountName=fakeacct01;AccountKey=${fake.storage}`,
    'a shared access signature': `BlobEndpoint=https://fakeacct01.blob.core.windows.net/;QueueEndpoint=https://fakeacct01.queue.core.windows.net/;TableEndpoint=https://fakeacct01.table.core.windows.net/;SharedAccessSignature=?sv=2022-11-02&ss=bqt&srt=sco&sp=rwdl&se=2027-01-01T00:00:00Z&sig=${fake.signature}`,
  }))
    it(`replaces ${form}`, () => {
      const { write } = planOf(host, value, [timer]);
      assert.deepEqual(write, {
        remove: [host],
        set: { AzureWebJobsStorage__accountName: 'fakeacct01' },
      });
    });

  it('gives the host what a blob trigger needs, whatever the connection of the trigger is', () => {
    const plan = planOf(host, storageKey(), [
      binding('blobTrigger', { connection: 'Photos', path: 'in/{n}' }),
    ]);
    assert.deepEqual(rolesOf(plan), [
      'Storage Account Contributor',
      blobOwner,
      'Storage Queue Data Contributor',
    ]);
    assert.ok(plan.notes.includes('listsKeys'));
  });

  it('gives Durable Functions queues and tables, and nothing twice', () => {
    const plan = planOf(host, storageKey(), [
      binding('orchestrationTrigger', {}),
      binding('activityTrigger', {}),
    ]);
    assert.deepEqual(rolesOf(plan), [
      blobOwner,
      'Storage Queue Data Contributor',
      'Storage Table Data Contributor',
    ]);
    assert.ok(plan.notes.includes('durable') && !plan.notes.includes('diagnosticEvents'));
  });

  it('gives bindings without a connection of their own their roles on the host storage', () => {
    const plan = planOf(host, storageKey(), [binding('queue', { queueName: 'orders', direction: 'out' })]);
    assert.deepEqual(rolesOf(plan), [blobOwner, 'Storage Queue Data Contributor']);
    assert.deepEqual(plan.roles.find(({ role }) => /Queue/.test(role.name))?.functions, ['Fake']);
  });

  for (const [type, members, set, roles] of [
    ['blobTrigger', { path: 'in/{name}' }, ['blob', 'queue'], [blobOwner, 'Storage Queue Data Contributor']],
    [
      'blob',
      { path: 'in/{name}', direction: 'in' },
      ['blob'],
      ['Storage Blob Data Reader/blobServices/default/containers/in'],
    ],
    [
      'blob',
      { path: 'in/{name}', direction: 'out' },
      ['blob'],
      [`${blobOwner}/blobServices/default/containers/in`],
    ],
    ['blob', { path: '%Container%/{name}', direction: 'in' }, ['blob'], ['Storage Blob Data Reader']],
    ['blob', { path: 'new/{name}', direction: 'out' }, ['blob'], [blobOwner]],
    ['queueTrigger', { queueName: 'orders' }, ['queue'], ['Storage Queue Data Contributor']],
    [
      'queue',
      { queueName: 'orders', direction: 'out' },
      ['queue'],
      ['Storage Queue Data Contributor/queueServices/default/queues/orders'],
    ],
    [
      'table',
      { tableName: 'rows', direction: 'in' },
      ['table'],
      ['Storage Table Data Reader/tableServices/default/tables/rows'],
    ],
    ['table', { tableName: 'others', direction: 'out' }, ['table'], ['Storage Table Data Contributor']],
  ] as const)
    it(`replaces the connection of ${type} ${JSON.stringify(members)}`, () => {
      const resource = storageAccount(
        ...(['fakeacct01', 'core.windows.net'] as const),
        'blobServices/default/containers/in',
        'queueServices/default/queues/orders',
        'tableServices/default/tables/rows',
      );
      const plan = planOf('Photos', storageKey(), [binding(type, { connection: 'Photos', ...members })], {
        resource,
      });
      assert.deepEqual(plan.write, {
        remove: ['Photos'],
        set: Object.fromEntries(
          set.map((service) => [
            `Photos__${service}ServiceUri`,
            `https://fakeacct01.${service}.core.windows.net`,
          ]),
        ),
      });
      assert.deepEqual(rolesOf(plan), roles);
    });

  it('needs no role on a container if a stronger one covers the account', () => {
    const resource = storageAccount(
      ...(['fakeacct01', 'core.windows.net'] as const),
      'blobServices/default/containers/in',
    );
    const bindings = [
      binding('blobTrigger', { connection: 'Photos', path: 'in/{name}' }),
      binding('blob', { connection: 'Photos', path: 'in/{name}', direction: 'in' }),
    ];
    assert.deepEqual(rolesOf(planOf('Photos', storageKey(), bindings, { resource })), [
      blobOwner,
      'Storage Queue Data Contributor',
    ]);
  });

  it('assigns only roles that the identity lacks, also if a stronger one is above', () => {
    const bindings = [binding('blob', { connection: 'Photos', path: 'in/{name}', direction: 'in' })];
    const held = (guid: string, more: object = {}) => [
      {
        id: '/x',
        scope: `${subscription}/resourceGroups/RG`,
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
        principalId,
        principalType: 'ServicePrincipal',
        ...more,
      },
    ];
    const steps = (assignments: ReturnType<typeof held>) =>
      planOf('Photos', storageKey(), bindings, { held: assignments }).grant.length;
    assert.equal(steps(held('b7e6dc6d-f1e8-4753-8033-0f276bb0955b')), 0);
    assert.equal(steps(held('974c5e8b-45b9-4653-ba55-5f855dd0fb88')), 1, 'another role');
    assert.equal(steps(held('b7e6dc6d-f1e8-4753-8033-0f276bb0955b', { condition: 'x' })), 1, 'a condition');
    assert.equal(
      steps(held('b7e6dc6d-f1e8-4753-8033-0f276bb0955b', { scope: `${subscription}/resourceGroups/r` })),
      1,
      'another group whose name is a part of this one',
    );
  });

  it('lets the host download a package without a signature', () => {
    const url = 'https://fakeacct01.blob.core.windows.net/pkg/app.zip';
    const value = `${url}?sv=2022-11-02&sr=b&sp=r&se=2027-06-30&sig=${fake.signature}`;
    const resource = storageAccount(
      ...(['fakeacct01', 'core.windows.net'] as const),
      'blobServices/default/containers/pkg',
    );
    const plan = planOf('WEBSITE_RUN_FROM_PACKAGE', value, [timer], { resource, identity: userAssigned });
    assert.deepEqual(plan.write, {
      remove: [],
      set: {
        WEBSITE_RUN_FROM_PACKAGE: url,
        WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId,
      },
    });
    assert.deepEqual(rolesOf(plan), ['Storage Blob Data Reader/blobServices/default/containers/pkg']);
  });

  it('only removes a setting that the host no longer uses', () => {
    const plan = planOf('AzureWebJobsDashboard', storageKey(), [timer], { resource: 'notFound' });
    assert.deepEqual([plan.write, plan.grant], [{ remove: ['AzureWebJobsDashboard'], set: {} }, []]);
  });
});
