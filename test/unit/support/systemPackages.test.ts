import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/processes';
import { canInstall, ensureSystemPackages, findProgram } from '../../support/host/systemPackages';

describe("programs that npm can't install", () => {
  const work = temporaryFolder('packages-test');
  const apt = path.join(work.path, 'apt-get');
  const told = path.join(work.path, 'told');
  const searchPath = process.env.PATH;

  beforeEach(() => {
    process.env.PATH = work.path; // contains only what a test puts there
  });

  afterEach(() => {
    process.env.PATH = searchPath;
    for (const file of fs.readdirSync(work.path)) fs.rmSync(path.join(work.path, file));
  });

  after(() => {
    work.remove();
  });

  function put(file: string, script: string): void {
    fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  it('are found on the PATH by any of their names', () => {
    assert.equal(findProgram('make'), undefined);
    put(path.join(work.path, 'make'), 'true');
    put(path.join(work.path, 'google-chrome'), 'true');
    assert.equal(findProgram('make'), path.join(work.path, 'make'));
    assert.equal(findProgram('chromium'), process.env.CHROMIUM ?? path.join(work.path, 'google-chrome'));
  });

  it('are installed on Debian as root if they are missing', async function () {
    if (!canInstall()) {
      await assert.rejects(ensureSystemPackages(['g++', 'make', 'python3']), /Missing: g\+\+, make, python3/);
      return;
    }
    put(path.join(work.path, 'python3'), 'true');
    put(
      apt,
      `echo "$@" >> ${told}; for name in make g++; do echo > ${work.path}/$name; /bin/chmod +x ${work.path}/$name; done`,
    );
    await ensureSystemPackages(['g++', 'make', 'python3'], ['extra']);
    assert.deepEqual(fs.readFileSync(told, 'utf8').trim().split('\n'), [
      'update -q',
      'install -y -q --no-install-recommends g++ make extra',
    ]);
  });

  it("are listed in an error if they can't be installed", async function () {
    if (!canInstall()) {
      await assert.rejects(ensureSystemPackages(['xvfb']), /Missing: xvfb/);
      return;
    }
    put(apt, 'true');
    await assert.rejects(ensureSystemPackages(['g++', 'make']), /Still missing after apt-get: g\+\+, make/);
    put(apt, 'echo no such package >&2; exit 100');
    await assert.rejects(ensureSystemPackages(['make']), /apt-get update -q failed \(100\)\nno such package/);
  });
});
