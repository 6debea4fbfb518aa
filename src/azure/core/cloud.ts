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
  appServiceAudience: string;
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
