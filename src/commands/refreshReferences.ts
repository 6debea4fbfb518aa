import * as vscode from 'vscode';
import { isResolved, resolutionWords } from '../access/resolution';
import * as appSettings from '../azure/appSettings';
import { tell, warn } from '../ui/messages';
import { pickFunctionApp } from '../ui/pickers';
import { withProgress } from '../ui/progress';
import type { AppTarget } from '../ui/targets';
import type { Services } from './services';

/** Makes App Service fetch the secrets of an app's Key Vault references now, and says how that went. */
export async function refreshReferences(services: Services, node?: AppTarget): Promise<void> {
  const { connection, app } =
    node ?? (await pickFunctionApp(services.inventory, vscode.l10n.t('Refresh References')));
  try {
    const references = await withProgress(
      vscode.l10n.t('Fetching the Key Vault references of {0}', app.name),
      (signal) => appSettings.refreshReferences(connection, app, signal),
    );
    const unresolved = references.filter((reference) => !isResolved(reference));
    if (references.length === 0) tell(vscode.l10n.t('No setting of {0} is a Key Vault reference.', app.name));
    else if (unresolved.length === 0)
      tell(
        vscode.l10n.t(
          'All Key Vault references of {0} are resolved ({1}). It restarts if a value is new.',
          app.name,
          references.length,
        ),
      );
    else {
      const reasons = unresolved.map((reference) => `${reference.name}: ${resolutionWords(reference)}`);
      warn(
        vscode.l10n.t(
          '{0} of {1} Key Vault references of {2} are not resolved: {3}.',
          unresolved.length,
          references.length,
          app.name,
          reasons.join('; '),
        ),
      );
    }
  } finally {
    services.refresh(connection, app.id);
  }
}
