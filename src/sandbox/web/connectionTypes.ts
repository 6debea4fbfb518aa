/**
 * ConnectionStringType of WebApps.json, in its case, with the prefix of the environment variable (reference-app-settings.md of
 * App Service). Only .NET's provider of environment variables names that of ApiHub (dotnet/runtime#116037).
 */
const prefixes: Readonly<Record<string, string>> = {
  MySql: 'MYSQLCONNSTR_',
  SQLServer: 'SQLCONNSTR_',
  SQLAzure: 'SQLAZURECONNSTR_',
  Custom: 'CUSTOMCONNSTR_',
  NotificationHub: 'NOTIFICATIONHUBCONNSTR_',
  ServiceBus: 'SERVICEBUSCONNSTR_',
  EventHub: 'EVENTHUBCONNSTR_',
  ApiHub: 'APIHUBCONNSTR_',
  DocDb: 'DOCDBCONNSTR_',
  RedisCache: 'REDISCACHECONNSTR_',
  PostgreSQL: 'POSTGRESQLCONNSTR_',
};

/** A type as Azure writes it, or undefined if Azure doesn't know it. That it ignores case is inferred from other enums. */
export function connectionTypeOf(type: unknown): string | undefined {
  return Object.keys(prefixes).find((known) => known.toLowerCase() === String(type).toLowerCase());
}

export function connectionPrefixOf(type: string): string {
  return prefixes[type] ?? 'CUSTOMCONNSTR_';
}
