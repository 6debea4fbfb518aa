import type { HttpClient } from '@azure/core-rest-pipeline';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Cloud } from './cloud';
import { knownCloudOf } from './cloud';
import { AzureError, errorOfAnswer } from './errors';
import type { JsonObject } from './json';
import { isObject, objectOf, parseJson, stringOf, stringsOf } from './json';
import { failureOf } from './request';
import { isOwnAudience } from './tokens/trust';

/** Values that a cloud's metadata doesn't include, e.g. from a setting or from the sandbox's record. */
export type CloudOverrides = Partial<Cloud>;

/**
 * Reads a cloud's endpoints from its Resource Manager (`/metadata/endpoints`): the array of API version 2019-05-01 and
 * later, or Azure Stack's 2015-01-01 object. Sends no token.
 * @throws RangeError unless the URL is https; AzureError if the response has neither form
 */
export async function discoverCloud(
  resourceManagerUrl: string,
  http: HttpClient,
  signal?: AbortSignal,
  overrides: CloudOverrides = {},
): Promise<Cloud> {
  const resourceManager = originOf(resourceManagerUrl);
  if (resourceManager === undefined)
    throw new RangeError('The URL of Resource Manager must begin with https://.');
  const known = knownCloudOf(resourceManager);
  if (known) return { ...known, resourceManager, ...overrides };
  for (const apiVersion of ['2022-09-01', '2015-01-01']) {
    const metadata = await getMetadata(
      `${resourceManager}/metadata/endpoints?api-version=${apiVersion}`,
      http,
      signal,
    );
    const entry = entryFor(metadata, resourceManager);
    if (entry) return cloudOf(entry, resourceManager, overrides);
  }
  throw new AzureError(l10n.t("The Resource Manager at this URL didn't return the endpoints of its cloud."), {
    code: 'NoMetadata',
    host: new URL(resourceManager).host,
  });
}

async function getMetadata(url: string, http: HttpClient, signal: AbortSignal | undefined): Promise<unknown> {
  const request = createPipelineRequest({ url, timeout: 30_000, ...(signal ? { abortSignal: signal } : {}) });
  try {
    const response = await http.sendRequest(request);
    if (response.status === 200) return parseJson(response.bodyAsText);
    // An unknown API version is answered with 400; the caller then tries the older one.
    if (response.status === 400 || response.status === 404) return undefined;
    throw errorOfAnswer(response);
  } catch (error) {
    throw failureOf(error, signal);
  }
}

/** Out of an array, the cloud whose Resource Manager was called, or else the first one. */
function entryFor(metadata: unknown, resourceManager: string): JsonObject | undefined {
  const list = Array.isArray(metadata) ? metadata.filter(isObject) : [];
  if (list.length > 0)
    return list.find((entry) => originOf(entry['resourceManager']) === resourceManager) ?? list[0];
  return isObject(metadata) && isObject(metadata['authentication']) ? metadata : undefined;
}

/**
 * Endpoints missing from the metadata default to the cloud's own domain, never to Microsoft's clouds. An audience of those
 * clouds isn't used either: anyone can write metadata, and would get tokens that work in the public cloud.
 */
function cloudOf(entry: JsonObject, resourceManager: string, overrides: CloudOverrides): Cloud {
  const authentication = objectOf(entry['authentication']);
  const { host } = new URL(resourceManager);
  const parent = host.slice(host.indexOf('.') + 1);
  const domain = parent.includes('.') ? parent : host;
  const vaultDns = stringOf(objectOf(entry['suffixes'])['keyVaultDns']) ?? `vault.${domain}`;
  const vaultSuffix = `.${vaultDns.replace(/^\./, '')}`;
  const graph = entry['microsoftGraphResourceId'] ?? entry['graph'] ?? entry['graphEndpoint'];
  return {
    name: stringOf(entry['name']) ?? host,
    resourceManager,
    resourceManagerAudience:
      stringsOf(authentication['audiences']).find((audience) =>
        isOwnAudience(audience, new URL(resourceManager), 'resourceManager'),
      ) ?? `${resourceManager}/`,
    authority: (stringOf(authentication['loginEndpoint']) ?? `https://login.${domain}`).replace(/\/$/, ''),
    portal: originOf(entry['portal'] ?? entry['portalEndpoint']) ?? `https://portal.${domain}`,
    graph: originOf(graph) ?? `https://graph.${domain}`,
    vaultAudience: `https://${vaultSuffix.slice(1)}`,
    vaultSuffix,
    ...appServiceAudienceOf(host),
    sitesSuffix: `.appservice.${domain}`,
    applicationInsightsAudience:
      originOf(entry['appInsightsResourceId']) ?? `https://api.applicationinsights.${domain}`,
    ...overrides,
  };
}

/**
 * Sovereign clouds that have an App Service audience but aren't selectable by name (microsoft/vscode-azuretools,
 * appservice/src/utils/appServiceEnvironment.ts). The domains of Resource Manager in Bleu and Delos are inferred from
 * their other endpoints.
 */
const sovereignAppServices: readonly (readonly [domain: string, audience: string])[] = [
  ['.azure.eaglex.ic.gov', 'https://appservice.azure.eaglex.ic.gov'],
  ['.azure.microsoft.scloud', 'https://appservice.azure.microsoft.scloud'],
  ['.sovcloud-api.fr', 'https://appservice.azure.sovcloud-api.fr'],
  ['.sovcloud-api.de', 'https://appservice.azure.sovcloud-api.de'],
];

/** Metadata doesn't name this audience, and the public cloud's would let a custom cloud collect public tokens. */
function appServiceAudienceOf(resourceManagerHost: string): Pick<Cloud, 'appServiceAudience'> {
  const known = sovereignAppServices.find(([domain]) => resourceManagerHost.endsWith(domain));
  return known ? { appServiceAudience: known[1] } : {};
}

function originOf(value: unknown): string | undefined {
  const text = stringOf(value);
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && !url.username ? url.origin : undefined;
}
