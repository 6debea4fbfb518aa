import type { HttpClient } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import type { Cloud } from './cloud';
import type { TrustRegistry } from './trust';

export interface TransportOptions {
  readonly cloud: () => Cloud;
  readonly trust: TrustRegistry;
  /** One line a request, without secret values. */
  readonly log?: (line: string) => void;
}

/** The one HTTP client of an account; see {@link createTransport}. */
export interface Transport extends HttpClient {
  readonly trust: TrustRegistry;
}

export function createTransport(options: TransportOptions): Transport {
  const inner = createDefaultHttpClient();
  return { trust: options.trust, sendRequest: (request) => inner.sendRequest(request) };
}
