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

  it('neither lose nor repeat lines across reconnects, and leave no sockets or timers', async () => {
    const result = await soak(sandbox, { streams: 4, linesPerSecond: 2000, seconds: 6, cutEverySeconds: 2 });
    assert.ok(result.reconnects >= 8, `${result.reconnects} reconnects`);
    assert.deepEqual([result.lost, result.twice, result.left], [0, 0, 0]);
  });
});
