import * as vscode from 'vscode';
import { isWithheld } from '../../access/model/facts';
import type { Cause } from '../../access/model/verdict';
import { recoverVault } from '../../azure/keyVault/deletedVaults';
import type { KeyVault } from '../../azure/core/model';
import { enableSecret } from '../../azure/keyVault/secrets';
import { recoverSecret } from '../../azure/keyVault/secretState';
import { addFirewallAddresses, openToFirewall } from '../../azure/keyVault/vaultNetwork';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { Fix, FixContext } from './fix';

/** *Enable Secret*, of the version that is asked for. */
export function enableSecretAction(context: FixContext): Fix[] {
  return mending(context, vscode.l10n.t('Enable Secret'), enableIt);
}

/** *Recover Secret*. */
export function recoverSecretAction(context: FixContext): Fix[] {
  return mending(context, vscode.l10n.t('Recover Secret'), recoverIt);
}

type Work = (vault: KeyVault, context: FixContext, signal: AbortSignal) => Promise<void>;

/** A change of the vault or its secret, behind a progress notification. */
function mending(context: FixContext, title: string, work: Work): Fix[] {
  const { services, question } = context;
  return withVault(context, (vault) => [
    {
      title,
      run: async () => {
        await withProgress(`${title}: ${question.target.secretName}`, (signal) =>
          work(vault, context, signal),
        );
        services.refresh(question.vaultConnection, vault.id);
        await context.changed();
      },
    },
  ]);
}

async function enableIt(
  vault: KeyVault,
  { services, question }: FixContext,
  signal: AbortSignal,
): Promise<void> {
  const { secretName: name, secretVersion } = question.target;
  await enableSecret(question.vaultConnection, vault, name, secretVersion, signal);
  services.changes.record(question.vaultConnection, { kind: 'enableSecret', vaultId: vault.id, name });
}

async function recoverIt(
  vault: KeyVault,
  { services, question }: FixContext,
  signal: AbortSignal,
): Promise<void> {
  const { secretName: name } = question.target;
  await recoverSecret(question.vaultConnection, vault, name, signal);
  services.changes.record(question.vaultConnection, { kind: 'recoverSecret', vaultId: vault.id, name });
}

/** Takes a deleted vault back. */
export async function recoverTheVault(
  { deleted }: Cause & { kind: 'vaultSoftDeleted' },
  { services, question, changed }: FixContext,
): Promise<void> {
  const { vaultConnection: c } = question;
  await withProgress(vscode.l10n.t('Recovering the key vault {0}', deleted.name), (signal) =>
    recoverVault(c, deleted, signal),
  );
  services.changes.record(c, { kind: 'recoverVault', vaultId: deleted.vaultId, location: deleted.location });
  services.refresh(c, deleted.vaultId);
  await changed();
}

/** Lets the app's addresses through the vault's firewall, after asking. */
export async function openFirewall(addresses: readonly string[], context: FixContext): Promise<void> {
  const { question, read } = context;
  await confirm(
    vscode.l10n.t(
      'Let {0} addresses of {1} through the firewall of {2}?',
      addresses.length,
      read.app.name,
      question.target.vaultName,
    ),
    addressWords(addresses),
    vscode.l10n.t('Let Them In'),
  );
  await letIn(addresses, context);
}

/** Turns public network access on for the app's addresses alone; where they are known. */
export function openAction(context: FixContext): Fix[] {
  const { outboundAddresses: addresses } = context.read.facts.app;
  if (isWithheld(addresses) || addresses.length === 0) return [];
  const { services, question } = context;
  const { vaultConnection: c, target } = question;
  return [
    {
      title: vscode.l10n.t("Open to the App's Addresses Alone"),
      run: async () => {
        await confirm(
          vscode.l10n.t('Turn on public network access of {0}?', target.vaultName),
          `${vscode.l10n.t('Its firewall then lets in the rules that it has, and these addresses:')}\n${addressWords(addresses)}`,
          vscode.l10n.t('Turn On'),
        );
        await withProgress(vscode.l10n.t('Opening {0}', target.vaultName), (signal) =>
          openToFirewall(c, target.vaultId, signal),
        );
        services.changes.record(c, { kind: 'openToFirewall', vaultId: target.vaultId });
        await letIn(addresses, context);
      },
    },
  ];
}

async function letIn(addresses: readonly string[], context: FixContext): Promise<void> {
  const { services, question } = context;
  const { vaultConnection: c, target } = question;
  try {
    await withProgress(vscode.l10n.t('Changing the firewall of {0}', target.vaultName), (signal) =>
      addFirewallAddresses(c, target.vaultId, addresses, signal),
    );
    for (const address of addresses)
      services.changes.record(c, { kind: 'addFirewallAddress', vaultId: target.vaultId, address });
  } finally {
    services.refresh(c, target.vaultId);
  }
  await context.changed();
}

function addressWords(addresses: readonly string[]): string {
  return `${addresses.join(', ')}\n\n${vscode.l10n.t('Other apps of the same scale unit of App Service call from the same addresses. They are still asked for an identity with the right.')}`;
}

/** For what takes a vault that is there and could be read. */
export function withVault({ read }: FixContext, make: (vault: KeyVault) => Fix[]): Fix[] {
  const { vault } = read.facts;
  return isWithheld(vault) || vault.kind !== 'present' ? [] : make(vault.vault);
}
