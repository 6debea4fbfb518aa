/** One connection's own cancelling: by the person, or because nothing was heard for too long. */
export class Attempt {
  /** Why it was given up, if it was. */
  silence: string | undefined;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly outer: AbortSignal) {
    if (outer.aborted) this.abort();
    else outer.addEventListener('abort', this.abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  expectWithin(milliseconds: number, otherwise: string): void {
    this.expectNothing();
    this.timer = setTimeout(() => {
      this.silence = otherwise;
      this.abort();
    }, milliseconds);
  }

  expectNothing(): void {
    clearTimeout(this.timer);
  }

  /** Waits for what the sink does, but not longer than the person wants the stream. */
  async orAborted(task: Promise<void>): Promise<void> {
    let stop: (() => void) | undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
      this.signal.addEventListener('abort', stop, { once: true });
    });
    try {
      await Promise.race([task, stopped]);
    } finally {
      if (stop) this.signal.removeEventListener('abort', stop);
    }
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
