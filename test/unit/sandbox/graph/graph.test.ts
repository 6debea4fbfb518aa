import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../../../support/sandbox';
import { applicationToken, control, sandboxFetch } from '../../../support/sandboxClient';
import { decodeJwt } from 'jose';

interface Named {
  '@odata.type'?: string;
  id: string;
  displayName: string;
}

describe("The sandbox's Microsoft Graph", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let ready: SandboxReady;
  let token: string;
  let objectId: string;

  before(async () => {
    sandbox = await startSandbox();
    ready = sandbox.ready;
    await control(ready, 'PATCH', '/settings', { graphRights: 'directory' });
    token = await applicationToken(ready, ready.graphUrl);
    objectId = String(decodeJwt(token).oid);
  });
  after(() => sandbox.stop());

  const get = (path: string) =>
    sandboxFetch(ready, `${ready.graphUrl}/v1.0/${path}`, { headers: { authorization: `Bearer ${token}` } });
  const byIds = (ids: string[], types?: string[]) =>
    sandboxFetch(ready, `${ready.graphUrl}/v1.0/directoryObjects/getByIds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: { ids, ...(types && { types }) },
    });

  it('returns the names of people, applications and managed identities by object ID', async () => {
    const principals = (await get('servicePrincipals')).json<{ value: Named[] }>().value;
    const identity = principals.find(({ displayName }) => displayName === 'keyless-reader-id');
    assert.ok(identity);
    const answer = await byIds([objectId, identity.id, '00000000-0000-0000-0000-000000000000']);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['odata-version'], '4.0');
    const { value } = answer.json<{ value: Named[] }>();
    assert.deepEqual(value.map((named) => [named['@odata.type'], named.displayName]).sort(), [
      ['#microsoft.graph.servicePrincipal', 'Keyless automation'],
      ['#microsoft.graph.servicePrincipal', 'keyless-reader-id'],
    ]);
    assert.deepEqual((await byIds([objectId], ['user', 'group'])).json<{ value: Named[] }>().value, []);
    const user = (await get(`users/${ready.userName}`)).json<unknown>() as Named;
    assert.deepEqual(
      (await byIds([user.id], ['user']))
        .json<{ value: Named[] }>()
        .value.map(({ displayName }) => displayName),
      ['Alex Contoso'],
    );
  });

  it('lists the groups of a service principal', async () => {
    const ask = (id: string) =>
      sandboxFetch(ready, `${ready.graphUrl}/v1.0/servicePrincipals/${id}/getMemberGroups`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: { securityEnabledOnly: false },
      });
    assert.deepEqual((await ask(objectId)).json<{ value: string[] }>().value, []);
    assert.equal((await ask('00000000-0000-0000-0000-000000000000')).status, 404);
  });

  it('finds service principals by the filters that clients send', async () => {
    for (const filter of [
      `appId eq '${ready.clientId}'`,
      "displayName eq 'Keyless automation'",
      `servicePrincipalNames/any(c:c eq '${ready.clientId}')`,
    ]) {
      const answer = (await get(`servicePrincipals?$filter=${encodeURIComponent(filter)}`)).json<{
        value: Named[];
      }>();
      assert.deepEqual(
        answer.value.map(({ id }) => id),
        [objectId],
        filter,
      );
    }
    assert.equal(
      (await get(`servicePrincipals?$filter=${encodeURIComponent("startswith(displayName,'K')")}`)).status,
      400,
    );
    assert.equal(
      ((await get(`servicePrincipals/${objectId}`)).json<unknown>() as Named).displayName,
      'Keyless automation',
    );
  });

  it('answers a request for a missing object with the recorded 404', async () => {
    const id = '0db8115f-4663-4f70-867e-f6f9d7d21fb0';
    const answer = await get(`servicePrincipals/${id}`);
    assert.equal(answer.status, 404);
    const { error } = answer.json<{ error: { code: string; message: string; innerError: object } }>();
    assert.equal(error.code, 'Request_ResourceNotFound');
    assert.equal(
      error.message,
      `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    );
    assert.deepEqual(Object.keys(error.innerError), ['date', 'request-id', 'client-request-id']);
  });

  for (const [rights, where] of [
    ['basic', "by default, as for VS Code's own application"],
    ['none', 'in a tenant that keeps its directory closed'],
  ] as const)
    it(`rejects requests about others ${where}`, async () => {
      await control(ready, 'PATCH', '/settings', { graphRights: rights });
      try {
        for (const answer of [await byIds([objectId]), await get(`servicePrincipals/${objectId}`)]) {
          assert.equal(answer.status, 403);
          const { error } = answer.json<{ error: { code: string; message: string } }>();
          assert.deepEqual(
            [error.code, error.message],
            ['Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
          );
        }
      } finally {
        await control(ready, 'PATCH', '/settings', { graphRights: 'directory' });
      }
    });

  it('starts with basic rights, and knows no other rights', async () => {
    await assert.rejects(control(ready, 'PATCH', '/settings', { graphRights: 'all' }), /400 .*basic/);
    const fresh = await startSandbox();
    try {
      const own = await applicationToken(fresh.ready, fresh.ready.graphUrl);
      const answer = await sandboxFetch(fresh.ready, `${fresh.ready.graphUrl}/v1.0/users/x`, { token: own });
      assert.equal(answer.status, 403);
    } finally {
      await fresh.stop();
    }
  });

  it('has no /me for an application', async () => {
    assert.equal((await get('me')).status, 400);
  });
});
