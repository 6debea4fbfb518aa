import * as l10n from '@vscode/l10n';
import { telemetrySetting } from '../access/credentials/telemetry';
import { opensNoSecret } from '../access/operations/operations';
import { resourceOf } from '../access/operations/resourceKinds';
import { nameInId } from '../access/words/format';
import { readAppSettings, readSettings } from '../azure/appService/settings/appSettings';
import { isSameSetting } from '../azure/appService/settings/settingsMap';
import type { ContainerAppSecret } from '../azure/appService/hosting/containerApp';
import { listContainerAppSecrets } from '../azure/appService/hosting/containerApp';
import { readApp } from '../azure/appService/hosting/readApp';
import { isContainerApp } from '../azure/appService/siteKind';
import { getFunctionApp } from '../azure/appService/sites';
import { sameId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import { isAbort, isAbsence } from '../azure/core/errors';
import type { FunctionApp } from '../azure/core/model';
import { explain } from '../azure/explain/explain';
import { getGroupsOf } from '../azure/directory/graph';
import { readRolesOf } from '../azure/directory/principalRoles';
import { listResourcesWithIdentity } from '../azure/directory/resourcesWithIdentity';
import { listSubscriptions } from '../azure/directory/subscriptions';
import { parseKeyVaultReference } from '../azure/keyVault/secretUri';
import { getKeyVault } from '../azure/keyVault/vaults';
import { listFunctionApps, listKeyVaults } from '../inventory/listResources';
import type { AppReference, Grant } from './grant';
import { covers } from './grant';
import { isFetchedFrom } from './replace/fetchedFrom';

/** What an app reads from key vaults by valid references, which contain no secret value. @throws AzureError */
export async function readReferences(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<AppReference[]> {
  if (isContainerApp(app)) return (await listContainerAppSecrets(c, app, signal)).flatMap(referenceOfSecret);
  return (await readSettings(c, app, signal)).flatMap(({ name: setting, value: reference, ...type }) =>
    parseKeyVaultReference(reference) ? [{ setting, reference, ...type }] : [],
  );
}

function referenceOfSecret({ name, keyVaultUrl, identity = 'system' }: ContainerAppSecret): AppReference[] {
  const reference = `@Microsoft.KeyVault(SecretUri=${keyVaultUrl ?? ''})`;
  if (!parseKeyVaultReference(reference)) return [];
  return [{ setting: name, reference, identity: sameId(identity, 'system') ? 'SystemAssigned' : identity }];
}

/** The principal of one of an app's identities: `SystemAssigned`, or the ARM ID of a user-assigned one. */
export function principalOf({ identity }: FunctionApp, wanted: string): string | undefined {
  return wanted.startsWith('/')
    ? identity.userAssigned.find(({ resourceId }) => sameId(resourceId, wanted))?.principalId
    : identity.systemAssigned?.principalId;
}

/**
 * Which Key Vault reference needs a right that a grant added, in words; undefined if none. Those of the grant's own secret
 * that were there when it began don't count: letting them resolve was its purpose.
 * @param scope ARM ID of the vault or secret that the right is on
 * @throws AzureError if that can't be read
 */
export async function referenceThatNeeds(
  c: Connection,
  grant: Grant,
  scope: string,
  principalId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for await (const app of appsSharing(c, grant, signal)) {
    const isIt = (identity: string) => sameId(principalOf(app, identity) ?? '', principalId);
    // Only the references of a container app have identities of their own.
    if (!isContainerApp(app) && !isIt(app.keyVaultReferenceIdentity)) continue;
    const isRead = ({ identity = app.keyVaultReferenceIdentity }: AppReference) => isIt(identity);
    const isOwn = (one: AppReference) =>
      sameId(app.id, grant.appId) && !isSince(one, grant) && names(one, grant);
    const isCovered = (one: AppReference) =>
      isInVault(one, grant) && covers(scope, grant.vaultId, secretOf(one));
    const isOther = (one: AppReference) => isRead(one) && isCovered(one) && !isOwn(one);
    const found = (await readReferences(c, app, signal)).find(isOther);
    if (found) return dependsOnIt(app, found);
  }
  return undefined;
}

/**
 * Which reference of the app was added or changed since a grant began, in words; any if it isn't known which there were.
 * @throws AzureError
 */
export async function referenceSince(
  c: Connection,
  grant: Grant,
  app: FunctionApp,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = (await readReferences(c, app, signal)).find((one) => !grant.before || isSince(one, grant));
  return found && dependsOnIt(app, found);
}

function dependsOnIt(app: FunctionApp, { setting }: AppReference): string {
  return isContainerApp(app)
    ? l10n.t('the secret {0} of {1} depends on it', setting, app.name)
    : l10n.t('the setting {0} of {1} depends on it', setting, app.name);
}

/**
 * Which setting has come to connect an app to a grant's resource by the identity since the grant began, in words, or to a
 * secret if a role may open those; any if it isn't known which there were. @throws AzureError
 */
export async function connectionSince(
  c: Connection,
  grant: Grant,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { connectedBefore = [], appId, vaultId, roles = [] } = grant;
  for await (const app of appsSharing(c, grant, signal)) {
    const isOld = (name: string) => sameId(app.id, appId) && connectedBefore.includes(name);
    const since = (await settingsThatConnect(c, app, vaultId, signal)).find((name) => !isOld(name));
    if (since !== undefined) return l10n.t('the setting {0} of {1} depends on it', since, app.name);
    if (await isFetchedFrom(c, app, vaultId, signal))
      return l10n.t('{0} gets its package or image with it', app.name);
    const used = roles.every(opensNoSecret) ? undefined : await referenceSince(c, grant, app, signal);
    if (used !== undefined) return used;
  }
  return undefined;
}

/**
 * The settings that connect an app to a resource by an identity: a member such as `X__accountName` names it, or its address
 * does. None for a container app. @param id ARM ID of the resource or of a part of it @throws AzureError
 */
export async function settingsThatConnect(
  c: Connection,
  app: FunctionApp,
  id: string,
  signal: AbortSignal,
): Promise<string[]> {
  if (isContainerApp(app)) return [];
  const isIt = namesResource(id);
  // Which component the telemetry goes to isn't looked up: a role too many is less bad than one too few.
  const isTelemetry = /\/Microsoft\.Insights\/components\//i.test(id);
  return [...(await readAppSettings(c, app, signal))]
    .filter(
      ([key, value]) =>
        (/__\w*(?:name|uri|namespace|endpoint)$/i.test(key) && isIt(value)) ||
        (isTelemetry && sameId(key, telemetrySetting)),
    )
    .map(([key]) => key);
}

/** Whether a value is the name of a resource or its address. @param id ARM ID of the resource or of a part of it */
export function namesResource(id: string): (value: string) => boolean {
  const name = nameInId(resourceOf(id)).toLowerCase();
  return (value) => `${value.toLowerCase().replace(/^https:\/\//, '')}.`.startsWith(`${name}.`);
}

/** Which setting names an identity by its client ID or ARM ID, so that the app's own code uses it. @throws AzureError */
export async function settingThatNames(
  c: Connection,
  app: FunctionApp,
  identityId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const assigned = app.identity.userAssigned.find(({ resourceId }) => sameId(resourceId, identityId));
  const ids = [identityId, assigned?.clientId ?? ''].filter(Boolean).map((id) => id.toLowerCase());
  // A connection string has the client ID in the middle, such as `…;User Id=CLIENT-ID;…`.
  const isIt = (value: string) => ids.some((id) => value.toLowerCase().includes(id));
  if (isContainerApp(app)) return await configurationThatHas(c, app, isIt, signal);
  const found = (await readSettings(c, app, signal)).find(({ value }) => isIt(value));
  return found && l10n.t('the setting {0} of {1} refers to it', found.name, app.name);
}

/** Whether a container app's configuration has a text, in words. @throws AzureError */
export async function configurationThatHas(
  c: Connection,
  app: FunctionApp,
  isIt: (text: string) => boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { properties } = (await readApp(c, app.id, signal)).json;
  return hasText(properties, isIt) ? l10n.t('the configuration of {0} refers to it', app.name) : undefined;
}

/**
 * What other access a principal has, in words, in every subscription of the tenant that the account can see; undefined if
 * none. @throws AzureError if a part can't be read
 */
export async function otherRights(
  c: Connection,
  principalId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ids = (await listSubscriptions(c, signal)).map(({ subscriptionId }) => subscriptionId);
  const [{ roles, failures }, vaults, groups] = await Promise.all([
    readRolesOf(c, ids, principalId, signal),
    listKeyVaults(c, ids, signal),
    // Usually not known. Roles through groups are among the roles.
    getGroupsOf(c, principalId, signal),
  ]);
  if (roles.length > 0) return l10n.t('the identity has other role assignments');
  if (groups && groups.length > 0) return l10n.t('the identity is a member of a group');
  const names = (vault: { readonly accessPolicies: readonly { readonly objectId: string }[] }) =>
    vault.accessPolicies.some(({ objectId }) => sameId(objectId, principalId));
  // Resource Graph, which lists them, may still show what was just undone.
  const now = await Promise.all(vaults.items.filter(names).map(({ id }) => getKeyVault(c, id, signal)));
  const other = now.find(names);
  if (other) return l10n.t('the identity has an access policy on {0}', other.name);
  const failure = (failures[0] ?? vaults.failures[0])?.error;
  if (failure) throw failure;
  return undefined;
}

/** Whether any text inside a value fits, however deeply it's nested. */
function hasText(value: unknown, fits: (text: string) => boolean): boolean {
  if (typeof value === 'string') return fits(value);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((one) => hasText(one, fits))
  );
}

/** The app itself, and all others that have its identity, if that's a user-assigned one. @throws AzureError */
export async function* appsSharing(
  c: Connection,
  { appId, identity }: Pick<Grant, 'appId' | 'identity'>,
  signal: AbortSignal,
): AsyncGenerator<FunctionApp> {
  const others = identity.startsWith('/') ? await sitesWith(c, identity, signal) : [];
  for (const id of [appId, ...others.filter((other) => !sameId(other, appId))]) {
    const app = await appOrNone(c, id, signal);
    if (app) yield app;
  }
}

/** What depends on something, in words. What can't be found out counts as a reason to keep it. */
export async function unlessUnknown(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isAbort(error)) throw error;
    return l10n.t("can't check whether something else uses it: {0}", explain(error).reason);
  }
}

