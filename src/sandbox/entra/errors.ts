import { randomUUID } from 'node:crypto';
import type { Answer, Call } from '../server/http';

/** An Entra ID error in OAuth form; `number` is the one after AADSTS. */
export class EntraError extends Error {
  constructor(
    /** `invalid_client`, `invalid_grant`, … */
    readonly error: string,
    readonly number: number,
    message: string,
    /** Further members: `suberror`, `claims`. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/**
 * The token endpoint's error body, with the members that MSAL reads. `invalid_client` is 401, everything else
 * 400.
 */
export function errorAnswer(call: Call, error: EntraError): Answer {
  const traceId = randomUUID();
  const correlationId = correlationOf(call);
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\..*/, 'Z');
  return {
    status: error.error === 'invalid_client' ? 401 : 400,
    headers: { 'cache-control': 'no-store, no-cache' },
    json: {
      error: error.error,
      error_description: `AADSTS${error.number}: ${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [error.number],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `${call.url.origin}/error?code=${error.number}`,
      ...error.more,
    },
  };
}

export function tenantNotFound(tenant: string): EntraError {
  return new EntraError(
    'invalid_tenant',
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  );
}

export function applicationNotFound(clientId: string, directory: string): EntraError {
  return new EntraError(
    'unauthorized_client',
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}

export function missingParameter(name: string): EntraError {
  return new EntraError(
    'invalid_request',
    900144,
    `The request body must contain the following parameter: '${name}'.`,
  );
}

function correlationOf(call: Call): string {
  const sent = call.headers['client-request-id'];
  return typeof sent === 'string' && /^[\da-f-]{36}$/i.test(sent) ? sent : randomUUID();
}
