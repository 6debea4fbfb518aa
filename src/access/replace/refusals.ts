import type { Finding } from '../credentials/findings';
import { fetchedWith, isReplaceable } from './isReplaceable';
import { isOfVersion3 } from './cosmos';
import type { PlatformRefusal } from './platform';
import { ofPlatform } from './platform';
import type { Lack, ReplaceFacts } from './replaceFacts';
import type { SettingsWrite } from './settingsFor';
import { sectionOf } from './settingsFor';
import { roles, rolesThatAllow } from './roles';
import { isHostStorage } from './rolesFor';

/** Why a credential can't be replaced now. */
export type Refusal =
  /** `finding.wayOut.because` says why. */
  | { readonly kind: 'wayOut' }
  /** The platform reads the storage of the host among the app settings. */
  | { readonly kind: 'connectionString' }
  /** An app setting of the same name would be used in place of the connection string. */
  | { readonly kind: 'appSettingBehind'; readonly name: string }
  | { readonly kind: 'logicApp' | 'stopped' | 'unreadFunctions' | 'noFunctions' }
  | { readonly kind: 'unreadHost' | 'emptyHostStorage' | 'incomplete' }
  | { readonly kind: 'connectionStringWins'; readonly name: string }
  | { readonly kind: 'unhealthyHost'; readonly state: string }
  | { readonly kind: 'oldHost'; readonly version: string }
  | { readonly kind: 'oldBundle'; readonly version: string; readonly needed: string }
  /** Settings that make the app's code sign in as something else than the system-assigned identity. */
  | { readonly kind: 'otherSignIn'; readonly names: readonly string[] }
  /** Identity settings of the same connection that differ from those to be written. */
  | { readonly kind: 'otherMembers'; readonly names: readonly string[] }
  /** The database needs a script, and nobody is asked whether it has run. */
  | { readonly kind: 'script' | 'noDatabase' }
  | { readonly kind: 'resource'; readonly why: 'notFound' | 'ambiguous' | 'unread' }
  | { readonly kind: 'lacks'; readonly lack: Lack }
  | { readonly kind: 'platform'; readonly why: PlatformRefusal }
  /** The Redis extension refuses a key and identity settings together (RedisUtilities.cs). */
  | { readonly kind: 'bothForms'; readonly names: readonly string[] }
  /** A cache has one policy for each principal (AzureCacheForRedis#14). */
  | { readonly kind: 'otherPolicy'; readonly policy: string }
  | { readonly kind: 'noPrincipal' }
  /** Keys that the OpenAI extension would use instead (OpenAIClientFactory.cs). */
  | { readonly kind: 'otherKeys'; readonly names: readonly string[] }
  | { readonly kind: 'noConnection' }
  /** Functions that use version 3 of the Cosmos DB extension. */
  | { readonly kind: 'oldCosmos'; readonly functions: readonly string[] }
  /** Containers, which only a key can create through the extension. */
  | { readonly kind: 'missingContainers'; readonly names: readonly string[] };

/** Everything that prevents replacing the credential now. */
export function refusalsFor(facts: ReplaceFacts, write: SettingsWrite): Refusal[] {
  const { finding, app } = facts;
  if (!isReplaceable(finding)) return [{ kind: 'wayOut' }];
  return [
    ...(/workflowapp/i.test(app.kind) ? [{ kind: 'logicApp' } as const] : []),
    ...ofSettings(facts, write),
    ...ofResource(facts, write),
    ...(finding.kind === 'redisKey' ? ofRedis(facts) : []),
    ...ofPlatform(facts),
    ...ofDatabase(facts),
    ...(finding.kind === 'aiKey' ? ofOpenAi(facts) : []),
    ...ofHost(facts),
  ];
}

/**
 * An empty host storage still counts as a connection string (webjobs-sdk, BlobServiceClientProvider.cs). A connection string
 * is found before a setting of the same name (webjobs-sdk, IConfigurationExtensions.cs).
 */
