import type { PlatformSignIn } from '../../azure/appService/settings/platformSignIn';
import type { JsonObject } from '../../azure/core/json';
import { fetchedWith } from './isReplaceable';
import type { ChosenIdentity, ReplaceFacts } from './replaceFacts';
import type { PlatformWrite } from './writes';

/** The change that lets the platform sign in as the identity; undefined if it already signs in as one. */
export function platformWrite({ platform, identity }: ReplaceFacts): PlatformWrite | undefined {
  if (typeof platform !== 'object' || !signsInWithKey(platform)) return undefined;
  const { fetched, signIn: was, properties } = platform;
  const now = fetched === 'image' ? registrySignIn(identity) : storageSignIn(identity);
  return { fetched, was, now, properties };
}

/** A user-assigned identity is named by its client ID (azure-cli#14631; CommonDefinitions.json: SiteConfig). */
function registrySignIn(identity: ChosenIdentity): JsonObject {
  const clientId = identity.kind === 'user-assigned' ? identity.clientId : '';
  return { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: clientId };
}

/** What isn't used must have no value (CommonDefinitions.json: FunctionsDeployment; azure-cli, update_deployment_configs). */
function storageSignIn(identity: ChosenIdentity): JsonObject {
  const isUser = identity.kind === 'user-assigned';
  return {
    type: isUser ? 'UserAssignedIdentity' : 'SystemAssignedIdentity',
    userAssignedIdentityResourceId: isUser ? identity.resourceId : null,
    storageAccountConnectionStringName: null,
  };
}

/**
 * Why the platform isn't asked to sign in as the identity.
 * - `none`: it fetches nothing of that kind
 * - `containerApps`: the app runs on Azure Container Apps, whose environment pulls the image
 * - `otherSetting`: it signs in with another setting
 * - `otherSource`: it fetches it from elsewhere than what the credential opens
 */
export type PlatformRefusal = 'unread' | 'none' | 'containerApps' | 'otherSetting' | 'otherSource';

/** Why the platform's configuration can't be changed to the identity. */
export function ofPlatform(
  facts: ReplaceFacts,
): { readonly kind: 'platform'; readonly why: PlatformRefusal }[] {
  const why = fetchedWith(facts.finding) && whyNot(facts);
  return why ? [{ kind: 'platform', why }] : [];
}

function whyNot({ app, platform, finding, resource }: ReplaceFacts): PlatformRefusal | undefined {
  if (/azurecontainerapps/i.test(app.kind)) return 'containerApps';
  if (!platform) return 'unread';
  if (platform === 'none') return 'none';
  const { fetched, source, signIn } = platform;
  const { storageAccountConnectionStringName: name } = signIn;
  const isOwn = typeof name === 'string' && name.toLowerCase() === finding.name.toLowerCase();
  if (fetched === 'package' && signsInWithKey(platform) && !isOwn) return 'otherSetting';
  const endpoint = typeof resource === 'object' ? resource.endpoints?.blob : undefined;
  const place = fetched === 'image' ? `docker|${finding.host?.host ?? ''}` : endpoint;
  return place === undefined || source.toLowerCase().startsWith(`${place}/`) ? undefined : 'otherSource';
}

/** Whether the platform signs in with a key or a password that a setting has. */
export function signsInWithKey({ fetched, signIn }: PlatformSignIn): boolean {
  const { type, acrUseManagedIdentityCreds } = signIn;
  return fetched === 'image'
    ? acrUseManagedIdentityCreds !== true
    : typeof type === 'string' && /connectionString/i.test(type);
}
