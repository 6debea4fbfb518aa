import assert from 'node:assert/strict';
import { deleteSiteFile, deleteSiteFolder, statSiteFile } from '../../../../src/azure/appService/siteFiles';
import { moveSiteFile } from '../../../../src/azure/appService/siteMove';
import { getScmSettings, listScmFolder } from '../../../../src/azure/appService/scm';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import type { FunctionApp } from '../../../../src/azure/core/model';
import type { TestCloud } from '../servers';
import { json, siteId, siteJson, testCloud, TestServer } from '../servers';
import { Kudu } from './kudu';

/** What a 200 can hold that isn't a list of files. */
const notLists: Readonly<Record<string, string>> = {
  'half JSON': '[{"name":"a.js","mime":"text/plain"},{"na',
  "a proxy's page": '<html><body>Sign in</body></html>',
  'an object': '{"value":[]}',
  null: 'null',
  nothing: '',
  'entries without names': '[{"size":1,"mime":"text/plain"}]',
  'entries that are null': '[null]',
  'entries of an unknown kind': '[{"name":"a.js"}]',
  'the parent folder': '[{"name":"..","mime":"inode/directory"}]',
  'a path': '[{"name":"a/b","mime":"text/plain"}]',
  'a path of Windows': String.raw`[{"name":"a\\b","mime":"text/plain"}]`,
};

