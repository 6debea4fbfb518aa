import * as vscode from 'vscode';
import type { NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import type { OfferedRuntime } from '../../azure/appService/creation/functionAppStacks';
import { dayOf } from '../../access/words/format';
import type { SubscriptionTarget } from '../../inventory/targets';
import type { Choice } from '../quickPick';
import { locationChoice } from './creationPickers';

/** How long before the end of support a version is marked, in milliseconds. */
const soon = 183 * 24 * 60 * 60 * 1000;

/** The regions for a new function app. Those without Flex Consumption say so. @throws AzureError */
export async function regionChoices(
  { connection, subscription }: SubscriptionTarget,
  signal: AbortSignal,
): Promise<Choice<string>[]> {
  const [{ listLocations }, { listFlexRegions, regionKey }] = await Promise.all([
    import('../../azure/resources/resourceGroups'),
    import('../../azure/appService/creation/functionAppStacks'),
  ]);
  const { subscriptionId } = subscription;
  const [locations, regions] = await Promise.all([
    listLocations(connection, subscriptionId, signal),
    // Only a hint: the plans are checked once the region is known.
    listFlexRegions(connection, subscriptionId, signal).catch(() => undefined),
  ]);
  return locations.map((location) => ({
    ...locationChoice(location),
    ...(regions && !regions.has(regionKey(location.name))
      ? { description: vscode.l10n.t('{0} · no Flex Consumption plan', location.name) }
      : {}),
  }));
}

/** The runtimes that Azure offers in the region. @throws AzureError */
export async function runtimeChoices(
  { connection }: SubscriptionTarget,
  place: Pick<NewFunctionApp, 'location' | 'linux'>,
  signal: AbortSignal,
): Promise<Choice<OfferedRuntime>[]> {
  const { listRuntimes } = await import('../../azure/appService/creation/functionAppStacks');
  const now = connection.clock.now();
  return (await listRuntimes(connection, place, signal)).map((offered) => {
    const { name, isPreview, endOfSupport } = offered;
    const end = endOfSupport !== undefined && endOfSupport - now < soon ? endOfSupport : undefined;
    const preview = isPreview ? { description: vscode.l10n.t('preview') } : {};
    if (end === undefined) return { label: name, ...preview, value: offered };
    const date = dayOf(new Date(end));
    const detail = vscode.l10n.t('Support ends on {0}.', date);
    return { icon: 'warning', label: name, ...preview, detail, value: offered };
  });
}
