import { isCredentialParameter, isSecretName } from '../../../src/azure/core/secrets/secretNames';

/** What recorders put in the place of a secret value; test/support/evidence knows it. */
export { redacted } from '../../support/evidence/form';

/** Settings whose values aren't secret. */
const harmlessSettings = [
  ...['FUNCTIONS_EXTENSION_VERSION', 'FUNCTIONS_WORKER_RUNTIME', 'WEBSITE_NODE_DEFAULT_VERSION'],
  ...['AzureWebJobsStorage__accountName', 'AzureWebJobsStorage__blobServiceUri', 'WEBSITE_CONTENTSHARE'],
  ...['AzureWebJobsStorage__queueServiceUri', 'AzureWebJobsStorage__tableServiceUri'],
].map((name) => name.toLowerCase());

/** Which texts in a body are secret values. */
export interface Place {
  /** `some`: all except those that describe the answer. `all`: even those, because they are a map of settings. */
  readonly texts: 'none' | 'some' | 'all';
  /** A member called `value` is one. */
  readonly value: boolean;
}

/** A map or a list of settings or keys, in a body of any kind. */
const bag: Place = { texts: 'all', value: true };

/** What the path of a request says about the bodies of the exchange. */
export function placeOf(pathname: string): Place {
  const hasKeys = /\/(listKeys|listSecrets|functionKeys|systemKeys|admin\/token)(\/|$)/i.test(pathname);
  const holdsSecrets = hasKeys || isMapOfSettings(pathname) || isEnvironment(pathname);
  const value = holdsSecrets || /\/(keys|secrets|deletedSecrets)(\/|$)/i.test(pathname);
  return { texts: holdsSecrets ? 'some' : 'none', value };
}

/** Resource Manager's settings of a site, whose `properties` are a map. */
function isMapOfSettings(pathname: string): boolean {
  return /\/config\/(appSettings|connectionStrings|metadata|publishingCredentials|azureStorageAccounts)(\/|$)/i.test(
    pathname,
  );
}

/** Kudu's settings and environment. Most of their values, such as the name of the site, aren't secret elsewhere. */
function isEnvironment(pathname: string): boolean {
  return /\/api\/(settings|environment)(\/|$)/i.test(pathname);
}

/** The place of a member. */
export function placeIn(place: Place, name: string, pathname: string): Place {
  if (/^(appSettings|connectionStrings|functionKeys|systemKeys)$/i.test(name)) return bag;
  return name === 'properties' && isMapOfSettings(pathname) ? bag : place;
}

/** Members that hold a secret value wherever they are, besides those whose name says so. */
const secretMembers =
  /^(instrumentationKey|connectionString|publishing(user)?(name|password)|userPWD|scmUri|customDomainVerificationId|\$?skiptoken)$/i;

/** Members that tell who a person is, or what an organization is called. */
const personMembers =
  /^(mail|otherMails|userPrincipalName|upn|unique_name|givenName|surname|preferred_username|mobilePhone|businessPhones|jobTitle|officeLocation|createdBy|lastModifiedBy|principalName|username|owner|defaultDomain|domains|countryCode|tenantBrandingLogoUrl)$/i;

/** Members with names that people give to subscriptions and tenants, which are in these paths only. */
const namesOfOrganizations = /^\/(subscriptions(\/[^/]+)?|tenants|v1\.0\/.*)\/?$/i;

/** What to do with a text. `learn`: it's also a secret value wherever else it appears. */
export type Treatment = 'keep' | 'learn' | 'hide';

/** @param name of the member, or of the setting in a list of `{name, value}` */
export function treatmentOf(text: string, name: string, place: Place, pathname: string): Treatment {
  // A reference names a secret, which is what a recording is about.
  if (/^@Microsoft\.KeyVault\(/i.test(text)) return 'keep';
  if (personMembers.test(name)) return 'hide';
  if (/^displayname$/i.test(name) && namesOfOrganizations.test(pathname)) return 'hide';
  if (secretMembers.test(name) || isSecretName(name)) return 'learn';
  if (place.value && name === 'value') return 'learn';
  if (place.texts === 'none' || (place.texts === 'some' && envelope.test(name))) return 'keep';
  if (harmlessSettings.includes(name.toLowerCase())) return 'keep';
  return isEnvironment(pathname) ? 'hide' : 'learn';
}

/** Members around the values of a body that holds secret values. */
const envelope = /^(id|name|type|kind|location|permissions|keyName|creationTime|code|message|target)$/i;

/** The name of the setting if an object is `{name, value}`. */
export function settingOf({ name, value }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof name === 'string' && typeof value === 'string' ? name : undefined;
}

/** Whether a parameter of a URL is a secret value. The last three sign the URL of a running operation. */
export function isSecretParameter(name: string): boolean {
  return isCredentialParameter(name) || /^[csh]$/.test(name);
}

/** The headers that say something about a service and nothing about who calls. */
export const keptHeaders = {
  request: [
    ...['accept', 'accept-encoding', 'content-type', 'content-length', 'if-match', 'if-none-match', 'range'],
    ...['user-agent', 'accept-language'],
  ].map((name) => name.toLowerCase()),
  response: [
    ...[
      'content-type',
      'content-length',
      'content-encoding',
      'content-range',
      'accept-ranges',
      'date',
      'etag',
    ],
    ...['last-modified', 'location', 'Azure-AsyncOperation', 'operation-location', 'retry-after'],
    ...['retry-after-ms', 'x-ms-retry-after-ms', 'server', 'transfer-encoding', 'www-authenticate'],
    ...['x-ms-failure-cause', 'x-ms-keyvault-region', 'x-ms-keyvault-service-version'],
    ...['x-ms-error-code', 'x-ms-request-id', 'x-ms-user-quota-remaining', 'x-ms-user-quota-resets-after'],
    ...['x-ms-ratelimit-remaining-subscription-reads', 'x-ms-ratelimit-remaining-subscription-writes'],
    ...['x-ms-ratelimit-remaining-subscription-deletes', 'x-ms-ratelimit-remaining-tenant-resource-requests'],
    'x-ms-ratelimit-remaining-subscription-resource-requests',
  ].map((name) => name.toLowerCase()),
};
