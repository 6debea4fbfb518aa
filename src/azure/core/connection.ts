import type { GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { Cloud } from './cloud';
import type { Transport } from './transport';

/**
 * One account in one tenant of one cloud, with the HTTP client to use.
 * The first parameter of every function in src/azure that calls Azure.
 */
export interface Connection {
  readonly accountId: string;
  readonly tenantId: string;
  readonly cloud: Cloud;
  /** Also handles claims challenges: `getToken(scopes, { claims, tenantId, abortSignal })`. See {@link TokenOptions}. */
  readonly credential: TokenCredential;
  /** The only HTTP client: sends tokens only to trusted origins (trust.ts) and knows the sandbox's CA. */
  readonly http: Transport;
}

/** Whether both belong to the same account in the same tenant. */
export function isSameAccount(
  one: Pick<Connection, 'accountId' | 'tenantId'>,
  other: Pick<Connection, 'accountId' | 'tenantId'>,
): boolean {
  return one.accountId === other.accountId && one.tenantId === other.tenantId;
}

/** The options that src/azure passes to `credential.getToken`. */
export interface TokenOptions extends GetTokenOptions {
  /** Return null or throw instead of prompting the user. For optional data, e.g. names from Graph. */
  silent?: boolean;
}
