import { until } from '../until';

export interface Repeated {
  /** What to wait for, for the error message. */
  what: string;
  action: () => Promise<unknown>;
  effect: () => Promise<boolean>;
  /** Milliseconds until the action is repeated. 2,000 by default. */
  patience?: number;
  /** The total time limit in milliseconds. 30,000 by default. */
  timeout?: number;
}

/**
 * Repeats an action until its effect shows. A click or key press is lost if it comes while the window redraws its target,
 * such as a quick pick that is being filled, a tree row that is being refreshed, or the Command Palette while it loads.
 */
export async function repeat({ what, action, effect, patience = 2000, timeout = 30_000 }: Repeated) {
  await until(
    async () => {
      if (await effect()) return true;
      await action();
      return shows(effect, patience);
    },
    { what, timeout },
  );
}

/** Whether an effect shows within this many milliseconds. */
export async function shows(effect: () => Promise<boolean>, patience: number): Promise<boolean> {
  return until(effect, { what: 'the effect', timeout: patience }).catch(() => false);
}
