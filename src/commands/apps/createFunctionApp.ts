import { askFunctionApp, createAppTitle } from '../../ui/pickers/functionAppWizard';
import { pickSubscription } from '../../ui/pickers/identityPickers';
import type { SubscriptionTarget } from '../../inventory/targets';
import { makeFunctionApp } from './makeFunctionApp';
import type { Services } from '../services';

/** Creates a function app with its identity enabled, and the resources it needs. */
export async function createFunctionApp(
  services: Pick<Services, 'changes' | 'inventory' | 'operations' | 'refresh'>,
  node?: SubscriptionTarget,
): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, createAppTitle()));
  const answers = await askFunctionApp(target);
  await makeFunctionApp(services, target.connection, { ...answers, made: [] });
}
