import type { PipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Cloud } from '../cloud';
import { knownCloudOf, knownClouds } from '../cloud';
import { scopeOf } from './scopes';

/** The kind of service at a host, which decides the token audience (or key) that may be sent there. */
export type OriginKind = 'resourceManager' | 'graph' | 'vault' | 'scm' | 'site' | 'applicationInsights';

/** The kinds of hosts that belong to a resource and that Resource Manager returns. */
export type ResourceHostKind = 'vault' | 'scm' | 'site';

/**
 * A host that Resource Manager returned for a resource and that the user is asked about once, because it is outside the
 * cloud's suffixes or gets a token for Resource Manager.
 */
export interface ForeignHost {
  /** With the port unless it is 443. */
  readonly host: string;
  readonly kind: ResourceHostKind;
  /** ARM ID of the resource that the host belongs to. */
  readonly resourceId: string;
  /** Whether the token is one for Resource Manager, because the cloud has none for SCM sites. */
  readonly getsResourceManagerToken: boolean;
}

export interface TrustOptions {
  readonly cloud: () => Cloud;
  /** Called at most once per host; its answer is kept as long as the registry. If absent, such hosts are refused. */
  readonly askForeignHost?: (host: ForeignHost) => Promise<boolean>;
}

/** A token or key would have been sent to an untrusted host. */
export class UntrustedOriginError extends Error {
  override readonly name = 'UntrustedOriginError';
  constructor(
    /** The host that was refused the token. */
    readonly host: string,
    readonly why: 'insecure' | 'foreign' | 'refused' | 'unmarked' | 'publicAudience',
  ) {
    super(reasonOf(host, why));
  }
}

function reasonOf(host: string, why: UntrustedOriginError['why']): string {
  switch (why) {
    case 'insecure':
      return l10n.t("Keyless didn't send a token to {0} because the connection isn't encrypted.", host);
    case 'foreign':
      return l10n.t(
        "Keyless didn't send a token to {0} because it is neither an endpoint of this cloud nor one that Resource Manager returned.",
        host,
      );
    case 'refused':
      return l10n.t("Keyless didn't send a token to {0} because you didn't allow it.", host);
    case 'unmarked':
      return l10n.t("Keyless didn't send a token to {0} because the purpose of the token is unknown.", host);
    case 'publicAudience':
      return l10n.t(
        "Keyless didn't send a token to {0} because the token would work in one of Microsoft's own clouds.",
        host,
      );
  }
}

/** Decides where tokens and keys may be sent. Each transport has its own. */
export class TrustRegistry {
  private readonly learned = new Map<string, Omit<ForeignHost, 'getsResourceManagerToken'>>();
  private readonly answers = new Map<string, Promise<boolean>>();

  constructor(private readonly options: TrustOptions) {}

  /** Records that Resource Manager returned `host` (with port, if any) as the vault, SCM site or site of `resourceId`. */
  learn(host: string, kind: ResourceHostKind, resourceId: string): void {
    const key = host.toLowerCase().replace(/:443$/, '');
    this.learned.set(`${kind} ${key}`, { host: key, kind, resourceId });
  }

  /**
   * Resolves if a secret meant for `kind` may be sent to `url`.
   * @throws UntrustedOriginError
   */
  async check(url: string, kind: OriginKind): Promise<void> {
    const target = new URL(url);
    if (target.protocol !== 'https:') throw new UntrustedOriginError(target.host, 'insecure');
    if (target.username || target.password) throw new UntrustedOriginError(target.host, 'foreign');
    const cloud = this.options.cloud();
    if (!isTokenOf(cloud, target, kind)) throw new UntrustedOriginError(target.host, 'publicAudience');
    if (isGranted(cloud, target, kind)) return;
    const host = this.learned.get(`${kind} ${target.host}`);
    if (!host) throw new UntrustedOriginError(target.host, 'foreign');
    const getsResourceManagerToken = kind === 'scm' && cloud.appServiceAudience === undefined;
    if (!(await this.ask({ ...host, getsResourceManagerToken })))
      throw new UntrustedOriginError(target.host, 'refused');
  }

  /** Whether `url` is trusted, or was returned by Resource Manager (the user may still have to allow it). */
  knows(url: string, kind: OriginKind): boolean {
    const target = new URL(url);
    if (target.protocol !== 'https:') return false;
    return isGranted(this.options.cloud(), target, kind) || this.learned.has(`${kind} ${target.host}`);
  }

  private ask(foreign: ForeignHost): Promise<boolean> {
    const key = `${foreign.kind} ${foreign.host}`;
    let answer = this.answers.get(key);
    if (!answer) {
      answer = this.options.askForeignHost?.(foreign) ?? Promise.resolve(false);
      this.answers.set(key, answer);
      // The dialog failed to open, so there is no answer yet; ask again next time.
      answer.catch(() => this.answers.delete(key));
    }
    return answer;
  }
}

/** Domains of Microsoft's services. Their audiences are in the same domains, such as `https://storage.azure.com`. */
const microsoftDomains = [
  ...['azure.com', 'azure.net', 'windows.net', 'microsoft.com', 'applicationinsights.io', 'loganalytics.io'],
  ...['office.com', 'office.net', 'office365.com', 'sharepoint.com', 'dynamics.com', 'powerbi.com'],
  ...['visualstudio.com', 'azure.us', 'usgovcloudapi.net', 'microsoft.us', 'applicationinsights.us'],
  ...['azure.cn', 'chinacloudapi.cn'],
];

