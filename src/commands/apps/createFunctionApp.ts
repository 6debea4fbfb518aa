import { askFunctionApp, createAppTitle } from '../ui/functionAppWizard';
import { pickSubscription } from '../ui/identityPickers';
import type { SubscriptionTarget } from '../ui/targets';
import { makeFunctionApp } from './makeFunctionApp';
import type { Services } from './services';

/** Makes a function app with its identity on, and what it needs. */
export async function createFunctionApp(services: Services, node?: SubscriptionTarget): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, createAppTitle()));
  const answers = await askFunctionApp(target);
  await makeFunctionApp(services, target.connection, { ...answers, made: [] });
}
