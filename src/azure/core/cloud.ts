/** Every endpoint, audience and suffix that differs between Azure clouds. Origins have no trailing slash. */
export interface Cloud {
  name: string;
  resourceManager: string;
  /** Token audience of Resource Manager, e.g. `https://management.core.windows.net/`; the scope adds `.default`. */
  resourceManagerAudience: string;
  authority: string;
  portal: string;
  graph: string;
  vaultAudience: string;
  /** With a leading dot, e.g. `.vault.azure.net`. */
  vaultSuffix: string;
  /** Token audience of SCM sites. Absent in clouds without one, whose SCM sites accept only a token for Resource Manager. */
  appServiceAudience?: string;
  /** With a leading dot, e.g. `.azurewebsites.net`. SCM sites are subdomains of it. */
  sitesSuffix: string;
  applicationInsightsAudience: string;
  /** Set only for the sandbox: how to reach and trust it. */
  local?: LocalTrust;
}

/** Only these names and ports resolve to loopback and are trusted through the sandbox's CA. */
interface LocalTrust {
  caCertificate: string;
  /** `host:port`, or `*.suffix:port`. */
  hosts: string[];
}

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

export const knownClouds: readonly Cloud[] = [publicCloud, usGovernmentCloud, chinaCloud];

/** The known cloud that a Resource Manager belongs to, also by a regional endpoint such as `westus.management.azure.com`. */
export function knownCloudOf(resourceManager: string): Cloud | undefined {
  const { protocol, hostname, port } = new URL(resourceManager);
  if (protocol !== 'https:' || port !== '') return undefined;
  return knownClouds.find((cloud) => `.${hostname}`.endsWith(`.${new URL(cloud.resourceManager).hostname}`));
}
