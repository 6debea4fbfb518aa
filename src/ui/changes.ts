import type * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { Change } from '../changes/change';
import type { AppTarget } from '../inventory/targets';
import { noteChange } from './changedBy';
import { plainLine } from './text';

/** Logs what Keyless changes in Azure and remembers the last change. */
export class Changes {
  private latest: { readonly connection: Connection; readonly change: Change } | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: Pick<vscode.LogOutputChannel, 'info'>,
    private readonly onChange: (connection: Connection, change: Change, app?: AppTarget) => void = () =>
      undefined,
  ) {}

  /**
   * Logs a change and the equivalent `az` commands. Called after the write succeeded.
   * @param app the app that the change is made for, if it isn't a change to the app itself
   */
  record(connection: Connection, change: Change, app?: AppTarget): void {
    noteChange();
    this.latest = { connection, change };
    this.onChange(connection, change, app);
    const write = () => this.write(connection.cloud.name, change);
    this.writing = this.writing.then(write, write);
  }

  /** The last change, and where it was made. Undefined if there hasn't been one. */
  get last(): { readonly connection: Connection; readonly change: Change } | undefined {
    return this.latest;
  }

  /** Settles when every recorded change is in the log. */
  get written(): Promise<void> {
    return this.writing;
  }

  /** Loads what turns changes into words on first use, because the view doesn't need it. */
  private async write(cloud: string, change: Change): Promise<void> {
    const { describeChange } = await import('../changes/describeChange');
    const { toAzureCli } = await import('../changes/equivalents/azureCli');
    this.log.info(`${plainLine(describeChange(change), 1000)} (${plainLine(cloud)})`);
    for (const line of toAzureCli(change).split('\n')) this.log.info(line);
  }
}
