import type { SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import type { TokenAuthority } from './tokens';
import { instanceDiscovery, openIdConfiguration } from './discovery';
import { EntraError, errorAnswer } from './errors';
import { messagePage } from './pages';
import type { Sessions } from './sessions';
import { authorize, deviceLogin, devicePage, login } from './signIn';
import { startDeviceCode, token } from './tokenEndpoint';
import { type TokenEndpoint } from './tokenResponse';

/**
 * Entra ID: discovery, keys, token endpoint and sign-in pages, for this world's tenants, `common`,
 * `organizations` and `adfs` (which Debian's `az` CLI needs, because its MSAL then asks no other host about
 * the authority). The same service also answers on plain HTTP, but there only the pages: browsers don't trust
 * the sandbox's CA.
 */
export function createEntra(context: SandboxContext, authority: TokenAuthority, sessions: Sessions): Service {
  const endpoint: TokenEndpoint = { context, authority, sessions };
  return async (call) => {
    try {
      return (await route(endpoint, call)) ?? notFound();
    } catch (error) {
      if (error instanceof EntraError) return errorAnswer(call, error);
      throw error;
    }
  };
}

function route(endpoint: TokenEndpoint, call: Call): Promise<Answer> | Answer | undefined {
  const isPage = call.url.protocol === 'http:';
  const [first = '', ...rest] = call.path.split('/').slice(1);
  const action = `${call.method} ${rest.join('/').toLowerCase().replace('oauth2/v2.0/', 'oauth2/')}`;
  if (first === 'device' && rest.length === 0)
    return call.method === 'POST' ? deviceLogin(endpoint, call) : devicePage(endpoint, call);
  if (first === '' && isPage) return { status: 302, headers: { location: '/device' } };
  const segment = first.toLowerCase();
  if (action === 'GET oauth2/authorize') return authorize(endpoint, call, segment);
  if (action === 'POST login') return login(endpoint, call);
  if (isPage) return undefined;
  switch (action) {
    case 'GET v2.0/.well-known/openid-configuration':
      return openIdConfiguration(endpoint.context, segment, '2.0');
    case 'GET .well-known/openid-configuration':
      return openIdConfiguration(endpoint.context, segment, '1.0');
    case 'GET discovery/v2.0/keys':
    case 'GET discovery/keys':
      return { status: 200, json: endpoint.authority.keySet() };
    case 'GET discovery/instance':
      return instanceDiscovery(endpoint.context);
    case 'POST oauth2/token':
      return token(endpoint, call, segment);
    case 'POST oauth2/devicecode':
      return startDeviceCode(endpoint, call, segment);
    case 'GET oauth2/logout':
      return messagePage('You signed out of your account', 'It’s a good idea to close all browser windows.');
    default:
      return undefined;
  }
}

function notFound(): Answer {
  return messagePage('Not found', 'This page doesn’t exist.', 404);
}
