import * as l10n from '@vscode/l10n';
import type { Clock } from './clock';
import { AzureError } from './errors';

/** One connection's own cancelling: by the person, or for a reason of its own. */
export class AbortScope<Reason> {
  /** Why it was given up, if it was. */
  abortReason: Reason | undefined;
  private readonly controller = new AbortController();
  private prevent: () => void = () => undefined;

  constructor(
    private readonly outer: AbortSignal,
    private readonly clock: Clock,
  ) {
    if (outer.aborted) this.abort();
    else outer.addEventListener('abort', this.abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Gives up unless something else is expected, or {@link expectNothing} is called, within so many milliseconds. */
  expectWithin(milliseconds: number, otherwise: Reason): void {
    this.expectNothing();
    this.prevent = this.clock.after(milliseconds, () => {
      this.abortFor(otherwise);
    });
  }

  expectNothing(): void {
    this.prevent();
  }

  abortFor(reason: Reason): void {
    this.abortReason ??= reason;
    this.abort();
  }

  /** Closes the socket and leaves nothing behind. */
  end(): void {
    this.expectNothing();
    this.outer.removeEventListener('abort', this.abort);
    this.abort();
  }

  private readonly abort = (): void => {
    this.controller.abort();
  };
}

/** What `act` answers, unless it takes too long: then it is cancelled. @throws AzureError `ETIMEDOUT` */
export async function withTimeout<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  act: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const scope = new AbortScope<true>(signal, clock);
  scope.expectWithin(milliseconds, true);
  try {
    return await act(scope.signal);
  } catch (error) {
    if (scope.abortReason && !signal.aborted)
      throw new AzureError(l10n.t('No answer in time.'), { code: 'ETIMEDOUT' });
    throw error;
  } finally {
    scope.end();
  }
}
