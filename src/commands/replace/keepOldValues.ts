import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { hidingInErrors } from '../../azure/core/secrets/hiding';
import { getSecretValue } from '../../azure/keyVault/secrets';
import type { GrantPlace } from '../../grants/grantPlace';
import type { OldValue } from '../../grants/replace/oldValue';
import { readSameValue } from '../../grants/replace/readReplaceFacts';
import type { VaultTarget } from '../../inventory/targets';
import { pickKeyVault } from '../../ui/pickers/pickers';
import type { ReportProgress } from '../../ui/progress';
import { grantPlaceOf } from '../access/applyPlan';
import type { SecretChoice } from '../keyVault/createSecret';
import { askSecretName } from '../keyVault/secretName';
import type { Services } from '../services';
import { writeSecret } from '../settings/moveToKeyVault';
import type { PlannedReplacement, ReplacedKey } from './plannedReplacement';

interface ChosenSecret {
  readonly place: VaultTarget;
  readonly secret: SecretChoice;
}

/** Where the values are kept that no service lists again. */
export type ChosenSecrets = ReadonlyMap<ReplacedKey, ChosenSecret>;

/** Asks for a vault for all values that no service lists again, and for the name of the secret if there's only one key. */
export async function chooseSecrets(
  { inventory }: Pick<Services, 'inventory'>,
  all: readonly PlannedReplacement[],
): Promise<ChosenSecrets> {
  const title = vscode.l10n.t('Keep the Old Value');
  const unlisted = all.flatMap(({ connection, app, plan }) =>
    plan.keys.filter(({ listed }) => !listed).map((key) => ({ connection, app, key })),
  );
  const vaults = new Map<Connection, VaultTarget>();
  const chosen = new Map<ReplacedKey, ChosenSecret>();
  for (const { connection, app, key } of unlisted) {
    const place = vaults.get(connection) ?? (await pickVault(inventory, title, connection));
    vaults.set(connection, place);
    const { name } = key.facts.finding;
    const isOne = all.flatMap(({ plan }) => plan.keys).length === 1;
    const secret = await askSecretName(title, place, isOne ? name : `${app.name}-${name}`, !isOne);
    chosen.set(key, { place, secret });
  }
  return chosen;
}

/** In the account and tenant of the app, whose connection reads the secret again. */
function pickVault(
  inventory: Services['inventory'],
  title: string,
  { accountId, tenantId }: Connection,
): Promise<VaultTarget> {
  return pickKeyVault(inventory, title, {
    only: ({ connection }) => connection.accountId === accountId && connection.tenantId === tenantId,
    none: vscode.l10n.t('There is no key vault that could keep the old value'),
  });
}

/** Says where the old value of a key can be read again; first writes it into its secret if it has one. @throws AzureError */
export async function keepOldValue(
  services: Pick<Services, 'changes' | 'logStreams'>,
  { connection, app }: PlannedReplacement,
  key: ReplacedKey,
  chosen: ChosenSecrets,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<OldValue> {
  if (key.listed) return key.listed;
  const value = await readSameValue(connection, app, key, signal);
  const secret = chosen.get(key);
  if (!secret) throw new RangeError(key.facts.finding.name);
  const place = grantPlaceOf(services, connection, secret.place.connection);
  return await hidingInErrors([value], () => writeAndReadBack(place, secret, value, report, signal));
}

async function writeAndReadBack(
  grantPlace: GrantPlace,
  chosen: ChosenSecret,
  value: string,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<OldValue> {
  const { vault } = chosen.place;
  const secretName = chosen.secret.name;
  const secretVersion = await writeSecret(grantPlace, chosen, value, report, signal);
  if ((await getSecretValue(grantPlace.vaultConnection, vault, secretName, secretVersion, signal)) !== value)
    throw new AzureError(vscode.l10n.t("The secret doesn't have the value that was written."), {
      code: 'BadAnswer',
    });
  const version = secretVersion === undefined ? {} : { secretVersion };
  return { kind: 'secret', vaultId: vault.id, secretName, ...version };
}
