import { enableSystemAssignedIdentity } from '../../src/azure/appService/sites';
import { addAccessPolicy } from '../../src/azure/keyVault/vaults';
import { listSecrets } from '../../src/azure/keyVault/secrets';
import { listFunctionApps, listKeyVaults } from '../../src/inventory/listResources';
import { startSandbox } from '../support/sandbox';
import { AzureCli, isAzInstalled } from '../az/azureCli';
import { connectTo } from './connection';
import { Skipped, type Benchmark, type Metrics } from './report';

const APP = 'keyless-demo-app';
const GROUP = 'keyless-walkthrough';
const VAULT = 'keyless-demo-kv';

/** The four steps of the main use case, with the Azure CLI and with the functions that Keyless's commands call. */
export const az: Benchmark = {
  name: 'az',
  about: 'milliseconds of each step with the Azure CLI and with Keyless (in a running editor), and the ratio',
  async run() {
    if (!(await isAzInstalled())) throw new Skipped('the Azure CLI is not installed');
    const sandbox = await startSandbox();
    const cli = await AzureCli.signIn(sandbox.ready);
    try {
      const connection = await connectTo(sandbox.ready);
      const { subscriptionIds } = sandbox.ready;
      const app = async () => found((await listFunctionApps(connection, subscriptionIds)).items, APP);
      const vault = async () => found((await listKeyVaults(connection, subscriptionIds)).items, VAULT);
      const metrics: Metrics = {};
      const compare = async (
        name: string,
        args: string[],
        own: () => Promise<unknown>,
        run = (given: string[]) => cli.run(...given),
      ) => {
        const ours = await milliseconds(own);
        const theirs = await milliseconds(() => run(args));
        Object.assign(metrics, {
          [`${name}AzMs`]: theirs,
          [`${name}KeylessMs`]: ours,
          [`${name}Ratio`]: theirs / ours,
        });
      };
      await compare('listApps', ['functionapp', 'list'], () => listFunctionApps(connection, subscriptionIds));
      const theApp = await app();
      const theVault = await vault();
      await compare(
        'enableIdentity',
        ['webapp', 'identity', 'assign', '--name', APP, '--resource-group', GROUP],
        () => enableSystemAssignedIdentity(connection, theApp),
      );
      const principalId = (await app()).identity.systemAssigned?.principalId ?? '';
      await compare(
        'addPolicy',
        [
          'keyvault',
          'set-policy',
          '--name',
          VAULT,
          '--object-id',
          principalId,
          '--secret-permissions',
          'get',
          'list',
        ],
        () =>
          addAccessPolicy(connection, theVault, {
            objectId: principalId,
            permissions: { secrets: ['get', 'list'] },
          }),
      );
      // Not timed. Finds out whether this az needs a workaround.
      await cli.secret('list', '--vault-name', VAULT);
      await compare(
        'showSecretUri',
        ['list', '--vault-name', VAULT, '--query', '[].id'],
        () => listSecrets(connection, theVault),
        (args) => cli.secret(...args),
      );
      return metrics;
    } finally {
      cli.dispose();
      await sandbox.stop();
    }
  },
};

async function milliseconds(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function found<T extends { name: string }>(items: readonly T[], name: string): T {
  const item = items.find((one) => one.name === name);
  if (!item) throw new Error(`${name} doesn't exist.`);
  return item;
}
