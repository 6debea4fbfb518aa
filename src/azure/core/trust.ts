import type { PipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import type { Cloud } from './cloud';

/** What stands behind a host, and so which audience's token (or key) it may be sent. */
export type OriginKind = 'resourceManager' | 'graph' | 'vault' | 'scm' | 'site' | 'applicationInsights';

/** Kinds of hosts that belong to a resource, and that Resource Manager names. */
export type ResourceHostKind = 'vault' | 'scm' | 'site';

/** A host outside the cloud's suffixes that Resource Manager named for a resource: a person is asked once. */
export interface ForeignHost {
  /** With port, if not 443. */
  readonly host: string;
  readonly kind: ResourceHostKind;
  /** ARM ID of the resource whose host it is. */
  readonly resourceId: string;
}

export interface TrustOptions {
  readonly cloud: () => Cloud;
  /** Asked at most once a host; its answer holds while the registry lives. Refused if absent. */
  readonly askForeignHost?: (host: ForeignHost) => Promise<boolean>;
}

/** A token or key would have gone where it must not. */
export class UntrustedOriginError extends Error {
  override readonly name = 'UntrustedOriginError';
  constructor(
    /** The host that was refused. */
    readonly host: string,
    readonly why: 'insecure' | 'foreign' | 'refused' | 'unmarked',
  ) {
    super(reasonOf(host, why));
  }
}

function reasonOf(host: string, why: UntrustedOriginError['why']): string {
  switch (why) {
    case 'insecure':
      return l10n.t('Keyless sent no token to {0}: the connection would not be encrypted.', host);
    case 'foreign':
      return l10n.t(
        'Keyless sent no token to {0}: it is not an endpoint of this cloud, nor one that Resource Manager named.',
        host,
      );
    case 'refused':
      return l10n.t('Keyless sent no token to {0}: it lies outside this cloud and was not allowed.', host);
    case 'unmarked':
      return l10n.t('Keyless sent no token to {0}: it is not known what the token is for.', host);
  }
}

/** Decides where tokens and keys may go. One for each transport. */
export class TrustRegistry {
  private readonly learned = new Map<string, ForeignHost>();
  private readonly answers = new Map<string, Promise<boolean>>();

  constructor(private readonly options: TrustOptions) {}

  /** Resource Manager named `host` (with port, if any) as the vault, SCM site or site of `resourceId`. */
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
    if (isOfCloud(this.options.cloud(), target, kind)) return;
    const foreign = this.learned.get(`${kind} ${target.host}`);
    if (!foreign) throw new UntrustedOriginError(target.host, 'foreign');
    if (!(await this.ask(foreign))) throw new UntrustedOriginError(target.host, 'refused');
  }

  /** Whether `url` is of the cloud, or was named by Resource Manager (and may still have to be asked about). */
  knows(url: string, kind: OriginKind): boolean {
    const target = new URL(url);
    if (target.protocol !== 'https:') return false;
    return isOfCloud(this.options.cloud(), target, kind) || this.learned.has(`${kind} ${target.host}`);
  }

  private ask(foreign: ForeignHost): Promise<boolean> {
    const key = `${foreign.kind} ${foreign.host}`;
    let answer = this.answers.get(key);
    if (!answer) {
      answer = this.options.askForeignHost?.(foreign) ?? Promise.resolve(false);
      this.answers.set(key, answer);
      // A dialog that failed to open has answered nothing: ask again next time.
      answer.catch(() => this.answers.delete(key));
    }
    return answer;
  }
}

/** Says for which kind of origin the secret in a request's headers is meant; the transport sends none without. */
export function markSecret(request: PipelineRequest, kind: OriginKind): void {
  marks.set(request, kind);
}

export function secretKindOf(request: PipelineRequest): OriginKind | undefined {
  return marks.get(request);
}

const marks = new WeakMap<PipelineRequest, OriginKind>();

/** Whether the sandbox's record lists this host and port. */
export function isLocal(cloud: Cloud, url: URL): boolean {
  const host = url.port ? url.host : `${url.host}:443`;
  return (cloud.local?.hosts ?? []).some((pattern) => {
    if (!pattern.startsWith('*.')) return pattern.toLowerCase() === host;
    const suffix = pattern.slice(1).toLowerCase();
    return host.endsWith(suffix) && isLabel(host.slice(0, -suffix.length));
  });
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
  // The sandbox's SCM sites are not below its sites; its record has already said that the host is its own.
  if (kind === 'scm') return isScm && (hostname.endsWith(suffix) || cloud.local !== undefined);
  return !isScm && hostname.endsWith(suffix) && hostname.length > suffix.length;
}

function isLabel(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

function withoutPort(suffix: string): string {
  return suffix.toLowerCase().replace(/:\d+$/, '');
}
