import type { Credential, StorageService } from './credential';
import type { Host } from './hosts';
import { hostOf, isLocal } from './hosts';
import { Parts, partsOf } from './parts';
import { sasExpiry } from './sas';
import { isPlaceholder } from './keyForms';

/** Finds the credential in a connection string; undefined if it holds none. */
export function credentialInConnectionString(text: string): Credential | undefined {
  const parts = new Parts(partsOf(text.replace(/^jdbc:sqlserver:\/\/([^;]*)/i, 'Server=$1')));
  if (isEmulator(parts)) return undefined;
  const found =
    ofStorageOrCosmos(parts) ??
    ofNamespace(parts) ??
    ofEndpoint(parts) ??
    ofDatabase(parts) ??
    ofRedis(text) ??
    ofUnknown(parts);
  return found && !isPlaceholder(found.secret) ? found : undefined;
}

function isEmulator(parts: Parts): boolean {
  const endpoints = parts.endingIn('Endpoint').map(({ value }) => value);
  return (
    parts.value('UseDevelopmentStorage')?.toLowerCase() === 'true' ||
    parts.value('UseDevelopmentEmulator')?.toLowerCase() === 'true' ||
    parts.value('AccountName')?.toLowerCase() === 'devstoreaccount1' ||
    (endpoints.length > 0 && endpoints.every(isLocal)) ||
    isLocal(serverOf(parts) ?? '')
  );
}

function ofStorageOrCosmos(parts: Parts): Credential | undefined {
  const key = parts.find('AccountKey');
  const sas = parts.find('SharedAccessSignature');
  const endpoints = storageEndpoints(parts);
  const cosmos = hostOf(parts.value('AccountEndpoint') ?? endpoints.table ?? '');
  if (key && (parts.value('AccountEndpoint') !== undefined || cosmos?.service === 'cosmos'))
    return { kind: 'cosmosKey', secret: key.value, part: key.name, ...hosted(cosmos) };
  const account = parts.value('AccountName');
  if (key && (account !== undefined || Object.keys(endpoints).length > 0))
    return {
      kind: 'storageKey',
      secret: key.value,
      part: key.name,
      endpoints,
      ...hosted(storageHost(endpoints)),
      ...(account === undefined ? {} : { account }),
    };
  if (sas && Object.keys(endpoints).length > 0)
    return {
      kind: 'storageSas',
      secret: sas.value,
      part: sas.name,
      endpoints,
      ...hosted(storageHost(endpoints)),
      ...expiring(sasExpiry(sas.value)),
    };
  return undefined;
}

/** The service endpoints: those written out, or else those that the account's name and the suffix make. */
function storageEndpoints(parts: Parts): Partial<Record<StorageService, string>> {
  const account = parts.value('AccountName');
  const suffix = parts.value('EndpointSuffix') ?? 'core.windows.net';
  const services: readonly StorageService[] = ['blob', 'queue', 'table', 'file'];
  const written = services.flatMap((service) => {
    const endpoint = parts.value(`${service}Endpoint`);
    return endpoint === undefined ? [] : [[service, endpoint.replace(/\/+$/, '')] as const];
  });
  if (written.length > 0 || account === undefined) return Object.fromEntries(written);
  return Object.fromEntries(
    services.map((service) => [
      service,
      `https://${account.toLowerCase()}.${service}.${suffix.replace(/^\.|\/+$/g, '')}`,
    ]),
  );
}

function storageHost(endpoints: Partial<Record<StorageService, string>>): Host | undefined {
  for (const endpoint of Object.values(endpoints)) {
    const host = hostOf(endpoint);
    if (host?.service === 'storage') return host;
  }
  return undefined;
}

function ofNamespace(parts: Parts): Credential | undefined {
  const key = parts.find('SharedAccessKey');
  const sas = parts.find('SharedAccessSignature');
  const secret = key ?? sas;
  const address = parts.value('Endpoint', 'HostName');
  if (!secret || address === undefined) return undefined;
  const host = hostOf(address);
  if (host?.service === 'iotHub') return { kind: 'iotHubKey', secret: secret.value, part: secret.name, host };
  const entityPath = parts.value('EntityPath');
  return {
    kind: key ? 'namespaceKey' : 'namespaceSas',
    secret: secret.value,
    part: secret.name,
    ...hosted(host),
    ...(entityPath === undefined ? {} : { entityPath }),
    ...(key ? {} : expiring(sasExpiry(secret.value))),
  };
}

/** Services whose strings have an `Endpoint` and a key. */
function ofEndpoint(parts: Parts): Credential | undefined {
  const host = hostOf(parts.value('Endpoint') ?? '');
  if (parts.value('Endpoint') === undefined) return undefined;
  const secret = parts.find('Secret', 'AccessKey', 'ClientSecret');
  if (!secret) return undefined;
  const kind = kindByEndpoint(parts, host);
  return { kind, secret: secret.value, part: secret.name, ...hosted(host) };
}

function kindByEndpoint(parts: Parts, host: Host | undefined): Credential['kind'] {
  if (parts.value('AccessKey') === undefined && parts.value('ClientSecret') !== undefined)
    return 'clientSecret';
  switch (host?.service) {
    case 'appConfiguration':
      return 'appConfigurationKey';
    case 'signalR':
      return 'signalRKey';
    case 'webPubSub':
      return 'webPubSubKey';
    case 'communication':
      return 'communicationKey';
    default:
      return 'other';
  }
}

/** Passwords of SqlClient, JDBC, ODBC, Npgsql, and MySQL connection strings, with their synonyms. */
function ofDatabase(parts: Parts): Credential | undefined {
  const secret = parts.find('Password', 'Pwd');
  const server = serverOf(parts);
  if (!secret || server === undefined) return undefined;
  const database = parts.value('Database', 'InitialCatalog', 'databaseName', 'dbName');
  return {
    ...{ kind: 'databasePassword', secret: secret.value, part: secret.name },
    ...hosted(hostOf(server)),
    ...(database === undefined ? {} : { database }),
  };
}

function serverOf(parts: Parts): string | undefined {
  return parts.value('Server', 'DataSource', 'Addr', 'Address', 'NetworkAddress', 'Host', 'serverName');
}

/** StackExchange.Redis: `host:port,password=…,ssl=True`, with the host anywhere in the list. */
function ofRedis(text: string): Credential | undefined {
  const address = text.split(',').find((item) => /^\s*[\w.-]+:\d+\s*$/.test(item));
  const secret = new Parts(partsOf(text, ',')).find('password');
  if (address === undefined || !secret || isLocal(address)) return undefined;
  return { kind: 'redisKey', secret: secret.value, part: secret.name, ...hosted(hostOf(address)) };
}

/** A part that is secret by its name, in a string that no known service has. */
function ofUnknown(parts: Parts): Credential | undefined {
  const secret = parts.find(
    ...[
      'AccountKey',
      'SharedAccessKey',
      'SharedSecret',
      'SharedAccessSignature',
      'AccessKey',
      'ClientSecret',
    ],
    ...['ApiKey', 'Password', 'Pwd'],
  );
  return secret && { kind: 'other', secret: secret.value, part: secret.name };
}

function hosted(host: Host | undefined): { host?: Host } {
  return host ? { host } : {};
}

function expiring(expires: Date | undefined): { expires?: Date } {
  return expires ? { expires } : {};
}
