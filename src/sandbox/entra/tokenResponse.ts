import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { AccessTokenRequest, TokenAuthority } from './tokens';
import type { User } from '../world/world';
import { findUser, homeOf, notInTenant, type Authority } from './directory';
import { parseClaims, parseScope, type ScopeRequest } from './scopes';
import type { Sessions } from './sessions';

export interface TokenEndpoint {
  context: SandboxContext;
  authority: TokenAuthority;
  sessions: Sessions;
}

export interface UserTokenRequest {
  user: User;
  clientId: string;
  scope: string;
  claims: string | null;
  nonce?: string | undefined;
  conditionalAccess?: boolean;
}

export async function tokensForUser(
  endpoint: TokenEndpoint,
  request: UserTokenRequest,
  form: URLSearchParams,
  authority: Authority,
): Promise<Answer> {
  const { context, sessions } = endpoint;
  const user = findUser(context.world, authority, request.user.userPrincipalName);
  if (user === undefined) throw notInTenant(request.user, authority);
  const scope = parseScope(context.endpoints, request.scope, form.get('resource') ?? undefined);
  const { conditionalAccess } = parseClaims(request.claims);
  const issued = await issue(endpoint, { user, clientId: request.clientId }, scope, form, request.claims);
  const grant = {
    user,
    clientId: request.clientId,
    conditionalAccess: conditionalAccess || request.conditionalAccess === true,
  };
  const home = homeOf(context.world, user);
  return success({
    ...issued,
    scope: scope.granted,
    ...(scope.refreshToken && { refresh_token: sessions.remember(grant) }),
    ...(scope.idToken && {
      id_token: await endpoint.authority.issueIdToken(user, request.clientId, request.nonce),
    }),
    // MSAL doesn't store an account without it.
    client_info: Buffer.from(JSON.stringify({ uid: home.objectId, utid: home.tenantId })).toString(
      'base64url',
    ),
  });
}

export async function issue(
  endpoint: TokenEndpoint,
  principal: AccessTokenRequest['principal'],
  scope: ScopeRequest,
  form: URLSearchParams,
  claims = form.get('claims'),
): Promise<Record<string, unknown>> {
  const { accessToken, expiresOn, notBefore } = await endpoint.authority.issueAccessToken({
    principal,
    resource: scope.resource,
    claims: parseClaims(claims),
  });
  const lifetime = expiresOn - notBefore;
  const shared = { token_type: 'Bearer', access_token: accessToken };
  if (!form.has('resource')) return { ...shared, expires_in: lifetime, ext_expires_in: lifetime };
  // The v1 endpoint sends its numbers as strings.
  return {
    ...shared,
    expires_in: lifetime.toString(),
    ext_expires_in: lifetime.toString(),
    expires_on: expiresOn.toString(),
    not_before: notBefore.toString(),
    resource: scope.resource,
  };
}

export const noStore = { 'cache-control': 'no-store, no-cache' };

export function success(json: Record<string, unknown>): Answer {
  return { status: 200, headers: noStore, json };
}
