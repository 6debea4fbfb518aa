import type { World } from './world/world';

/** Origins (scheme, host, port, no trailing slash) of this run. */
export interface Endpoints {
  resourceManager: string;
  authority: string;
  graph: string;
  /** Query endpoint of Application Insights. */
  applicationInsights: string;
  /** Plain-HTTP page on loopback where a person signs in: browsers do not trust the sandbox's CA. */
  signInPage: string;
  vaultPort: number;
  sitesPort: number;
  scmPort: number;
}

/** Time, so that tests can move it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** What can be set for a run, or changed through the control endpoint. */
export interface SandboxSettings {
  /** Added before every answer. */
  latencyMs: number;
  /** How long a role assignment takes to have effect, and to lose it. */
  rolePropagationMs: number;
  /** How long a new managed identity is unknown to Authorization (PrincipalNotFound). */
  principalReplicationMs: number;
  /** How long a deleted secret is not yet in deletedsecrets. */
  softDeleteDelayMs: number;
  /** Whether PATCH of a site removes user-assigned identities that it leaves out; sources differ. */
  patchRemovesOmittedIdentities: boolean;
  /** A tenant whose administrators let nobody read the directory. */
  graphRefused: boolean;
  /** Answers Resource Graph with 403/404, as clouds without it do. */
  resourceGraphRefused: boolean;
  /** These services refuse tokens issued before `since`, epoch milliseconds (continuous access evaluation). */
  claimsChallenge?: { since: number; audiences: ChallengingAudience[] } | undefined;
  /** Entra ID refuses refresh tokens (AADSTS50076) until the person has signed in again with the claims it names. */
  interactionRequired?: boolean;
  /** Lifetime of tokens in seconds. */
  tokenLifetimeSeconds: number;
  /** How long a write to a vault takes; another one that starts meanwhile gets 409 ConflictError. Default 25. */
  vaultWriteMs?: number;
  /** How long a new vault says RegisteringDns. Default 30,000. */
  vaultRegistrationMs?: number;
  /** How long the purge of a deleted vault takes. Default 2,000. */
  vaultPurgeMs?: number;
  /** Requests to one vault in 10 seconds before 429 Throttled. Default 4,000, as documented. */
  vaultRequestLimit?: number;
  /** The SCM sites of Linux apps answer range requests; by their source they send whole files. */
  linuxFileRanges?: boolean;
  /** How long what apps log is not yet in Application Insights. Default 1,500; in life minutes. */
  telemetryDelayMs?: number;
  /** Timings of function apps and their SCM sites that differ from the real service's. */
  web?: Partial<WebTimings>;
}

/** Timings of function apps, in milliseconds. The defaults (web/apps.ts) are the real service's. */
export interface WebTimings {
  /** Silence after which a log stream says so, again and again. */
  logStreamHeartbeatMs: number;
  /** How long the function host writes log files after the last sign of interest. */
  debugModeMs: number;
  /** How long a function may run where host.json says nothing. */
  functionTimeoutMs: number;
  /** How often the function host writes its buffered lines to the log files. */
  logFlushMs: number;
  /** How long the vault may take to answer for a Key Vault reference. */
  referenceTimeoutMs: number;
  /** How long Resource Manager waits for references that are being fetched before it calls them `Initialized`. */
  referenceWaitMs: number;
}

/** Who a verified token speaks for. */
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

export type Audience = 'arm' | 'vault' | 'graph' | 'appService' | 'applicationInsights';

export interface Tokens {
  /** Checks signature, expiry, issuer (a tenant of this world) and that the audience is one of `audiences`. */
  verify(authorization: string | undefined, audiences: Audience[]): Promise<Verdict>;
  /** For the identity endpoint of function processes. `resource` as asked for by the client. */
  issueForManagedIdentity(
    principalId: string,
    resource: string,
  ): Promise<{ accessToken: string; expiresOn: number; notBefore: number; clientId: string }>;
}

/** Everything a service of the sandbox may use. Built in main.ts, handed to each service. */
export interface SandboxContext {
  world: World;
  endpoints: Endpoints;
  clock: Clock;
  settings: SandboxSettings;
  tokens: Tokens;
  /** PEM of the run's CA, for function processes (NODE_EXTRA_CA_CERTS wants a file). */
  caCertificateFile: string;
  /** Folder of this run, mode 0700, removed at the end. */
  runFolder: string;
  /** A line for the sandbox's own log; never a secret value. */
  log(line: string): void;
  /** Runs when the sandbox stops: kill processes, close files. */
  onStop(stop: () => void | Promise<void>): void;
}

/** The services that know continuous access evaluation. */
export type ChallengingAudience = 'arm' | 'vault';
