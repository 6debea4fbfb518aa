import assert from 'node:assert/strict';
import { SiteFileSystem } from '../../../src/files/siteFileSystem';
import { sendingConnection } from '../../support/connections';
import { openCommandWorld, type CommandWorld } from '../commandWorld';

describe('a save of a file on the site', () => {
  let world: CommandWorld;
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  afterEach(() => world.close());

  it('succeeds even if the answer to a look at the file comes after the save before', async () => {
    const node = await world.app('keyless-demo-app');
    const { connection, app } = node;
    const [asked, late] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    let isHeld = false;
    const held = sendingConnection(connection, async (request) => {
      const answer = await connection.http.sendRequest(request);
      if (!isHeld || request.method !== 'HEAD') return answer;
      isHeld = false;
      asked.resolve(undefined);
      await late.promise;
      return answer;
    });
    const files = new SiteFileSystem(() => Promise.resolve({ connection: held, app }), {
      record: () => undefined,
    });
    const uri = world.services.siteUris.uriOf(node, 'site/wwwroot/notes.txt');
    const save = (text: string) => files.writeFile(uri, Buffer.from(text), { create: true, overwrite: true });
    await save('one');
    isHeld = true;
    const look = files.stat(uri);
    await asked.promise;
    await save('two');
    late.resolve(undefined);
    await look;
    await save('three');
    assert.equal(Buffer.from(await files.readFile(uri)).toString(), 'three');
    files.dispose();
  });
});
