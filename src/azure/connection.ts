import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Cloud } from './cloud';

/**
 * Who asks, where, and over which wire: one account in one tenant of one cloud.
 * Every function of src/azure takes it first.
 */
export interface Connection {
  readonly accountId: string;
  readonly tenantId: string;
  readonly cloud: Cloud;
  /** Answers claims challenges too: `getToken(scopes, { claims, tenantId, abortSignal })`. */
  readonly credential: TokenCredential;
  /** The one HTTP client: refuses to send a token outside what is trusted (trust.ts), knows the sandbox's CA. */
  readonly http: HttpClient;
}
