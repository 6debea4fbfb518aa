import type { GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { Cloud } from './cloud';
import type { Transport } from './transport';

/**
 * Who asks, where, and over which wire: one account in one tenant of one cloud.
 * Every function of src/azure takes it first.
 */
export interface Connection {
  readonly accountId: string;
  readonly tenantId: string;
  readonly cloud: Cloud;
  /** Answers claims challenges too: `getToken(scopes, { claims, tenantId, abortSignal })`. See {@link TokenOptions}. */
  readonly credential: TokenCredential;
  /** The one HTTP client: refuses to send a token outside what is trusted (trust.ts), knows the sandbox's CA. */
  readonly http: Transport;
}

/** Whether both are of the same account in the same tenant. */
export function isSameAccount(
  one: Pick<Connection, 'accountId' | 'tenantId'>,
  other: Pick<Connection, 'accountId' | 'tenantId'>,
): boolean {
  return one.accountId === other.accountId && one.tenantId === other.tenantId;
}

/** What src/azure may pass to `credential.getToken`. */
export interface TokenOptions extends GetTokenOptions {
  /** Never ask the person: answer null (or throw) where that would be needed. For what is nice to have, e.g. names from Graph. */
  silent?: boolean;
}
