import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { listScmFolder, readScmFile } from '../../../../src/azure/appService/scm';
import {
  createSiteFolder,
  deleteSiteFile,
  readOnlyReason,
  statSiteFile,
  writeSiteFile,
} from '../../../../src/azure/appService/siteFiles';
import { codeFolder } from '../../../../src/azure/appService/siteFolders';
import { moveSiteFile } from '../../../../src/azure/appService/siteMove';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { siteFilesOf } from '../../../../src/tree/children/fileChildren';
import type { Node } from '../../../../src/tree/nodes/nodes';
import { logFilesOf } from '../../../support/sandboxLogs';
import { useSandboxApps } from '../sandboxApps';

// kudu#1147, kudu#3071: Kudu takes any encoded name that the site's own file system has.
const everywhere = ['a#b.js', '100%.txt', 'a%2eb', "größe (1)'s.js", '日本 😀', 'a;b&c=d+e@f,$!~'];
const onLinux = ['a?b', 'C:', '<*>|"q"', 'end.', ' a '];

describe("a site's files with unusual names", function () {
  this.timeout(60_000);
  const sandbox = useSandboxApps();
  const { app } = sandbox;
  const namesIn = async (site: FunctionApp, folder: string) =>
    (await listScmFolder(sandbox.c, site, folder)).map(({ name }) => name).sort();
  const textOf = async (site: FunctionApp, file: string) =>
    Buffer.from((await readScmFile(sandbox.c, site, file)).bytes).toString();

  for (const [name, names] of [
    ['keyless-demo-app', everywhere],
    ['keyless-linux-app', [...everywhere, ...onLinux]],
  ] as const)
    it(`are created, listed, saved, moved, and deleted on ${name}`, async () => {
      const site = app(name);
      await createSiteFolder(sandbox.c, site, 'data/C#');
      for (const file of names) {
        const where = `data/C#/${file}`;
        await writeSiteFile(sandbox.c, site, where, Buffer.from('old'), undefined);
        const { etag, bytes } = (await statSiteFile(sandbox.c, site, where)) ?? assert.fail(file);
        assert.ok(etag && bytes === 3);
        await writeSiteFile(sandbox.c, site, where, Buffer.from(file), etag);
        assert.equal(await textOf(site, where), file);
      }
      assert.deepEqual(await namesIn(site, 'data/C#'), [...names].sort());
      assert.equal((await statSiteFile(sandbox.c, site, 'data/C#'))?.folder, true);
      const { kept } = await moveSiteFile(sandbox.c, site, 'data/C#', 'data/100%#', true);
      assert.deepEqual(kept, []);
      assert.deepEqual(await namesIn(site, 'data/100%#'), [...names].sort());
      for (const file of names) {
        assert.equal(await textOf(site, `data/100%#/${file}`), file);
        await deleteSiteFile(sandbox.c, site, `data/100%#/${file}`, '*');
      }
      assert.deepEqual(await namesIn(site, 'data/100%#'), []);
    });

  // azure-cli#26982: Linux can have such a name, but not on the share that its home folder is.
  it('with a backslash are read and changed on Linux, which refuses new ones', async () => {
    const site = app('keyless-linux-app');
    const home = path.join(logFilesOf(sandbox.ready, 'keyless-demo-app'), '../../keyless-linux-app');
    fs.mkdirSync(path.join(home, 'data', 'zip'), { recursive: true });
    fs.writeFileSync(path.join(home, 'data', 'zip', 'af\\a.dll'), 'old');
    assert.deepEqual(await namesIn(site, 'data/zip'), ['af\\a.dll']);
    await writeSiteFile(sandbox.c, site, 'data/zip/af\\a.dll', Buffer.from('new'), '*');
    assert.equal(await textOf(site, 'data/zip/af\\a.dll'), 'new');
    await assert.rejects(writeSiteFile(sandbox.c, site, 'data/zip/b\\c', Buffer.from('x'), undefined), {
      status: 409,
      message: /Invalid argument/,
    });
    await moveSiteFile(sandbox.c, site, 'data/zip/af\\a.dll', 'data/zip/a.dll', false);
    assert.deepEqual(await namesIn(site, 'data/zip'), ['a.dll']);
  });

  it('that Windows takes for a path or refuses are never written there', async () => {
    const site = app('keyless-demo-app');
    await assert.rejects(
      writeSiteFile(sandbox.c, site, 'data/..\\..\\x', Buffer.from('x'), undefined),
      RangeError,
    );
    await assert.rejects(writeSiteFile(sandbox.c, site, 'data/a:b', Buffer.from('x'), undefined), {
      status: 500,
    });
  });

  it('do not exist on plans whose SCM sites have no files, and the tree says so', async () => {
    const flex = app('keyless-flex-app');
    const consumption = { ...app('keyless-linux-app'), sku: 'Dynamic' };
    for (const [site, plan] of [
      [flex, 'flexConsumption'],
      [consumption, 'linuxConsumption'],
    ] as const) {
      assert.equal(await readOnlyReason(sandbox.c, site), plan);
      sandbox.c.log.length = 0;
      const text = `The ${plan === 'flexConsumption' ? 'Flex Consumption plan' : 'Consumption plan on Linux'} gives no access to files.`;
      const refused = { code: 'NoFiles', status: 404, message: text };
      await assert.rejects(listScmFolder(sandbox.c, site, codeFolder), refused);
      await assert.rejects(statSiteFile(sandbox.c, site, `${codeFolder}/host.json`), refused);
      const node = {
        kind: 'files',
        id: 'files',
        connection: sandbox.c,
        app: site,
        path: codeFolder,
      } as const;
      const nodes: Node[] = await siteFilesOf(node, AbortSignal.timeout(10_000));
      assert.deepEqual(
        nodes.map((each) => (each.kind === 'message' ? [each.icon, each.text] : each.kind)),
        [['info', text]],
      );
      assert.deepEqual(sandbox.c.log, []);
    }
    const windows = { ...app('keyless-demo-app'), sku: 'Dynamic' };
    assert.ok((await namesIn(windows, codeFolder)).includes('host.json'));
  });
});
