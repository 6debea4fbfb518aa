import type { Fetched, PlatformSignIn } from '../../azure/appService/settings/platformSignIn';
import type { JsonObject } from '../../azure/core/json';
import type { Finding } from '../credentials/findings';
import { fetchedWith } from './isReplaceable';
import type { ChosenIdentity, ReplaceFacts } from './replaceFacts';
import type { PlatformWrite } from './writes';

/**
 * What the platform fetches, or may fetch, with a credential. On Flex Consumption, the deployment storage can name any setting,
 * such as that of the host's storage.
 */
export function mayFetchWith({ app, finding }: Pick<ReplaceFacts, 'app' | 'finding'>): Fetched | undefined {
  const isFlexStorage = /^flexconsumption$/i.test(app.sku ?? '') && finding.kind.startsWith('storage');
  return fetchedWith(finding) ?? (isFlexStorage ? 'package' : undefined);
}

/** The same, with another way out if nothing but the deployment storage is known to use the setting. */
export function inDeployment(finding: Finding, platform: ReplaceFacts['platform']): Finding {
  const isIt = typeof platform === 'object' && signsInWith(platform, finding.name);
  return isIt && finding.wayOut.because === 'codeReads'
    ? { ...finding, wayOut: { way: 'identity', because: 'deployment', add: {} } }
    : finding;
}

/** The change that lets the platform sign in as the identity; undefined if it doesn't sign in with the credential. */
export function platformWrite({ platform, identity, finding }: ReplaceFacts): PlatformWrite | undefined {
  if (typeof platform !== 'object' || !signsInWith(platform, finding.name)) return undefined;
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
  const why = mayFetchWith(facts) && whyNot(facts);
  return why ? [{ kind: 'platform', why }] : [];
}

function whyNot({ app, platform, finding, resource }: ReplaceFacts): PlatformRefusal | undefined {
  if (/azurecontainerapps/i.test(app.kind)) return 'containerApps';
  if (!platform) return 'unread';
  const isUsed = platform !== 'none' && signsInWith(platform, finding.name);
  if (!isUsed && !fetchedWith(finding)) return undefined;
  if (platform === 'none') return 'none';
  if (!isUsed && signsInWithKey(platform)) return 'otherSetting';
  const endpoint = typeof resource === 'object' ? resource.endpoints?.blob : undefined;
  const place = platform.fetched === 'image' ? `docker|${finding.host?.host ?? ''}` : endpoint;
  const isThere = place === undefined || platform.source.toLowerCase().startsWith(`${place}/`);
  return isThere ? undefined : 'otherSource';
}

/** Whether the platform signs in with the key or password that a setting has. */
function signsInWith(platform: PlatformSignIn, setting: string): boolean {
  const { storageAccountConnectionStringName: name } = platform.signIn;
  const isNamed = typeof name === 'string' && name.toLowerCase() === setting.toLowerCase();
  return signsInWithKey(platform) && (platform.fetched === 'image' || isNamed);
}

/** Whether the platform signs in with a key or a password that a setting has. */
export function signsInWithKey({ fetched, signIn }: PlatformSignIn): boolean {
  const { type, acrUseManagedIdentityCreds } = signIn;
  return fetched === 'image'
    ? acrUseManagedIdentityCreds !== true
    : typeof type === 'string' && /connectionString/i.test(type);
}
