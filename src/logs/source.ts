import * as vscode from 'vscode';
import type { Connection } from '../azure/core/connection';
import type { FunctionApp } from '../azure/core/model';
import type { LogSourceSetting } from './logSettings';

/** Where a log is read from. */
export type LogSource = 'logStream' | 'applicationInsights';

export interface ChosenSource {
  readonly source: LogSource;
  /** The reason, as a sentence for the channel. */
  readonly why: string;
}

/**
 * The source that the user chose, or else the one that the app's plan supports. Linux Consumption and Flex Consumption
 * don't support log streams (Core Tools' LogStreamAction.cs). @throws AzureError
 */
export async function chooseSource(
  c: Connection,
  app: FunctionApp,
  wanted: LogSourceSetting,
  signal: AbortSignal,
): Promise<ChosenSource> {
  const { hasFeature, requireFeature } = await import('../azure/appService/hosting/features');
  requireFeature(app, 'logs');
  if (wanted !== 'auto') return { source: wanted, why: vscode.l10n.t('You chose this source.') };
  const stream = { source: 'logStream', why: vscode.l10n.t("Lines appear as they're written.") } as const;
  if (!hasFeature(app, 'scmSite'))
    return {
      source: 'applicationInsights',
      why: vscode.l10n.t("Azure doesn't support log streams for apps on Container Apps."),
    };
  if (!app.linux) return stream;
  const { getFunctionApp } = await import('../azure/appService/sites');
  const sku = app.sku ?? (await getFunctionApp(c, app.id, signal)).sku;
  const plan = sku === 'Dynamic' ? 'Linux Consumption' : sku === 'FlexConsumption' ? 'Flex Consumption' : '';
  return plan === ''
    ? stream
    : {
        source: 'applicationInsights',
        why: vscode.l10n.t("Azure doesn't support log streams for apps on the {0} plan.", plan),
      };
}
