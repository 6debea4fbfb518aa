import type { World } from './world/world';

/** The origins (scheme, host, port, no trailing slash) of this run. */
export interface Endpoints {
  resourceManager: string;
  authority: string;
  graph: string;
  /** The query endpoint of Application Insights. */
  applicationInsights: string;
  /** The plain-HTTP loopback page where a person signs in: browsers don't trust the sandbox's CA. */
  signInPage: string;
  vaultPort: number;
  storagePort: number;
  sitesPort: number;
  scmPort: number;
}

/** The time, so that tests can move it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export const graphRights = ['none', 'basic', 'directory'] as const;

/** Settings of a run; the control endpoint can change them. */
export interface SandboxSettings {
  /** Added before every answer. */
  latencyMs: number;
  /** How long a role assignment takes to take effect, or to stop having it. */
  rolePropagationMs: number;
  /** How long Authorization doesn't know a new managed identity (PrincipalNotFound). */
  principalReplicationMs: number;
  /** How long it takes a deleted secret to appear in deletedsecrets. */
  softDeleteDelayMs: number;
  /** Whether PATCH of a site removes the user-assigned identities that it omits; sources differ. */
  patchRemovesOmittedIdentities: boolean;
  /**
   * What Microsoft Graph tells. `basic`, the default: people their own profile and those of others, like
   * `User.Read` and `User.ReadBasic.All`. `directory`: everyone everything, like `Directory.Read.All`. `none`:
   * only oneself, as in tenants whose administrators let no one read the directory.
   */
  graphRights: (typeof graphRights)[number];
  /** Answers Resource Graph with 403/404, as clouds without it do. */
  resourceGraphRefused: boolean;
  /**
   * How long Resource Graph may take to notice a change to a resource. Default: 0; in reality, seconds to half an hour
   * (MicrosoftDocs/azure-docs#19879).
   */
  resourceGraphDelayMs?: number;
  /**
   * These services reject tokens issued before `since`, in epoch milliseconds (continuous access evaluation).
   */
  claimsChallenge?: { since: number; audiences: ChallengingAudience[] } | undefined;
  /**
   * Entra ID rejects refresh tokens (AADSTS50076) until the person has signed in again with the claims it
   * names.
   */
  interactionRequired?: boolean;
  /**
   * Services that no one has consented to yet. Entra ID rejects refresh tokens for them (AADSTS65001) until the
   * person has signed in for the service.
   */
  consentNeeded?: Audience[];
  /** Lifetime of tokens in seconds. */
  tokenLifetimeSeconds: number;
  /**
   * How long a write to a vault takes; another write that starts meanwhile gets 409 ConflictError. Default:
   * 25.
   */
  vaultWriteMs?: number;
  /** How long a new vault reports RegisteringDns. Default: 30,000. */
  vaultRegistrationMs?: number;
  /** How long it takes to purge a deleted vault. Default: 2,000. */
  vaultPurgeMs?: number;
  /**
   * How many requests one vault accepts in 10 seconds before it answers 429 Throttled. Default: 4,000, as
   * documented.
   */
  vaultRequestLimit?: number;
  /**
   * Makes the SCM sites of Linux apps answer range requests; according to their source they send whole files.
   */
  linuxFileRanges?: boolean;
  /**
   * How long it takes for an app's logs to reach Application Insights. Default: 1,500; in reality, minutes.
   */
  telemetryDelayMs?: number;
  /** The only control-plane versions that Key Vault knows, as in a cloud that gets new ones later. */
  vaultApiVersions?: string[];
  /** Namespaces of resource providers that no subscription is registered for. */
  unregisteredProviders?: string[];
  /** How long it takes to register a resource provider. Default: 2,000; in reality, a minute or more. */
  providerRegistrationMs?: number;
  /** Domain of new storage accounts, such as Azure Government's. Default: `core.windows.net`. */
  storageSuffix?: string;
  /** Timings of function apps and their SCM sites that differ from the real service's. */
  web?: Partial<WebTimings>;
}

/** Timings of function apps, in milliseconds. The defaults (web/apps.ts) are the real service's. */
export interface WebTimings {
  /** How long a log stream stays silent before it says that there are no new traces; it then repeats that. */
  logStreamHeartbeatMs: number;
  /** How long the function host keeps writing log files after the last request that needs them. */
  debugModeMs: number;
  /** How long a function may run if host.json doesn't say. */
  functionTimeoutMs: number;
  /** How long functions that run when their app restarts may still run. */
  drainMs: number;
  /** How often the function host writes its buffered lines to the log files. */
  logFlushMs: number;
  /** How long the vault may take to answer a Key Vault reference. */
  referenceTimeoutMs: number;
  /**
   * How long Resource Manager waits for references that are being fetched before it reports them as
   * `Initialized`.
   */
  referenceWaitMs: number;
}

/** The principal that a verified token was issued to. */
export interface Caller {
  tenantId: string;
  objectId: string;
  appId: string;
  groupIds: string[];
  isApp: boolean;
  issuer: string;
  name: string;
  /** Epoch milliseconds. */
  tokenIssuedAt: number;
}

export type Verdict =
  | { ok: true; caller: Caller }
  | {
      ok: false;
      reason: 'missing' | 'malformed' | 'signature' | 'expired' | 'audience' | 'issuer';
      audience?: string;
      issuer?: string;
    };

export type Audience = 'arm' | 'vault' | 'storage' | 'graph' | 'appService' | 'applicationInsights';

export interface Tokens {
  /**
   * Checks the signature, the expiry, the issuer (a tenant of this world) and that the audience is one of
   * `audiences`.
   */
  verify(authorization: string | undefined, audiences: Audience[]): Promise<Verdict>;
  /** For the identity endpoint of function processes. `resource` is what the client asked for. */
  issueForManagedIdentity(
    principalId: string,
    resource: string,
  ): Promise<{ accessToken: string; expiresOn: number; notBefore: number; clientId: string }>;
}

/** Everything that a service of the sandbox can use. Built in main.ts and passed to each service. */
export interface SandboxContext {
  world: World;
  endpoints: Endpoints;
  clock: Clock;
  settings: SandboxSettings;
  tokens: Tokens;
  /** PEM file of the run's CA, for function processes (NODE_EXTRA_CA_CERTS needs a file). */
  caCertificateFile: string;
  /** This run's folder, with mode 0700; removed at the end. */
  runFolder: string;
  /** Writes a line to the sandbox's own log; never a secret value. */
  log(line: string): void;
  /** Registers a callback for when the sandbox stops: kill processes, close files. */
  onStop(stop: () => void | Promise<void>): void;
}

/** The services that support continuous access evaluation. */
export type ChallengingAudience = 'arm' | 'vault';
