import type { ChallengingAudience } from '../context';
import { setTimeout as delay } from 'node:timers/promises';
import type { Caller, Clock, SandboxSettings } from '../context';

/**
 * Revokes every token issued so far for these services; callers who use one are asked to get a new one.
 * Replaces earlier challenges. Tokens requested after the promise has resolved are accepted.
 */
export async function challengeClaims(
  settings: SandboxSettings,
  clock: Clock,
  audiences: ChallengingAudience[],
): Promise<void> {
  const since = clock.now() + 1;
  settings.claimsChallenge = { since, audiences };
  while (clock.now() < since) await delay(1);
}

/**
 * @returns what the `WWW-Authenticate` header must ask for; undefined if the caller's token is good enough
 */
export function claimsWanted(
  { claimsChallenge: challenge }: SandboxSettings,
  audience: ChallengingAudience,
  caller: Caller,
): string | undefined {
  if (challenge?.audiences.includes(audience) !== true || caller.tokenIssuedAt >= challenge.since)
    return undefined;
  const value = Math.floor(challenge.since / 1000).toString();
  const claims = { access_token: { nbf: { essential: true, value } } };
  return `error="insufficient_claims", claims="${Buffer.from(JSON.stringify(claims)).toString('base64')}"`;
}

/**
 * The message of an error for missing claims. It's Resource Manager's; that vaults send the same is inferred.
 */
export const claimsChallengeMessage =
  'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp.';
