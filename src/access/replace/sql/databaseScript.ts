import { isPostgres } from '../isReplaceable';
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
  const user = principalId === '' ? undefined : { name: userName(facts), principalId };
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
function userName({ app, identity }: Pick<ReplaceFacts, 'app' | 'identity'>): string {
  if (identity.kind === 'user-assigned') return identity.resourceId.split('/').at(-1) ?? '';
  const [, site, slot] = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(app.id) ?? [];
  return slot === undefined ? (site ?? app.name) : `${site}/slots/${slot}`;
}
