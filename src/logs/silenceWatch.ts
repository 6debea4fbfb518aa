/** Notifies once if a connected log receives nothing for a while. */
export class SilenceWatch {
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  /** @param after how long to wait, in milliseconds */
  constructor(
    private readonly after: number,
    private readonly tell: () => void,
  ) {}

  /** Starts the timer, unless it's already running, because the log is connected. */
  watch(): void {
    if (this.over || this.timer) return;
    this.timer = setTimeout(() => {
      this.over = true;
      this.tell();
    }, this.after);
  }

  /** Stops for good, because a line arrived or the log is no longer read. */
  broken(): void {
    this.over = true;
    clearTimeout(this.timer);
  }
}
