import assert from 'node:assert/strict';
import { explainRead } from '../../../src/access/explainRead';
import { planRead } from '../../../src/access/plan/plan';
import {
  appId,
  factsWith,
  identity,
  other,
  present,
  principalId,
  short,
  tenantId,
  withheld,
} from './readWorld';

const getPolicy = { tenantId, objectId: principalId, permissions: { secrets: ['get'] } };
const granted = factsWith({ vault: present({ accessPolicies: [getPolicy] }) });

describe('explainRead', () => {
  it("says that a deleted identity can't read, whatever it was granted", () => {
    const deleted = { ...other, principalId, exists: false };
    const facts = { ...granted, principal: deleted };
    const verdict = explainRead(facts);
    assert.deepEqual(verdict.kind === 'cannot' && verdict.causes, [
      { kind: 'identityDeleted', appId, identity: other.resourceId },
    ]);
    const refused = { ...facts, vault: present() };
    assert.equal(short(explainRead(refused)), 'cannot: identityDeleted', 'a grant would not help');
    assert.deepEqual(planRead(refused, { roleScope: 'secret' }).steps, []);
    const able = { ...facts, otherIdentities: [identity] };
    assert.equal(short(explainRead(able)), 'cannot: identityDeleted, wrongIdentity');
    const switched = { ...factsWith(), otherIdentities: [deleted], vault: granted.vault, principal: other };
    assert.equal(short(explainRead(switched)), 'cannot: missingPolicy', 'nobody should switch to it');
    const unknown = { ...granted, principal: { ...deleted, exists: withheld } };
    assert.equal(short(explainRead(unknown)), 'cannotTell: identity');
  });
});
