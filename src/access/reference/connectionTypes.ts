/**
 * The types of connection strings (WebApps.json: ConnectionStringType), with the prefixes of the environment variables that
 * hold them (reference-app-settings.md of App Service; that of ApiHub is in .NET's environment variables provider). Those
 * that the portal offers come first (azure-cli#13670).
 */
const prefixes = {
  SQLAzure: 'SQLAZURECONNSTR_',
  SQLServer: 'SQLCONNSTR_',
  MySql: 'MYSQLCONNSTR_',
  PostgreSQL: 'POSTGRESQLCONNSTR_',
  Custom: 'CUSTOMCONNSTR_',
  NotificationHub: 'NOTIFICATIONHUBCONNSTR_',
  ServiceBus: 'SERVICEBUSCONNSTR_',
  EventHub: 'EVENTHUBCONNSTR_',
  ApiHub: 'APIHUBCONNSTR_',
  DocDb: 'DOCDBCONNSTR_',
  RedisCache: 'REDISCACHECONNSTR_',
} as const;

export const connectionTypes = Object.keys(prefixes) as readonly (keyof typeof prefixes)[];

/** The environment variable that holds a connection string; undefined for a type that Keyless doesn't know. */
export function connectionVariable(name: string, type: string): string | undefined {
  const known = connectionTypes.find((one) => one.toLowerCase() === type.toLowerCase());
  return known && `${prefixes[known]}${name}`;
}
