import { systemClock, type Clock } from '../../src/azure/core/clock';
import { HastyClock } from './hastyClock';
import type { SandboxReady } from './sandbox';
import { control } from './sandboxClient';

/** A hasty clock that also speeds up a sandbox, so that its quotas and delays take a fiftieth of the time. */
export function sandboxClock(ready: SandboxReady): Clock {
  const hasty = new HastyClock();
  return {
    now: () => systemClock.now(),
    after(milliseconds, act) {
      let prevented = false;
      const turned = control(ready, 'POST', '/clock', { advanceMs: Math.ceil(milliseconds) });
      const prevent = hasty.after(milliseconds, () => {
        const proceed = () => {
          if (!prevented) act();
        };
        turned.then(proceed, proceed); // where the sandbox has ended, so has the wait
      });
      turned.catch(() => undefined);
      return () => {
        prevented = true;
        prevent();
      };
    },
  };
}