/**
 * Whether a token for `audience` may go to `url`: one for a service of Microsoft's clouds goes only to the hosts of that
 * service, and an audience that isn't a URL could be any service's application ID.
 */
export function isOwnAudience(audience: string, url: URL, kind: OriginKind): boolean {
  const service = /\s/.test(audience) ? null : URL.parse(audience);
  if (service?.protocol !== 'https:') return false;
  const host = service.hostname.replace(/\.$/, '');
  const isMicrosoft = microsoftDomains.some((domain) => `.${host}`.endsWith(`.${domain}`));
  if (!isMicrosoft || host === url.hostname) return true;
  return knownClouds.some(
    (known) => scopeOf(audienceFor(known, kind) ?? '') === scopeOf(audience) && isOfCloud(known, url, kind),
  );
}

/** Whether the cloud's token for `kind` may go to `url`. Only a custom cloud's metadata could name audiences of others. */
function isTokenOf(cloud: Cloud, url: URL, kind: OriginKind): boolean {
  const audience = audienceFor(cloud, kind);
  if (audience === undefined || cloud.local || knownCloudOf(cloud.resourceManager)) return true;
  return isOwnAudience(audience, url, kind);
}

/** The audience of the token that a kind of host gets. Undefined for functions, which get a key. */
function audienceFor(cloud: Cloud, kind: OriginKind): string | undefined {
  switch (kind) {
    case 'resourceManager':
      return cloud.resourceManagerAudience;
    case 'graph':
      return cloud.graph;
    case 'vault':
      return cloud.vaultAudience;
    case 'scm':
      return cloud.appServiceAudience ?? cloud.resourceManagerAudience;
    case 'applicationInsights':
      return cloud.applicationInsightsAudience;
    case 'site':
      return undefined;
  }
}

/** Which token a request carries. */
export interface SentToken {
  readonly scope: string;
  readonly tenantId: string;
}

/**
 * Sets the kind of origin that the secret in a request's headers is meant for. The transport sends no unmarked secret.
 * @param token if the secret is a token
 */
export function markSecret(request: PipelineRequest, kind: OriginKind, token?: SentToken): void {
  marks.set(request, { kind, ...(token ? { token } : {}) });
}

export function secretKindOf(request: object): OriginKind | undefined {
  return marks.get(request)?.kind;
}

/** The token that {@link markSecret} named. */
export function sentTokenOf(request: object): SentToken | undefined {
  return marks.get(request)?.token;
}

// eslint-disable-next-line no-restricted-syntax -- An SDK's request has no field for it, and a copy is not to be marked.
const marks = new WeakMap<object, { readonly kind: OriginKind; readonly token?: SentToken }>();

/** Whether the sandbox's record lists this host and port. */
export function isLocal(cloud: Cloud, url: URL): boolean {
  const host = url.port ? url.host : `${url.host}:443`;
  return (cloud.local?.hosts ?? []).some((pattern) => {
    if (!pattern.startsWith('*.')) return pattern.toLowerCase() === host;
    const suffix = pattern.slice(1).toLowerCase();
    return host.endsWith(suffix) && isLabel(host.slice(0, -suffix.length));
  });
}

/** Whether the secret may be sent without asking the user. */
function isGranted(cloud: Cloud, url: URL, kind: OriginKind): boolean {
  return isOfCloud(cloud, url, kind) && (kind !== 'scm' || cloud.appServiceAudience !== undefined);
}

function isOfCloud(cloud: Cloud, url: URL, kind: OriginKind): boolean {
  switch (kind) {
    case 'resourceManager':
      return url.origin === new URL(cloud.resourceManager).origin;
    case 'graph':
      return url.origin === new URL(cloud.graph).origin;
    case 'applicationInsights':
      return url.origin === new URL(cloud.applicationInsightsAudience).origin;
    default:
      return (cloud.local ? isLocal(cloud, url) : url.port === '') && hasShapeOf(cloud, url.hostname, kind);
  }
}

/** `v.vault.azure.net`; `app.azurewebsites.net`; `app.scm.azurewebsites.net`, both also as `app-hash.region-01.azurewebsites.net`. */
function hasShapeOf(cloud: Cloud, hostname: string, kind: ResourceHostKind): boolean {
  if (kind === 'vault') {
    const suffix = withoutPort(cloud.vaultSuffix);
    return hostname.endsWith(suffix) && isLabel(hostname.slice(0, -suffix.length));
  }
  const suffix = withoutPort(cloud.sitesSuffix);
  const isScm = /^[a-z0-9-]+\.scm\./.test(hostname);
  // The sandbox's SCM hosts don't end in its sites suffix, but isLocal has already checked the host.
  if (kind === 'scm') return isScm && (hostname.endsWith(suffix) || cloud.local !== undefined);
  return !isScm && hostname.endsWith(suffix) && hostname.length > suffix.length;
}

function isLabel(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

function withoutPort(suffix: string): string {
  return suffix.toLowerCase().replace(/:\d+$/, '');
}
