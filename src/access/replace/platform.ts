import type { PlatformSignIn } from '../../azure/appService/settings/platformSignIn';
import type { JsonObject } from '../../azure/core/json';
import { fetchedWith } from './isReplaceable';
import type { ChosenIdentity, ReplaceFacts } from './replaceFacts';
import type { PlatformWrite } from './writes';

/** The change that lets the platform sign in as the identity; undefined if it already signs in as one. */
export function platformWrite({ platform, identity, finding }: ReplaceFacts): PlatformWrite | undefined {
  if (typeof platform !== 'object' || !usesKey(platform, finding.name)) return undefined;
  const { fetched, signIn: was, properties } = platform;
  return { fetched, was, now: signInAs(identity), properties };
}

/** What isn't used must have no value (CommonDefinitions.json: FunctionsDeployment; azure-cli, update_deployment_configs). */
function signInAs(identity: ChosenIdentity): JsonObject {
  const isUser = identity.kind === 'user-assigned';
  return {
    type: isUser ? 'UserAssignedIdentity' : 'SystemAssignedIdentity',
    userAssignedIdentityResourceId: isUser ? identity.resourceId : null,
    storageAccountConnectionStringName: null,
  };
}

/** Why the platform's configuration can't be changed to the identity. */
export function ofPlatform(
  facts: ReplaceFacts,
): { readonly kind: 'platform'; readonly why: PlatformRefusal }[] {
  const { platform, finding, resource } = facts;
  if (!fetchedWith(finding)) return [];
  const refused = (why: PlatformRefusal) => [{ kind: 'platform', why } as const];
  if (!platform) return refused('unread');
  if (platform === 'none') return refused('none');
  const isUnused = /connectionString/i.test(typeOf(platform)) && !usesKey(platform, finding.name);
  if (isUnused) return refused('otherSetting');
  const endpoint = typeof resource === 'object' ? resource.endpoints?.blob : undefined;
  const isOther = endpoint !== undefined && !platform.source.toLowerCase().startsWith(`${endpoint}/`);
  return isOther ? refused('otherSource') : [];
}

/**
 * Why the platform isn't asked to sign in as the identity.
 * - `none`: it fetches nothing of that kind
 * - `otherSetting`: it signs in with another setting
 * - `otherSource`: it fetches it from elsewhere than what the credential opens
 */
export type PlatformRefusal = 'unread' | 'none' | 'otherSetting' | 'otherSource';

function usesKey(platform: PlatformSignIn, setting: string): boolean {
  const { storageAccountConnectionStringName: name } = platform.signIn;
  return (
    /connectionString/i.test(typeOf(platform)) &&
    typeof name === 'string' &&
    name.toLowerCase() === setting.toLowerCase()
  );
}

function typeOf({ signIn: { type } }: PlatformSignIn): string {
  return typeof type === 'string' ? type : '';
}
