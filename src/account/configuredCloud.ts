import * as vscode from 'vscode';
import type { Cloud } from '../azure/core/cloud';
import { AccountError } from './accountError';

/** Values of the setting `keyless.cloud`. */
export type CloudName = 'public' | 'usGovernment' | 'china' | 'custom';

const customUrlSetting = 'keyless.customCloud.resourceManagerUrl';

/** The cloud selected in the settings. A custom cloud is read from its Resource Manager's metadata, once per URL. */
export class ConfiguredCloud {
  private custom: { readonly url: string; readonly cloud: Cloud } | undefined;

  async get(signal?: AbortSignal): Promise<Cloud> {
    const clouds = await import('../azure/core/cloud');
    switch (configuredCloudName()) {
      case 'public':
        return clouds.publicCloud;
      case 'usGovernment':
        return clouds.usGovernmentCloud;
      case 'china':
        return clouds.chinaCloud;
      case 'custom':
        return this.customCloud(signal);
    }
  }

  private async customCloud(signal: AbortSignal | undefined): Promise<Cloud> {
    const url = customResourceManagerUrl();
    if (this.custom?.url === url) return this.custom.cloud;
    const cloud = await discover(url, signal);
    this.custom = { url, cloud };
    return cloud;
  }
}

export function configuredCloudName(): CloudName {
  return vscode.workspace.getConfiguration('keyless').get<CloudName>('cloud', 'public');
}

/** Whether one of the settings that select the cloud changed. */
export function affectsCloud(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration('keyless.cloud') || event.affectsConfiguration(customUrlSetting);
}

async function discover(url: string, signal: AbortSignal | undefined): Promise<Cloud> {
  const { publicCloud } = await import('../azure/core/cloud');
  const { discoverCloud } = await import('../azure/core/clouds');
  const { createTransport } = await import('../azure/core/transport');
  const { TrustRegistry } = await import('../azure/core/tokens/trust');
  // No token is sent while a cloud is being discovered, so no host needs to be trusted yet.
  const cloud = () => publicCloud;
  const http = createTransport({ cloud, trust: new TrustRegistry({ cloud }) });
  return discoverCloud(url, http, signal);
}

function customResourceManagerUrl(): string {
  const text = vscode.workspace.getConfiguration().get<string>(customUrlSetting, '').trim();
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.origin === text.replace(/\/$/, '')) return url.origin;
  throw new AccountError(
    text
      ? vscode.l10n.t("The setting {0} isn't an https URL without a path", customUrlSetting)
      : vscode.l10n.t('The cloud is set to custom, but {0} is empty', customUrlSetting),
    vscode.l10n.t('Set it to the URL of Azure Resource Manager, such as https://management.contoso.example.'),
    {
      title: vscode.l10n.t('Open Settings'),
      command: 'workbench.action.openSettings',
      arguments: [customUrlSetting],
    },
  );
}
