import assert from 'node:assert/strict';
import { isWithheld } from '../../../../src/access/model/facts';
import { readResourceNetwork } from '../../../../src/grants/access/resourceNetwork';
import { useGrantWorld } from '../grantWorld';

describe('The network of a resource', function () {
  this.timeout(60_000);
  const world = useGrantWorld();

  it("is read in the service's own form", async () => {
    const read = async (type: string, properties: object) => {
      const found = await readResourceNetwork(world.c, type, { properties }, world.never);
      return isWithheld(found)
        ? 'withheld'
        : `${found.publicNetworkAccess} ${found.defaultAction} ${found.ipRules.join()}`;
    };
    const [search, stores] = [
      'microsoft.search/searchservices',
      'microsoft.appconfiguration/configurationstores',
    ];
    assert.equal(await read(search, { networkRuleSet: { ipRules: [] } }), 'Enabled Allow ');
    assert.equal(
      await read(search, { networkRuleSet: { ipRules: [{ value: '1.2.3.4' }] } }),
      'Enabled Deny 1.2.3.4',
    );
    const cosmos = 'microsoft.documentdb/databaseaccounts';
    const ipRules = [{ ipAddressOrRange: '1.2.3.4' }];
    assert.equal(await read(cosmos, { ipRules }), 'Enabled Deny 1.2.3.4');
    assert.equal(await read(cosmos, { ipRules: [], isVirtualNetworkFilterEnabled: false }), 'Enabled Allow ');
    assert.equal(await read(cosmos, { isVirtualNetworkFilterEnabled: true }), 'Enabled Deny ');
    const ofAzure = { ipAddressOrRange: '0.0.0.0' };
    assert.equal(await read(cosmos, { ipRules: [...ipRules, ofAzure] }), 'Enabled Allow 1.2.3.4,0.0.0.0');
    const acls = { defaultAction: 'Deny', ipRules: [{ value: '1.2.3.0/24' }] };
    assert.equal(
      await read('microsoft.cognitiveservices/accounts', { networkAcls: acls }),
      'Enabled Deny 1.2.3.0/24',
    );
    const approved = { properties: { privateLinkServiceConnectionState: { status: 'Approved' } } };
    assert.equal(await read(stores, { publicNetworkAccess: null }), 'Enabled Allow ');
    assert.equal(await read(stores, { privateEndpointConnections: [approved] }), 'withheld');
    assert.equal(await read(stores, { publicNetworkAccess: 'Disabled' }), 'Disabled Allow ');
    const rules = (allow: string[]) => ({ networkACLs: { defaultAction: 'Deny', publicNetwork: { allow } } });
    const signalR = 'microsoft.signalrservice/signalr';
    assert.equal(
      await read(signalR, rules(['ServerConnection', 'ClientConnection', 'RESTAPI'])),
      'Enabled Allow ',
    );
    assert.equal(await read(signalR, rules(['ClientConnection'])), 'withheld');
    const inboundIpRules = [{ ipMask: '1.2.3.4', action: 'Allow' }];
    assert.equal(await read('microsoft.eventgrid/topics', { inboundIpRules }), 'withheld');
    const shop = world.app('keyless-shop-app');
    const id = `/subscriptions/${shop.subscriptionId}/resourceGroups/${shop.resourceGroup}/providers/Microsoft.ServiceBus/namespaces/keyless-shop-bus`;
    const bus = await readResourceNetwork(
      world.c,
      'microsoft.servicebus/namespaces',
      { id, properties: {} },
      world.never,
    );
    assert.ok(!isWithheld(bus) && bus.defaultAction === 'Allow');
  });
});
