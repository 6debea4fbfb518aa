/** Tells once when a log that is connected has brought nothing for a while. */
export class SilenceWatch {
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  /** @param after milliseconds */
  constructor(
    private readonly after: number,
    private readonly tell: () => void,
  ) {}

  /** The log is connected: from now on it counts, if it does not yet. */
  watch(): void {
    if (this.over || this.timer) return;
    this.timer = setTimeout(() => {
      this.over = true;
      this.tell();
    }, this.after);
  }

  /** Something came, or the log is no longer read. */
  broken(): void {
    this.over = true;
    clearTimeout(this.timer);
  }
}
