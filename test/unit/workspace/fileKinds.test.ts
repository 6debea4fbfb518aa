import assert from 'node:assert/strict';
import { isNeverSearched } from '../../../src/workspace/model/fileKinds';

describe('the files that are looked for', () => {
  it("aren't those that a build copies or that belong to a package", () => {
    for (const path of [
      'bin/Debug/net8.0/local.settings.json',
      'api/node_modules/a/.env',
      'a/dist/host.json',
    ])
      assert.ok(isNeverSearched(path), path);
    for (const path of ['local.settings.json', 'api/.env', 'src/bin', 'binaries/.env'])
      assert.ok(!isNeverSearched(path), path);
  });
});
