import { claimsChallengeMessage, claimsWanted } from '../entra/claimsChallenge';
import type { Caller, SandboxContext } from '../context';
import type { Call } from '../server/http';
import { ArmError } from './provider';
import { subscriptionNotFound } from './errors';
import { tenantsOf } from './subscriptions';

/**
 * Checks the token of a request to Resource Manager: its signature, its expiry, its audience, that its tenant
 * owns `subscriptionId`, and, if this run requires one, that a claims challenge was met.
 * @throws ArmError 401 with the WWW-Authenticate header that clients rely on; 404 if the subscription doesn't
 * exist
 */
export async function authenticate(
  context: SandboxContext,
  call: Call,
  subscriptionId?: string,
): Promise<Caller> {
  const subscription =
    subscriptionId === undefined ? undefined : context.world.subscriptions.get(subscriptionId.toLowerCase());
  // Applies without a token too: clients discover a subscription's tenant by sending a request without one.
  if (subscriptionId !== undefined && subscription === undefined) throw subscriptionNotFound(subscriptionId);
  const authority = `${context.endpoints.authority}/${subscription?.tenantId ?? ''}`;
  const verdict = await context.tokens.verify(call.headers.authorization, ['arm']);
  if (!verdict.ok) throw refusal(context, call, authority, verdict);
  const { caller } = verdict;
  if (subscription !== undefined && !tenantsOf(subscription).includes(caller.tenantId))
    throw wrongTenant(caller.issuer, subscription.tenantId, authority);
  const claims = claimsWanted(context.settings, 'arm', caller);
  if (claims !== undefined) throw claimsChallenge(context, claims);
  return caller;
}

type Refusal = Extract<Awaited<ReturnType<SandboxContext['tokens']['verify']>>, { ok: false }>;

function refusal(context: SandboxContext, call: Call, authority: string, verdict: Refusal): ArmError {
  switch (verdict.reason) {
    case 'missing':
      return unauthorized(
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is missing.",
        authority,
        "The authentication failed because of missing 'Authorization' header.",
      );
    case 'expired':
      return unauthorized(
        'ExpiredAuthenticationToken',
        `The access token expiry UTC time '${americanTime(expiryOf(call.headers.authorization))}' is earlier than current UTC time '${americanTime(context.clock.now())}'.`,
        authority,
        'The access token has expired.',
      );
    case 'audience':
      return unauthorized(
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained from wrong audience or resource '${verdict.audience ?? ''}'. It should exactly match (including forward slash) with one of the allowed audiences 'https://management.core.windows.net/','https://management.azure.com/','${context.endpoints.resourceManager}/'.`,
        authority,
        'The access token has been obtained from wrong audience or resource.',
      );
    case 'issuer':
      return wrongTenant(verdict.issuer ?? '', context.world.tenants[0]?.tenantId ?? '', authority);
    case 'malformed':
    case 'signature':
      return unauthorized(
        'InvalidAuthenticationToken',
        'The access token is invalid.',
        authority,
        'The access token is invalid.',
      );
  }
}

function wrongTenant(issuer: string, tenantId: string, authority: string): ArmError {
  return unauthorized(
    'InvalidAuthenticationTokenTenant',
    `The access token is from the wrong issuer '${issuer}'. It must match the tenant 'https://sts.windows.net/${tenantId}/' associated with this subscription. Please use the authority (URL) '${authority}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`,
    authority,
    'The access token is from the wrong issuer. It must match the tenant associated with this subscription. Please use correct authority to get the token.',
  );
}

function unauthorized(code: string, message: string, authority: string, description: string): ArmError {
  return new ArmError(401, code, message, {
    'WWW-Authenticate': `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${description}"`,
    'x-ms-failure-cause': 'gateway',
  });
}

/**
 * Continuous access evaluation: Azure Core and VS Code react only to a header of exactly this form. The code
 * in the body is inferred.
 */
function claimsChallenge(context: SandboxContext, claims: string): ArmError {
  return new ArmError(401, 'TokenIssuedBeforeRevocationTimestamp', claimsChallengeMessage, {
    'WWW-Authenticate': `Bearer realm="", authorization_uri="${context.endpoints.authority}/common/oauth2/authorize", ${claims}`,
    'x-ms-failure-cause': 'gateway',
  });
}

function expiryOf(authorization: string | undefined): number {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString(),
    );
    return typeof payload === 'object' && payload !== null && 'exp' in payload
      ? Number(payload.exp) * 1000
      : 0;
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}

/**
 * Formats a time as `8/17/2020 3:46:33 AM`, the way .NET prints times in the gateway's invariant-like
 * culture.
 */
function americanTime(epochMs: number): string {
  const time = new Date(epochMs);
  const hours = time.getUTCHours();
  const two = (value: number) => value.toString().padStart(2, '0');
  return `${time.getUTCMonth() + 1}/${time.getUTCDate()}/${time.getUTCFullYear()} ${hours % 12 === 0 ? 12 : hours % 12}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
}
