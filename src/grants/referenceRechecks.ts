import { isResolved } from '../access/reference/resolution';
import { lastSegment } from '../access/words/format';
import { isTrial } from './trial';
import { listReferences, refreshReferences } from '../azure/appService/settings/settingReferences';
import { pause } from '../azure/core/clock';
import type { Connection } from '../azure/core/connection';
import { isAbort } from '../azure/core/errors';
import type { FunctionApp, ReferenceResolution } from '../azure/core/model';
import type { Change } from '../changes/change';
import type { AppTarget } from '../inventory/targets';

/** A Key Vault reference that didn't resolve when it was last read. */
export interface BrokenReference extends AppTarget {
  readonly resolution: ReferenceResolution;
}

export interface ReferenceRechecksOptions {
  /** What the tree shows. */
  readonly broken: () => readonly BrokenReference[];
  /** The apps that are known, without a request. */
  readonly knownApps: (connection: Connection) => Promise<readonly FunctionApp[]>;
  /** Called before the app may restart with the new values. */
  readonly restarts: (app: FunctionApp) => void;
  /** Called after App Service has fetched the references of an app again. */
  readonly checked: (target: AppTarget) => void;
  readonly log: (line: string) => void;
}

/** Milliseconds. The first waits for further changes of the same fix, and together they last as long as a new role takes. */
const pauses = [1000, 10_000, 30_000, 60_000, 120_000, 180_000, 200_000];

/**
 * App Service fetches the secret of a reference once a day or when asked, so a reference that was fixed looks broken until
 * then. After a change that may fix references, this asks for those that are broken until they resolve.
 * It never does after a change that takes access away: a running app keeps the values that it has.
 */
export class ReferenceRechecks {
  /** By app ID in lower case. A new change starts again. */
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly options: ReferenceRechecksOptions) {}

  /** @param app the app that the change is made for, if that is known */
  async changed(connection: Connection, change: Change, app?: AppTarget): Promise<void> {
    const fix = fixOf(change);
    if (!fix) return;
    const targets = new Map<string, AppTarget>();
    const add = (target: AppTarget) => targets.set(target.app.id.toLowerCase(), target);
    for (const one of this.options.broken()) if (isBrokenBy(fix, one.app, one.resolution)) add(one);
    if (app) add(app);
    if (fix.principalId !== undefined)
      for (const known of await this.options.knownApps(connection))
        if (principalsOf(known).some((id) => isSame(id, fix.principalId))) add({ connection, app: known });
    for (const target of targets.values()) void this.recheck(target, fix);
  }

  dispose(): void {
    for (const abort of this.running.values()) abort.abort();
  }

  private async recheck(target: AppTarget, fix: PossibleFix): Promise<void> {
    const { connection, app } = target;
    const key = app.id.toLowerCase();
    this.running.get(key)?.abort();
    const abort = new AbortController();
    this.running.set(key, abort);
    const { signal } = abort;
    try {
      for (const milliseconds of pauses) {
        await pause(connection, milliseconds, signal);
        const isBroken = (one: ReferenceResolution) => isBrokenBy(fix, app, one);
        if (!(await listReferences(connection, app, signal)).some(isBroken)) break;
        this.options.restarts(app);
        const now = await refreshReferences(connection, app, signal);
        this.options.checked(target);
        if (!now.some(isBroken)) break;
      }
    } catch (error) {
      if (!isAbort(error))
        this.options.log(`Couldn't check the references of ${app.name} again: ${String(error)}`);
    } finally {
      if (this.running.get(key) === abort) this.running.delete(key);
    }
  }
}

/** A change to an app, or to a vault and perhaps one of its secrets. */
type PossibleFix =
  | { readonly appId: string; readonly principalId?: undefined }
  | { readonly vaultName: string; readonly secretName?: string; readonly principalId?: string };

/** What a change may fix. Undefined if it can't fix a reference. */
function fixOf(change: Change): PossibleFix | undefined {
  switch (change.kind) {
    case 'addAccessPolicy':
      return { vaultName: lastSegment(change.vaultId), principalId: change.objectId };
    case 'createRoleAssignment': {
      // A role above a vault may concern any vault, and is left to the next day.
      const [, vaultName, secretName] = /\/vaults\/([^/]+)(?:\/secrets\/([^/]+))?$/i.exec(change.scope) ?? [];
      if (vaultName === undefined) return undefined;
      return {
        ...{ vaultName, principalId: change.principalId },
        ...(secretName === undefined ? {} : { secretName }),
      };
    }
    case 'setSecret':
    case 'enableSecret':
    case 'recoverSecret':
      return { vaultName: lastSegment(change.vaultId), secretName: change.name };
    case 'updateSecret':
      return change.enabled ? { vaultName: lastSegment(change.vaultId), secretName: change.name } : undefined;
    case 'recoverVault':
    case 'addFirewallAddress':
    case 'openToFirewall':
      return { vaultName: lastSegment(change.vaultId) };
    case 'enableIdentity':
    case 'assignIdentity':
      return { appId: change.app.id };
    default:
      return undefined;
  }
}

/** Whether a reference is broken that a change may fix. Moving a setting to a key vault checks its trial itself. */
function isBrokenBy(fix: PossibleFix, app: FunctionApp, resolution: ReferenceResolution): boolean {
  return !isResolved(resolution) && !isTrial(resolution.name) && mayFix(fix, app, resolution);
}

function mayFix(fix: PossibleFix, app: FunctionApp, { vaultName, secretName }: ReferenceResolution): boolean {
  if ('appId' in fix) return isSame(app.id, fix.appId);
  return (
    isSame(vaultName, fix.vaultName) && (fix.secretName === undefined || isSame(secretName, fix.secretName))
  );
}

function principalsOf({ identity }: FunctionApp): string[] {
  const all = identity.userAssigned.map(({ principalId }) => principalId);
  return identity.systemAssigned ? [identity.systemAssigned.principalId, ...all] : all;
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}
