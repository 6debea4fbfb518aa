import { createHash } from 'node:crypto';
import type { Answer, Call } from '../server/http';
import {
  findApplication,
  findAuthority,
  findUser,
  notInTenant,
  publicClientName,
  type Authority,
} from './directory';
import { EntraError, missingParameter } from './errors';
import { audienceOf } from './audiences';
import { parseScope } from './scopes';
import { sameSecret } from './sessions';
import type { User } from '../world/world';
import { issue, noStore, tokensForUser, success, type TokenEndpoint } from './tokenResponse';

/**
 * `POST /{tenant}/oauth2/v2.0/token`, and its v1 form `/oauth2/token`, with `resource` instead of `scope`.
 * Grants: client_credentials, authorization_code with PKCE, device code (RFC 8628), refresh_token.
 * @throws EntraError
 */
export async function token(endpoint: TokenEndpoint, call: Call, segment: string): Promise<Answer> {
  const form = new URLSearchParams((await call.body()).toString('utf8'));
  const authority = findAuthority(endpoint.context.world, segment);
  const grantType = required(form, 'grant_type');
  switch (grantType) {
    case 'client_credentials':
      return clientCredentials(endpoint, form, authority, call);
    case 'authorization_code':
      return authorizationCode(endpoint, form, authority);
    case 'refresh_token':
      return refreshToken(endpoint, form, authority);
    case 'device_code': // as MSAL sends it
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return deviceCode(endpoint, form);
    default:
      throw new EntraError(
        'unsupported_grant_type',
        70003,
        `The app requested an unsupported grant type '${grantType}'.`,
      );
  }
}

/** `POST …/devicecode`: returns what a client without a browser shows to a person. */
export async function startDeviceCode(endpoint: TokenEndpoint, call: Call, segment: string): Promise<Answer> {
  const form = new URLSearchParams((await call.body()).toString('utf8'));
  findAuthority(endpoint.context.world, segment);
  const clientId = required(form, 'client_id');
  publicClientName(endpoint.context.world, clientId);
  const scope = form.get('scope') ?? '';
  parseScope(endpoint.context.endpoints, scope, form.get('resource') ?? undefined);
  const device = endpoint.sessions.startDevice({
    clientId,
    authority: segment,
    scope: form.has('resource') ? `${form.get('resource') ?? ''}/.default openid offline_access` : scope,
    claims: form.get('claims'),
  });
  const page = `${endpoint.context.endpoints.signInPage}/device`;
  const json = {
    user_code: device.userCode,
    device_code: device.deviceCode,
    verification_uri: `${page}?user_code=${device.userCode}`,
    verification_url: page, // the v1 endpoint's name for it
    expires_in: 900,
    interval: 1,
    message: `To sign in, use a web browser to open the page ${page} and enter the code ${device.userCode} to authenticate.`,
  };
  return { status: 200, headers: noStore, json };
}

async function clientCredentials(
  endpoint: TokenEndpoint,
  form: URLSearchParams,
  authority: Authority,
  call: Call,
): Promise<Answer> {
  const { context } = endpoint;
  const { clientId, clientSecret } = clientAuthentication(form, call);
  const application = findApplication(context.world, authority, clientId);
  if (clientSecret === undefined)
    throw new EntraError(
      'invalid_client',
      7000216,
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    );
  if (application.clientSecret === undefined || !sameSecret(clientSecret, application.clientSecret))
    throw new EntraError(
      'invalid_client',
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    );
  const scope = parseScope(context.endpoints, form.get('scope') ?? '', form.get('resource') ?? undefined);
  const issued = await issue(endpoint, { servicePrincipal: application }, scope, form);
  return success(issued);
}

async function authorizationCode(
  endpoint: TokenEndpoint,
  form: URLSearchParams,
  authority: Authority,
): Promise<Answer> {
  const redeemed = endpoint.sessions.redeem(required(form, 'code'));
  if (redeemed === undefined)
    throw new EntraError(
      'invalid_grant',
      70008,
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    );
  const { request, user } = redeemed;
  if (form.get('client_id') !== request.clientId)
    throw new EntraError(
      'invalid_grant',
      70002,
      'Error validating credentials. The code was issued to another application.',
    );
  if (form.get('redirect_uri') !== request.redirectUri)
    throw new EntraError(
      'invalid_grant',
      500112,
      `The reply address '${form.get('redirect_uri') ?? ''}' does not match the reply address '${request.redirectUri}' provided when requesting Authorization code.`,
    );
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (challenge !== request.codeChallenge)
    throw new EntraError(
      'invalid_grant',
      501481,
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    );
  consentTo(endpoint, { user, clientId: request.clientId }, request.scope);
  const claims = form.get('claims') ?? request.claims;
  return tokensForUser(
    endpoint,
    {
      user,
      clientId: request.clientId,
      scope: form.get('scope') ?? request.scope,
      claims,
      nonce: request.nonce,
    },
    form,
    authority,
  );
}

