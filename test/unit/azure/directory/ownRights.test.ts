import assert from 'node:assert/strict';
import { listEligibleRoles } from '../../../../src/azure/directory/eligibleRoles';
import { getSignedInPrincipal } from '../../../../src/azure/directory/signedInPrincipal';
import { changedConnection } from '../../../support/connections';
import { ownRightsWorld, worldArguments } from '../../../support/worlds/ownRightsWorld';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { applicationToken, sandboxFetch } from '../../../support/sandboxClient';
import type { TestConnection } from '../support';
import { connect } from '../support';

const subscription = `/subscriptions/${ownRightsWorld.subscriptions[0]?.subscriptionId ?? ''}`;

describe('the signed-in account', () => {
  const file = worldArguments(ownRightsWorld);
  let sandbox: RunningSandbox;
  let c: TestConnection;
  before(async () => {
    sandbox = await startSandbox(file.args);
    c = connect(sandbox.ready);
  });
  after(async () => {
    await sandbox.stop();
    file.remove();
  });

  it('has the object ID that Resource Manager sees', async () => {
    const me = await getSignedInPrincipal(c);
    assert.equal(me.type, 'ServicePrincipal');
    const path = `${subscription}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
    const token = await applicationToken(sandbox.ready, sandbox.ready.resourceManagerUrl);
    const url = `${sandbox.ready.resourceManagerUrl}${path}&$filter=principalId eq '${me.objectId}'`;
    const answer = await sandboxFetch(sandbox.ready, encodeURI(url), { token });
    assert.equal(answer.json<{ value: unknown[] }>().value.length, 1, 'the Owner of the subscription');
  });

  it('is a user if its token has scopes, and unknown if its token has no object ID', async () => {
    const tokenOf = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
    const withToken = (token: string) =>
      changedConnection(c, {
        credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: 0 }) },
      });
    const user = withToken(tokenOf({ oid: 'o', scp: 'user_impersonation' }));
    assert.deepEqual(await getSignedInPrincipal(user), { objectId: 'o', type: 'User' });
    const named = withToken(
      tokenOf({ oid: 'o', scp: 'user_impersonation', upn: 'a@b.example', name: 'Alex' }),
    );
    assert.deepEqual(await getSignedInPrincipal(named), { objectId: 'o', type: 'User', name: 'Alex' });
    const application = withToken(tokenOf({ oid: 'o', name: 'not its name' }));
    assert.deepEqual(await getSignedInPrincipal(application), { objectId: 'o', type: 'ServicePrincipal' });
    for (const token of [tokenOf({}), 'opaque', ''])
      await assert.rejects(getSignedInPrincipal(withToken(token)), { code: 'NoObjectId' });
  });

  it('has the eligible roles at a scope and above it, but not those of other accounts', async () => {
    const role = { name: 'Key Vault Administrator', scope: subscription };
    assert.deepEqual(await listEligibleRoles(c, subscription), [role]);
    const vault = `${subscription}/resourceGroups/mine/providers/Microsoft.KeyVault/vaults/own-rbac-kv`;
    assert.deepEqual(await listEligibleRoles(c, vault), [role]);
  });
});
