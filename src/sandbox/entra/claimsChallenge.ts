import type { ChallengingAudience } from '../context';
import { setTimeout as delay } from 'node:timers/promises';
import type { Caller, Clock, SandboxSettings } from '../context';

/**
 * Revokes, for these services, every token that was issued until now; that of a caller who comes with one is asked to
 * be replaced. Ends earlier challenges. Tokens asked for after the promise has resolved are let in.
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

/** @returns what the `WWW-Authenticate` header has to ask for; undefined where the caller's token will do */
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

/** Text of a refusal for lack of claims. That of Resource Manager; that vaults send the same is inferred. */
export const claimsChallengeMessage =
  'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp.';