describe("a site's files", () => {
  let kudu: Kudu;
  let arm: TestServer;
  let scm: TestServer;
  let cloud: TestCloud;
  let app: FunctionApp;
  before(async function () {
    this.timeout(60_000);
    arm = await TestServer.start((_request, response) => {
      json(response, 200, siteJson({ scm: `app.scm.localhost:${scm.port}` }));
    });
    scm = await TestServer.start((request, response) => kudu.answer(request, response));
    cloud = await testCloud({ arm: arm.port, scm: scm.port });
    app = await getFunctionApp(cloud.c, siteId);
  });
  after(() => Promise.all([arm.stop(), scm.stop()]));
  beforeEach(() => {
    kudu = new Kudu();
    for (const folder of ['site/', 'site/old/', 'site/old/lib/', 'site/old/lib/empty/']) kudu.put(folder);
    kudu.put('site/old/a.js', 'a');
    kudu.put('site/old/lib/b.js', 'bb');
  });

  const original = ['site/old/a.js', 'site/old/lib/', 'site/old/lib/b.js', 'site/old/lib/empty/'];
  const move = () => moveSiteFile(cloud.c, app, 'site/old', 'site/new', true);
  const deletions = () => kudu.requests.filter((request) => request.startsWith('DELETE'));

  for (const [what, body] of Object.entries(notLists)) {
    it(`aren't taken for none if the list is ${what}`, async () => {
      kudu.instead = (method, path) => (method === 'GET' && path === 'site/old/' ? body : undefined);
      await assert.rejects(listScmFolder(cloud.c, app, 'site/old'), { code: 'BadAnswer' });
      await assert.rejects(move(), { code: 'BadAnswer' });
      assert.deepEqual(kudu.below('site/old/'), original);
      assert.deepEqual(deletions(), []);
    });

    it(`stay where they are if the list of a folder inside is ${what}`, async () => {
      kudu.instead = (method, path) => (method === 'GET' && path === 'site/old/lib/' ? body : undefined);
      await assert.rejects(move(), { code: 'BadAnswer' });
      assert.deepEqual(kudu.below('site/old/'), original);
      assert.equal(kudu.items.has('site/new/'), false, 'nothing is written before everything is listed');
    });
  }

  it('move one by one, never with everything in a folder', async () => {
    assert.deepEqual(await move(), { entries: ['a.js', 'lib/', 'lib/b.js', 'lib/empty/'], kept: [] });
    assert.deepEqual(kudu.below('site/'), [
      'site/new/',
      ...['site/new/a.js', 'site/new/lib/', 'site/new/lib/b.js', 'site/new/lib/empty/'],
    ]);
    assert.equal(kudu.items.get('site/new/lib/b.js')?.text, 'bb');
    assert.deepEqual(
      deletions().filter((request) => request.includes('recursive')),
      [],
    );
  });

  it('survive a list that is empty though the folder is not', async () => {
    kudu.instead = (method, path) => (method === 'GET' && path === 'site/old/' ? '[]' : undefined);
    assert.deepEqual(await move(), { entries: [], kept: [''] });
    assert.deepEqual(kudu.below('site/old/'), original);
  });

  it('stay if one was changed or added while they were copied', async () => {
    for (const change of ['site/old/a.js', 'site/old/lib/c.js']) {
      kudu.instead = (method, path) => {
        if (method === 'PUT' && path === 'site/new/lib/b.js') kudu.put(change, 'z');
        return undefined;
      };
      await assert.rejects(move(), { code: 'FileChanged' });
      assert.deepEqual(deletions(), []);
      assert.equal(kudu.items.get(change)?.text, 'z');
      await deleteSiteFolder(cloud.c, app, 'site/new', true);
      kudu.requests.length = 0;
    }
  });

  it('keep what was changed or added while the originals were deleted', async () => {
    kudu.instead = (method, path) => {
      if (method !== 'DELETE') return undefined;
      if (path === 'site/old/a.js') kudu.put('site/old/lib/b.js', 'changed');
      if (path === 'site/old/lib/b.js') kudu.put('site/old/new.js', 'new');
      return undefined;
    };
    assert.deepEqual((await move()).kept, ['lib/b.js', 'lib/', '']);
    assert.deepEqual(kudu.below('site/old/'), ['site/old/lib/', 'site/old/lib/b.js', 'site/old/new.js']);
    assert.equal(kudu.items.get('site/old/lib/b.js')?.text, 'changed');
  });

  it('are not replaced by a page, and not deleted if the copy differs', async () => {
    kudu.instead = (method, path) => (method === 'GET' && path === 'site/old/lib/b.js' ? 'no' : undefined);
    await assert.rejects(move(), { code: 'FileChanged' });
    await deleteSiteFolder(cloud.c, app, 'site/new', true);
    kudu.instead = (method, path) => (method === 'GET' && path === 'site/new/a.js' ? 'x' : undefined);
    await assert.rejects(move(), { code: 'CopyDiffers' });
    assert.deepEqual(kudu.below('site/old/'), original);
  });

  it('behind a link to a folder stay where they are', async () => {
    // Deleting a link without its content removes only the link (Directory.Delete of .NET; inferred).
    kudu.instead = (method, path) => {
      if (method !== 'DELETE' || path !== 'site/old/lib') return undefined;
      kudu.items.delete('site/old/lib/');
      return '';
    };
    await move();
    assert.ok(kudu.items.has('site/old/lib/b.js'));
  });

  it('say that the copy is complete if the originals cannot be deleted', async () => {
    const answer = kudu.answer.bind(kudu);
    kudu.answer = async (request, response) => {
      if (request.method === 'DELETE' && request.url?.endsWith('/old/a.js'))
        json(response, 403, { Message: 'no' });
      else await answer(request, response);
    };
    await assert.rejects(move(), (error: { code?: string; explanation?: { reason: string } }) => {
      assert.equal(error.code, 'MoveIncomplete');
      assert.match(error.explanation?.reason ?? '', /^site\/old was copied to site\/new, but the original/);
      return true;
    });
  });

  it('overwrite only the file that was seen, and are kept if they change meanwhile', async () => {
    const one = (replaced?: string) =>
      moveSiteFile(cloud.c, app, 'site/old/a.js', 'site/b.js', false, replaced);
    assert.deepEqual(await one(), { entries: [], kept: [] });
    kudu.put('site/old/a.js', 'again');
    await assert.rejects(one(), { status: 412 });
    const seen = (await statSiteFile(cloud.c, app, 'site/b.js'))?.etag;
    kudu.instead = (method) => {
      if (method === 'DELETE') kudu.put('site/old/a.js', 'later');
      return undefined;
    };
    assert.deepEqual(await one(seen), { entries: [], kept: [''] });
    assert.equal(kudu.items.get('site/b.js')?.text, 'again');
    assert.equal(kudu.items.get('site/old/a.js')?.text, 'later');
  });

  it('are deleted only as they were seen, and folders only if that was meant', async () => {
    await assert.rejects(deleteSiteFile(cloud.c, app, 'site/old/a.js', '"0000000000000000"'), {
      code: 'FileChanged',
    });
    await assert.rejects(deleteSiteFolder(cloud.c, app, 'site/old', false), { status: 409 });
    assert.deepEqual(kudu.below('site/old/'), original);
  });

  it("are not taken for folders if a proxy redirects, and settings are never a proxy's page", async () => {
    const answer = kudu.answer.bind(kudu);
    kudu.answer = (_request, response) => {
      response.writeHead(307, { Location: 'https://proxy.invalid/login/' }).end();
      return Promise.resolve();
    };
    await assert.rejects(statSiteFile(cloud.c, app, 'site/old/a.js'), { status: 307 });
    kudu.answer = answer;
    kudu.instead = () => '<html>';
    await assert.rejects(getScmSettings(cloud.c, app), { code: 'BadAnswer' });
  });
});
