import { knownPrincipals } from '../../access/knownPrincipals';
import { referenceIn } from '../../access/reference/reference';
import type { Connection } from '../../azure/core/connection';
import type { Target } from '../../access/model/facts';
import { isObject } from '../../azure/core/json';
import { getSignedInPrincipal } from '../../azure/directory/signedInPrincipal';
import type { KeyVaultReference } from '../../azure/keyVault/secretUri';
import { parseKeyVaultReference } from '../../azure/keyVault/secretUri';
import type { ReadQuestion } from '../../grants/readFacts';
import { nearTo } from '../../ui/pickers/nearest';
import { pickFunctionApp, pickKeyVault } from '../../ui/pickers/pickers';
import { pickSecretName } from '../../ui/pickers/readPickers';
import type { AppTarget, SecretTarget, SettingTarget, VaultTarget } from '../../inventory/targets';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';

/** A node that names an app, what it should read, or both. */
export type ReadNode = AppTarget | SettingTarget | VaultTarget | SecretTarget;

/** Which app should read which secret. */
export interface ReadSubject {
  readonly app: AppTarget;
  readonly vaultConnection: Connection;
  readonly target: Target;
  /** The setting that was selected. */
  readonly settingName?: string;
  /** Its type if it's a connection string. */
  readonly connectionType?: string;
}

/** The app and the secret that the nodes name together. Asks for whatever they leave open. */
export async function subjectOf(
  services: Pick<Services, 'inventory'>,
  title: string,
  nodes: readonly ReadNode[],
): Promise<ReadSubject> {
  const { inventory } = services;
  const setting = nodes.find((node) => 'setting' in node);
  const named = setting && (await secretOfSetting(services, setting));
  // A secret of a container app belongs to the app, not to a vault.
  const secret = nodes.find((node) => 'vault' in node && 'secret' in node);
  const vault = secret ?? nodes.find((node) => 'vault' in node);
  const app =
    nodes.find((node) => 'app' in node) ?? (vault ? undefined : await pickFunctionApp(inventory, title));
  const reference = setting?.setting.resolution ? referenceIn(setting.setting) : {};
  if (app && named) return { app, ...named, ...reference };
  const found = vault ?? (await pickKeyVault(inventory, title, {}, app));
  const target: Target = {
    vaultId: found.vault.id,
    vaultName: found.vault.name,
    secretName: secret?.secret.name ?? (await pickSecretName(title, found)),
    ...(secret?.secret.version === undefined ? {} : { secretVersion: secret.secret.version }),
  };
  return {
    app: app ?? (await pickFunctionApp(inventory, title, { near: nearTo(secret ?? found) })),
    vaultConnection: found.connection,
    target,
    ...reference,
  };
}

/** The question about a subject. */
export async function questionOf(
  services: Pick<Services, 'inventory'>,
  { app, vaultConnection, target, settingName, connectionType }: ReadSubject,
  identity?: string,
): Promise<ReadQuestion> {
  return {
    connection: app.connection,
    appId: app.app.id,
    vaultConnection,
    target,
    ...(settingName === undefined ? {} : referenceIn({ name: settingName, connectionType })),
    ...(identity === undefined ? {} : { identity }),
    notGroups: await notGroups(services, vaultConnection),
  };
}

/** Object IDs of principals that aren't groups: apps, identities, and the account itself. */
export async function notGroups(
  { inventory }: Pick<Services, 'inventory'>,
  vaultConnection: Connection,
): Promise<readonly string[]> {
  const known = await Promise.all([inventory.functionApps(), inventory.userAssignedIdentities()]).then(
    ([apps, identities]) => [
      ...knownPrincipals(
        apps.map((one) => one.app),
        identities.map((one) => one.identity),
      ).keys(),
    ],
    () => [],
  );
  const own = await getSignedInPrincipal(vaultConnection, undefined, { silent: true }).catch(() => undefined);
  return own ? [...known, own.objectId] : known;
}

