import assert from 'node:assert/strict';
import { openInventory } from './openInventory';
import { changedConnection } from '../../support/connections';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { until } from '../../support/until';
import type { TestConnection } from '../azure/support';
import { connect } from '../azure/support';

describe('the tokens for vaults and for SCM sites', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.stop());
  beforeEach(() => {
    c = connect(sandbox.ready);
  });

  const vaults = 'https://vault.localhost/.default';
  const apps = 'https://appservice.azure.com/.default';
  const asked = () => c.tokenRequests.filter(({ scopes }) => [vaults, apps].includes(String(scopes)));

  it('are fetched when the first vaults and apps are shown, once, and without a prompt', async () => {
    const { inventory, subscriptions } = await openInventory(c);
    const [{ subscriptionId } = assert.fail()] = subscriptions;
    await inventory.vaultsOf(c, subscriptionId);
    await until(() => asked().length === 1, { what: 'the token for vaults' });
    await inventory.appsOf(c, subscriptionId);
    await until(() => asked().length === 2, { what: 'the token for SCM sites' });
    inventory.refresh();
    await inventory.vaultsOf(c, subscriptionId);
    await inventory.appsOf(c, subscriptionId);
    await new Promise(setImmediate);
    assert.deepEqual(
      asked().map(({ scopes, silent, tenantId }) => [scopes, silent, tenantId]),
      [
        [vaults, true, c.tenantId],
        [apps, true, c.tenantId],
      ],
    );
  });

  it("don't hide the vaults if the account may not have them", async () => {
    let refused = 0;
    const getToken: typeof c.credential.getToken = (scopes, options) => {
      if (String(scopes) !== vaults) return c.credential.getToken(scopes, options);
      refused++;
      return Promise.reject(new Error('AADSTS65001'));
    };
    const refusing = changedConnection(c, { credential: { getToken } });
    const { inventory, subscriptions } = await openInventory(refusing);
    const [{ subscriptionId } = assert.fail()] = subscriptions;
    assert.ok((await inventory.vaultsOf(refusing, subscriptionId)).length > 0);
    await until(() => refused === 1, { what: 'the refusal' });
  });
});
