import * as l10n from '@vscode/l10n';
import type { Clock } from './clock';
import { AzureError } from './errors';

/** An abort controller for one connection that records why it was aborted. */
export class AbortScope<Reason> {
  /** Set by {@link abortFor}; undefined if the caller canceled. */
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

  /** Aborts after that many milliseconds, unless this or {@link expectNothing} is called first. */
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

  /** Closes the socket and removes the timer and the listener. */
  end(): void {
    this.expectNothing();
    this.outer.removeEventListener('abort', this.abort);
    this.abort();
  }

  private readonly abort = (): void => {
    this.controller.abort();
  };
}

/** Runs `act` and aborts it if it takes too long. @throws AzureError `ETIMEDOUT` */
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
      throw new AzureError(l10n.t('The request timed out.'), { code: 'ETIMEDOUT' });
    throw error;
  } finally {
    scope.end();
  }
}
