import type { ConnectionParts } from '../../src/azure/core/connection';
import { Connection } from '../../src/azure/core/connection';

/** A connection like another one, except for these parts. What the other one owns is not shared. */
export function changedConnection(c: Connection, parts: Partial<ConnectionParts>): Connection {
  const { accountId, tenantId, cloud, credential, http, clock } = c;
  return new Connection({ accountId, tenantId, cloud, credential, http, clock, ...parts });
}
