import type { Connection, TokenOptions } from '../connection';
import { Slot } from '../connection';
import { credentialOf } from '../pipeline';
import { scopeOf } from './scopes';

/** The audiences whose tokens a connection has asked for. */
const asked = new Slot(() => new Set<string>());

/**
 * Gets a token before it's needed, once for each connection and audience, so that the first request doesn't wait for the
 * sign-in service, or for the process that the Azure CLI starts. Never prompts and never fails: the request itself will.
 * @param audience undefined if the cloud has no such service
 */
export function getTokenAhead(c: Connection, audience: string | undefined): void {
  const before = c.own(asked);
  if (audience === undefined || before.has(audience)) return;
  before.add(audience);
  const options: TokenOptions = { silent: true };
  credentialOf(c)
    .getToken(scopeOf(audience), options)
    .catch(() => undefined);
}
