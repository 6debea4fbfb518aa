import assert from 'node:assert/strict';
import { encodePath, parseResourceId, sameId } from '../../../../src/azure/core/armId';

describe('resource IDs', () => {
  it('are split into their parts', () => {
    assert.deepEqual(
      parseResourceId('/subscriptions/S/resourcegroups/G/providers/Microsoft.Web/sites/app/slots/staging'),
      {
        subscriptionId: 'S',
        resourceGroup: 'G',
        type: 'Microsoft.Web/sites/slots',
        names: ['app', 'staging'],
      },
    );
    assert.deepEqual(parseResourceId('/subscriptions/S'), {
      subscriptionId: 'S',
      resourceGroup: '',
      type: '',
      names: [],
    });
  });

  it('are rejected if they could break out of the path', () => {
    for (const id of [
      '',
      'subscriptions/S',
      '/',
      '/tenants/x',
      '/subscriptions/',
      '/subscriptions/S//x',
      '/subscriptions/S/../x',
      '/subscriptions/S/resourceGroups/a?b',
      '/subscriptions/S/a#b',
      '/subscriptions/S/a%2fb',
      '/subscriptions/S/a\\b',
      '/subscriptions/S/a\nb',
    ]) {
      assert.throws(() => parseResourceId(id), RangeError, id);
    }
    assert.throws(() => encodePath('/a/../b'), RangeError);
  });

  it('are encoded segment by segment', () => {
    assert.equal(
      encodePath('/subscriptions/S/resourceGroups/käse (1)'),
      '/subscriptions/S/resourceGroups/k%C3%A4se%20(1)',
    );
  });

  it('are compared case-insensitively', () => {
    assert.ok(sameId('/subscriptions/S/resourceGroups/G', '/subscriptions/s/resourcegroups/g'));
  });
});
