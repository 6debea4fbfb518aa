import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { ResourceChange } from '../changes/change';
import type { Connection } from '../azure/core/connection';
import type { NewFunctionApp } from '../azure/appService/functionAppCreation';
import type { GroupPlace } from '../ui/pickers/creationPickers';

/** A change that the service takes its time for. */
export type LongChange =
  | Extract<
      ResourceChange,
      { kind: 'createResourceGroup' | 'deleteResourceGroup' | 'createVault' | 'deleteVault' | 'deleteApp' }
    >
  | { readonly kind: 'recoverVault'; readonly vaultId: string; readonly location: string };

/** How far the making of a function app has come. */
export interface AppInTheMaking {
  readonly wanted: NewFunctionApp;
  readonly group: GroupPlace;
  /** IDs of what was made, in its order. */
  readonly made: readonly string[];
  /** ID of what was asked for last, which was not there before. */
  readonly making?: string;
}

/**
 * What runs, so that it can be looked after when the window was reloaded: names and IDs alone. The URL that Azure gives for
 * an operation holds signatures, and is not kept; the resource itself tells how it ended.
 */
export type LongOperation =
  | {
      readonly change: LongChange;
      /** Resources that the tree shows, to be read again at the end. */
      readonly shown: readonly string[];
    }
  | { readonly app: AppInTheMaking };

export type RememberedOperation = LongOperation & {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly accountId: string;
  readonly tenantId: string;
};

const storageKey = 'keyless.operations';
/** Milliseconds after which nobody asks any more how something ended. */
const mostAge = 24 * 60 * 60 * 1000;

/**
 * The long operations of this window. Those that run when it closes stay in its workspace's state, which no other
 * window has at the same time.
 */
export class LongOperations {
  /** What ran when the window was closed. */
  readonly left: readonly RememberedOperation[];
  private closed = false;

  constructor(private readonly memento: vscode.Memento) {
    this.left = this.remembered();
  }

  /** Runs `work`, which may tell how far it has come. Whatever its end, the operation is forgotten then. */
  async track<T>(
    { accountId, tenantId }: Connection,
    operation: LongOperation,
    work: (keep: (operation: LongOperation) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const entry = { key: randomUUID(), since: Date.now(), accountId, tenantId };
    await this.put({ ...operation, ...entry });
    try {
      return await work((now) => this.put({ ...now, ...entry }));
    } finally {
      await this.forget(entry.key);
    }
  }

  async forget(key: string): Promise<void> {
    if (this.closed) return;
    const others = this.remembered().filter((entry) => entry.key !== key);
    await this.memento.update(storageKey, others.length === 0 ? undefined : others);
  }

  /** The window goes, and what runs in it ends with it: it is remembered as it was. */
  close(): void {
    this.closed = true;
  }

  private async put(operation: RememberedOperation): Promise<void> {
    if (this.closed) return;
    const others = this.remembered().filter((entry) => entry.key !== operation.key);
    await this.memento.update(storageKey, [...others, operation]);
  }

  private remembered(): readonly RememberedOperation[] {
    const kept: unknown = this.memento.get(storageKey);
    return Array.isArray(kept) ? kept.filter(isRemembered) : [];
  }
}

function isRemembered(value: unknown): value is RememberedOperation {
  if (typeof value !== 'object' || value === null) return false;
  const { key, since, accountId, tenantId, change, app } = value as Record<string, unknown>;
  return (
    [key, accountId, tenantId].every((part) => typeof part === 'string') &&
    typeof since === 'number' &&
    Date.now() - since < mostAge &&
    (typeof change === 'object' || typeof app === 'object')
  );
}
