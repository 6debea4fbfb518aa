import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../context';

/** Path of the sentinel below the app's home (azure-functions-host ScriptConstants.cs, DebugManager.cs). */
export const debugSentinel = 'LogFiles/Application/Functions/Host/debug_sentinel';

/**
 * Whether somebody has shown interest in an app's logs lately: the time of its sentinel file, which
 * `/admin/host/status` touches and a person may touch through the SCM site.
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

  /** Whether the host writes its log files now. */
  active(): boolean {
    try {
      return this.clock.now() - fs.statSync(this.#file).mtimeMs < this.duration();
    } catch {
      return false;
    }
  }

  /** Enters debug mode, or stays in it for the full time again. */
  touch(): void {
    fs.mkdirSync(path.dirname(this.#file), { recursive: true });
    fs.closeSync(fs.openSync(this.#file, 'a'));
    const now = this.clock.now() / 1000;
    fs.utimesSync(this.#file, now, now);
  }
}
