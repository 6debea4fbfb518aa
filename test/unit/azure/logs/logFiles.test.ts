import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { siteOf } from '../../../../src/azure/appService/siteModel';
import { readPiece } from '../../../../src/azure/logs/logFiles';
import { mostWholeMegabytes } from '../../../../src/azure/logs/logState';
import type { TestCloud } from '../servers';
import { siteJson, testCloud, TestServer } from '../servers';

/** KuduLite sends entire files. */
describe('A piece of a log file that the service sends from its start', () => {
  const megabyte = 1024 * 1024;
  let scm: TestServer;
  let cloud: TestCloud;
  let headers: Record<string, string>;
  let sent: number;
  before(async () => {
    scm = await TestServer.start((_request, response) => {
      response.writeHead(200, headers);
      pour(response);
    });
    cloud = await testCloud({ arm: scm.port, scm: scm.port });
  });
  after(() => scm.stop());
  beforeEach(() => {
    [headers, sent] = [{}, 0];
  });

  function pour(response: ServerResponse): void {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(megabyte, 'x'))) sent++;
      sent++;
    };
    response.on('drain', more).on('error', () => undefined);
    more();
  }
  const read = (from: number, to: number) => {
    const app = siteOf(cloud.c, siteJson({ scm: `app.scm.localhost:${scm.port}` })) ?? assert.fail();
    return readPiece(cloud.c, app, 'LogFiles/a.log', { from, to }, new AbortController().signal);
  };

  it('is read only up to its end, although the service goes on', async () => {
    const piece = await read(2 * megabyte, 3 * megabyte);
    assert.ok(piece.kind === 'bytes');
    const length = piece.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    assert.equal(length, megabyte);
    assert.ok(piece.total > 3 * megabyte, 'there is more');
    assert.ok(piece.received < 4 * megabyte, `${piece.received}`);
    assert.ok(sent < 20, `${sent} MB`);
  });

  it('tells how long the file is, if the service says so', async () => {
    headers = { 'Content-Length': String(1000 * megabyte) };
    const piece = await read(0, 1000);
    assert.ok(piece.kind === 'bytes');
    assert.equal(piece.total, 1000 * megabyte);
  });

  it("isn't read if too much comes before it", async () => {
    const from = mostWholeMegabytes * megabyte + 1;
    assert.deepEqual(await read(from, from + 1000), { kind: 'tooLarge' });
    assert.ok(sent < 20, `${sent} MB`);
    headers = { 'Content-Length': '5' };
    assert.deepEqual(await read(from, from + 1000), { kind: 'shorter' });
  });
});
