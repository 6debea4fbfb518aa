import { startSandbox } from '../support/sandbox';
import { soak as run } from '../unit/azure/logs/soak';
import type { Benchmark } from './report';

/** Checks that many streams of a busy app lose nothing and use constant memory for some minutes. */
export const soak: Benchmark = {
  name: 'soak',
  about:
    '10 streams of 2,000 lines/s, cut every 5 s (nothing lost or duplicated, heap growth below 1 MB per minute, nothing left)',
  async run({ minutes }) {
    const sandbox = await startSandbox();
    try {
      const options = { streams: 10, linesPerSecond: 2000, seconds: minutes * 60, cutEverySeconds: 5 };
      const { slope, written, lost, twice, reconnects, left } = await run(sandbox, options);
      return {
        ...{ linesWritten: written, linesLost: lost, linesTwice: twice },
        ...{ reconnects, socketsAndTimersLeft: left, heapMBPerMinute: slope },
      };
    } finally {
      await sandbox.stop();
    }
  },
};
