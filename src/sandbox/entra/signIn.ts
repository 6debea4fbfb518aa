import type { Answer, Call } from '../server/http';
import { findAuthority, findUser, isRedirectUriAllowed, publicClientName } from './directory';
import { EntraError } from './errors';
import { formPostPage, messagePage, signInPage } from './pages';
import { sameSecret, secret, type AuthorizationRequest, type Sessions } from './sessions';
import type { TokenEndpoint } from './tokenResponse';
import type { User, World } from '../world/world';
import { parseScope } from './scopes';

/**
 * `GET /{tenant}/oauth2/v2.0/authorize`: the first half of the authorization code flow with PKCE (RFC 7636,
 * S256 only). An unknown application or redirect URI gets an error page, never a redirect.
 */
export function authorize(endpoint: TokenEndpoint, call: Call, segment: string): Answer {
  const { context, sessions } = endpoint;
  const { query } = call;
  const clientId = query.get('client_id') ?? '';
  const redirectUri = query.get('redirect_uri') ?? '';
  try {
    findAuthority(context.world, segment);
    publicClientName(context.world, clientId);
  } catch (error) {
    if (error instanceof EntraError) return errorPage(error.number, error.message);
    throw error;
  }
  if (!isRedirectUriAllowed(redirectUri))
    return errorPage(
      50011,
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
    );
  const request: Omit<AuthorizationRequest, 'expiresAt'> = {
    clientId,
    authority: segment,
    redirectUri,
    responseMode: responseModeOf(query.get('response_mode')),
    state: query.get('state') ?? undefined,
    scope: query.get('scope') ?? '',
    nonce: query.get('nonce') ?? undefined,
    codeChallenge: query.get('code_challenge') ?? '',
    claims: query.get('claims'),
    loginHint: query.get('login_hint') ?? undefined,
  };
  const problem = problemOf(endpoint, request, query);
  if (problem !== undefined)
    return respond(request, {
      error: problem.error,
      error_description: `AADSTS${problem.number}: ${problem.message}`,
    });
  return authorizationForm(endpoint, sessions.startAuthorization(request), request);
}

/** `POST /{tenant}/login`: handles the form on {@link authorize}'s page. */
export async function login(endpoint: TokenEndpoint, call: Call): Promise<Answer> {
  const form = new URLSearchParams((await call.body()).toString('utf8'));
  const key = form.get('flow') ?? '';
  const request = endpoint.sessions.authorization(key);
  if (request === undefined || !csrfHolds(call, form))
    return errorPage(
      165000,
      'This sign-in page is no longer valid. Go back to the application and start again.',
    );
  const user = signedIn(endpoint, request.authority, form);
  if (user instanceof EntraError)
    return authorizationForm(endpoint, key, request, form.get('username') ?? '', user);
  const code = endpoint.sessions.approve(key, request, user);
  return respond(request, { code, session_state: secret().slice(0, 36) });
}

/** `GET /device`: where a person types the code that another program shows. */
export function devicePage(endpoint: TokenEndpoint, call: Call): Answer {
  return deviceForm(endpoint, call.query.get('user_code') ?? call.query.get('otc') ?? '');
}

/** `POST /device` */
export async function deviceLogin(endpoint: TokenEndpoint, call: Call): Promise<Answer> {
  const form = new URLSearchParams((await call.body()).toString('utf8'));
  const code = form.get('user_code') ?? '';
  if (!csrfHolds(call, form))
    return errorPage(165000, 'This sign-in page is no longer valid. Load it again.');
  const device = endpoint.sessions.deviceByUserCode(code);
  const user = device === undefined ? undefined : signedIn(endpoint, device.authority, form);
  if (device === undefined || user === undefined)
    return deviceForm(
      endpoint,
      code,
      form.get('username') ?? '',
      'That code did not work. Check the code and try again.',
    );
  if (user instanceof EntraError) return deviceForm(endpoint, code, form.get('username') ?? '', user.message);
  device.approvedBy = user;
  const name = publicClientName(endpoint.context.world, device.clientId);
  return messagePage(
    'You are signed in',
    `You have signed in to ${name} as ${user.userPrincipalName}. You can close this window.`,
  );
}

/**
 * Signs this world's first user in with a device code, without the page.
 * @returns false if no sign-in waits for the code
 */
