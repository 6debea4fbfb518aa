import type { ReplaceFacts } from '../replaceFacts';
import type { DatabaseUser, ScriptPlace } from './scriptParts';
import { comment, enclosed } from './scriptParts';

/** SQL that creates the identity's role (Microsoft Learn, "Manage Microsoft Entra roles in Azure Database for PostgreSQL"). */
export function postgresScript(
  { app }: Pick<ReplaceFacts, 'app'>,
  { server, database }: ScriptPlace,
  { name, principalId }: DatabaseUser,
): string {
  const role = enclosed(name, '"');
  const text = enclosed(name, "'");
  const where = enclosed(database ?? 'DATABASE', '"');
  return [
    comment('Lets the managed identity {0} of {1} sign in to {2}.', name, app.name, server),
    comment('Run it in the database postgres as a Microsoft Entra administrator of the server.'),
    comment('It may run more than once.'),
    `SELECT pgaadauth_create_principal_with_oid(${text}, ${enclosed(principalId, "'")}, 'service', false, false)`,
    `WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ${text});`,
    '',
    comment(
      "Only the app's code shows which rights it needs. Grant them in the app's database, for example:",
    ),
    comment('GRANT CONNECT ON DATABASE {0} TO {1};', where, role),
    comment('GRANT USAGE ON SCHEMA public TO {0};', role),
    comment('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {0};', role),
    '',
    comment('To take this back, revoke what you granted, and then: DROP ROLE {0};', role),
    '',
  ].join('\n');
}
