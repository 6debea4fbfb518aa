import type * as vscode from 'vscode';
import type { Change } from '../changes/change';
import { describeChange } from '../changes/describeChange';
import { toAzureCli } from '../changes/equivalents/azureCli';
import type { Connection } from '../azure/core/connection';
import { plainLine } from './text';

/** Logs what Keyless changes in Azure and remembers the last change. */
export class Changes {
  private latest: Change | undefined;

  constructor(
    private readonly log: Pick<vscode.LogOutputChannel, 'info'>,
    private readonly onChange: (change: Change) => void = () => undefined,
  ) {}

  /** Logs a change and the equivalent `az` commands. Called after the write succeeded. */
  record(connection: Connection, change: Change): void {
    this.latest = change;
    this.onChange(change);
    this.log.info(`${plainLine(describeChange(change), 1000)} (${plainLine(connection.cloud.name)})`);
    for (const line of toAzureCli(change).split('\n')) this.log.info(line);
  }

  /** The last change. Undefined if there hasn't been one. */
  get last(): Change | undefined {
    return this.latest;
  }
}
