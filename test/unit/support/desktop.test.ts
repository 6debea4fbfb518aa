import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { runInDesktop } from '../../support/host/extensionTests';
import { root } from '../../support/paths';
import { isAlive, temporaryFolder } from '../../support/processes';
import { until } from '../../support/until';

/** Runs a stand-in for a desktop VS Code, and checks its arguments and how its results are handled. */
describe('the integration suite in a desktop VS Code', () => {
  const work = temporaryFolder('desktop-test');
  const executable = path.join(work.path, 'code');
  const toldFile = path.join(work.path, 'told');

  function standIn(script: string): void {
    fs.writeFileSync(executable, `#!/bin/sh\nprintf '%s\\n' "$@" > ${toldFile}\n${script}\n`, {
      mode: 0o755,
    });
  }

  async function runWith(script: string, limit = 20_000) {
    standIn(script);
    const env = { KEYLESS_TEST_SANDBOX: '/somewhere/ready.json' };
    return runInDesktop(
      { kind: 'desktop', executable, virtualDisplay: false },
      { module: path.join(root, 'out/test/integration/index.js'), env, limit },
    );
  }

  after(() => {
    work.remove();
  });

  it('gets separate folders, the extension and the tests', async () => {
    const empty = JSON.stringify({
      passed: [{ title: 'a', milliseconds: 1 }],
      failed: [],
      skipped: [],
      unhandled: [],
    });
    const outcome = await runWith(`echo '${empty}' > "$TEST_RESULTS_FILE"; test -n "$KEYLESS_TEST_SANDBOX"`);
    assert.equal(outcome.exitCode, 0);
    assert.equal(outcome.results?.passed.length, 1);
    const told = fs.readFileSync(toldFile, 'utf8').split('\n');
    assert.ok(told.includes(`--extensionDevelopmentPath=${root}`));
    assert.ok(told.includes(`--extensionTestsPath=${path.join(root, 'out/test/integration/index.js')}`));
    for (const option of ['--user-data-dir', '--extensions-dir']) {
      assert.equal(told.filter((argument) => argument.startsWith(option)).length, 1);
      const folder = told[told.indexOf(option) + 1] ?? '';
      assert.match(folder, /keyless-desktop-/);
      assert.equal(fs.existsSync(folder), false, 'its folders are removed afterward');
    }
  });

  it('fails if a planted secret value or a token is anywhere in the profile', async () => {
    const token = `eyJ${'a'.repeat(30)}.eyJ${'b'.repeat(30)}.c`;
    const outcome = await runWith(
      [
        'while [ "$1" != --user-data-dir ]; do shift; done',
        'mkdir -p "$2/User/globalStorage" "$2/logs"',
        `printf 'p\\000l\\000a\\000n\\000t\\000e\\000d\\000-9b1d-secret-value' > "$2/User/globalStorage/state.db"`,
        `echo 'Bearer ${token}' > "$2/logs/a.log"`,
        'echo planted > "$2/logs/b.log"',
      ].join('\n'),
    );
    assert.deepEqual([...outcome.problems].sort(), [
      'A secret value is in User/globalStorage/state.db: planted-9b1d-secret-value',
      `A secret value is in logs/a.log: ${token.slice(0, 40)}`,
    ]);
  });

  it('fails if VS Code fails or writes no results', async () => {
    const outcome = await runWith('exit 3');
    assert.equal(outcome.exitCode, 3);
    assert.equal(outcome.results, undefined);
  });

  it('is stopped with all its processes if it takes too long', async function () {
    this.timeout(20_000);
    const pidFile = path.join(work.path, 'pid');
    const outcome = await runWith(`sleep 600 & echo $! > ${pidFile}; wait`, 1000);
    assert.equal(outcome.exitCode, undefined);
    const pid = Number(fs.readFileSync(pidFile, 'utf8'));
    await until(() => !isAlive(pid), { what: 'the end of what it started' });
  });
});
