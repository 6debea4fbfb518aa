import assert from 'node:assert/strict';
import { endStartedWith, isAlive, startGroup } from '../../support/processes';
import { skip } from '../../support/skip';
import { until } from '../../support/until';

describe('processes of tests', function () {
  this.timeout(30_000);

  it('are found by a variable even if they left their group, as a sandbox does', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux tells the environment of other processes');
    const other = "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'],";
    const program = `console.log(${other} { detached: true, stdio: 'ignore' }).pid); setInterval(() => {}, 1000)`;
    const variable = `KEYLESS_OF=${process.pid}`;
    const group = startGroup(process.execPath, ['-e', program], {
      env: { KEYLESS_OF: String(process.pid) },
    });
    const pid = Number(await until(() => /^\d+\n/.exec(group.output())?.[0], { what: 'the other process' }));
    await group.stop();
    assert.ok(isAlive(pid));
    const ended = await endStartedWith(variable);
    assert.deepEqual(
      ended.map((each) => each.pid),
      [pid],
    );
    await until(() => !isAlive(pid), { what: 'the end' });
    assert.deepEqual(await endStartedWith(variable), []);
  });
});
