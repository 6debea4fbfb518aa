import type { Binding } from '../../credentials/uses';
import type { ReplaceFacts } from '../replaceFacts';
import type { DatabaseUser, ScriptPlace } from './scriptParts';
import { comment, enclosed } from './scriptParts';
import { bracketed, literal, objectNamed, tablesReadBy } from './transactSqlNames';

/**
 * T-SQL that creates the identity's user and gives it the least rights for its bindings (azure-functions-sql-extension,
 * GeneralSetup.md, "Assign Permissions"). It may run more than once. The object ID names the identity beyond doubt, which the
 * name doesn't (Microsoft Learn, "Microsoft Entra logins and users with nonunique display names").
 */
export function transactSqlScript(
  { app, finding }: Pick<ReplaceFacts, 'app' | 'finding'>,
  { server, database = '' }: ScriptPlace,
  { name, principalId }: DatabaseUser,
): string {
  const user = bracketed(name);
  const bindings = finding.uses.flatMap(({ binding }) => binding ?? []);
  const rights = bindings.flatMap((binding) => [comment(...purposeOf(binding)), ...grantsFor(binding, user)]);
  return [
    comment(
      'Lets the managed identity {0} of {1} use the database {2} instead of a password.',
      name,
      app.name,
      database,
    ),
    comment(
      'Run it in this database on {0} as a Microsoft Entra administrator of the server. A SQL login',
      server,
    ),
    comment("can't create users for identities. It may run more than once."),
    // The first error ends the script. Otherwise, what follows would count for a user that has the name by chance.
    'SET XACT_ABORT ON;',
    `IF LOWER(DB_NAME()) <> ${literal(database.toLowerCase())}`,
    `  THROW 50000, ${literal(`Connect to the database ${database} first.`)}, 1;`,
    `IF EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${literal(name)} AND type <> 'E')`,
    `  THROW 50000, ${literal(`Another user has the name ${name}.`)}, 1;`,
    '',
    comment('If the identity was disabled and enabled again, it is another one: drop its old user first.'),
    `IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${literal(name)} AND type = 'E')`,
    `  CREATE USER ${user} FROM EXTERNAL PROVIDER WITH OBJECT_ID = ${enclosed(principalId, "'")};`,
    '',
    ...(bindings.length > 0 ? rights : rightsOfCode(user)),
    '',
    comment('To take all of this back: DROP USER {0};', user),
    '',
  ].join('\n');
}

function purposeOf({ type, function: name, members }: Binding): [text: string, name: string] {
  if (type === 'sqltrigger')
    return ['The trigger of {0} follows the changes of its table, and keeps its state in az_func.', name];
  return /^out$/i.test(members['direction'] ?? '')
    ? ['{0} writes rows.', name]
    : ['{0} reads rows, or runs a procedure.', name];
}

function grantsFor({ type, members }: Binding, user: string): string[] {
  const grant = (rights: string, place?: string) =>
    `GRANT ${rights}${place === undefined ? '' : ` ON ${place}`} TO ${user};`;
  const onTable = (rights: string, table: string | undefined) =>
    table === undefined ? [unclear, grant(rights, allTables)] : [grant(rights, `OBJECT::${table}`)];
  if (type === 'sqltrigger')
    return [
      grant('CREATE SCHEMA, CREATE TABLE'),
      ...onTable('SELECT, VIEW CHANGE TRACKING', objectNamed(members['tableName'] ?? '')),
      // The schema belongs to the user that was the first to run the trigger.
      "IF SCHEMA_ID(N'az_func') IS NOT NULL",
      `  ${grant('ALTER, SELECT, INSERT, UPDATE, DELETE', 'SCHEMA::[az_func]')}`,
    ];
  const command = members['commandText'] ?? '';
  const named = objectNamed(command);
  if (/^out$/i.test(members['direction'] ?? '')) return onTable('SELECT, INSERT, UPDATE', named);
  // A name alone runs the procedure, whatever the type of the command is.
  if (named !== undefined) return onTable('EXECUTE', named);
  const tables = tablesReadBy(command);
  return tables ? tables.flatMap((table) => onTable('SELECT', table)) : onTable('SELECT', undefined);
}

const allTables = 'SCHEMA::[dbo]';
const unclear = comment(
  "Keyless can't tell which tables these are. Replace the schema by them, and add what else the function uses.",
);

function rightsOfCode(user: string): string[] {
  return [
    comment("No binding uses the connection string, so only the app's code shows which rights it needs."),
    comment('Grant them here, for example:'),
    comment('GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::[dbo] TO {0};', user),
  ];
}
