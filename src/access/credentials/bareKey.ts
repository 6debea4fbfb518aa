import { holdsCredential, looksLikeSecret, namesSecret } from '../reference/looksLikeSecret';
import type { Credential, CredentialKind } from './credential';
import type { Host, Service } from './hosts';
import { hostOf, isLocal } from './hosts';
import { isPlaceholder, keyFormOf, mayBeKey } from './keyForms';

/** Names and values of an app's settings, of whatever kind. */
export type Values = ReadonlyMap<string, string>;

const kinds: Readonly<Record<Service, CredentialKind>> = {
  storage: 'storageKey',
  namespace: 'namespaceKey',
  cosmos: 'cosmosKey',
  sql: 'databasePassword',
  postgres: 'databasePassword',
  mysql: 'databasePassword',
  appConfiguration: 'appConfigurationKey',
  signalR: 'signalRKey',
  webPubSub: 'webPubSubKey',
  eventGrid: 'eventGridKey',
  ai: 'aiKey',
  search: 'searchKey',
  redis: 'redisKey',
  communication: 'communicationKey',
  iotHub: 'iotHubKey',
  registry: 'registryPassword',
  logicApp: 'other',
  site: 'functionKey',
};

/**
 * Finds out whether a whole value is a key: by its form, or by its name together with a setting beside it that says where
 * the key is used, such as `SEARCH_ENDPOINT` for `SEARCH_API_KEY`.
 */
export function bareKey(name: string, value: string, settings: Values): Credential | undefined {
  if (isPlaceholder(value) || isPlatformKey(name)) return undefined;
  const named = kindByName(name);
  if (named) return { kind: named, secret: value };
  const form = keyFormOf(value);
  const beside = addressBeside(name, settings);
  if (form === 'functionKey' || form === 'clientSecret') return { kind: form, secret: value };
  if (form !== undefined) {
    const host = beside.host?.service === form ? { host: beside.host } : {};
    return { kind: kinds[form], secret: value, ...host, ...account(form, beside.account) };
  }
  if (beside.local && namesKey(name)) return undefined;
  const isPassword = /^(?:sql|postgres|mysql|registry)$/.test(beside.host?.service ?? '');
  if (beside.host && namesKey(name) && (isPassword || mayBeKey(value)))
    return { kind: kinds[beside.host.service], secret: value, host: beside.host };
  if (beside.account !== undefined && namesKey(name) && /^[A-Za-z0-9+/]{86}==$/.test(value))
    return { kind: 'storageKey', secret: value, account: beside.account };
  const isOther = holdsCredential(value) || (namesKey(name) && looksLikeSecret(name, value));
  return isOther ? { kind: 'other', secret: value } : undefined;
}

function account(service: Service, name: string | undefined): { account?: string } {
  return service === 'storage' && name !== undefined ? { account: name } : {};
}

/** Settings whose names say what they hold (Functions app settings reference; App Service authentication; Azure Identity). */
function kindByName(name: string): CredentialKind | undefined {
  if (/^MICROSOFT_PROVIDER_AUTHENTICATION_SECRET$/i.test(name)) return 'signInSecret';
  if (
    /^AZURE_CLIENT_SECRET$|(?:__|:)clientSecret$|^AzureWebJobsSecretStorageKeyVaultClientSecret$/i.test(name)
  )
    return 'clientSecret';
  return undefined;
}

/** Keys that the platform makes for itself. Nothing can replace them, and nothing outside the app accepts them. */
function isPlatformKey(name: string): boolean {
  return /^(?:WEBSITE_AUTH_(?:ENCRYPTION|SIGNING)_KEY|MACHINEKEY_\w+|WEBSITE_CONTENTSHARE)$/i.test(name);
}

/** Whether a name says that its value is a key, also where it doesn't separate its words, as in `PGPASSWORD`. */
function namesKey(name: string): boolean {
  return namesSecret(name) || /(?:password|secret|apikey)$/i.test(name);
}

interface Beside {
  readonly host?: Host;
  readonly account?: string;
  /** The endpoint is an emulator's. */
  readonly local?: true;
}

/** What a setting that belongs to a key, by its name, says about where the key is used. */
function addressBeside(name: string, settings: Values): Beside {
  const stem = stemOf(name);
  for (const [other, value] of settings) {
    if (other === name || !belongs(stem, wordsOf(other))) continue;
    if (isLocal(value)) return { local: true };
    const host = hostOf(value);
    if (host) return { host };
    if (/^[a-z0-9]{3,24}$/.test(value) && /name|account$/i.test(other)) return { account: value };
  }
  return {};
}

const KEY_WORDS =
  /^(?:api|access|account|primary|secondary|subscription|admin|query|master|shared)?(?:key|secret|password|pwd|pass)$|^(?:api|access|account|primary|secondary|subscription|admin|query|master|shared)$/;
const ADDRESS_WORDS =
  /^(?:endpoint|uri|url|host|hostname|server|account|name|accountname|service|namespace|base|fqdn)$/;

/** The words of a name before those that say that it's a key. */
function stemOf(name: string): readonly string[] {
  if (/^PGPASSWORD$/i.test(name)) return ['pg'];
  const words = wordsOf(name);
  while (words.length > 0 && KEY_WORDS.test(words.at(-1) ?? '')) words.pop();
  return words;
}

function belongs(stem: readonly string[], words: readonly string[]): boolean {
  if (stem.length === 0 || stem.some((word, index) => words[index] !== word)) return false;
  const rest = words.slice(stem.length);
  return rest.length > 0 && rest.every((word) => ADDRESS_WORDS.test(word));
}

function wordsOf(name: string): string[] {
  return name
    .replace(/^PG(HOST)$/i, 'pg_$1')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
