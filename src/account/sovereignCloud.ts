import * as vscode from 'vscode';
import type { Cloud } from '../azure/core/cloud';
import { AccountError } from './accountError';

const section = 'microsoft-sovereign-cloud';

/**
 * VS Code signs in to a cloud other than the public one only if its own settings name that cloud. If they don't, asks
 * whether to change them.
 * @throws AccountError if the user declines
 */
export async function ensureSovereignProvider(cloud: Cloud): Promise<void> {
  const environment = environmentOf(cloud);
  if (!environment || isSet(cloud, environment)) return;
  const set = vscode.l10n.t('Change Settings');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('To sign in to {0}, you need to configure VS Code to use that cloud.', cloud.name),
    {
      modal: true,
      detail: vscode.l10n.t('This sets {0}.environment to {1} in your user settings.', section, environment),
    },
    set,
  );
  if (answer !== set) {
    throw new AccountError(
      vscode.l10n.t("VS Code isn't configured to sign in to {0}", cloud.name),
      vscode.l10n.t('Set {0}.environment to {1}.', section, environment),
      {
        title: vscode.l10n.t('Open Settings'),
        command: 'workbench.action.openSettings',
        arguments: [section],
      },
    );
  }
  const settings = vscode.workspace.getConfiguration(section);
  if (environment === 'custom') {
    await settings.update('customEnvironment', customEnvironment(cloud), vscode.ConfigurationTarget.Global);
  }
  await settings.update('environment', environment, vscode.ConfigurationTarget.Global);
}

/** The value for `microsoft-sovereign-cloud.environment`. Undefined for the public cloud. */
function environmentOf(cloud: Cloud): string | undefined {
  switch (cloud.name) {
    case 'AzureCloud':
      return undefined;
    case 'AzureUSGovernment':
      return 'USGovernment';
    case 'AzureChinaCloud':
      return 'ChinaCloud';
    default:
      return 'custom';
  }
}

function isSet(cloud: Cloud, environment: string): boolean {
  const settings = vscode.workspace.getConfiguration(section);
  if (settings.get<string>('environment') !== environment) return false;
  if (environment !== 'custom') return true;
  const custom = settings.get<Partial<ReturnType<typeof customEnvironment>>>('customEnvironment');
  const url = custom?.resourceManagerEndpointUrl;
  return url !== undefined && url.replace(/\/$/, '') === cloud.resourceManager;
}

/** The properties that VS Code requires for a custom environment (EnvironmentParameters of ms-rest-azure-env). */
function customEnvironment(cloud: Cloud) {
  return {
    name: cloud.name,
    portalUrl: cloud.portal,
    managementEndpointUrl: cloud.resourceManagerAudience,
    resourceManagerEndpointUrl: cloud.resourceManager,
    activeDirectoryEndpointUrl: `${cloud.authority}/`,
    activeDirectoryResourceId: cloud.resourceManagerAudience,
  };
}
