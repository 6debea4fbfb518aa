import type { Finding } from '../credentials/findings';

/**
 * Whether *Replace with Identity…* can replace a credential: by settings alone, and with role assignments of Resource
 * Manager. Cosmos DB, Redis, and SQL have rights of their own.
 */
export function isReplaceable({ kind, wayOut, source }: Finding): boolean {
  if (wayOut.way !== 'identity' || source === 'publishing') return false;
  if (wayOut.because === 'obsolete') return true;
  return (
    (wayOut.because === 'settings' || wayOut.because === 'package') &&
    /^(?:storage|namespace|signalR|webPubSub)/.test(kind)
  );
}
