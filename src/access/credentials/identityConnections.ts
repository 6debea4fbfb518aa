import type { Values } from './bareKey';
import type { Host } from './hosts';
import { hostOf } from './hosts';

/** A connection that an app opens as its identity. */
export interface IdentityConnection {
  /** What the names of its settings begin with. */
  readonly name: string;
  /** What it opens; absent if only the name of a storage account is known. */
  readonly host?: Host;
  readonly account?: string;
  /** Client ID of a user-assigned identity. */
  readonly clientId?: string;
}

/** Members that say what a connection opens (Functions reference, "Common properties for identity-based connections"). */
const member =
  /^(.+)__(accountName|(?:blob|queue|table)ServiceUri|serviceUri|fullyQualifiedNamespace|accountEndpoint|endpoint|redisHostName)$/i;

/**
 * The connections that an app's settings describe without a key. A connection string with the same name would win (WebJobs
 * SDK, IConfigurationExtensions.cs).
 */
export function identityConnections(appSettings: Values): IdentityConnection[] {
  const settings = new Map([...appSettings].map(([name, value]) => [name.toLowerCase(), value]));
  const found = [...appSettings].flatMap(([setting, value]): IdentityConnection[] => {
    const [, name, part] = member.exec(setting) ?? [];
    if (name === undefined || value === '' || settings.get(name.toLowerCase())) return [];
    const host = hostOf(value);
    const isAccount = /^accountName$/i.test(part ?? '') && /^[\w-]+$/.test(value);
    if (!isAccount && !host) return [];
    const clientId = settings.get(`${name}__clientId`.toLowerCase());
    return [{ name, ...(isAccount ? { account: value } : { host }), ...(clientId ? { clientId } : {}) }];
  });
  // A storage account has several addresses.
  const keyOf = ({ name, host, account }: IdentityConnection) =>
    `${name} ${host?.name ?? host?.host ?? account ?? ''}`;
  return [...new Map(found.map((one) => [keyOf(one).toLowerCase(), one])).values()];
}
