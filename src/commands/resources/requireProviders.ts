import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import { registerProvider, unregisteredProviders } from '../../azure/resources/providers';
import { withProgress } from '../../ui/progress';
import { plain, plainLine } from '../../ui/text';
import type { Services } from '../services';

/**
 * Makes sure that a subscription is registered for resource providers: asks, registers those that are missing, and waits.
 * @throws vscode.CancellationError if the user doesn't want to register them
 */
export async function requireProviders(
  services: Pick<Services, 'changes'>,
  c: Connection,
  subscriptionId: string,
  namespaces: readonly string[],
): Promise<void> {
  const missing = await unregisteredProviders(c, subscriptionId, namespaces);
  if (missing.length === 0) return;
  const register = vscode.l10n.t('Register');
  const answer = await vscode.window.showWarningMessage(
    plainLine(vscode.l10n.t("The subscription isn't registered for {0}.", missing.join(', '))),
    {
      modal: true,
      detail: plain(
        vscode.l10n.t(
          'Azure requires this once for each subscription and service. It takes a few minutes and is free of charge.',
        ),
      ),
    },
    register,
  );
  if (answer !== register) throw new vscode.CancellationError();
  for (const namespace of missing) {
    await withProgress(vscode.l10n.t('Registering {0}', namespace), async (signal, report) => {
      report(vscode.l10n.t('waiting for Azure to finish'));
      await registerProvider(c, subscriptionId, namespace, signal);
    });
    services.changes.record(c, { kind: 'registerProvider', subscriptionId, namespace });
  }
}
