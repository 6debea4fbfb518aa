import { startSandbox } from '../support/sandbox';
import { soak as run } from '../unit/azure/logs/soak';
import type { Benchmark } from './report';

/** A shorter run can't tell growth from noise. */
const leastMinutes = 10;

/** Checks that many streams of a busy app lose nothing and use constant memory for some minutes. */
export const soak: Benchmark = {
  name: 'soak',
  about: `10 streams of 2,000 lines/s, cut every 20 s and reconnecting after 1 to 30 s (nothing lost or duplicated, nothing left, heap growth below 1 MB per minute, which takes ${leastMinutes} minutes or more to tell)`,
  async run({ minutes }) {
    const sandbox = await startSandbox();
    try {
      const { slope, written, lost, twice, reconnects, left } = await run(sandbox, {
        ...{ streams: 10, linesPerSecond: 2000, seconds: minutes * 60 },
        ...{ cutEverySeconds: 20, pauses: 'product' },
      });
      return {
        ...{ linesWritten: written, linesLost: lost, linesTwice: twice },
        ...{ reconnects, socketsAndTimersLeft: left },
        ...(minutes >= leastMinutes ? { heapMBPerMinute: slope } : {}),
      };
    } finally {
      await sandbox.stop();
    }
  },
};
