import { systemClock, type Clock } from '../../src/azure/core/clock';
import { HastyClock } from './hastyClock';
import type { SandboxReady } from './sandbox';
import { control } from './sandboxClient';

const hour = 3_600_000;

/** A hasty clock that also advances a sandbox's clock, so that waits for the sandbox's quotas and delays are as short. */
export function sandboxClock(ready: SandboxReady): Clock {
  const hasty = new HastyClock();
  return {
    now: () => systemClock.now(),
    after(milliseconds, act) {
      // A limit for an operation isn't a wait. The tokens would expire.
      if (milliseconds >= hour) return hasty.after(milliseconds, act);
      let prevented = false;
      const turned = control(ready, 'POST', '/clock', { advanceMs: Math.ceil(milliseconds) });
      const prevent = hasty.after(milliseconds, () => {
        const proceed = () => {
          if (!prevented) act();
        };
        turned.then(proceed, proceed); // the wait ends even if the sandbox has exited
      });
      turned.catch(() => undefined);
      return () => {
        prevented = true;
        prevent();
      };
    },
  };
}
