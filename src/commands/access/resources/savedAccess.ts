import { operationWith } from '../../../access/operations/operations';
import type { Wanted } from '../../../access/operations/operation';
import { isObject } from '../../../azure/core/json';
import type { Connection } from '../../../azure/core/connection';
import type { AccessQuestion } from '../../../grants/access/readAccessFacts';
import type { SavedAccount } from '../../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../../reports/savedAccount';
import type { Services } from '../../services';
import { notGroups } from '../readQuestion';

/** Which app should do what with which resource, as JSON. */
export interface SavedAccess {
  readonly account: SavedAccount;
  readonly appId: string;
  readonly identity: string;
  readonly scope: string;
  readonly wanted: SavedWanted;
}

/** The ID of an operation, or a role. */
export type SavedWanted = string | { readonly guid: string; readonly name: string };

/** What was asked by a person. */
export type AskedAccess = Pick<AccessQuestion, 'connection' | 'appId' | 'identity' | 'scope' | 'wanted'>;

export function savedAccess({ connection, appId, identity, scope, wanted }: AskedAccess): SavedAccess {
  return { account: savedAccount(connection), appId, identity, scope, wanted: savedWanted(wanted) };
}

export function savedWanted(wanted: Wanted): SavedWanted {
  return wanted.kind === 'operation' ? wanted.operation.id : wanted.role;
}

export function isSavedAccess(value: unknown): value is SavedAccess {
  return (
    isObject(value) &&
    hasTexts(value, ['appId', 'identity', 'scope']) &&
    isSavedAccount(value['account']) &&
    isSavedWanted(value['wanted'])
  );
}

export function isSavedWanted(wanted: unknown): wanted is SavedWanted {
  if (typeof wanted === 'string') return operationWith(wanted) !== undefined;
  return isObject(wanted) && hasTexts(wanted, ['guid', 'name']);
}

/** @throws AccountError if the account that asked isn't signed in */
export async function restoredAccess(
  services: Pick<Services, 'accounts' | 'inventory'>,
  { account, appId, identity, scope, wanted }: SavedAccess,
): Promise<AccessQuestion> {
  const connection: Connection = await connectionOf(services, account);
  return {
    ...{ connection, appId, identity, scope, wanted: wantedOf(wanted) },
    notGroups: await notGroups(services, connection),
  };
}

/** @throws RangeError unless it's a {@link SavedWanted} */
export function wantedOf(saved: SavedWanted): Wanted {
  if (typeof saved !== 'string') return { kind: 'role', role: saved };
  const operation = operationWith(saved);
  if (!operation) throw new RangeError('Not the ID of an operation.');
  return { kind: 'operation', operation };
}
