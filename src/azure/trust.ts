import type { Cloud } from './cloud';

/** What stands behind a host, and so which audience's token it may be sent. */
export type OriginKind = 'resourceManager' | 'graph' | 'vault' | 'scm' | 'site' | 'applicationInsights';

/** A host outside the cloud's suffixes that Resource Manager named for a resource: a person is asked once. */
export interface ForeignHost {
  readonly host: string;
  readonly kind: OriginKind;
  /** ARM ID of the resource whose host it is. */
  readonly resourceId: string;
}

export interface TrustOptions {
  readonly cloud: () => Cloud;
  /** Asked at most once a host; its answer is remembered while the registry lives. Refused if absent. */
  readonly askForeignHost?: (host: ForeignHost) => Promise<boolean>;
}

/** A token (or key) would have gone where it must not. */
export class UntrustedOriginError extends Error {
  override readonly name = 'UntrustedOriginError';
  constructor(
    readonly host: string,
    readonly kind: OriginKind | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** Decides where tokens may go. One for each transport. */
export class TrustRegistry {
  constructor(private readonly options: TrustOptions) {}

  /** Resource Manager named `host` (with port, if any) as the vault, SCM site or site of `resourceId`. */
  learn(host: string, kind: 'vault' | 'scm' | 'site', resourceId: string): void {
    void this.options;
    void host;
    void kind;
    void resourceId;
  }

  /**
   * Resolves if a secret of `kind` may be sent to `url`.
   * @throws UntrustedOriginError
   */
  check(url: string, kind: OriginKind): Promise<void> {
    return Promise.reject(new UntrustedOriginError(url, kind, 'not yet'));
  }
}
