import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as nearest from '../../../src/ui/pickers/nearest';
import { withVscodeStub } from '../account/vscodeStub';

const load = createRequire(__filename);
const { nearestFirst } = withVscodeStub(
  () => load('../../../src/ui/pickers/nearest') as typeof nearest,
  load.resolve('./inputStub'),
);

const resource = (name: string, subscriptionId: string, resourceGroup: string) => ({
  ...{ name, subscriptionId, resourceGroup },
  id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`,
});

describe('resources that are picked for another one', () => {
  const all = [
    resource('far', 'S2', 'shop'),
    resource('beside', 'S1', 'data'),
    resource('close', 's1', 'SHOP'),
    resource('used', 'S2', 'shop'),
  ];
  const choices = all.map((value) => ({ label: value.name, value }));
  const names = { subscriptionName: (id: string) => `Contoso ${id}` };
  const rows = (near: nearest.Near | undefined) =>
    nearestFirst(
      choices,
      near,
      names,
      (value) => value,
      new Map([[all[3]?.id.toLowerCase() ?? '', 'Referenced by app']]),
    ).map(({ group, label }) => [group, label]);

  it('come with those in use first, then those in the same group and subscription', () => {
    const near = {
      id: '/subscriptions/S1/resourceGroups/shop/providers/Microsoft.Web/sites/app',
      name: 'app',
    };
    assert.deepEqual(rows(near), [
      ['Referenced by app', 'used'],
      ['In resource group shop', 'close'],
      ['In subscription Contoso S1', 'beside'],
      ['In other subscriptions', 'far'],
    ]);
  });

  it('have no group if the other one is a subscription', () => {
    assert.deepEqual(
      rows({ id: '/subscriptions/S1', name: 'subscription Contoso S1' }).map(([, label]) => label),
      ['used', 'beside', 'close', 'far'],
    );
  });

  it('keep their order if nothing says what they are for', () => {
    assert.deepEqual(
      rows(undefined),
      all.map(({ name }) => [undefined, name]),
    );
  });
});
