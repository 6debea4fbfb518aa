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
