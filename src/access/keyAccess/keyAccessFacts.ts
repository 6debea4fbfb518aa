import type { KeyedResource, KeySwitch } from '../../azure/resources/keySwitch';
import type { KeyRequests } from '../../azure/resources/keyUse';
import type { FunctionApp } from '../../azure/core/model';
import type { Finding } from '../credentials/findings';
import { openedBy } from '../credentials/opened';

/** What decides whether the keys of a resource can be turned off. */
export interface KeyAccessFacts {
  readonly resource: Pick<KeyedResource, 'id' | 'name' | 'keysWork' | 'properties'>;
  readonly keySwitch: Pick<KeySwitch, 'type' | 'deletesKeys'>;
  /** Apps that hold its keys, among those in sight. */
  readonly users: readonly KeyUser[];
  /** How many apps in sight were read. */
  readonly appsRead: number;
  /** Apps, subscriptions, and tenants that couldn't be read. */
  readonly unread: readonly string[];
  /** What the service counted in the last {@link daysCounted}; absent if it counts nothing of that kind. */
  readonly requests?: KeyRequests | 'unread';
}

/** As long as a job that runs once a week. */
export const daysCounted = 7;

/** An app or slot, and its credentials that open the resource. */
export interface KeyUser {
  readonly app: Pick<FunctionApp, 'id' | 'name'>;
  readonly findings: readonly Finding[];
  /** Whether another account or tenant than the resource's sees it, so that it isn't watched. */
  readonly isElsewhere?: boolean;
}

/** The apps among these that hold a key of a resource. */
export function keyUsersOf(
  resource: { readonly name: string; readonly type: string },
  apps: readonly KeyUser[],
): KeyUser[] {
  return apps.flatMap((user) => {
    const findings = user.findings.filter((finding) => isOf(finding, resource));
    return findings.length === 0 ? [] : [{ ...user, findings }];
  });
}

/** Names of these resources are unique in all of Azure, so that the name and the type are enough. */
function isOf(finding: Finding, { name, type }: { readonly name: string; readonly type: string }): boolean {
  const opened = openedBy(finding);
  return opened?.name.toLowerCase() === name.toLowerCase() && opened.types.includes(type.toLowerCase());
}

/**
 * `inUse`: apps in sight hold keys. `usedElsewhere`: none does, but the service counted requests with keys. `quiet`: nothing
 * uses keys as far as can be seen. `unknown`: not enough could be seen.
 */
export type KeyAccessVerdict = 'off' | 'inUse' | 'usedElsewhere' | 'quiet' | 'unknown';

export function keyAccessVerdict({ resource, users, unread, requests }: KeyAccessFacts): KeyAccessVerdict {
  if (!resource.keysWork) return 'off';
  if (users.length > 0) return 'inUse';
  if (typeof requests === 'object' && requests.key > 0) return 'usedElsewhere';
  // Signatures that an identity signed are among those counted, and don't need keys.
  const isQuiet = typeof requests === 'object' && requests.sas === 0 && unread.length === 0;
  return isQuiet ? 'quiet' : 'unknown';
}