export function approveDevice(world: World, sessions: Sessions, userCode: string): boolean {
  const device = sessions.deviceByUserCode(userCode);
  const [first] = world.users;
  if (device === undefined || first === undefined) return false;
  device.approvedBy = findUser(world, findAuthority(world, device.authority), first.userPrincipalName);
  return device.approvedBy !== undefined;
}

function problemOf(
  endpoint: TokenEndpoint,
  request: Omit<AuthorizationRequest, 'expiresAt'>,
  query: URLSearchParams,
): EntraError | undefined {
  if (query.get('response_type') !== 'code')
    return new EntraError(
      'unsupported_response_type',
      700051,
      `Response_type '${query.get('response_type') ?? ''}' is not enabled for the application.`,
    );
  if (request.codeChallenge === '' || query.get('code_challenge_method') !== 'S256')
    return new EntraError(
      'invalid_request',
      9002325,
      'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    );
  if (query.get('prompt') === 'none')
    return new EntraError(
      'login_required',
      50058,
      'A silent sign-in request was sent but no user is signed in.',
    );
  try {
    parseScope(endpoint.context.endpoints, request.scope);
    return undefined;
  } catch (error) {
    if (error instanceof EntraError) return error;
    throw error;
  }
}

function signedIn(endpoint: TokenEndpoint, segment: string, form: URLSearchParams): User | EntraError {
  const { context, sessions } = endpoint;
  const wrong = new EntraError(
    'invalid_grant',
    50126,
    'AADSTS50126: Invalid username or password. Check both and try again.',
  );
  switch (sessions.checkPassword(form.get('password') ?? '')) {
    case 'locked':
      return new EntraError(
        'invalid_grant',
        50053,
        'AADSTS50053: Too many wrong passwords. Wait a minute and try again.',
      );
    case 'wrong':
      return wrong;
    case 'right':
      return (
        findUser(context.world, findAuthority(context.world, segment), form.get('username') ?? '') ?? wrong
      );
  }
}

function authorizationForm(
  endpoint: TokenEndpoint,
  key: string,
  request: Omit<AuthorizationRequest, 'expiresAt'>,
  userName?: string,
  error?: EntraError,
): Answer {
  const { world } = endpoint.context;
  const target = new URL(request.redirectUri);
  return signInPage({
    action: `/${request.authority}/login`,
    application: publicClientName(world, request.clientId),
    userName: userName ?? request.loginHint ?? world.users[0]?.userPrincipalName ?? '',
    hidden: { flow: key },
    csrf: secret(),
    error: error?.message,
    redirectTo: target.origin === 'null' ? target.protocol : target.origin,
  });
}

function deviceForm(endpoint: TokenEndpoint, code: string, userName?: string, error?: string): Answer {
  const { context, sessions } = endpoint;
  const device = sessions.deviceByUserCode(code);
  return signInPage({
    action: '/device',
    application: device === undefined ? 'an application' : publicClientName(context.world, device.clientId),
    userName: userName ?? context.world.users[0]?.userPrincipalName ?? '',
    userCode: code,
    hidden: {},
    csrf: secret(),
    error,
  });
}

/** The form's value must match that of a cookie, which no other site can read or set. */
function csrfHolds(call: Call, form: URLSearchParams): boolean {
  const cookies = (call.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const value = form.get('csrf') ?? '';
  return value !== '' && cookies.some((cookie) => sameSecret(cookie, `sandbox_csrf=${value}`));
}

function respond(request: Omit<AuthorizationRequest, 'expiresAt'>, result: Record<string, string>): Answer {
  const values = { ...result, ...(request.state !== undefined && { state: request.state }) };
  if (request.responseMode === 'form_post') return formPostPage(request.redirectUri, values);
  const target = new URL(request.redirectUri);
  if (request.responseMode === 'query')
    for (const [name, value] of Object.entries(values)) target.searchParams.set(name, value);
  else target.hash = new URLSearchParams(values).toString();
  return { status: 302, headers: { location: target.href, 'cache-control': 'no-store' } };
}

function responseModeOf(mode: string | null): AuthorizationRequest['responseMode'] {
  return mode === 'fragment' || mode === 'form_post' ? mode : 'query';
}

function errorPage(number: number, message: string): Answer {
  return messagePage('Sorry, but we’re having trouble signing you in.', `AADSTS${number}: ${message}`, 400);
}
