import { until } from '../until';

export interface Repeated {
  /** What is waited for, for the error. */
  what: string;
  action: () => Promise<unknown>;
  effect: () => Promise<boolean>;
  /** Milliseconds until the action is repeated; 2,000 unless specified. */
  patience?: number;
  /** Milliseconds for all of it; 30,000 unless specified. */
  timeout?: number;
}

/**
 * Does something until its effect shows. A click or key is lost when it comes while the window draws anew what it is
 * meant for: the list of a quick pick that is filled, a row of a tree that is refreshed, the palette that loads.
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

/** Whether an effect shows within some milliseconds. */
export async function shows(effect: () => Promise<boolean>, patience: number): Promise<boolean> {
  return until(effect, { what: 'the effect', timeout: patience }).catch(() => false);
}