/** The secret that a setting's reference names, or undefined if the setting isn't a valid reference. */
export async function secretOfSetting(
  services: Pick<Services, 'inventory'>,
  { connection, app, setting }: SettingTarget,
): Promise<Omit<ReadSubject, 'app'> | undefined> {
  const reference = parseKeyVaultReference(setting.keyVaultReference ?? '');
  if (!reference) return undefined;
  const { secretName, secretVersion } = reference;
  const version = secretVersion === undefined ? {} : { secretVersion };
  const vaults = await services.inventory.keyVaults();
  const found = vaults.find(({ vault }) => namesVault(reference, vault.name, vault.vaultUri));
  if (found) {
    const { id: vaultId, name: vaultName } = found.vault;
    return { vaultConnection: found.connection, target: { vaultId, vaultName, secretName, ...version } };
  }
  const vaultName = nameIn(reference);
  const { listDeletedVaults } = await import('../../azure/keyVault/deletedVaults');
  const deleted = await listDeletedVaults(connection, app.subscriptionId).catch(() => []);
  const vaultId = deleted.find(({ name }) => name.toLowerCase() === vaultName.toLowerCase())?.vaultId ?? '';
  return { vaultConnection: connection, target: { vaultId, vaultName, secretName, ...version } };
}

function namesVault(reference: KeyVaultReference, name: string, vaultUri: string): boolean {
  if (reference.vaultUri !== undefined) return reference.vaultUri.toLowerCase() === vaultUri.toLowerCase();
  return reference.vaultName?.toLowerCase() === name.toLowerCase();
}

function nameIn({ vaultName, vaultUri }: KeyVaultReference): string {
  return vaultName ?? new URL(vaultUri ?? 'https://unknown').hostname.split('.')[0] ?? '';
}

/** A question as JSON, which a report keeps for a reload of the window. */
export interface SavedQuestion extends Pick<
  ReadQuestion,
  'appId' | 'target' | 'identity' | 'settingName' | 'connectionType'
> {
  readonly account: SavedAccount;
  readonly vaultAccount: SavedAccount;
  readonly observed?: { readonly code: string; /** In ISO 8601. */ readonly at: string };
}

export function savedQuestion(question: ReadQuestion): SavedQuestion {
  const { appId, target, connection, vaultConnection, observed } = question;
  return {
    ...{ appId, target, account: savedAccount(connection), vaultAccount: savedAccount(vaultConnection) },
    ...optionsOf(question),
    ...(observed ? { observed: { code: observed.code, at: observed.at.toISOString() } } : {}),
  };
}

function optionsOf({
  identity,
  settingName,
  connectionType,
}: Pick<ReadQuestion, 'identity' | 'settingName' | 'connectionType'>) {
  return {
    ...(identity === undefined ? {} : { identity }),
    ...(settingName === undefined ? {} : { settingName }),
    ...(connectionType === undefined ? {} : { connectionType }),
  };
}

export function isSavedQuestion(value: unknown): value is SavedQuestion {
  if (!isObject(value)) return false;
  const { appId, target, account, vaultAccount, observed } = value;
  const optional = [
    ...[value['identity'], value['settingName'], value['connectionType']],
    isObject(target) ? target['secretVersion'] : undefined,
  ];
  return (
    optional.every((one) => one === undefined || typeof one === 'string') &&
    typeof appId === 'string' &&
    isObject(target) &&
    hasTexts(target, ['vaultId', 'vaultName', 'secretName']) &&
    isSavedAccount(account) &&
    isSavedAccount(vaultAccount) &&
    (observed === undefined || (isObject(observed) && hasTexts(observed, ['code', 'at'])))
  );
}

/** @throws AccountError if the account that asked isn't signed in */
export async function restoredQuestion(
  services: Pick<Services, 'accounts' | 'inventory'>,
  saved: SavedQuestion,
): Promise<ReadQuestion> {
  const { appId, target, account, vaultAccount, observed } = saved;
  const connection = await connectionOf(services, account);
  const vaultConnection = await connectionOf(services, vaultAccount);
  return {
    ...{ connection, vaultConnection, appId, target },
    ...optionsOf(saved),
    ...(observed ? { observed: { code: observed.code, at: new Date(observed.at) } } : {}),
    notGroups: await notGroups(services, vaultConnection),
  };
}
