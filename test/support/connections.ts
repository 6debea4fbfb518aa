import type { ConnectionParts } from '../../src/azure/core/connection';
import { Connection } from '../../src/azure/core/connection';

/** Copies a connection with some of its parts replaced. The copy has its own pipelines, clients and queues. */
export function changedConnection(c: Connection, parts: Partial<ConnectionParts>): Connection {
  const { accountId, tenantId, cloud, credential, http, clock } = c;
  return new Connection({ accountId, tenantId, cloud, credential, http, clock, ...parts });
}

/** Copies a connection that sends its requests with another function, which can pass them on to `c.http`. */
export function sendingConnection(c: Connection, sendRequest: Connection['http']['sendRequest']): Connection {
  return changedConnection(c, { http: { trust: c.http.trust, sendRequest } });
}
