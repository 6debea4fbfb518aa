import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from './client';

interface SiteJson {
  identity?: { type: string; principalId?: string; tenantId?: string };
}

describe('The seeded function, run for real,', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;
  let key: string;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
    const keys = await client.arm('POST', `${ids.app}/functions/ReadSecret/listkeys`);
    key = keys.json<{ default: string }>().default;
  });
  afterEach(() => client.arm('PATCH', ids.app, { identity: { type: 'None' } }));
  after(() => sandbox.stop());

  const run = () =>
    client.site('GET', 'keyless-demo-app', '/api/ReadSecret', { headers: { 'x-functions-key': key } });

  it('says so while its app has no identity', async () => {
    const reply = await run();
    assert.equal(reply.status, 500);
    assert.match(reply.text, /no managed identity/);
  });

  it('fails with the error of the vault until it has a policy, and again without it', async () => {
    const site = (
      await client.arm('PATCH', ids.app, { identity: { type: 'SystemAssigned' } })
    ).json<SiteJson>();
    const { principalId = '', tenantId = '' } = site.identity ?? {};
    const refused = await run();
    assert.equal(refused.status, 403);
    assert.match(refused.text, new RegExp(`oid=${principalId}`));
    assert.match(
      refused.text,
      /does not have secrets get permission on key vault 'keyless-demo-kv;location=westeurope'/,
    );

    const policy = {
      properties: {
        accessPolicies: [{ tenantId, objectId: principalId, permissions: { secrets: ['get'] } }],
      },
    };
    const kv = (what: string) =>
      client.arm('PUT', `${ids.vault}/accessPolicies/${what}?api-version=2026-02-01`, policy);
    assert.ok((await kv('add')).status < 300);
    const allowed = await run();
    assert.equal(allowed.status, 200, allowed.text);
    assert.equal(allowed.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(allowed.json().secret, 'ASampleKey');
    assert.equal(typeof allowed.json().value, 'string');

    assert.ok((await kv('remove')).status < 300);
    const again = await run();
    assert.equal(again.status, 403);
    assert.match(again.text, /does not have secrets get permission/);
  });
});
