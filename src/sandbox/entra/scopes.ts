import { audienceOf, graphAppId } from './audiences';
import type { Endpoints } from '../context';
import type { ClaimsRequest } from './tokens';
import { EntraError } from './errors';

/** What a `scope` (or the `resource` of a v1 request) asks for. */
export interface ScopeRequest {
  /** Becomes `aud`, as the client spelled it. */
  resource: string;
  /** The scopes that the token endpoint reports as granted; MSAL's cache looks tokens up by them. */
  granted: string;
  idToken: boolean;
  refreshToken: boolean;
}

const openIdScopes = new Set(['openid', 'profile', 'email', 'offline_access']);

/**
 * @param scope e.g. `https://vault.localhost/.default offline_access`
 * @param resource of a v1 request; takes precedence
 * @throws EntraError AADSTS28000 for scopes of several resources, AADSTS500011 for an unknown resource
 */
export function parseScope(endpoints: Endpoints, scope: string, resource?: string): ScopeRequest {
  const words = scope.split(' ').filter((word) => word !== '');
  const wanted = words.filter((word) => !openIdScopes.has(word));
  const resources = [...new Set(wanted.map((word) => resourceOf(endpoints, word)))];
  if (resource === undefined && resources.length > 1)
    throw new EntraError(
      'invalid_request',
      28000,
      `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
    );
  const chosen = resource ?? resources[0] ?? graphAppId;
  if (audienceOf(endpoints, chosen) === undefined)
    throw new EntraError(
      'invalid_resource',
      500011,
      `The resource principal named ${chosen} was not found in the tenant named Contoso (sandbox). This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    );
  return {
    resource: chosen,
    granted: [...new Set([...wanted, `${chosen}/user_impersonation`])].join(' '),
    idToken: words.includes('openid'),
    refreshToken: words.includes('offline_access'),
  };
}

/**
 * Reads the `claims` parameter of a token request. @throws EntraError AADSTS901002-like invalid_request if it
 * isn't JSON
 */
export function parseClaims(claims: string | null): ClaimsRequest & { conditionalAccess: boolean } {
  const request: ClaimsRequest & { conditionalAccess: boolean } = { conditionalAccess: false };
  if (claims === null || claims === '') return request;
  let parsed: unknown;
  try {
    parsed = JSON.parse(claims);
  } catch {
    throw new EntraError(
      'invalid_request',
      9000411,
      "The request is not properly formatted. The parameter 'claims' is not valid JSON.",
    );
  }
  const wanted = member(parsed, 'access_token');
  const capabilities = member(member(wanted, 'xms_cc'), 'values');
  if (Array.isArray(capabilities))
    request.clientCapabilities = capabilities.filter((value): value is string => typeof value === 'string');
  request.conditionalAccess = member(wanted, 'capolids') !== undefined;
  return request;
}

/**
 * `https://vault.localhost/.default` → `https://vault.localhost`; a scope without a resource belongs to
 * Graph.
 */
function resourceOf(endpoints: Endpoints, scope: string): string {
  const slash = scope.lastIndexOf('/');
  return slash === -1 ? endpoints.graph : scope.slice(0, slash);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
