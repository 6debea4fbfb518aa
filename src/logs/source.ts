import type { Connection } from '../azure/connection';
import type { FunctionApp } from '../azure/model';
import type { LogSourceSetting } from './logSettings';

/** Where a log is read from. */
export type LogSource = 'logStream' | 'applicationInsights';

export interface ChosenSource {
  readonly source: LogSource;
  /** Why, as a sentence for the channel. */
  readonly why: string;
}

/**
 * The source that a person wants, or else the one that the app's plan has: Linux Consumption and Flex Consumption have
 * no log stream (Core Tools' LogStreamAction.cs). @throws AzureError
 */
export async function chooseSource(
  c: Connection,
  app: FunctionApp,
  wanted: LogSourceSetting,
  signal: AbortSignal,
): Promise<ChosenSource> {
  if (wanted !== 'auto') return { source: wanted, why: 'Chosen by you.' };
  if (!app.linux) return { source: 'logStream', why: 'Lines come as they are written.' };
  const { getFunctionApp } = await import('../azure/sites');
  const sku = app.sku ?? (await getFunctionApp(c, app.id, signal)).sku;
  const plan = sku === 'Dynamic' ? 'Linux Consumption' : sku === 'FlexConsumption' ? 'Flex Consumption' : '';
  return plan === ''
    ? { source: 'logStream', why: 'Lines come as they are written.' }
    : { source: 'applicationInsights', why: `Azure has no log stream for apps on the ${plan} plan.` };
}
