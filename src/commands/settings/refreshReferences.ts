import * as vscode from 'vscode';
import { isResolved, resolutionWords } from '../../access/reference/resolution';
import { listAppSettings } from '../../azure/appService/settings/appSettings';
import * as references from '../../azure/appService/settings/settingReferences';
import type { AppSettingInfo } from '../../azure/core/model';
import { tell, warn } from '../../ui/messages';
import { pickSite } from '../../ui/pickers/identityPickers';
import { withProgress } from '../../ui/progress';
import type { AppTarget } from '../../inventory/targets';
import type { Services } from '../services';

/** Has App Service fetch the secrets of an app's Key Vault references now, and says whether they resolved. */
export async function refreshReferences(
  services: Pick<Services, 'inventory' | 'refresh'>,
  node?: AppTarget,
): Promise<void> {
  const { connection, app } =
    node ?? (await pickSite(services.inventory, vscode.l10n.t('Refresh References')));
  try {
    const settings = await withProgress(
      vscode.l10n.t('Refreshing the Key Vault references of {0}', app.name),
      async (signal) => {
        await references.refreshReferences(connection, app, signal);
        return listAppSettings(connection, app, signal);
      },
    );
    tellResolutions({ connection, app }, settings);
  } finally {
    services.refresh(connection, app.id);
  }
}

function tellResolutions(target: AppTarget, settings: readonly AppSettingInfo[]): void {
  const { name } = target.app;
  const references = settings.filter(({ resolution }) => resolution);
  const unresolved = references.filter(({ resolution }) => resolution && !isResolved(resolution));
  const [first] = unresolved;
  if (references.length === 0) tell(vscode.l10n.t('{0} has no Key Vault references.', name));
  else if (!first)
    tell(
      vscode.l10n.t(
        'All Key Vault references of {0} are resolved ({1}). The app restarts if a value has changed.',
        name,
        references.length,
      ),
    );
  else {
    const reasons = unresolved.map(
      (setting) => `${setting.name}: ${setting.resolution ? resolutionWords(setting.resolution) : ''}`,
    );
    warn(
      vscode.l10n.t(
        "{0} of {1} Key Vault references of {2} aren't resolved: {3}.",
        unresolved.length,
        references.length,
        name,
        reasons.join('; '),
      ),
      {
        title: vscode.l10n.t("Why Can't It Read?"),
        command: 'keyless.whyCantItRead',
        arguments: [{ ...target, setting: first }],
      },
    );
  }
}
