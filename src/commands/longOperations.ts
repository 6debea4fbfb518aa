import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { ResourceChange } from '../changes/change';
import type { Connection } from '../azure/core/connection';
import { isPending } from '../azure/core/limits/pending';
import type { NewFunctionApp } from '../azure/appService/creation/functionAppCreation';
import type { KeySwitching } from '../grants/keyAccess/switchKeys';
import type { MoveInProgress } from '../grants/continueMove';
import type { GroupPlace } from '../ui/creation/creationPickers';
import type { KeptReplacement } from './replace/replacementHistory';

/** A change that takes the service a while. */
export type LongChange =
  | Extract<
      ResourceChange,
      { kind: 'createResourceGroup' | 'deleteResourceGroup' | 'createVault' | 'deleteVault' | 'deleteApp' }
    >
  | {
      readonly kind: 'recoverVault' | 'purgeVault';
      readonly vaultId: string;
      readonly location: string;
    };

/** How far the creation of a function app has come. */
export interface AppInTheMaking {
  readonly wanted: NewFunctionApp;
  readonly group: GroupPlace;
  /** IDs of what was created, in order. */
  readonly made: readonly string[];
  /** ID of the resource that was requested last. It didn't exist before. */
  readonly making?: string;
}

/** A move of a setting to a key vault, and the ID of the grant that lets the app read the secret. */
export type KeptMove = MoveInProgress & { readonly grantId: string };

/**
 * A running operation, remembered so that it can be followed up after a reload of the window. It holds names and IDs only:
 * the URL that Azure gives for an operation contains signatures. The resource itself shows how the operation ended.
 */
export type LongOperation =
  | {
      readonly change: LongChange;
      /** Resources in the tree that are read again at the end. */
      readonly shown: readonly string[];
    }
  | { readonly app: AppInTheMaking }
  | { readonly move: KeptMove }
  | { readonly replacement: KeptReplacement }
  | { readonly keyAccess: KeySwitching };

export type RememberedOperation = LongOperation & {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly accountId: string;
  readonly tenantId: string;
};

const storageKey = 'keyless.operations';
/** Milliseconds after which an operation is no longer followed up. */
const mostAge = 24 * 60 * 60 * 1000;

/**
 * The long operations of this window. Those still running when it closes stay in its workspace state, which no other
 * window uses at the same time.
 */
export class LongOperations {
  /** What was running when the window closed. */
  readonly left: readonly RememberedOperation[];
  private closed = false;

  constructor(private readonly memento: vscode.Memento) {
    this.left = this.remembered();
  }

  /**
   * Runs `work`, which can record how far it has come. The operation is forgotten when it ends, whether or not it failed. If
   * it takes so long that nobody waits for it anymore, the next window checks on it.
   */
  async track<T>(
    { accountId, tenantId }: Connection,
    operation: LongOperation,
    work: (keep: (operation: LongOperation) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const entry = { key: randomUUID(), since: Date.now(), accountId, tenantId };
    await this.put({ ...operation, ...entry });
    try {
      const result = await work((now) => this.put({ ...now, ...entry }));
      await this.forget(entry.key);
      return result;
    } catch (error) {
      if (!isPending(error)) await this.forget(entry.key);
      throw error;
    }
  }

  async forget(key: string): Promise<void> {
    if (this.closed) return;
    const others = this.remembered().filter((entry) => entry.key !== key);
    await this.memento.update(storageKey, others.length === 0 ? undefined : others);
  }

  /** Keeps the operations as they are from now on: the window is closing, and their failures are its doing. */
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
  const { key, since, accountId, tenantId, change, app, move, replacement, keyAccess } = value as Record<
    string,
    unknown
  >;
  return (
    [key, accountId, tenantId].every((part) => typeof part === 'string') &&
    typeof since === 'number' &&
    Date.now() - since < mostAge &&
    [change, app, move, replacement, keyAccess].some((part) => typeof part === 'object')
  );
}
