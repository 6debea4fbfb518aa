import assert from 'node:assert/strict';
import type { RunningSandbox } from '../../../support/sandbox';
import { startSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from '../web/client';

const linuxApp = 'keyless-linux-app';

describe('The SCM site of a Linux app', () => {
  let sandbox: RunningSandbox;
  let client: Client;
  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.ready);
  });
  after(() => sandbox.stop());

  it('ignores ranges and sends whole files, but none that are unchanged', async () => {
    await client.putFile(linuxApp, 'data/file.txt', '0123456789');
    const get = (headers: Record<string, string>) =>
      client.scm('GET', linuxApp, '/api/vfs/data/file.txt', { headers });
    for (const range of ['bytes=4-', 'bytes=10-']) {
      const answer = await get({ range });
      assert.deepEqual([answer.status, answer.text], [200, '0123456789']);
      assert.deepEqual(
        [answer.headers['accept-ranges'], answer.headers['content-range']],
        [undefined, undefined],
      );
    }
    const etag = String((await get({})).headers.etag);
    assert.equal((await get({ range: 'bytes=4-', 'if-none-match': etag })).status, 304);
    await client.set({ linuxFileRanges: true });
    assert.equal((await get({ range: 'bytes=4-' })).text, '456789');
    await client.set({ linuxFileRanges: false });
  });

  it('sends errors as plain text, and 409 for deleting a different version', async () => {
    const missing = await client.scm('GET', linuxApp, '/api/vfs/data/nothing');
    assert.deepEqual(
      [missing.status, missing.text, missing.headers['content-type']],
      [404, "'/home/data/nothing' not found.", 'text/plain; charset=utf-8'],
    );
    await client.putFile(linuxApp, 'data/kept.txt', 'x');
    const remove = (headers: Record<string, string>) =>
      client.scm('DELETE', linuxApp, '/api/vfs/data/kept.txt', { headers });
    assert.equal((await remove({})).status, 412);
    assert.equal((await remove({ 'if-match': '"0000000000000000"' })).status, 409);
    assert.equal((await remove({ 'if-match': '*' })).status, 200);
  });

  it('offers only the deployment routes on a Consumption plan, to any caller', async () => {
    const { linuxApp: id } = walkthroughIds(sandbox.ready);
    const group = id.slice(0, id.indexOf('/providers/'));
    const plan = `${group}/providers/Microsoft.Web/serverfarms/consumption`;
    const location = 'West Europe';
    const sku = { name: 'Y1', tier: 'Dynamic' };
    await client.arm('PUT', plan, { location, sku, kind: 'functionapp', properties: { reserved: true } });
    const site = await client.arm('PUT', `${group}/providers/Microsoft.Web/sites/keyless-y1`, {
      ...{ location, kind: 'functionapp,linux' },
      properties: { serverFarmId: plan, reserved: true },
    });
    assert.ok(site.status < 300, site.text);
    for (const path of ['/api/logstream', '/api/vfs/site/wwwroot/', '/api/logs/docker']) {
      const answer = await client.scm('GET', 'keyless-y1', path);
      assert.deepEqual([path, answer.status, answer.text], [path, 404, '']);
      assert.equal((await client.send('GET', `${client.scmUrl('keyless-y1')}${path}`)).status, 404);
    }
    assert.equal((await client.scm('GET', 'keyless-y1', '/api/settings')).status, 200);
  });
});
