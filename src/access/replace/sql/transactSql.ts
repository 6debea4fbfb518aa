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
    ...creation({ server, database }, { name, principalId }),
    ...(bindings.length > 0 ? rights : rightsOfCode(user)),
    '',
    comment('To take all of this back: DROP USER {0};', user),
    '',
  ].join('\n');
}

/** The same with database roles instead of rights for bindings. {@link transactSqlWithoutRoles} undoes it. */
export function transactSqlWithRoles(
  app: string,
  place: Required<ScriptPlace>,
  user: DatabaseUser,
  roles: readonly string[],
): string {
  return [
    comment('Lets the managed identity {0} of {1} use the database {2}.', user.name, app, place.database),
    ...creation(place, user),
    ...roles.flatMap((role) => [
      `IF NOT ${isMember(role, user)}`,
      `  ALTER ROLE ${bracketed(role)} ADD MEMBER ${bracketed(user.name)};`,
    ]),
    '',
  ].join('\n');
}

/**
 * Takes an identity out of database roles, also if someone else put it there. Its user stays if it has anything else, which
 * someone else gave it.
 */
export function transactSqlWithoutRoles(
  app: string,
  place: Required<ScriptPlace>,
  user: DatabaseUser,
  roles: readonly string[],
): string {
  const id = `DATABASE_PRINCIPAL_ID(${literal(user.name)})`;
  return [
    comment(
      'Removes the managed identity {0} of {1} from roles of the database {2}.',
      user.name,
      app,
      place.database,
    ),
    comment('Run it in this database on {0}. It may run more than once.', place.server),
    ...onlyIn(place),
    '',
    ...roles.flatMap((role) => [
      `IF ${isMember(role, user)}`,
      `  ALTER ROLE ${bracketed(role)} DROP MEMBER ${bracketed(user.name)};`,
    ]),
    '',
    comment('The user stays if it has other roles or rights, or a schema.'),
    `IF EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${literal(user.name)} AND type = 'E')`,
    `  AND NOT EXISTS (SELECT 1 FROM sys.database_role_members WHERE member_principal_id = ${id})`,
    `  AND NOT EXISTS (SELECT 1 FROM sys.database_permissions WHERE grantee_principal_id = ${id} AND type <> 'CO')`,
    `  AND NOT EXISTS (SELECT 1 FROM sys.schemas WHERE principal_id = ${id})`,
    `  DROP USER ${bracketed(user.name)};`,
    '',
  ].join('\n');
}

/** What SqlClient connects with as an app's identity. @param assigned name of a user-assigned one */
export function connectionStringFor({ server, database }: Required<ScriptPlace>, assigned?: string): string {
  const catalog = /[;='"]/.test(database) ? enclosed(database, '"') : database;
  return [
    ...[`Server=tcp:${server},1433`, `Initial Catalog=${catalog}`, 'Encrypt=True'],
    'Authentication=Active Directory Managed Identity',
    ...(assigned === undefined ? [] : [`User Id=<client ID of ${assigned}>`]),
  ].join(';');
}

/** Whether ALTER ROLE fails for what is already so isn't documented. */
function isMember(role: string, { name }: DatabaseUser): string {
  const [roleId, userId] = [role, name].map((one) => `DATABASE_PRINCIPAL_ID(${literal(one)})`);
  return `EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = ${roleId} AND member_principal_id = ${userId})`;
}

/** Ends the script in any other database. */
function onlyIn({ database = '' }: ScriptPlace): string[] {
  return [
    // The first error ends the script. Otherwise, what follows would count for a user that has the name by chance.
    'SET XACT_ABORT ON;',
    `IF LOWER(DB_NAME()) <> ${literal(database.toLowerCase())}`,
    `  THROW 50000, ${literal(`Connect to the database ${database} first.`)}, 1;`,
  ];
}

function creation(place: ScriptPlace, { name, principalId }: DatabaseUser): string[] {
  return [
    comment(
      'Run it in this database on {0} as a Microsoft Entra administrator of the server. A SQL login',
      place.server,
    ),
    comment("can't create users for identities. It may run more than once."),
    ...onlyIn(place),
    `IF EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${literal(name)} AND type <> 'E')`,
    `  THROW 50000, ${literal(`Another user has the name ${name}.`)}, 1;`,
    '',
    comment('If the identity was disabled and enabled again, it is another one: drop its old user first.'),
    `IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${literal(name)} AND type = 'E')`,
    `  CREATE USER ${bracketed(name)} FROM EXTERNAL PROVIDER WITH OBJECT_ID = ${enclosed(principalId, "'")};`,
    '',
  ];
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
