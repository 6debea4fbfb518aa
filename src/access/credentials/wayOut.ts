import type { Credential, StorageService } from './credential';
import { withManagedIdentity } from './sqlValue';
import type { Use } from './uses';
import { openAi } from './uses';

/** How an app can do without a credential. */
export interface WayOut {
  /**
   * `identity`: its identity by settings or configuration alone. `code`: its identity, once code or a binding changes.
   * `keyVault`: only a Key Vault reference. `none`: not even that. `unknown`: that depends on what couldn't be read.
   */
  readonly way: 'identity' | 'code' | 'keyVault' | 'none' | 'unknown';
  readonly because: Reason;
  /** Settings that replace this one for a system-assigned identity; absent unless it's known which ones. */
  readonly add?: Readonly<Record<string, string>>;
  /** The setting itself stays and gets a new value, which is among `add`. */
  readonly keeps?: true;
}

/** Why, as a code for `reasonWords`. */
export type Reason =
  | 'settings'
  | 'obsolete'
  | 'package'
  | 'registry'
  | 'deployment'
  | 'telemetry'
  | 'publishing'
  | 'newValue'
  | 'codeReads'
  | 'unreadBindings'
  | 'bindingChange'
  | 'regionalEndpoint'
  | 'federation'
  | 'contentShare'
  | 'entityPath'
  | 'redisOptions'
  | 'noIdentityApi'
  | 'builtInEndpoint'
  | 'unknownResource'
  | 'quoted'
  | 'otherCredential';

/**
 * Says how the app can do without a credential.
 * @param value the setting's whole value, used only for what is left of it without the credential
 */
export function wayOutOf(
  setting: string,
  value: string,
  credential: Credential,
  uses: readonly Use[],
): WayOut {
  const special = bySetting(setting, value, credential);
  if (special) return special;
  if (credential.quoted) return { way: 'code', because: 'quoted' };
  switch (credential.kind) {
    case 'storageKey':
    case 'storageSas':
      return storageWay(setting, credential, uses);
    case 'namespaceKey':
    case 'namespaceSas':
      return namespaceWay(setting, credential, uses);
    case 'cosmosKey':
      return cosmosWay(setting, credential, uses);
    case 'databasePassword':
      return databaseWay(setting, value, credential);
    case 'signalRKey':
    case 'webPubSubKey':
      return bound(uses, /^(?:signalr|webpubsub)/)
        ? byHost(credential, (host) => ({ [`${setting}__serviceUri`]: `https://${host}` }))
        : { way: 'code', because: 'codeReads' };
    case 'redisKey':
      return redisWay(setting, value, credential, uses);
    case 'eventGridKey':
      return { way: 'code', because: 'bindingChange' };
    case 'aiKey':
      return credential.host && credential.host.name === undefined
        ? { way: 'code', because: 'regionalEndpoint' }
        : keyAlone(credential, uses);
    case 'searchKey':
      return keyAlone(credential, uses);
    case 'appConfigurationKey':
    case 'communicationKey':
      return { way: 'code', because: 'codeReads' };
    case 'clientSecret':
    case 'signInSecret':
      return { way: 'code', because: 'federation' };
    case 'iotHubKey':
      // A device signs in with its own key or certificate, and the built-in endpoint isn't the hub itself.
      return /\.azure-devices\.\w+$/.test(credential.host?.host ?? '') &&
        !/(?:^|;)\s*DeviceId\s*=/i.test(value)
        ? { way: 'code', because: 'codeReads' }
        : { way: 'keyVault', because: 'builtInEndpoint' };
    case 'registryPassword':
    case 'logicAppUrl':
    case 'functionKey':
    case 'sasUrl':
      return { way: 'keyVault', because: 'noIdentityApi' };
    case 'other':
      return { way: 'keyVault', because: 'otherCredential' };
  }
}

/** Settings of the host and the platform that have ways of their own. */
function bySetting(setting: string, value: string, { host }: Credential): WayOut | undefined {
  switch (setting.toLowerCase()) {
    case 'azurewebjobsdashboard':
      return { way: 'identity', because: 'obsolete', add: {} };
    case 'website_contentazurefileconnectionstring':
      return { way: 'none', because: 'contentShare' };
    case 'website_run_from_package':
      return host?.service === 'storage'
        ? {
            way: 'identity',
            because: 'package',
            keeps: true,
            // Without `sv` in the URL, the host uses the identity (azure-functions-host, PackageDownloadHandler.cs).
            add: {
              [setting]: value.replace(/\?.*$/, ''),
              WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: 'SystemAssigned',
            },
          }
        : { way: 'keyVault', because: 'unknownResource' };
    case 'deployment_storage_connection_string':
      return { way: 'identity', because: 'deployment', add: {} };
    case 'docker_registry_server_password':
      return host?.service === 'registry'
        ? { way: 'identity', because: 'registry', add: {} }
        : { way: 'keyVault', because: 'noIdentityApi' };
    default:
      return undefined;
  }
}

