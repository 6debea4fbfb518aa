import type { Role } from '../replace/roles';

/** Something that an app may want to do with a resource. */
export interface Operation {
  readonly id: OperationId;
  /** The least role that allows it. */
  readonly role: Role;
  /** All of these actions are needed, each by any of its names. */
  readonly needs: readonly (readonly string[])[];
  /** Absent for actions on the resource itself instead of its data. */
  readonly isData: boolean;
  /** The types of the resources that it's offered for, in lowercase. */
  readonly types: readonly string[];
  /** Roles of a SQL database, which only a script in the database gives. */
  readonly databaseRoles?: readonly string[];
}

export type OperationId =
  | 'readBlobs'
  | 'writeBlobs'
  | 'ownBlobs'
  | 'peekQueue'
  | 'receiveFromQueue'
  | 'sendToQueue'
  | 'manageQueue'
  | 'readTable'
  | 'writeTable'
  | 'readFiles'
  | 'writeFiles'
  | 'receiveMessages'
  | 'sendMessages'
  | 'receiveEvents'
  | 'sendEvents'
  | 'publishEvents'
  | 'readConfiguration'
  | 'writeConfiguration'
  | 'useModels'
  | 'useAiServices'
  | 'readIndex'
  | 'writeIndex'
  | 'useSignalR'
  | 'useWebPubSub'
  | 'readItems'
  | 'writeItems'
  | 'readRows'
  | 'writeRows'
  | 'ownDatabase'
  | 'viewResources'
  | 'manageResources';

/** What an app should be able to do: an operation, or whatever a role allows. */
export type Wanted =
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'role'; readonly role: Role };

export function roleOf(wanted: Wanted): Role {
  return wanted.kind === 'role' ? wanted.role : wanted.operation.role;
}

/** The roles that a script gives in a SQL database; undefined for any other resource. */
export function databaseRolesOf(wanted: Wanted): readonly string[] | undefined {
  return wanted.kind === 'operation' ? wanted.operation.databaseRoles : undefined;
}
