import * as vscode from 'vscode';
import { isWithheld } from '../../../access/model/facts';
import type { Cause } from '../../../access/model/verdict';
import { recoverVault } from '../../../azure/keyVault/deletedVaults';
import type { KeyVault } from '../../../azure/core/model';
import { tenantOfResource } from '../../../azure/directory/subscriptions';
import { enableSecret } from '../../../azure/keyVault/secrets';
import { recoverSecret } from '../../../azure/keyVault/secretState';
import { addFirewallAddresses, openToFirewall } from '../../../azure/keyVault/vaultNetwork';
import { withProgress } from '../../../ui/progress';
import { confirm } from '../../../ui/quickPick';
import type { AppTarget } from '../../../inventory/targets';
import type { Fix, FixContext } from './fix';

/** *Enable Secret*, for the version in question. */
export function enableSecretAction(context: FixContext): Fix[] {
  return fixOf(context, vscode.l10n.t('Enable Secret'), enableIt);
}

export function recoverSecretAction(context: FixContext): Fix[] {
  return fixOf(context, vscode.l10n.t('Recover Secret'), recoverIt);
}

type Work = (vault: KeyVault, context: FixContext, signal: AbortSignal) => Promise<void>;

/** A button that changes the vault or its secret while showing progress. */
function fixOf(context: FixContext, title: string, work: Work): Fix[] {
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
  { services, question, read }: FixContext,
  signal: AbortSignal,
): Promise<void> {
  const { secretName: name, secretVersion } = question.target;
  await enableSecret(question.vaultConnection, vault, name, secretVersion, signal);
  const change = { kind: 'enableSecret', vaultId: vault.id, name } as const;
  services.changes.record(question.vaultConnection, change, appOf(question, read));
}

async function recoverIt(
  vault: KeyVault,
  { services, question, read }: FixContext,
  signal: AbortSignal,
): Promise<void> {
  const { secretName: name } = question.target;
  await recoverSecret(question.vaultConnection, vault, name, signal);
  const change = { kind: 'recoverSecret', vaultId: vault.id, name } as const;
  services.changes.record(question.vaultConnection, change, appOf(question, read));
}

/** Recovers a soft-deleted vault. */
export async function recoverTheVault(
  { deleted }: Cause & { kind: 'vaultSoftDeleted' },
  { services, question, read, changed }: FixContext,
): Promise<void> {
  const { vaultConnection: c } = question;
  await withProgress(vscode.l10n.t('Recovering the key vault {0}', deleted.name), async (signal) =>
    recoverVault(c, deleted, await tenantOfResource(c, deleted.vaultId, signal), signal),
  );
  const change = { kind: 'recoverVault', vaultId: deleted.vaultId, location: deleted.location } as const;
  services.changes.record(c, change, appOf(question, read));
  services.refresh(c, deleted.vaultId);
  await changed();
}

/** After asking, lets the app's IP addresses through the vault's firewall. */
export async function openFirewall(addresses: readonly string[], context: FixContext): Promise<void> {
  const { question, read } = context;
  await confirm(
    vscode.l10n.t(
      'Let {0} IP addresses of {1} through the firewall of {2}?',
      addresses.length,
      read.app.name,
      question.target.vaultName,
    ),
    addressWords(addresses),
    vscode.l10n.t('Allow IP Addresses'),
  );
  await letIn(addresses, context);
}

/** Turns on public network access for the app's IP addresses only, if they're known. */
export function openAction(context: FixContext): Fix[] {
  const { app, reference } = context.read.facts;
  const { outboundAddresses: addresses } = app;
  // A Key Vault reference may be read from other addresses.
  if (reference || isWithheld(addresses) || addresses.length === 0) return [];
  const { services, question } = context;
  const { vaultConnection: c, target } = question;
  return [
    {
      title: vscode.l10n.t("Open Only to the App's IP Addresses"),
      run: async () => {
        await confirm(
          vscode.l10n.t('Turn on public network access to {0}?', target.vaultName),
          `${vscode.l10n.t('Its firewall then allows what its rules already allow, and these IP addresses:')}\n${addressWords(addresses)}`,
          vscode.l10n.t('Turn On Access'),
        );
        await withProgress(
          vscode.l10n.t('Turning on public network access to {0}', target.vaultName),
          (signal) => openToFirewall(c, target.vaultId, signal),
        );
        services.changes.record(c, { kind: 'openToFirewall', vaultId: target.vaultId });
        await letIn(addresses, context);
      },
    },
  ];
}

async function letIn(addresses: readonly string[], context: FixContext): Promise<void> {
  const { services, question, read } = context;
  const { vaultConnection: c, target } = question;
  try {
    await withProgress(vscode.l10n.t('Updating the firewall of {0}', target.vaultName), (signal) =>
      addFirewallAddresses(c, target.vaultId, addresses, signal),
    );
    for (const address of addresses)
      services.changes.record(
        c,
        { kind: 'addFirewallAddress', vaultId: target.vaultId, address },
        appOf(question, read),
      );
  } finally {
    services.refresh(c, target.vaultId);
  }
  await context.changed();
}

function appOf({ connection }: FixContext['question'], { app }: FixContext['read']): AppTarget {
  return { connection, app };
}

function addressWords(addresses: readonly string[]): string {
  return `${addresses.join(', ')}\n\n${vscode.l10n.t('Other apps in the same App Service scale unit use the same IP addresses, but still need an identity with permission on the vault.')}`;
}

/** Makes buttons only if the vault exists and could be read. */
export function withVault({ read }: FixContext, make: (vault: KeyVault) => Fix[]): Fix[] {
  const { vault } = read.facts;
  return isWithheld(vault) || vault.kind !== 'present' ? [] : make(vault.vault);
}