function storageWay(setting: string, credential: Credential, uses: readonly Use[]): WayOut {
  const name = credential.host?.name ?? credential.account;
  const bindings = uses.flatMap(({ binding }) => binding?.type ?? []);
  const isHost = /^AzureWebJobsStorage$/i.test(setting);
  if (!isHost && bindings.length === 0) return { way: 'code', because: 'codeReads' };
  if (name === undefined) return { way: 'keyVault', because: 'unknownResource' };
  // The account's name makes hosts append the public cloud's suffix, so elsewhere only URIs work. In the public cloud,
  // URIs alone have failed at startup (azure-functions-host#11787).
  if (isHost && isPublicAccount(credential))
    return { way: 'identity', because: 'settings', add: { [`${setting}__accountName`]: name } };
  const services = isHost ? (['blob', 'queue', 'table'] as const) : servicesOf(bindings);
  const add = services.flatMap((service) => {
    const endpoint = credential.endpoints?.[service];
    return endpoint === undefined ? [] : [[`${setting}__${service}ServiceUri`, endpoint] as const];
  });
  return add.length === services.length
    ? { way: 'identity', because: 'settings', add: Object.fromEntries(add) }
    : { way: 'keyVault', because: 'unknownResource' };
}

/** Whether the account's endpoints are those that its name makes in the public cloud. */
function isPublicAccount({ host, account }: Credential): boolean {
  return host ? host.publicCloud && /\.core\.windows\.net$/.test(host.host) : account !== undefined;
}

/** A blob trigger keeps its poison messages in queues, and needs them at the same connection (Functions blob trigger docs). */
function servicesOf(bindings: readonly string[]): StorageService[] {
  const services = new Set<StorageService>();
  for (const type of bindings) {
    if (/^blob/.test(type) || /^(?:orchestration|activity|entity|durable)/.test(type)) services.add('blob');
    if (/^(?:queue|blobtrigger)/.test(type) || /^(?:orchestration|activity|entity|durable)/.test(type))
      services.add('queue');
    if (/^(?:table|orchestration|activity|entity|durable)/.test(type)) services.add('table');
  }
  return [...services];
}

function namespaceWay(setting: string, credential: Credential, uses: readonly Use[]): WayOut {
  const bindings = uses.flatMap(({ binding }) => binding ?? []);
  if (bindings.length === 0) return { way: 'code', because: 'codeReads' };
  const path = credential.entityPath?.toLowerCase();
  // An Event Hubs string overrides the hub of the binding; an identity-based connection can't (EventHubClientFactory.cs).
  const differs = bindings.some(
    ({ type, members }) =>
      path !== undefined && /^eventhub/.test(type) && members['eventHubName']?.toLowerCase() !== path,
  );
  if (differs) return { way: 'code', because: 'entityPath' };
  return byHost(credential, (host) => ({ [`${setting}__fullyQualifiedNamespace`]: host }));
}

function cosmosWay(setting: string, credential: Credential, uses: readonly Use[]): WayOut {
  const host = credential.host?.host;
  if (host !== undefined && !/\.documents\.azure\.(?:com|us|cn)$/.test(host))
    return { way: 'keyVault', because: 'noIdentityApi' };
  if (!bound(uses, /^cosmosdb/)) return { way: 'code', because: 'codeReads' };
  return byHost(credential, (name) => ({ [`${setting}__accountEndpoint`]: `https://${name}:443/` }));
}

function databaseWay(setting: string, value: string, { host }: Credential): WayOut {
  switch (host?.service) {
    case 'sql': {
      const without = withManagedIdentity(value);
      const add = without === undefined ? {} : { add: { [setting]: without } };
      return { way: 'identity', because: 'newValue', keeps: true, ...add };
    }
    case 'postgres':
      return { way: 'code', because: 'codeReads' };
    default:
      return { way: 'keyVault', because: 'noIdentityApi' };
  }
}

/** An identity-based connection names a host, and nothing else (RedisUtilities.cs of the Redis extension). */
function redisWay(setting: string, value: string, credential: Credential, uses: readonly Use[]): WayOut {
  if (!bound(uses, /^redis/)) return { way: 'code', because: 'codeReads' };
  if (/(?:^|,)\s*(?:defaultDatabase\s*=\s*[1-9]|channelPrefix\s*=)/i.test(value))
    return { way: 'code', because: 'redisOptions' };
  return byHost(credential, (host) => ({ [`${setting}__redisHostName`]: host }));
}

/** The OpenAI extension has the endpoint in a setting of its own, and signs in with the identity once there's no key. */
function keyAlone({ host }: Credential, uses: readonly Use[]): WayOut {
  if (!bound(uses, openAi)) return { way: 'code', because: 'codeReads' };
  return host
    ? { way: 'identity', because: 'settings', add: {} }
    : { way: 'keyVault', because: 'unknownResource' };
}

function bound(uses: readonly Use[], type: RegExp): boolean {
  return uses.some(({ binding }) => binding !== undefined && type.test(binding.type));
}

function byHost({ host }: Credential, add: (host: string) => Record<string, string>): WayOut {
  return host
    ? { way: 'identity', because: 'settings', add: add(host.host) }
    : { way: 'keyVault', because: 'unknownResource' };
}