function ofSettings(facts: ReplaceFacts, { set, remove }: SettingsWrite): Refusal[] {
  const { finding, identity, settings } = facts;
  const isString = finding.source === 'connectionString';
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const inTheWay = settings.connectionStrings.find((name) => same(name, finding.name));
  const behind = settings.names.find((name) => same(name, finding.name));
  const signIns = settings.names.filter((name) => signInSettings.test(name));
  const others = [...settings.members].flatMap(([name, value]) => {
    const wanted = Object.entries(set).find(([own]) => same(own, name))?.[1];
    return wanted !== undefined && wanted === value ? [] : [name];
  });
  return [
    ...(isString && isHostStorage(facts) ? [{ kind: 'connectionString' } as const] : []),
    ...(isString && remove.length > 0 && behind !== undefined
      ? [{ kind: 'appSettingBehind', name: behind } as const]
      : []),
    ...(finding.source === 'appSetting' && inTheWay !== undefined
      ? [{ kind: 'connectionStringWins', name: inTheWay } as const]
      : []),
    ...(settings.empty.some((name) => same(name, 'AzureWebJobsStorage'))
      ? [{ kind: 'emptyHostStorage' } as const]
      : []),
    ...(identity.kind === 'system-assigned' && signIns.length > 0 && usesDefault(finding)
      ? [{ kind: 'otherSignIn', names: signIns } as const]
      : []),
    ...(others.length > 0 ? [{ kind: 'otherMembers', names: others } as const] : []),
  ];
}

/** Without `__credential`, DefaultAzureCredential decides, and these come before the system-assigned identity (Azure.Identity). */
const signInSettings = /^AZURE_(?:CLIENT_ID|CLIENT_SECRET|CLIENT_CERTIFICATE_PATH|USERNAME|PASSWORD)$/i;

/**
 * SqlClient (ActiveDirectoryAuthenticationProvider.cs) and what sends telemetry (webjobs-sdk, TokenCredentialOptions.cs) ask
 * for a token of the identity alone. The platform knows no settings of the code.
 */
function usesDefault(finding: Finding): boolean {
  return !/^(?:obsolete|newValue|telemetry)$/.test(finding.wayOut.because) && !fetchedWith(finding);
}

