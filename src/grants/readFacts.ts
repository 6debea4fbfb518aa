import * as l10n from '@vscode/l10n';
import type {
  Known,
  ObservedRefusal,
  ReadFacts,
  ReferenceFacts,
  RoleFacts,
  Target,
  VaultFacts,
  Withheld,
} from '../access/model/facts';
import { isWithheld } from '../access/model/facts';
import { getAppWithNetwork } from '../azure/appService/appNetwork';
import { referenceIn, referenceProblem } from '../access/reference/reference';
import { listAppSettings, readSettingsOf } from '../azure/appService/settings/appSettings';
import { isSameSetting, settingKindOf } from '../azure/appService/settings/settingsMap';
import { sameId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import { listDeletedVaults } from '../azure/keyVault/deletedVaults';
import { isAbsence } from '../azure/core/errors';
import type { FunctionApp } from '../azure/core/model';
import { tenantOfResource } from '../azure/directory/subscriptions';
import type { SecretState } from '../azure/keyVault/secretState';
import { readSecretState } from '../azure/keyVault/secretState';
import { parseKeyVaultReference } from '../azure/keyVault/secretUri';
import { getVaultWithNetwork } from '../azure/keyVault/vaultNetwork';
import { appFacts, isIdentity, readIdentities } from './appFacts';
import { known, readRolesAt, withheld } from './readRoles';

/** Which app should read which secret. */
export interface ReadQuestion {
  /** Connection for reading the app. */
  readonly connection: Connection;
  /** ARM ID of an app or slot. */
  readonly appId: string;
  /** Connection for reading the vault, which may belong to another tenant. */
  readonly vaultConnection: Connection;
  /** `vaultId` is '' if no vault with the name was found. */
  readonly target: Target;
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity; by default, the one for Key Vault references. */
  readonly identity?: string;
  /** The setting whose reference the app reads through; by default, found by its secret. */
  readonly settingName?: string;
  /** The type of that setting if it's a connection string. */
  readonly connectionType?: string;
  /** A refusal the app got. */
  readonly observed?: ObservedRefusal;
  /** Object IDs known not to be groups. */
  readonly notGroups?: readonly string[];
}

/** The facts, and the app that was read. */
export interface FactsRead {
  readonly facts: ReadFacts;
  readonly app: FunctionApp;
}

/**
 * Reads, in parallel, everything that decides whether an app can read a secret, but never the secret's value. What is
 * refused is withheld, with the reason. @throws AzureError if the app itself can't be read
 */
export async function readFacts(question: ReadQuestion, signal?: AbortSignal): Promise<FactsRead> {
  const { connection, target } = question;
  const vault = readVault(question, signal);
  const roles = readRoles(question, signal);
  const secret = vault.then((found) => readSecret(question, found, signal));
  const tenant = tenantOfResource(connection, question.appId, signal);
  const { app, network } = await settled(
    getAppWithNetwork(connection, question.appId, signal),
    ...[vault, roles, secret, tenant],
  );
  const identity = question.identity ?? app.keyVaultReferenceIdentity;
  const tenantId = await tenant;
  const subscriptionId = target.vaultId.split('/')[2] ?? '';
  const place = { connection: question.vaultConnection, subscriptionId };
  const [principals, reference] = await settled(
    Promise.all([
      readIdentities(connection, tenantId, app, place, signal),
      readReference(question, app, signal),
    ]),
    vault,
    roles,
    secret,
  );
  const principal = principals.find((one) => isIdentity(one, identity));
  const facts: ReadFacts = {
    app: appFacts(tenantId, app, network, identity),
    target,
    ...(principal ? { principal } : {}),
    otherIdentities: principals.filter((one) => one !== principal),
    vault: await vault,
    roles: await roles,
    secret: await secret,
    ...(reference ? { reference } : {}),
    ...(question.observed ? { observed: question.observed } : {}),
    ...(question.notGroups ? { notGroups: question.notGroups } : {}),
    now: new Date(),
  };
  return { facts, app };
}

/** Awaits `main`; if it fails, also waits for the others so that none fails unhandled. */
async function settled<T>(main: Promise<T>, ...others: Promise<unknown>[]): Promise<T> {
  for (const other of others) other.catch(() => undefined);
  return await main;
}

/** A vault known only by name may be in a subscription that the signed-in account can't see. */
function notFound(): Withheld {
  return { withheld: l10n.t('no vault with this name is in the subscriptions you can see') };
}

async function readVault(
  { vaultConnection: c, target }: ReadQuestion,
  signal: AbortSignal | undefined,
): Promise<Known<VaultFacts>> {
  if (target.vaultId === '') return notFound();
  try {
    return { kind: 'present', ...(await getVaultWithNetwork(c, target.vaultId, signal)) };
  } catch (error) {
    if (!isAbsence(error)) return withheld(error);
  }
  const subscriptionId = target.vaultId.split('/')[2] ?? '';
  const deleted = await known(() => listDeletedVaults(c, subscriptionId, signal));
  // Even without permission to list deleted vaults, it's known that this one doesn't exist.
  const found = isWithheld(deleted)
    ? undefined
    : deleted.find(({ vaultId }) => sameId(vaultId, target.vaultId));
  return found ? { kind: 'softDeleted', deleted: found } : { kind: 'absent' };
}

async function readSecret(
  { vaultConnection: c, target }: ReadQuestion,
  vault: Known<VaultFacts>,
  signal: AbortSignal | undefined,
): Promise<Known<SecretState>> {
  if (isWithheld(vault)) return vault;
  if (vault.kind !== 'present') return { withheld: l10n.t("the vault doesn't exist") };
  const { secretName, secretVersion } = target;
  return await known(() => readSecretState(c, vault.vault, secretName, secretVersion, signal));
}

async function readRoles(
  { vaultConnection: c, target }: ReadQuestion,
  signal: AbortSignal | undefined,
): Promise<RoleFacts> {
  if (target.vaultId === '') {
    const none = notFound();
    return { assignments: none, definitions: none, denyAssignments: none, unreadableScopes: [] };
  }
  return await readRolesAt(c, `${target.vaultId}/secrets/${target.secretName}`, signal, target.vaultId);
}

/** The setting that the app reads the secret through, and its status in App Service. No setting value is kept. */
async function readReference(
  { connection, target, settingName, connectionType }: ReadQuestion,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<ReferenceFacts | undefined> {
  const settings = await known(() => listAppSettings(connection, app, signal));
  // Settings that can't be read, or that the app can't have, say nothing about access to the secret.
  if (isWithheld(settings)) return undefined;
  const setting = settings.find((one) =>
    settingName === undefined
      ? isReferenceTo(one.keyVaultReference, target)
      : isSameSetting(one, { name: settingName, connectionType }),
  );
  if (!setting || (setting.keyVaultReference === undefined && setting.resolution === undefined))
    return undefined;
  const { name, keyVaultReference, resolution } = setting;
  const status = resolution && { status: resolution.status };
  if (keyVaultReference !== undefined) return { ...referenceIn(setting), ...status };
  const values = await known(() => readSettingsOf(connection, app, settingKindOf(setting), signal));
  const value = isWithheld(values) ? undefined : values.get(name);
  const syntaxProblem = value === undefined ? undefined : referenceProblem(value);
  return {
    ...referenceIn(setting),
    syntaxProblem: syntaxProblem ?? l10n.t("it isn't a valid Key Vault reference"),
    ...status,
  };
}

/** Whether a setting's value refers to the secret; without a version, it follows the current one. */
function isReferenceTo(value: string | undefined, target: Target): boolean {
  const reference = value === undefined ? undefined : parseKeyVaultReference(value);
  if (!reference) return false;
  const { vaultUri, vaultName = new URL(vaultUri ?? 'https://none').hostname.split('.')[0] } = reference;
  return (
    vaultName?.toLowerCase() === target.vaultName.toLowerCase() &&
    reference.secretName.toLowerCase() === target.secretName.toLowerCase() &&
    reference.secretVersion?.toLowerCase() === target.secretVersion?.toLowerCase()
  );
}
