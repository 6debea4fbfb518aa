import { isWithheld } from '../model/facts';
import { databaseUserName } from '../replace/sql/databaseScript';
import {
  connectionStringFor,
  transactSqlWithoutRoles,
  transactSqlWithRoles,
} from '../replace/sql/transactSql';
import { nameInId } from '../words/format';
import type { AccessFacts } from './accessFacts';
import { databaseRolesOf } from './operation';

/** T-SQL for a database that an app should use. */
export interface DatabaseAccess {
  /** Host name of the server. */
  readonly server: string;
  readonly database: string;
  readonly roles: readonly string[];
  readonly connectionString: string;
  /** Absent until the app has the identity, because the scripts contain its ID. */
  readonly scripts?: { readonly give: string; readonly undo: string };
}

/** How an app gets what is wanted in a SQL database; undefined for any other resource, and for one that couldn't be read. */
export function databaseAccess({
  app,
  principal,
  scope,
  target,
  wanted,
}: AccessFacts): DatabaseAccess | undefined {
  const roles = databaseRolesOf(wanted);
  if (!roles || isWithheld(target) || target.kind !== 'present' || target.host === undefined)
    return undefined;
  const place = { server: target.host, database: nameInId(scope) };
  const { identityInUse } = app;
  const assigned = identityInUse.startsWith('/') ? nameInId(identityInUse) : undefined;
  const common = { ...place, roles, connectionString: connectionStringFor(place, assigned) };
  if (!principal || principal.exists === false) return common;
  const user = { name: databaseUserName(app.id, principal), principalId: principal.principalId };
  return {
    ...common,
    scripts: {
      give: transactSqlWithRoles(app.name, place, user, roles),
      undo: transactSqlWithoutRoles(app.name, place, user, roles),
    },
  };
}
