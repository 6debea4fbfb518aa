import * as vscode from 'vscode';
import type { ReadFailure, VaultRefusal } from '../../azure/keyVault/readFailures';
import type { FunctionApp } from '../../azure/core/model';
import type { ReadQuestion } from '../../grants/readFacts';
import type { AppTarget, VaultTarget } from '../../inventory/targets';
import type { LoggedFailure } from '../../logs/readFailureLinks';
import { warn } from '../../ui/messages';
import type { Services } from '../services';

/** An app that couldn't read a secret, and what it said about that. */
export interface FailedRead {
  readonly target: AppTarget;
  readonly failure: ReadFailure;
  /** When it failed, if that's known. */
  readonly at?: Date;
}

const command = 'keyless.whyCantItRead';

/**
 * Says that an app couldn't read a secret according to its log, and offers to find out why. It doesn't wait for an answer
 * and never throws, so that it can't hold up the log.
 */
export async function offerExplanation(
  services: Pick<Services, 'inventory'>,
  target: AppTarget,
  failure: ReadFailure,
): Promise<void> {
  const { secretName, args } = await subjectOf(services, { target, failure, at: new Date() });
  warn(wordsOf(target.app.name, failure, secretName), {
    title: vscode.l10n.t("Why Can't It Read?"),
    command,
    arguments: args,
  });
}

/** Opens the report on a read that failed: of a function's answer, or of a line in a log, whose arguments are only JSON. */
export async function explainReadFailure(
  services: Pick<Services, 'inventory' | 'logStreams'>,
  failed?: FailedRead | LoggedFailure,
): Promise<void> {
  if (failed === undefined) return;
  // A line of a log may be old, and a refusal from before a change says nothing about the state after it.
  const read = 'target' in failed ? failed : loggedRead(services, failed);
  if (!read) return;
  const { args } = await subjectOf(services, read);
  await vscode.commands.executeCommand(command, ...args);
}

function loggedRead(
  { logStreams }: Pick<Services, 'logStreams'>,
  { stream, failure }: LoggedFailure,
): FailedRead | undefined {
  const target = logStreams.targetOf(stream);
  return target && { target, failure };
}

/** What the report would be about. */
interface Subject {
  readonly secretName?: string | undefined;
  /** Arguments of *Why Can't It Read?*, which asks for what they leave open. */
  readonly args: readonly unknown[];
}

async function subjectOf({ inventory }: Pick<Services, 'inventory'>, read: FailedRead): Promise<Subject> {
  const { target, failure } = read;
  const vaults = await inventory.keyVaults().catch(() => []);
  const named = failure.kind === 'noIdentity' ? undefined : failure.vaultName.toLowerCase();
  const candidates = vaults.filter(({ vault }) => named === undefined || vault.name.toLowerCase() === named);
  const ownName = failure.kind === 'noIdentity' ? undefined : failure.secretName;
  const [vault] = candidates;
  const found = ownName === undefined ? await secretOfSettings(target, candidates) : undefined;
  const secretName = ownName ?? found?.secretName;
  if (secretName !== undefined)
    return { secretName, args: [questionOf(read, found?.vault ?? vault, secretName)] };
  return { args: named !== undefined && vault ? [vault, [target, vault]] : [target] };
}

interface FoundSecret {
  readonly vault: VaultTarget;
  readonly secretName: string;
}

/**
 * The one secret of the vaults that the app's settings name, or undefined if they name none or several. Vaults with access
 * policies don't name the secret when they refuse a request, and an app without an identity doesn't get to name one.
 */
async function secretOfSettings(
  { connection, app }: AppTarget,
  vaults: readonly VaultTarget[],
): Promise<FoundSecret | undefined> {
  if (vaults.length === 0) return undefined;
  const [{ readSettings }, { parseKeyVaultReference, parseSecretIdentifier }] = await Promise.all([
    import('../../azure/appService/settings/appSettings'),
    import('../../azure/keyVault/secretUri'),
  ]);
  const settings = await readSettings(connection, app).catch(() => []);
  const found = new Map<string, FoundSecret>();
  for (const { value } of settings) {
    const reference = parseKeyVaultReference(value);
    const uri = parseSecretIdentifier(value);
    const secretName = reference?.secretName ?? uri?.name;
    const vault = vaults.find(
      (one) =>
        (reference?.vaultUri ?? uri?.vaultUri)?.toLowerCase() === one.vault.vaultUri.toLowerCase() ||
        reference?.vaultName?.toLowerCase() === one.vault.name.toLowerCase(),
    );
    if (vault && secretName !== undefined)
      found.set(`${vault.vault.id} ${secretName}`, { vault, secretName });
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}

/** @param vault undefined if no vault that Keyless can see has the name */
function questionOf(
  { target: { connection, app }, failure, at }: FailedRead,
  vault: VaultTarget | undefined,
  secretName: string,
): ReadQuestion {
  const refusal = failure.kind === 'refused' ? failure : undefined;
  const identity = refusal && identityOf(app, refusal);
  const vaultName = vault?.vault.name ?? (failure.kind === 'noIdentity' ? '' : failure.vaultName);
  return {
    connection,
    appId: app.id,
    vaultConnection: vault?.connection ?? connection,
    target: { vaultId: vault?.vault.id ?? '', vaultName, secretName },
    ...(identity === undefined ? {} : { identity }),
    ...(refusal && at ? { observed: { code: refusal.code, at } } : {}),
  };
}

/** Which of the app's identities was refused. */
function identityOf({ identity }: FunctionApp, { objectId }: VaultRefusal): string | undefined {
  const isIt = (id: string) => id.toLowerCase() === objectId?.toLowerCase();
  if (identity.systemAssigned && isIt(identity.systemAssigned.principalId)) return 'SystemAssigned';
  return identity.userAssigned.find(({ principalId }) => isIt(principalId))?.resourceId;
}

function wordsOf(appName: string, failure: ReadFailure, secretName: string | undefined): string {
  switch (failure.kind) {
    case 'noIdentity':
      return vscode.l10n.t(
        "{0} couldn't read a secret, because it has no managed identity that it can use.",
        appName,
      );
    case 'unresolved':
      return vscode.l10n.t(
        "{0} got the text of a Key Vault reference, because the reference to the secret {1} didn't resolve.",
        appName,
        failure.secretName,
      );
    case 'refused':
      return secretName === undefined
        ? vscode.l10n.t('The key vault {0} denied {1} access to a secret.', failure.vaultName, appName)
        : vscode.l10n.t(
            'The key vault {0} denied {1} access to the secret {2}.',
            failure.vaultName,
            appName,
            secretName,
          );
  }
}
