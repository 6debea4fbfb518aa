import { randomUUID } from 'node:crypto';
import type { Verdict } from '../context';
import type { Answer } from '../server/http';

/** An error of Microsoft Graph, as recorded: the date has no time zone, and the request ID appears twice. */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const id = randomUUID();
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': id,
    'client-request-id': id,
  };
  return {
    status,
    headers: { 'content-type': 'application/json', 'request-id': id, ...headers },
    json: { error: { code, message, innerError } },
  };
}

/** 401 for an unacceptable token. Texts from Microsoft's troubleshooting pages and common reports. */
export function refusal(verdict: Extract<Verdict, { ok: false }>): Answer {
  const message = {
    missing: 'Access token is empty.',
    malformed: 'IDX14100: JWT is not well formed, there are no dots (.).',
    signature: 'Access token validation failure. Invalid signature.',
    expired: 'Lifetime validation failed, the token is expired.',
    audience: 'Access token validation failure. Invalid audience.',
    issuer: 'Access token validation failure. Invalid issuer.',
  }[verdict.reason];
  return graphError(401, 'InvalidAuthenticationToken', message, {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });
}
