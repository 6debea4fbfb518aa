import { vaultResource } from '../entra/audiences';
import { claimsChallengeMessage, claimsWanted } from '../entra/claimsChallenge';
import type { Caller, SandboxContext, Verdict } from '../context';
import type { Call } from '../server/http';
import type { Vault } from '../world/world';
import { VaultError } from './errors';

/**
 * Identifies the caller before looking at anything else in the request: SDKs send their first request without
 * token and body, and follow the challenge. Form of the header: recorded, azure-cli test_keyvault_secret
 * (2023); commas and quotes matter.
 * @throws VaultError 401
 */
export async function authenticate(context: SandboxContext, vault: Vault, call: Call): Promise<Caller> {
  const verdict = await context.tokens.verify(call.headers.authorization, ['vault']);
  const challenge = `Bearer authorization="${context.endpoints.authority}/${vault.tenantId}", resource="${vaultResource}"`;
  if (!verdict.ok) throw unauthorized(messageFor(verdict, vault, call), challenge);
  if (verdict.caller.tenantId.toLowerCase() !== vault.tenantId.toLowerCase())
    throw unauthorized(wrongIssuer(vault, verdict.caller.issuer), challenge);
  const claims = claimsWanted(context.settings, 'vault', verdict.caller);
  if (claims !== undefined) throw unauthorized(claimsChallengeMessage, `${challenge}, ${claims}`);
  return verdict.caller;
}

const missingToken = 'AKV10000: Request is missing a Bearer or PoP token.';

type Refusal = Extract<Verdict, { ok: false }>;

/**
 * Sources: AKV10000 recorded; AKV10022 vscode-azure-account#679, AKV10032 azure-docs#75410, S2S12086
 * azure-sdk-for-java#24305, AKV10046 terraform-provider-azurerm#30912 (there for an unknown signing key; that
 * a token that isn't a JWT gets the same error is inferred). That all of them carry the challenge is
 * inferred.
 */
function messageFor(refusal: Refusal, vault: Vault, call: Call): string {
  switch (refusal.reason) {
    case 'missing':
      return missingToken;
    case 'expired':
      return "[TokenExpired] Error validating token: 'S2S12086'.";
    case 'audience':
      return `AKV10022: Invalid audience. Expected ${vaultResource}, found: ${refusal.audience ?? ''}.`;
    case 'issuer':
      return wrongIssuer(vault, refusal.issuer ?? '');
    case 'malformed':
    case 'signature':
      if (!/^Bearer /i.test(call.headers.authorization ?? '')) return missingToken;
      return `AKV10046: Unable to resolve the key used for signature validation. EncodedJwtHeader: '${headerOfToken(call)}'.`;
  }
}

/** The real service also names the tenants of Microsoft's own infrastructure. */
function wrongIssuer(vault: Vault, found: string): string {
  return `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${vault.tenantId}/, found ${found}.`;
}

/** The first of a JWT's three parts: key ID and algorithm, nothing secret. Empty if the token isn't a JWT. */
function headerOfToken(call: Call): string {
  return /^Bearer ([\w-]+)\.[\w-]+\.[\w-]*$/i.exec(call.headers.authorization ?? '')?.[1] ?? '';
}

function unauthorized(message: string, challenge: string): VaultError {
  return new VaultError(401, 'Unauthorized', message, undefined, { 'www-authenticate': challenge });
}
