import type { FunctionApp } from '../../../src/azure/core/model';
import { listFunctionApps } from '../../../src/inventory/listResources';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from './support';
import { connect, only } from './support';

/** A sandbox for a suite, and its apps. */
export function useSandboxApps() {
  let opened: { sandbox: RunningSandbox; c: TestConnection; items: readonly FunctionApp[] } | undefined;
  before(async () => {
    const sandbox = await startSandbox();
    const c = connect(sandbox.ready);
    const { items } = await listFunctionApps(c, sandbox.ready.subscriptionIds);
    opened = { sandbox, c, items };
  });
  after(() => opened?.sandbox.stop());
  const now = () => {
    if (opened) return opened;
    throw new Error('The sandbox has not started.');
  };
  return {
    get ready() {
      return now().sandbox.ready;
    },
    get c() {
      return now().c;
    },
    app: (wanted: string) => only(now().items, ({ name }) => name === wanted, 'the app'),
  };
}
