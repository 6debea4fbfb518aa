import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moveSiteFile } from '../../src/azure/appService/siteMove';
import { changedConnection } from '../support/connections';
import { RushingClock } from '../support/rushingClock';
import type { TestCloud } from '../unit/azure/servers';
import { testCloud, TestServer } from '../unit/azure/servers';
import { attack, seed } from './support/attack';
import { targetsOf } from './support/calls';
import { wordsOf } from './support/ending';
import { happeningLists, HostileSite } from './support/hostileSite';

/** Paths in the folder that is moved; those of folders end in a slash. */
const trees = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c/d', 'c/e', 'c/f/g', 'h/', 'h/i', 'c/j/'), { minLength: 1 })
  .map((paths) => paths.sort());

describe(`files that are moved on a hostile site (KEYLESS_SEED=${seed})`, () => {
  let site: HostileSite;
  let server: TestServer;
  let cloud: TestCloud;
  before(async () => {
    server = await TestServer.start((request, response) => site.answer(request, response));
    cloud = await testCloud({ arm: server.port, scm: server.port });
  });
  after(() => server.stop());

  it('are deleted only if their copies were verified, and no content is lost', async () => {
    const { port } = server;
    const { app } = targetsOf({
      ...{ arm: port, graph: port, vault: port, scm: port, sites: port, insights: port, foreign: port },
    });
    let moved = 0;
    await attack(fc.tuple(trees, happeningLists), 60, async ([tree, happenings]) => {
      site = new HostileSite(tree, happenings);
      const c = changedConnection(cloud.c, { clock: new RushingClock() });
      await moveSiteFile(c, app, 'site/old', 'site/new', true).then(() => moved++, wordsOf);
      site.assertNothingLost();
    });
    assert.ok(moved > 5, `${moved} moved`);
  });
});
