import path from 'node:path';
import type { Clock } from '../../context';
import { FileWriter } from './fileWriter';
import { logLevels, minimumLevel, type HostJson, type LogLevel } from './hostJson';

export interface HostLogOptions {
  hostJson: () => HostJson;
  debugMode: () => boolean;
  flushMs: () => number;
  /**
   * Called for every entry at host.json's log level or above, whether or not files are written: telemetry.
   */
  onEntry: (level: LogLevel, message: string, functionName: string | undefined) => void;
}

/**
 * The log files of one app's function host, below `LogFiles/Application/Functions`: every line goes to
 * `Host`, and a function's lines also go to `Function/<name>` (azure-functions-host FileLogger.cs,
 * FunctionFileLoggerProvider.cs).
 */
export class HostLog {
  readonly #writers = new Map<string, FileWriter>();

  constructor(
    private readonly folder: string,
    private readonly instanceId: string,
    private readonly clock: Clock,
    private readonly options: HostLogOptions,
  ) {}

  /** Writes one entry, unless its level is below host.json's or file logging is currently off. */
  write(level: LogLevel, message: string, functionName?: string): void {
    this.#write(functionName === undefined ? 'Host.General' : `Function.${functionName}`, {
      ...{ level, message, functionName },
    });
  }

  /** Writes what a function's own code logs, which is a category of its own. */
  writeOfUser(level: LogLevel, message: string, functionName: string): void {
    this.#write(`Function.${functionName}.User`, { level, message, functionName });
  }

  #write(
    category: string,
    entry: { level: LogLevel; message: string; functionName: string | undefined },
  ): void {
    const { level, message, functionName } = entry;
    const text = message.trim();
    if (text === '' || !this.#isEnabled(level, category)) return;
    this.options.onEntry(level, text, functionName);
    if (!this.#writesFiles()) return;
    const time = new Date(this.clock.now()).toISOString().slice(0, 23);
    const writers = [
      this.#writer(
        'Host',
        `${time} [${level}${functionName === undefined ? '' : `,${functionName}`}] ${text}`,
      ),
    ];
    if (functionName !== undefined)
      writers.push(this.#writer(path.join('Function', functionName), `${time} [${level}] ${text}`));
    if (level === 'Error' || level === 'Critical') for (const writer of writers) writer.flush();
  }

  flush(): void {
    for (const writer of this.#writers.values()) writer.flush();
  }

  #isEnabled(level: LogLevel, category: string): boolean {
    return logLevels.indexOf(level) >= logLevels.indexOf(minimumLevel(this.options.hostJson(), category));
  }

  #writesFiles(): boolean {
    const { fileLoggingMode } = this.options.hostJson();
    return fileLoggingMode !== 'never' && (fileLoggingMode === 'always' || this.options.debugMode());
  }

  #writer(name: string, line: string): FileWriter {
    let writer = this.#writers.get(name);
    if (writer === undefined) {
      writer = new FileWriter(
        path.join(this.folder, name),
        this.instanceId,
        this.clock,
        this.options.flushMs,
      );
      this.#writers.set(name, writer);
    }
    writer.append(line);
    return writer;
  }
}
