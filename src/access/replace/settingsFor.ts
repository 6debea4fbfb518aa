import type { StorageService } from '../credentials/credential';
import type { ReplaceFacts } from './replaceFacts';

/** One write of all app settings. It holds no secret value: what is removed is the credential. */
export interface SettingsWrite {
  readonly remove: readonly string[];
  readonly set: Readonly<Record<string, string>>;
}

/**
 * The settings that let the identity take the place of the credential. The credential goes away in the same write, because
 * it would win over the identity (WebJobs SDK, IConfigurationExtensions.cs).
 *
 * A system-assigned identity needs no `__credential`, and some versions of Microsoft.Extensions.Azure refuse one without an
 * ID. A user-assigned one is named by its client ID: its resource ID doesn't work for host storage
 * (azure-functions-host#9559).
 */
export function settingsFor(facts: ReplaceFacts): SettingsWrite {
  const { finding, identity } = facts;
  const { name, wayOut } = finding;
  const add = wayOut.add ?? {};
  // The parts are read in any order (webjobs-sdk, TokenCredentialOptions.cs).
  if (wayOut.because === 'telemetry') return { remove: [], set: naming('ClientId', add, identity) };
  if (wayOut.because === 'package') return { remove: [], set: packageSettings(add, identity) };
  // SqlClient takes the client ID of a user-assigned identity as the user (ActiveDirectoryAuthenticationProvider.cs).
  if (wayOut.because === 'newValue') return { remove: [], set: naming('User Id', add, identity) };
  const connection = finding.host?.service === 'storage' || finding.account ? storage(facts, add) : add;
  const section = sectionOf(name);
  const user: Record<string, string> =
    identity.kind === 'user-assigned' && (section !== name || Object.keys(add).length > 0)
      ? { [`${section}__credential`]: 'managedidentity', [`${section}__clientId`]: identity.clientId }
      : {};
  // It's the user name (RedisUtilities.cs of the Redis extension).
  const principal: Record<string, string> =
    finding.kind === 'redisKey' ? { [`${name}__principalId`]: identity.principalId ?? '' } : {};
  return { remove: [name], set: { ...connection, ...principal, ...user } };
}

/** The connection that a setting is part of: `X` for `X__key`, which only the OpenAI extension has. */
export function sectionOf(setting: string): string {
  return setting.replace(/__(?:api)?key$/i, '');
}

/** The package's identity is named by its resource ID, unlike that of a connection (azure-functions-host, PackageDownloadHandler.cs). */
function packageSettings(
  add: Readonly<Record<string, string>>,
  identity: ReplaceFacts['identity'],
): Record<string, string> {
  return identity.kind === 'user-assigned'
    ? { ...add, WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identity.resourceId }
    : { ...add };
}

/** Adds a part with the client ID of a user-assigned identity to each value. */
function naming(
  part: string,
  add: Readonly<Record<string, string>>,
  identity: ReplaceFacts['identity'],
): Record<string, string> {
  const suffix = identity.kind === 'user-assigned' ? `;${part}=${identity.clientId}` : '';
  return Object.fromEntries(Object.entries(add).map(([name, value]) => [name, value + suffix]));
}

const services: readonly StorageService[] = ['blob', 'queue', 'table'];

/**
 * The account's own endpoints instead of those in the connection string, which may be custom domains. An account name makes
 * hosts append the public cloud's suffix (azure-functions-host, StorageServiceUriOptions.cs), so it stands only for an account
 * that has those endpoints.
 */
function storage(facts: ReplaceFacts, add: Readonly<Record<string, string>>): Record<string, string> {
  const { resource, finding } = facts;
  const endpoints = typeof resource === 'object' ? (resource.endpoints ?? {}) : {};
  const account = add[`${finding.name}__accountName`];
  const isPublic = services.every(
    (service) => endpoints[service] === `https://${account}.${service}.core.windows.net`,
  );
  if (account !== undefined && isPublic) return { ...add };
  const uriOf = (service: StorageService) => `${finding.name}__${service}ServiceUri`;
  const wanted = services.filter((service) => account !== undefined || uriOf(service) in add);
  const uris = wanted.flatMap((service) => {
    const endpoint = endpoints[service];
    return endpoint === undefined ? [] : [[uriOf(service), endpoint] as const];
  });
  // Without an endpoint for each, such as for a Premium account without tables, nothing would work.
  return uris.length === wanted.length ? Object.fromEntries(uris) : {};
}
