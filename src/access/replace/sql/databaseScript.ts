import { isPostgres } from '../isReplaceable';
import type { PrincipalFacts } from '../../model/facts';
import { nameInId } from '../../words/format';
import type { ReplaceFacts } from '../replaceFacts';
import { postgresScript } from './postgres';
import type { ScriptPlace } from './scriptParts';
import { transactSqlScript } from './transactSql';

/** A script that gives an identity rights in a database, which no request to Resource Manager can. */
export interface DatabaseScript extends ScriptPlace {
  readonly kind: 'transactSql' | 'postgres';
  /** Absent until the identity is enabled, because the script contains its ID. */
  readonly text?: string;
}

/** The script that the identity needs before it can replace the credential; undefined if it isn't that of such a database. */
export function databaseScript(facts: ReplaceFacts): DatabaseScript | undefined {
  const { finding } = facts;
  const { host, database } = finding;
  if (!host || (!isPostgres(finding) && finding.wayOut.because !== 'newValue')) return undefined;
  const { principalId = '' } = facts.identity;
  const user =
    principalId === '' ? undefined : { name: databaseUserName(facts.app.id, facts.identity), principalId };
  const place = { server: host.host, ...(database === undefined ? {} : { database }) };
  const isOfPostgres = isPostgres(finding);
  const write = isOfPostgres ? postgresScript : transactSqlScript;
  return {
    ...{ kind: isOfPostgres ? 'postgres' : 'transactSql', ...place },
    ...(user ? { text: write(facts, place, user) } : {}),
  };
}

/**
 * A system-assigned identity has the name of its app, and that of a slot has both names (Microsoft Learn, "Create a user for
 * a managed identity").
 */
export function databaseUserName(
  appId: string,
  identity: Pick<PrincipalFacts, 'kind' | 'resourceId'>,
): string {
  if (identity.kind === 'user-assigned') return nameInId(identity.resourceId ?? '');
  const [, site, slot] = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(appId) ?? [];
  return slot === undefined ? nameInId(appId) : `${site}/slots/${slot}`;
}
