import assert from 'node:assert/strict';
import { isObjectId, knownPrincipals } from '../../../src/access/knownPrincipals';
import type { FunctionApp, UserAssignedIdentity } from '../../../src/azure/core/model';

function app(name: string, principalId?: string): FunctionApp {
  return {
    ...{
      id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/${name}`,
      name,
      subscriptionId: 's',
    },
    ...{ resourceGroup: 'g', location: 'westeurope', kind: 'functionapp', linux: false, state: 'Running' },
    ...{ defaultHostName: `${name}.example`, keyVaultReferenceIdentity: 'SystemAssigned', tags: {} },
    identity: {
      ...(principalId ? { systemAssigned: { principalId, tenantId: 't' } } : {}),
      userAssigned: [],
    },
  };
}

const identity = (name: string, principalId: string): UserAssignedIdentity => ({
  ...{
    id: `/subscriptions/s/x/${name}`,
    name,
    subscriptionId: 's',
    resourceGroup: 'g',
    principalId,
    clientId: 'c',
  },
});

describe('knownPrincipals', () => {
  it('finds identities whatever the case of the ID and leaves out apps without an identity', () => {
    const known = knownPrincipals([app('one', 'ABC'), app('two')], [identity('three', 'DEF')]);
    assert.deepEqual([...known.keys()], ['abc', 'def']);
    assert.equal(known.get('abc')?.name, 'one');
    assert.equal(known.get('def')?.kind, 'user-assigned');
  });

  it('names identities that only an app lists, such as those of a subscription out of sight', () => {
    const resourceId =
      '/subscriptions/other/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/far';
    const one = app('one');
    const known = knownPrincipals(
      [
        {
          ...one,
          identity: { userAssigned: [{ resourceId, principalId: 'GHI', clientId: 'c' }] },
        },
      ],
      [],
    );
    assert.deepEqual(
      [...known],
      [['ghi', { principalId: 'GHI', name: 'far', kind: 'user-assigned', resourceId }]],
    );
  });
});

describe('isObjectId', () => {
  const guid = '12345678-90ab-cdef-1234-567890ABCDEF';
  it('accepts a GUID with dashes', () => {
    assert.ok(isObjectId(guid));
  });
  for (const wrong of [
    '',
    guid.replaceAll('-', ''),
    `{${guid}}`,
    `${guid} `,
    `${guid}\n`,
    `x${guid}`,
    guid.replace('a', 'g'),
    `${guid}/../x`,
  ]) {
    it(`rejects ${JSON.stringify(wrong)}`, () => {
      assert.ok(!isObjectId(wrong));
    });
  }
});
