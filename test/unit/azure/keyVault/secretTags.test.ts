import assert from 'node:assert/strict';
import type { AzureError } from '../../../../src/azure/core/errors';
import type { KeyVault, SecretInfo } from '../../../../src/azure/core/model';
import { findSecretVersions, setSecret, updateSecret } from '../../../../src/azure/keyVault/secrets';
import { editSecretTags } from '../../../../src/azure/keyVault/secretTags';
import { sendingConnection } from '../../../support/connections';
import type { TestConnection } from '../support';
import { useSandbox } from '../useSandbox';
import { useVault } from './useVault';

/** Key Vault replaces all tags at once, and has no ETag. */
describe('Tags that two people edit', () => {
  const sandbox = useSandbox();
  const open = useVault(sandbox, 'keyless-rbac-kv');
  let c: TestConnection;
  let vault: KeyVault;
  let version: string | undefined;
  let name = 'Tagged-0';
  const was = { team: 'web', stage: 'test' };

  beforeEach(async () => {
    ({ c, vault } = open());
    // Versions that were created in the same second have no order.
    name = name.replace(/\d+/, (number) => String(Number(number) + 1));
    ({ version } = await setSecret(c, vault, { name, value: 'one', contentType: 'text', tags: was }));
  });

  const theirs = (tags: Record<string, string>) => updateSecret(c, vault, name, undefined, { tags });
  const edit = (wanted: Record<string, string>, more = {}) =>
    editSecretTags(c, vault, { name, version }, { was, wanted }, more);
  const tags = async () => (await findSecretVersions(c, vault, name, version))[0].tags;
  const isRefused = (change: Promise<unknown>, code: string, words: RegExp) =>
    assert.rejects(change, (error: AzureError) => error.code === code && words.test(error.message));

  it('keep what someone else added, changed, and removed since they were shown', async () => {
    await theirs({ team: 'api', owner: 'someone' });
    const after = await edit({ ...was, cost: '7' }, { contentType: 'json' });
    const merged = { team: 'api', owner: 'someone', cost: '7' };
    assert.deepEqual([after.tags, after.contentType], [merged, 'json']);
    assert.deepEqual(await tags(), merged);
  });

  it("aren't written over another change of the same tag, unless it's the same change", async () => {
    await theirs({ ...was, stage: 'live' });
    await isRefused(edit({ ...was, stage: 'old' }), 'TagsChanged', /tag stage/);
    await isRefused(edit({ team: 'web' }), 'TagsChanged', /tag stage/);
    assert.deepEqual(await tags(), { team: 'web', stage: 'live' });
    await edit({ ...was, stage: 'live' });
    assert.deepEqual(await tags(), { team: 'web', stage: 'live' });
  });

  it("aren't more than 15 in the end", async () => {
    await theirs({ ...was, ...Object.fromEntries(Array.from({ length: 13 }, (_, n) => [`t${n}`, ''])) });
    await isRefused(edit({ ...was, another: '' }), 'TagsChanged', /more than 15/);
  });

  it('stay those of the version that was read if there is a newer one', async () => {
    let newer: SecretInfo | undefined;
    const slow = sendingConnection(c, async (request) => {
      if (request.method === 'PATCH' && !newer)
        newer = await setSecret(c, vault, { name, value: 'two', tags: { other: 'x' } });
      return await c.http.sendRequest(request);
    });
    await editSecretTags(slow, vault, { name }, { was, wanted: { team: 'new' } }, {});
    assert.deepEqual(await tags(), { team: 'new' });
    assert.notEqual(newer?.version, version);
    const [untouched] = await findSecretVersions(c, vault, name, newer?.version);
    assert.deepEqual(untouched.tags, { other: 'x' });
  });

  it('belong to the current version: of several of the same second, the one with the tags that were shown', async () => {
    const at = Math.floor(Date.now() / 1000);
    const item = (id: string | undefined, more: object) => ({
      id: `${vault.vaultUri}/secrets/${name}/${id}`,
      attributes: { created: at },
      tags: { ...was, ...more },
    });
    let items = [item('1'.repeat(32), { only: '1' }), item('2'.repeat(32), { only: '2' })];
    const sent: string[] = [];
    const sameSecond = sendingConnection(c, async (request) => {
      const answer = await c.http.sendRequest(request);
      sent.push(request.method);
      if (/\/versions\?/.test(request.url) && answer.status === 200)
        answer.bodyAsText = JSON.stringify({ value: items, nextLink: null });
      return answer;
    });
    const change = () => editSecretTags(sameSecond, vault, { name }, { was, wanted: { team: 'new' } }, {});
    await isRefused(change(), 'TagsChanged', /same second/);
    assert.ok(!sent.includes('PATCH'));
    items = [item('1'.repeat(32), { only: '1' }), item(version, {})];
    await isRefused(change(), 'TagsLost', /./);
    assert.deepEqual(await tags(), { team: 'new' });
  });

  it('are read again if the service lets the write be repeated', async () => {
    await sandbox.control('POST', '/faults', {
      ...{ service: 'vault', method: 'PATCH', status: 429, retryAfterSeconds: 1, count: 1 },
    });
    const asked: string[] = [];
    const noted = sendingConnection(c, async (request) => {
      asked.push(request.method);
      const answer = await c.http.sendRequest(request);
      if (answer.status === 429) await theirs({ ...was, owner: 'someone' });
      return answer;
    });
    await editSecretTags(noted, vault, { name, version }, { was, wanted: { ...was, cost: '7' } }, {});
    assert.deepEqual(await tags(), { ...was, owner: 'someone', cost: '7' });
    assert.ok(asked.filter((method) => method === 'PATCH').length >= 2, String(asked));
  });

  it('that someone else overwrites right away are lost, which is said', async () => {
    const raced = sendingConnection(c, async (request) => {
      const answer = await c.http.sendRequest(request);
      if (request.method === 'PATCH' && answer.status === 200) await theirs(was);
      return answer;
    });
    const change = editSecretTags(
      raced,
      vault,
      { name, version },
      { was, wanted: { ...was, cost: '7' } },
      {},
    );
    await isRefused(change, 'TagsLost', /lost because someone else/);
  });

  it('may have the name of what every object has', async () => {
    await edit({ ...was, constructor: 'x', toString: 'y' });
    assert.deepEqual(await tags(), { ...was, constructor: 'x', toString: 'y' });
  });
});
