import type * as vscode from 'vscode';
import type { LogTarget } from './target';

/** A stream that was running when the window was closed, as names and IDs only. */
export interface RememberedStream {
  readonly accountId: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly fn?: string;
  readonly path?: string;
}

const key = 'keyless.logStreams';

/** Remembers the streams of a workspace, to resume them after the window reloads. */
export class RememberedStreams {
  private kept: string;

  constructor(private readonly memento: vscode.Memento) {
    this.kept = JSON.stringify(rememberedStreams(memento));
  }

  keep(targets: readonly LogTarget[]): void {
    const streams = targets.map(entryOf);
    const now = JSON.stringify(streams);
    if (now === this.kept) return;
    this.kept = now;
    void this.memento.update(key, streams.length === 0 ? undefined : streams);
  }
}

/** The streams that were remembered. */
export function rememberedStreams(memento: vscode.Memento): readonly RememberedStream[] {
  const kept: unknown = memento.get(key);
  return Array.isArray(kept) ? kept.filter(isRemembered) : [];
}

function entryOf(target: LogTarget): RememberedStream {
  const { accountId, tenantId } = target.connection;
  return {
    ...{ accountId, tenantId, appId: target.app.id },
    ...('fn' in target ? { fn: target.fn.name } : {}),
    ...('path' in target ? { path: target.path } : {}),
  };
}

function isRemembered(value: unknown): value is RememberedStream {
  if (typeof value !== 'object' || value === null) return false;
  const { accountId, tenantId, appId, fn, path } = value as Record<string, unknown>;
  return (
    [accountId, tenantId, appId].every((part) => typeof part === 'string') &&
    [fn, path].every((part) => part === undefined || typeof part === 'string')
  );
}
