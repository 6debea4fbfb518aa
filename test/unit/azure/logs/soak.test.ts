import assert from 'node:assert/strict';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { soak } from './soak';

describe('log streams of a busy app', function () {
  this.timeout(90_000);
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.stop());

  it('lose and repeat nothing while they are cut, and leave no socket and no timer', async () => {
    const result = await soak(sandbox, { streams: 4, linesPerSecond: 2000, seconds: 6, cutEverySeconds: 2 });
    assert.ok(result.reconnects >= 8, `${result.reconnects} reconnects`);
    assert.deepEqual([result.lost, result.twice, result.left], [0, 0, 0]);
  });
});
