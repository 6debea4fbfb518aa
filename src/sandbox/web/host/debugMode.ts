import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../context';

/** The sentinel's path below the app's home (azure-functions-host ScriptConstants.cs, DebugManager.cs). */
const debugSentinel = 'LogFiles/Application/Functions/Host/debug_sentinel';

/**
 * Whether anyone has recently shown interest in an app's logs, according to the time of its sentinel file.
 * `/admin/host/status` touches that file, and so can a person through the SCM site.
 */
export class DebugMode {
  readonly #file: string;

  constructor(
    homeFolder: string,
    private readonly clock: Clock,
    private readonly duration: () => number,
  ) {
    this.#file = path.join(homeFolder, debugSentinel);
  }

  /** Whether the host is currently writing its log files. */
  active(): boolean {
    try {
      return this.clock.now() - fs.statSync(this.#file).mtimeMs < this.duration();
    } catch {
      return false;
    }
  }

  /** Enters debug mode, or extends it to its full duration. */
  touch(): void {
    fs.mkdirSync(path.dirname(this.#file), { recursive: true });
    fs.closeSync(fs.openSync(this.#file, 'a'));
    const now = this.clock.now() / 1000;
    fs.utimesSync(this.#file, now, now);
  }
}
