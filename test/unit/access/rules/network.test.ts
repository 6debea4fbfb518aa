import assert from 'node:assert/strict';
import { explainRead } from '../../../../src/access/explainRead';
import type { ReadFacts } from '../../../../src/access/model/facts';
import { covers } from '../../../../src/access/rules/network';
import type { VaultNetwork } from '../../../../src/azure/keyVault/vaultNetwork';
import {
  factsWith,
  present,
  principalId,
  short,
  subscription,
  tenantId,
  vaultId,
  withheld,
} from '../readWorld';

const policy = { tenantId, objectId: principalId, permissions: { secrets: ['get'] } };
const subnetId = `${subscription}/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
const deny = { defaultAction: 'Deny' } as const;
const off = { publicNetworkAccess: 'disabled' };
const endpoint = { privateEndpoints: 1 };

/** App Service isn't a trusted service; its addresses are 20.1.2.3 and 20.1.2.4. */
const networks: readonly (readonly [
  network: Partial<VaultNetwork>,
  app: Partial<ReadFacts['app']>,
  verdict: string,
])[] = [
  [{}, {}, 'can'],
  [deny, {}, 'cannot: firewall'],
  [{ ...deny, ipRules: ['20.1.2.3', '20.1.2.4/32'] }, {}, 'can'],
  [{ ...deny, ipRules: ['20.1.2.0/24'] }, {}, 'can'],
  [{ ...deny, ipRules: ['20.1.2.3'] }, {}, 'cannot: firewall'],
  [{ ...deny, ipRules: ['20.1.2.3'] }, { outboundAddresses: withheld }, 'cannotTell: outboundAddresses'],
  [{ ...deny, ipRules: ['20.1.2.3'] }, { outboundAddresses: [] }, 'cannotTell: outboundAddresses'],
  [deny, { outboundAddresses: withheld }, 'cannot: firewall'],
  [{ ...deny, subnetIds: [subnetId.toUpperCase()] }, { subnetId }, 'can'],
  [{ ...deny, subnetIds: [subnetId] }, {}, 'cannot: firewall'],
  [{ ...deny, subnetIds: [`${subnetId}2`] }, { subnetId }, 'cannot: firewall'],
  [{ ...deny, subnetIds: [subnetId] }, { subnetId, outboundAddresses: withheld }, 'can'],
  [{ ...deny, ...endpoint }, {}, 'cannot: firewall'],
  [{ ...deny, ...endpoint }, { subnetId }, 'cannotTell: privateRoute'],
  [off, {}, 'cannot: publicAccessOff'],
  [
    { ...off, ...deny, ipRules: ['0.0.0.0/0'], subnetIds: [subnetId] },
    { subnetId },
    'cannot: publicAccessOff',
  ],
  [{ ...off, ...endpoint }, {}, 'cannot: publicAccessOff'],
  [{ ...off, ...endpoint }, { subnetId }, 'cannotTell: privateRoute'],
  [endpoint, { subnetId }, 'can'],
  [{ publicNetworkAccess: 'SecuredByPerimeter' }, {}, 'cannotTell: perimeter'],
  [
    { publicNetworkAccess: 'SecuredByPerimeter', ...endpoint },
    { subnetId },
    'cannotTell: perimeter, privateRoute',
  ],
  // The environment of a container app may be in a virtual network that the vault allows.
  [{}, { networkOfEnvironment: true, outboundAddresses: withheld }, 'can'],
  [deny, { networkOfEnvironment: true, outboundAddresses: withheld }, 'cannotTell: environmentNetwork'],
  [
    { ...deny, ipRules: ['20.1.2.3'] },
    { networkOfEnvironment: true, outboundAddresses: withheld },
    'cannotTell: environmentNetwork',
  ],
  [{ ...off, ...endpoint }, { networkOfEnvironment: true }, 'cannotTell: environmentNetwork'],
  [
    { publicNetworkAccess: 'SecuredByPerimeter' },
    { networkOfEnvironment: true },
    'cannotTell: perimeter, environmentNetwork',
  ],
];

/** Requests for a Key Vault reference come from App Service's own addresses (MicrosoftDocs/azure-docs#35318). */
const byReference: typeof networks = [
  [{}, {}, 'can'],
  [deny, {}, 'cannot: firewall'],
  [{ ...deny, ipRules: ['20.1.2.0/24'] }, {}, 'cannotTell: referenceAddresses'],
  [{ ...deny, ipRules: ['20.1.2.3'] }, {}, 'cannotTell: referenceAddresses'],
  [{ ...deny, ipRules: ['9.9.9.9', '0.0.0.0/0'] }, {}, 'can'],
  [{ ...deny, ipRules: ['9.9.9.9'] }, { outboundAddresses: withheld }, 'cannotTell: referenceAddresses'],
  [{ ...deny, ipRules: ['20.1.2.0/24'] }, { subnetId }, 'cannotTell: referenceAddresses'],
  [{ ...deny, subnetIds: [subnetId] }, { subnetId }, 'can'],
  [{ ...deny, subnetIds: [subnetId] }, {}, 'cannot: firewall'],
  [{ ...deny, ipRules: ['9.9.9.9'], subnetIds: [subnetId] }, { subnetId }, 'can'],
  [off, {}, 'cannot: publicAccessOff'],
  [{ ...off, ...endpoint }, { subnetId }, 'cannotTell: privateRoute'],
];

/** Whether the subnet has a service endpoint wasn't checked, so its traffic may come from the app's addresses. */
const unchecked: typeof networks = [
  [{ ...deny, subnetIds: [subnetId] }, { subnetId }, 'cannotTell: serviceEndpoint'],
  [{ ...deny, subnetIds: [subnetId], ipRules: ['20.1.2.0/24'] }, { subnetId }, 'can'],
  [{ ...deny, subnetIds: [subnetId] }, {}, 'cannot: firewall'],
  [{ subnetIds: [subnetId] }, { subnetId }, 'can'],
];

describe('judgeNetwork', () => {
  for (const [network, app, verdict] of networks)
    it(`answers ${verdict} for ${JSON.stringify(app)} and ${JSON.stringify(network)}`, () => {
      const facts = factsWith({ vault: present({ accessPolicies: [policy] }, network) });
      assert.equal(short(explainRead({ ...facts, app: { ...facts.app, ...app } })), verdict);
    });

  for (const [network, app, verdict] of byReference)
    it(`answers ${verdict} for a reference, ${JSON.stringify(app)} and ${JSON.stringify(network)}`, () => {
      const vault = present({ accessPolicies: [policy] }, network);
      const facts = factsWith({ vault, reference: { settingName: 'SECRET', status: 'Resolved' } });
      assert.equal(short(explainRead({ ...facts, app: { ...facts.app, ...app } })), verdict);
    });

  for (const [network, app, verdict] of unchecked)
    it(`answers ${verdict} for an unchecked subnet, ${JSON.stringify(app)} and ${JSON.stringify(network)}`, () => {
      const unsure = { ...network, uncheckedSubnetIds: [subnetId.toUpperCase()] };
      const facts = factsWith({ vault: present({ accessPolicies: [policy] }, unsure) });
      assert.equal(short(explainRead({ ...facts, app: { ...facts.app, ...app } })), verdict);
    });

  it('never names addresses to allow for a reference', () => {
    const vault = present({ accessPolicies: [policy] }, deny);
    const facts = factsWith({ vault, reference: { settingName: 'SECRET' } });
    const verdict = explainRead(facts);
    assert.deepEqual(verdict.kind === 'cannot' && verdict.causes, [
      { kind: 'firewall', vaultId, addresses: [], byReference: true },
    ]);
    const observed = { code: 'ForbiddenByFirewall', at: facts.now };
    const seen = explainRead({ ...facts, vault: present({}, { ...deny, ipRules: ['20.1.2.3'] }), observed });
    assert.ok(seen.kind === 'cannot');
    assert.deepEqual(seen.causes[0], verdict.kind === 'cannot' && verdict.causes[0]);
  });
});

describe('A firewall rule', () => {
  it('covers an address or a range', () => {
    const yes = [
      '20.1.2.3',
      ' 20.1.2.3 ',
      '20.1.2.3/32',
      '20.1.2.2/31',
      '20.1.2.0/24',
      '20.0.0.0/8',
      '0.0.0.0/0',
      '20.1.2.9/24',
    ];
    const no = [
      '20.1.2.4',
      '20.1.2.3/33',
      '20.1.2.4/31',
      '20.1.3.0/24',
      '128.0.0.0/1',
      '',
      '20.1.2',
      '20.1.2.3/',
      '20.1.2.3/8/8',
      '256.1.2.3/0',
      'x/0',
    ];
    assert.deepEqual(
      yes.filter((rule) => !covers(rule, '20.1.2.3')),
      [],
    );
    assert.deepEqual(
      no.filter((rule) => covers(rule, '20.1.2.3')),
      [],
    );
    assert.ok(!covers('0.0.0.0/0', '::1'), 'rules are IPv4');
  });
});
