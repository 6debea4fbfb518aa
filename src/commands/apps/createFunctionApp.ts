import { askFunctionApp, createAppTitle } from '../../ui/creation/functionAppWizard';
import { pickSubscription } from '../../ui/pickers/identityPickers';
import type { SubscriptionTarget } from '../../inventory/targets';
import { requireProviders } from '../resources/requireProviders';
import { makeFunctionApp } from './makeFunctionApp';
import type { Services } from '../services';

/** Creates a function app with its identity enabled, and the resources it needs. */
export async function createFunctionApp(
  services: Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>,
  node?: SubscriptionTarget,
): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, createAppTitle()));
  // The wizard lists resources of these.
  await requireProviders(services, target.connection, target.subscription.subscriptionId, [
    'Microsoft.Web',
    'Microsoft.Storage',
  ]);
  const answers = await askFunctionApp(target);
  await makeFunctionApp(services, target.connection, { ...answers, made: [] });
}