function ofResource({ resource, finding, identity }: ReplaceFacts, { set }: SettingsWrite): Refusal[] {
  if (finding.wayOut.because === 'obsolete') return [];
  if (typeof resource === 'string') return [{ kind: 'resource', why: resource }];
  // An empty client ID isn't the same as none (azure-sdk-for-net#30287).
  const isGone =
    identity.kind === 'user-assigned' && (identity.clientId === '' || identity.principalId === '');
  const isEmpty = Object.keys(set).length === 0 && Object.keys(finding.wayOut.add ?? {}).length > 0;
  if (isGone || isEmpty) return [{ kind: 'incomplete' }];
  const { lacks, missing = [] } = resource;
  const old = finding.uses.flatMap(({ binding }) =>
    binding && isOfVersion3(binding) ? [binding.function] : [],
  );
  // 403 with substatus 5300: no token can create a container (azure-webjobs-sdk-extensions#790).
  const lost = missing.filter((id) => /\/sqlDatabases\//i.test(id));
  return [
    ...(lacks ? [{ kind: 'lacks', lack: lacks } as const] : []),
    ...(old.length > 0 ? [{ kind: 'oldCosmos', functions: [...new Set(old)] } as const] : []),
    ...(lost.length > 0 ? [{ kind: 'missingContainers', names: lost.map(containerName) } as const] : []),
  ];
}

function ofRedis({ identity, heldOwn = [], settings, finding }: ReplaceFacts): Refusal[] {
  const host = `${finding.name}__redisHostName`.toLowerCase();
  const both = [...settings.members.keys()].filter((name) => name.toLowerCase() === host);
  const other = heldOwn.find(
    ({ principalId, role }) =>
      principalId.toLowerCase() === identity.principalId?.toLowerCase() &&
      !rolesThatAllow(roles.redisContributor).some(({ guid }) => guid === role),
  );
  return [
    ...(both.length > 0 ? [{ kind: 'bothForms', names: both } as const] : []),
    ...(other ? [{ kind: 'otherPolicy', policy: other.role } as const] : []),
    ...(identity.principalId === undefined ? [{ kind: 'noPrincipal' } as const] : []),
  ];
}

function ofOpenAi({ identity, settings, finding }: ReplaceFacts): Refusal[] {
  const isOther = (name: string) =>
    /^(?:OPENAI_API_KEY|AZURE_OPENAI_KEY)$/i.test(name) && name.toLowerCase() !== finding.name.toLowerCase();
  const others = settings.names.filter(isOther);
  const hasConnection = sectionOf(finding.name) !== finding.name;
  return [
    ...(others.length > 0 ? [{ kind: 'otherKeys', names: others } as const] : []),
    ...(identity.kind === 'user-assigned' && !hasConnection ? [{ kind: 'noConnection' } as const] : []),
  ];
}

function containerName(id: string): string {
  const [container, , database] = id.split('/').reverse();
  return `${database ?? ''}/${container ?? ''}`;
}

/** A user of a database can't sign in without its name. */
function ofDatabase({ finding, asksForScript }: ReplaceFacts): Refusal[] {
  if (finding.wayOut.because !== 'newValue') return [];
  if (finding.database === undefined) return [{ kind: 'noDatabase' }];
  return asksForScript ? [] : [{ kind: 'script' }];
}

/** If nothing shows that the app works before, nothing shows that it does afterward. */
function ofHost(facts: ReplaceFacts): Refusal[] {
  const { app, host, functions } = facts;
  if (!/^running$/i.test(app.state)) return [{ kind: 'stopped' }];
  const list: Refusal[] =
    functions === undefined || facts.bindings === undefined
      ? [{ kind: 'unreadFunctions' }]
      : functions.length === 0
        ? [{ kind: 'noFunctions' }]
        : [];
  if (!host) return [...list, { kind: 'unreadHost' }];
  const { state, errors, version, bundle } = host;
  if (!/^running$/i.test(state) || errors > 0) return [...list, { kind: 'unhealthyHost', state }];
  const needed = neededBundle(facts);
  return [
    ...list,
    ...(version !== undefined && !version.startsWith('4.') ? [{ kind: 'oldHost', version } as const] : []),
    ...(bundle !== undefined && needed !== undefined && isOlder(bundle, needed)
      ? [{ kind: 'oldBundle', version: bundle, needed } as const]
      : []),
  ];
}

/**
 * The first extension bundle whose extensions accept an identity (Functions reference, "Configure an identity-based
 * connection"). Host storage without bindings needs no extension.
 */
export function neededBundle(facts: ReplaceFacts): string | undefined {
  const all = isHostStorage(facts) ? (facts.bindings ?? []) : [];
  const own = facts.finding.uses.flatMap(({ binding }) => binding ?? []);
  const types = [...all.filter(({ type }) => usesHostStorage.test(type)), ...own].map(({ type }) => type);
  if (types.length === 0) return undefined;
  // The oldest one that is known to have version 1 of the Redis extension.
  if (types.some((type) => /^redis/.test(type))) return '4.38.0';
  if (types.some((type) => /^cosmosdb/.test(type))) return '4.0.2';
  return types.some((type) => /^(?:signalr|webpubsub)/.test(type)) ? '3.6.1' : '3.3.0';
}

const usesHostStorage = /^(?:blobtrigger|eventhubtrigger|orchestration|activity|entity|durable)/;

function isOlder(version: string, needed: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number);
  const [own, least] = [numbers(version), numbers(needed)];
  const differing = least.findIndex((part, index) => (own[index] ?? 0) !== part);
  return differing >= 0 && (own[differing] ?? 0) < (least[differing] ?? 0);
}
