import * as vscode from 'vscode';
import type { FunctionApp } from '../../azure/core/model';
import type { ReadQuestion } from '../../grants/readFacts';
import type { LoggedRefusal } from '../../logs/refusals';
import { warn } from '../../ui/messages';
import type { AppTarget, VaultTarget } from '../../inventory/targets';
import type { Services } from '../services';

/**
 * Says that a key vault refused the app according to a log, and offers to find out why. It doesn't wait for an answer and
 * never throws, so that it can't hold up the log.
 */
export async function explainRefusal(
  services: Pick<Services, 'inventory'>,
  target: AppTarget,
  refusal: LoggedRefusal,
): Promise<void> {
  const { app } = target;
  const { vaultName } = refusal;
  const vaults = await services.inventory.keyVaults().catch(() => []);
  const vault = vaults.find((one) => one.vault.name.toLowerCase() === vaultName.toLowerCase());
  const secretName = refusal.secretName ?? (vault && (await secretOfSettings(target, vault)));
  const message =
    secretName === undefined
      ? vscode.l10n.t('The key vault {0} denied {1} access to a secret.', vaultName, app.name)
      : vscode.l10n.t(
          'The key vault {0} denied {1} access to the secret {2}.',
          vaultName,
          app.name,
          secretName,
        );
  const title = vscode.l10n.t("Why Can't It Read?");
  const command = 'keyless.whyCantItRead';
  const question = vault && secretName !== undefined && questionOf(target, vault, secretName, refusal);
  const nodes: readonly unknown[] = vault ? [vault, [target, vault]] : [target];
  warn(message, { title, command, arguments: question ? [question] : nodes });
}

/**
 * The one secret of the vault that the app's settings name, or undefined if they name none or several. Vaults with access
 * policies don't name the secret when they refuse a request.
 */
async function secretOfSettings(
  { connection, app }: AppTarget,
  { vault }: VaultTarget,
): Promise<string | undefined> {
  const [{ readSettings }, { parseKeyVaultReference, parseSecretIdentifier }] = await Promise.all([
    import('../../azure/appService/appSettings'),
    import('../../azure/keyVault/secretUri'),
  ]);
  const settings = await readSettings(connection, app).catch(() => []);
  const names = new Set<string>();
  for (const { value } of settings) {
    const reference = parseKeyVaultReference(value);
    const uri = parseSecretIdentifier(value);
    const isHere =
      (reference?.vaultUri ?? uri?.vaultUri)?.toLowerCase() === vault.vaultUri.toLowerCase() ||
      reference?.vaultName?.toLowerCase() === vault.name.toLowerCase();
    const name = reference?.secretName ?? uri?.name;
    if (isHere && name !== undefined) names.add(name);
  }
  return names.size === 1 ? [...names][0] : undefined;
}

function questionOf(
  { connection, app }: AppTarget,
  { connection: vaultConnection, vault }: VaultTarget,
  secretName: string,
  { code, objectId }: LoggedRefusal,
): ReadQuestion {
  const identity = identityOf(app, objectId);
  return {
    connection,
    appId: app.id,
    vaultConnection,
    target: { vaultId: vault.id, vaultName: vault.name, secretName },
    ...(identity === undefined ? {} : { identity }),
    observed: { code, at: new Date() },
  };
}

/** Which of the app's identities was refused. */
function identityOf({ identity }: FunctionApp, objectId: string | undefined): string | undefined {
  const isIt = (id: string) => id.toLowerCase() === objectId?.toLowerCase();
  if (identity.systemAssigned && isIt(identity.systemAssigned.principalId)) return 'SystemAssigned';
  return identity.userAssigned.find(({ principalId }) => isIt(principalId))?.resourceId;
}
