/** Where one Azure lives: every endpoint, audience and suffix that depends on the cloud. Origins have no trailing slash. */
export interface Cloud {
  name: string;
  resourceManager: string;
  /** Token audience of Resource Manager, e.g. `https://management.core.windows.net/`; scope = audience + '/.default'. */
  resourceManagerAudience: string;
  authority: string;
  portal: string;
  graph: string;
  vaultAudience: string;
  /** With leading dot, e.g. `.vault.azure.net`. */
  vaultSuffix: string;
  appServiceAudience: string;
  /** With leading dot, e.g. `.azurewebsites.net` (SCM sites are below it). */
  sitesSuffix: string;
  applicationInsightsAudience: string;
  /** Set for the sandbox alone: how to reach and trust it. */
  local?: LocalTrust;
}

/** The sandbox's CA is trusted for, and the loopback lookup applied to, exactly these names and ports. */
export interface LocalTrust {
  caCertificate: string;
  /** `host:port`, or `*.suffix:port`. */
  hosts: string[];
}
