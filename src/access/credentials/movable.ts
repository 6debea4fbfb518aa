import type { Finding } from './findings';

/**
 * Whether a key vault is a good place for a credential. What the host and the platform use has a better way, or has to stay:
 * a vault that can't be reached would take the app down.
 */
export function isMovable({ source, uses, wayOut }: Pick<Finding, 'source' | 'uses' | 'wayOut'>): boolean {
  return source !== 'publishing' && wayOut.way !== 'none' && uses.every(({ by }) => by === 'binding');
}
