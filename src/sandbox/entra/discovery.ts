import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { findAuthority } from './directory';

/**
 * OpenID Connect discovery for one authority, with the members that Entra ID sends.
 * @param version '2.0' for `/{tenant}/v2.0/…`, '1.0' for `/{tenant}/…` (and for `/adfs/…`)
 */
export function openIdConfiguration(
  context: SandboxContext,
  segment: string,
  version: '1.0' | '2.0',
): Answer {
  const authority = findAuthority(context.world, segment);
  const { origin, host } = new URL(context.endpoints.authority);
  const base = `${origin}/${authority.tenant?.tenantId ?? authority.segment}`;
  const oauth = version === '2.0' ? `${base}/oauth2/v2.0` : `${base}/oauth2`;
  return {
    status: 200,
    headers: { 'cache-control': 'max-age=86400, private' },
    json: {
      token_endpoint: `${oauth}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      jwks_uri: version === '2.0' ? `${base}/discovery/v2.0/keys` : `${base}/discovery/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: issuerOf(origin, authority, version),
      request_uri_parameter_supported: false,
      authorization_endpoint: `${oauth}/authorize`,
      device_authorization_endpoint: `${oauth}/devicecode`,
      http_logout_supported: true,
      end_session_endpoint: `${oauth}/logout`,
      code_challenge_methods_supported: ['S256'],
      claims_supported: [
        'sub',
        'iss',
        'aud',
        'exp',
        'iat',
        'auth_time',
        'acr',
        'nonce',
        'preferred_username',
        'name',
        'tid',
        'ver',
        'at_hash',
        'c_hash',
        'email',
      ],
      tenant_region_scope: 'EU',
      cloud_instance_name: host,
      cloud_graph_host_name: host,
      msgraph_host: new URL(context.endpoints.graph).host,
    },
  };
}

/** `/common/discovery/instance`: tells MSAL that this authority is a cloud of its own. */
export function instanceDiscovery(context: SandboxContext): Answer {
  const { origin, host } = new URL(context.endpoints.authority);
  return {
    status: 200,
    json: {
      tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}

function issuerOf(
  origin: string,
  authority: ReturnType<typeof findAuthority>,
  version: '1.0' | '2.0',
): string {
  if (authority.tenant === undefined && authority.segment === 'adfs') return `${origin}/adfs`;
  // Entra ID itself returns this placeholder for authorities that accept any tenant.
  const tenantId = authority.tenant?.tenantId ?? '{tenantid}';
  return version === '2.0' ? `${origin}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`;
}
