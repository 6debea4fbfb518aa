import type { FunctionApp } from '../../../src/azure/core/model';
import { listFunctionApps } from '../../../src/inventory/listResources';
import { only } from './support';
import { useSandbox } from './useSandbox';

/** A sandbox for a suite, and its apps. */
export function useSandboxApps() {
  const sandbox = useSandbox();
  let items: readonly FunctionApp[] = [];
  before(async () => {
    ({ items } = await listFunctionApps(sandbox.c, sandbox.ready.subscriptionIds));
  });
  const app = (wanted: string) => only(items, ({ name }) => name === wanted, 'the app');
  return Object.assign(sandbox, { app });
}
