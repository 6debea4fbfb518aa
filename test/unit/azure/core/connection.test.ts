import assert from 'node:assert/strict';
import { publicCloud } from '../../../../src/azure/core/cloud';
import { Connection, Owner, Slot } from '../../../../src/azure/core/connection';
import { keptPipeline, forgetPipelines, resourceManagerPipeline } from '../../../../src/azure/core/pipeline';
import { TrustRegistry } from '../../../../src/azure/core/tokens/trust';

describe('A connection', () => {
  const unused = () => assert.fail('Nothing is sent here.');
  const parts = {
    accountId: 'sandbox/alex',
    tenantId: 'tenant-1',
    cloud: publicCloud,
    credential: { getToken: unused },
    http: { trust: new TrustRegistry({ cloud: () => publicCloud }), sendRequest: unused },
  };
  const letters = new Slot(() => [] as string[]);

  it('keeps what it owns, and shares it with no other connection', () => {
    const [one, other] = [new Connection(parts), new Connection(parts)];
    one.own(letters).push('a');
    assert.deepEqual(one.own(letters), ['a']);
    assert.deepEqual(other.own(letters), []);
    assert.deepEqual(one.own(new Slot(() => [])), [], 'another slot is another thing');
  });

  it('shares with the connections of its account what the account owns', () => {
    const account = new Owner();
    const [home, guest] = [new Connection(parts, account), new Connection(parts, account)];
    home.account.own(letters).push('a');
    assert.deepEqual(guest.account.own(letters), ['a']);
    assert.deepEqual(home.own(letters), []);
  });

  it('has one pipeline for each choice, until it forgets those of a kind', () => {
    const c = new Connection(parts);
    const choices = { kind: 'scm', scope: 'https://appservice.azure.com/.default' } as const;
    const [scm, once, resourceManager] = [
      keptPipeline(c, choices),
      keptPipeline(c, { ...choices, once: true }),
      resourceManagerPipeline(c),
    ];
    assert.equal(keptPipeline(c, choices), scm);
    assert.notEqual(once, scm);
    assert.notEqual(keptPipeline(new Connection(parts), choices), scm);

    forgetPipelines(c, 'scm');

    assert.notEqual(keptPipeline(c, choices), scm);
    assert.notEqual(keptPipeline(c, { ...choices, once: true }), once);
    assert.equal(resourceManagerPipeline(c), resourceManager);
  });
});
