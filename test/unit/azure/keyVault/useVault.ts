import assert from 'node:assert/strict';
import type { KeyVault } from '../../../../src/azure/core/model';
import { listKeyVaults } from '../../../../src/inventory/listResources';
import type { TestConnection } from '../support';
import { connect, only } from '../support';
import type { useSandbox } from '../useSandbox';

/** A vault, and for each test a new connection to it, so that the first write has to answer the vault's challenge. */
export function useVault(sandbox: Pick<ReturnType<typeof useSandbox>, 'ready'>, wanted: string) {
  let opened: { readonly c: TestConnection; readonly vault: KeyVault } | undefined;
  beforeEach(async () => {
    const c = connect(sandbox.ready);
    const { items } = await listKeyVaults(c, sandbox.ready.subscriptionIds);
    opened = { c, vault: only(items, ({ name }) => name === wanted, wanted) };
  });
  return () => opened ?? assert.fail('No test has started.');
}