/** Apps and slots with a user-assigned identity; without slots where there's no Resource Graph. */
async function sitesWith(c: Connection, identityId: string, signal: AbortSignal): Promise<string[]> {
  const ids = (await listSubscriptions(c, signal)).map(({ subscriptionId }) => subscriptionId);
  try {
    const users = await listResourcesWithIdentity(c, ids, identityId, signal);
    return users.filter((id) => isContainerApp({ id }) || /\/providers\/microsoft\.web\/sites\//i.test(id));
  } catch (error) {
    if (isAbort(error)) throw error;
    const { items, failures } = await listFunctionApps(c, ids, signal);
    if (failures[0]) throw failures[0].error;
    return items.filter((app) => principalOf(app, identityId) !== undefined).map(({ id }) => id);
  }
}

async function appOrNone(c: Connection, id: string, signal: AbortSignal): Promise<FunctionApp | undefined> {
  try {
    return await getFunctionApp(c, id, signal);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function isSince(now: AppReference, { before }: Grant): boolean {
  if (!before) return false;
  const idOf = ({ setting: name, ...type }: AppReference) => ({ name, ...type });
  return !before.some((one) => isSameSetting(idOf(one), idOf(now)) && one.reference === now.reference);
}

function names(one: AppReference, { secretName }: Grant): boolean {
  return sameId(secretOf(one), secretName);
}

function secretOf({ reference }: AppReference): string {
  return parseKeyVaultReference(reference)?.secretName ?? '';
}

function isInVault({ reference }: AppReference, { vaultId }: Grant): boolean {
  const { vaultUri, vaultName = new URL(vaultUri ?? 'https://none').hostname.split('.')[0] ?? '' } =
    parseKeyVaultReference(reference) ?? {};
  return sameId(vaultName, vaultId.split('/').at(-1) ?? '');
}