async function deviceCode(endpoint: TokenEndpoint, form: URLSearchParams): Promise<Answer> {
  const { sessions, context } = endpoint;
  const device = sessions.deviceByCode(form.get('device_code') ?? form.get('code') ?? '');
  if (device === undefined)
    throw new EntraError(
      'bad_verification_code',
      70020,
      "The provided value for the input parameter 'device_code' is not valid.",
    );
  if (form.get('client_id') !== device.clientId)
    throw new EntraError(
      'invalid_grant',
      70002,
      'Error validating credentials. The code was issued to another application.',
    );
  if (device.declined === true)
    throw new EntraError(
      'authorization_declined',
      70017,
      'The end user has denied the authorization request.',
    );
  if (sessions.isExpired(device))
    throw new EntraError('expired_token', 70020, 'The provided device code has expired.');
  const user = device.approvedBy;
  if (user === undefined)
    throw new EntraError(
      'authorization_pending',
      70016,
      'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    );
  sessions.endDevice(device);
  const { clientId, scope, claims } = device;
  consentTo(endpoint, { user, clientId }, scope);
  return tokensForUser(
    endpoint,
    { user, clientId, scope: `${scope} offline_access`, claims: form.get('claims') ?? claims },
    form,
    findAuthority(context.world, device.authority),
  );
}

async function refreshToken(
  endpoint: TokenEndpoint,
  form: URLSearchParams,
  authority: Authority,
): Promise<Answer> {
  const grant = endpoint.sessions.grantOf(required(form, 'refresh_token'));
  if (grant === undefined)
    throw new EntraError('invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.');
  if (form.get('client_id') !== grant.clientId)
    throw new EntraError('invalid_grant', 700003, 'The refresh token was issued to another application.');
  const { settings, world } = endpoint.context;
  if (settings.interactionRequired === true && !grant.conditionalAccess)
    throw interactionRequired(form.get('scope') ?? '');
  const user = findUser(world, authority, grant.user.userPrincipalName);
  if (user === undefined) throw notInTenant(grant.user, authority);
  requireConsent(endpoint, { user, clientId: grant.clientId }, form);
  const request = {
    user,
    clientId: grant.clientId,
    scope: `${form.get('scope') ?? ''} offline_access`,
    claims: form.get('claims'),
    conditionalAccess: grant.conditionalAccess,
  };
  return tokensForUser(endpoint, request, form, authority);
}

/** Signing in for a service includes consent to it, which Entra ID's page asks for. */
function consentTo(
  { context, sessions }: TokenEndpoint,
  who: { user: User; clientId: string },
  scope: string,
): void {
  sessions.consent(who, audienceOf(context.endpoints, parseScope(context.endpoints, scope).resource));
}

/** @throws EntraError AADSTS65001, with the members that azure-cli#12566 shows */
function requireConsent(
  { context, sessions }: TokenEndpoint,
  who: { user: User; clientId: string },
  form: URLSearchParams,
): void {
  const { endpoints, settings, world } = context;
  const { resource } = parseScope(endpoints, form.get('scope') ?? '', form.get('resource') ?? undefined);
  const service = audienceOf(endpoints, resource);
  if (service === undefined || settings.consentNeeded?.includes(service) !== true) return;
  if (sessions.hasConsent(who, service)) return;
  throw new EntraError(
    'invalid_grant',
    65001,
    `The user or administrator has not consented to use the application with ID '${who.clientId}' named '${publicClientName(world, who.clientId)}'. Send an interactive authorization request for this user and resource.`,
    { suberror: 'consent_required' },
  );
}

/** Conditional Access requires another sign-in; `claims` are for the client to pass to it. */
function interactionRequired(scope: string): EntraError {
  return new EntraError(
    'interaction_required',
    50076,
    `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${scope}'.`,
    {
      suberror: 'basic_action',
      claims: JSON.stringify({
        access_token: { capolids: { essential: true, values: ['5a1c2f0e-0000-4000-8000-6b65796c6573'] } },
      }),
    },
  );
}

function clientAuthentication(
  form: URLSearchParams,
  call: Call,
): { clientId: string; clientSecret: string | undefined } {
  const basic = /^Basic +([\w+/=]+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (basic === undefined)
    return { clientId: required(form, 'client_id'), clientSecret: form.get('client_secret') ?? undefined };
  const [clientId = '', clientSecret] = Buffer.from(basic, 'base64')
    .toString('utf8')
    .split(':')
    .map(decodeURIComponent);
  return { clientId, clientSecret };
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') throw missingParameter(name);
  return value;
}
