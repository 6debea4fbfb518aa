import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { out } from '../support/paths';
import { startGroup, temporaryFolder } from '../support/processes';
import { until } from '../support/until';

describe('npm run conformance', () => {
  const program = path.join(out, 'test/support/tasks/conformance.js');

  it('deletes what it created on Ctrl+C, and still writes its report', async () => {
    const folder = temporaryFolder('conformance');
    const group = startGroup(process.execPath, [program, '--target', 'sandbox', '--folder', folder.path]);
    try {
      const isCreating = () => /The resource group has its tag: yes/.test(group.output());
      await until(isCreating, { timeout: 60_000, what: 'the resource group' });
      // Only the program itself, as in a terminal, where the sandbox is in another group.
      group.process.kill('SIGINT');
      assert.equal(await group.closed, 130, group.output());
      assert.match(group.output(), /Interrupted\. What was created is deleted now\./);
      assert.match(group.output(), /What is left of the run: nothing/);
      assert.doesNotMatch(group.output(), /\nsecrets\n/);
      assert.match(
        fs.readFileSync(path.join(folder.path, 'report.md'), 'utf8'),
        /\| What is left of the run \|/,
      );
    } finally {
      await group.stop();
      folder.remove();
    }
  });

  it('starts nothing in Azure without a region', async () => {
    const azure = ['--target', 'azure', '--subscription', '00000000-0000-0000-0000-000000000000'];
    const group = startGroup(process.execPath, [program, ...azure]);
    assert.equal(await group.closed, 1);
    assert.match(group.output(), /^npm run conformance -- --target sandbox/);
    await group.stop();
  });
});
