import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { binding } from '../credentials/find';
import { isAtOrAbove, partsNamedBy } from '../../../../src/access/replace/rolesFor';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { describeRefusal } from '../../../../src/access/replace/replaceWords';
import { clientId, cosmosAccount, factsOf, planOf, principalId, rolesOf, userAssigned } from './replaceWorld';

const value = `AccountEndpoint=https://fakecos.documents.azure.com:443/;AccountKey=${fake.cosmos};`;
const [reader, contributor] = ['Cosmos DB Built-in Data Reader', 'Cosmos DB Built-in Data Contributor'];
const output = binding('cosmosDB', {
  ...{ direction: 'out', connection: 'Stock', databaseName: 'shop', containerName: 'reserved' },
});
const trigger = binding('cosmosDBTrigger', {
  ...{ connection: 'Stock', databaseName: 'shop', containerName: 'orders' },
});
const all = cosmosAccount('shop/reserved', 'shop/orders', 'shop/leases', 'jobs/held');

describe('replacing the key of a Cosmos DB account', () => {
  const plan = (bindings: readonly ReturnType<typeof binding>[], more: Partial<ReplaceFacts> = {}) =>
    planOf('Stock', value, bindings, { resource: all, ...more });
  const rolesAt = (...bindings: readonly ReturnType<typeof binding>[]) => rolesOf(plan(bindings), all);

  it("replaces it by the account's endpoint, with a role of the account's own on the container", () => {
    const { write, grant } = plan([output]);
    const set = { Stock__accountEndpoint: 'https://fakecos.documents.azure.com:443/' };
    assert.deepEqual(write, { remove: ['Stock'], set });
    assert.deepEqual(grant, [
      {
        ...{ kind: 'assignDataRole', resourceId: all.id, scope: `${all.id}/dbs/shop/colls/reserved` },
        ...{ role: '00000000-0000-0000-0000-000000000002', roleName: contributor, principalId },
      },
    ]);
  });

  it('names a user-assigned identity by its client ID', () => {
    assert.deepEqual(plan([output], { identity: userAssigned }).write.set, {
      Stock__accountEndpoint: 'https://fakecos.documents.azure.com:443/',
      Stock__credential: 'managedidentity',
      Stock__clientId: clientId,
    });
  });

  it('reads for an input, and writes for an output and a trigger, whose leases need it, too', () => {
    const { members } = output;
    assert.deepEqual(rolesAt(binding('cosmosDB', { ...members, direction: 'in' })), [
      `${reader}/dbs/shop/colls/reserved`,
    ]);
    assert.deepEqual(rolesAt(trigger), [
      `${contributor}/dbs/shop/colls/leases`,
      `${contributor}/dbs/shop/colls/orders`,
    ]);
    const leases = { leaseDatabaseName: 'jobs', leaseContainerName: 'held' };
    assert.deepEqual(rolesAt(binding('cosmosDBTrigger', { ...trigger.members, ...leases })), [
      `${contributor}/dbs/jobs/colls/held`,
      `${contributor}/dbs/shop/colls/orders`,
    ]);
  });

  it('gives nothing for what another connection opens', () => {
    const elsewhere = (members: Record<string, string>) =>
      rolesAt(binding('cosmosDBTrigger', { ...trigger.members, ...members }));
    assert.deepEqual(elsewhere({ leaseConnection: 'Other' }), [`${contributor}/dbs/shop/colls/orders`]);
    assert.deepEqual(elsewhere({ connection: 'Other', leaseConnection: 'Stock' }), [
      `${contributor}/dbs/shop/colls/leases`,
    ]);
  });

  it('gives a role on the database where the extension looks at it, and on the account for unknown names', () => {
    assert.deepEqual(rolesAt(binding('cosmosDB', { ...output.members, createIfNotExists: 'true' })), [
      `${contributor}/dbs/shop`,
    ]);
    const creating = { ...trigger.members, createLeaseContainerIfNotExists: 'true' };
    assert.deepEqual(rolesAt(binding('cosmosDBTrigger', creating)), [`${contributor}/dbs/shop`]);
    assert.deepEqual(rolesAt(binding('cosmosDB', { ...output.members, containerName: '%Name%' })), [
      contributor,
    ]);
  });

  it('gives nothing that the identity has, in any case of letters', () => {
    const held = (role: string, scope: string) =>
      plan([output], {
        heldOwn: [{ id: 'a', resourceId: all.id, scope, role, principalId: principalId.toUpperCase() }],
      }).grant.length;
    const [reads, writes] = ['1', '2'].map((end) => `00000000-0000-0000-0000-00000000000${end}`);
    assert.equal(held(writes ?? '', all.id), 0);
    assert.equal(held(writes ?? '', `${all.id}/dbs/SHOP`), 0);
    assert.equal(held(writes ?? '', `${all.id}/dbs/shop/colls/orders`), 1);
    assert.equal(held(reads ?? '', all.id), 1);
  });

  it('covers the monitored container and the leases, whatever they are called and whichever exist', () => {
    const name = fc.constantFrom('a', 'b', 'leases', '%Name%', '');
    const members = fc.record({
      ...{ databaseName: name, containerName: name, leaseDatabaseName: name, leaseContainerName: name },
      createLeaseContainerIfNotExists: fc.constantFrom('true', 'false'),
    });
    const names = ['a', 'b', 'leases'];
    const existing = fc.subarray(names.flatMap((one) => names.map((other) => `${one}/${other}`)));
    const plain = (text: string) => /^\w+$/.test(text);
    fc.assert(
      fc.property(members, existing, (own, containers) => {
        const bound = binding('cosmosDBTrigger', { ...own, connection: 'Stock' });
        const resource = cosmosAccount(...containers);
        const { roles } = planReplacement(factsOf('Stock', value, [bound], { resource }));
        const needed = [
          [own.databaseName, own.containerName],
          [own.leaseDatabaseName || own.databaseName, own.leaseContainerName || 'leases'],
        ].filter((pair) => pair.every(plain));
        for (const [database = '', container = ''] of needed) {
          const scope = `${resource.id}/dbs/${database}/colls/${container}`;
          assert.ok(roles.some((one) => one.role.name === contributor && isAtOrAbove(one.scope, scope)));
        }
        for (const { scope } of roles) assert.ok(isAtOrAbove(resource.id, scope));
      }),
    );
  });

  it("looks for the containers of the setting's own bindings", () => {
    const names = (...bindings: readonly ReturnType<typeof binding>[]) =>
      partsNamedBy(bindings, 'AzureWebJobsStock', all).map((id) => id.slice(all.id.length));
    assert.deepEqual(names(trigger), [
      '/sqlDatabases/shop/containers/orders',
      '/sqlDatabases/shop/containers/leases',
    ]);
    assert.deepEqual(names(binding('cosmosDB', { ...output.members, connection: '%Stock%' })).length, 1);
    assert.deepEqual(names(binding('cosmosDB', { ...output.members, containerName: '../x' })), []);
  });

  describe('is refused', () => {
    const refusals = (bindings: readonly ReturnType<typeof binding>[], more: Partial<ReplaceFacts> = {}) => {
      const facts = factsOf('Stock', value, bindings, { resource: all, ...more });
      const found = planReplacement(facts).refusals;
      for (const one of found) assert.ok(describeRefusal(one, facts).sentence.length > 20);
      return found;
    };

    it('for version 3 of the extension, which names its connections otherwise', () => {
      const { connection: _, ...members } = output.members;
      const old = binding('cosmosDB', { ...members, connectionStringSetting: 'Stock' });
      assert.deepEqual(refusals([old]), [{ kind: 'oldCosmos', functions: ['Fake'] }]);
      const host = { state: 'Running', errors: 0, version: '4.1036.0.23284', bundle: '4.0.1' };
      const expected = [{ kind: 'oldBundle', version: '4.0.1', needed: '4.0.2' }];
      assert.deepEqual(refusals([output], { host }), expected);
    });

    it("if a container is missing, which an identity can't create", () => {
      const missing = [`${all.id}/sqlDatabases/shop/containers/leases`];
      assert.deepEqual(refusals([trigger], { resource: { ...all, missing } }), [
        { kind: 'missingContainers', names: ['shop/leases'] },
      ]);
    });

    it('for an account of another API', () => {
      assert.deepEqual(refusals([output], { resource: { ...all, lacks: 'nosql' } }), [
        { kind: 'lacks', lack: 'nosql' },
      ]);
    });
  });
});
