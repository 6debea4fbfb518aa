import { valueOf } from '../../storage/connectionString';
import type { AppConfiguration } from './environment';

/** Why a connection can't be used, as the Functions host says it. */
export class ConnectionError extends Error {}

/** What the service, or that of identities, answers to a connection whose settings are complete. */
export class ServiceError extends ConnectionError {
  /** @param isTransient whether a client tries again by itself */
  constructor(
    message: string,
    readonly isTransient = false,
  ) {
    super(message);
  }
}

/**
 * The connection that a binding or the host names: a connection string, or the members of its identity form
 * (`X__accountName` and the like); undefined if there is neither. The name is looked up with the
 * prefix AzureWebJobs first, and each time a connection string comes before an app setting. A value, even an empty one,
 * wins over the members (azure-webjobs-sdk IConfigurationExtensions.cs, GetWebJobsConnectionSection).
 */
export function connectionOf(
  { appSettings, connectionStrings }: AppConfiguration,
  name: string,
): string | Record<string, string> | undefined {
  const names = /^AzureWebJobs/i.test(name) ? [name] : [`AzureWebJobs${name}`, name];
  for (const one of names) {
    const value = valueOf(connectionStrings, one)?.value ?? valueOf(appSettings, one);
    if (value !== undefined) return value;
    const prefix = `${one}__`.toLowerCase();
    const members = Object.entries(appSettings).flatMap(([setting, member]): [string, string][] =>
      setting.toLowerCase().startsWith(prefix) ? [[setting.slice(prefix.length), member]] : [],
    );
    if (members.length > 0) return Object.fromEntries(members);
  }
  return undefined;
}
