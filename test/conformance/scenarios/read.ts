import {
  listFlexRegions,
  listRuntimes,
  regionKey,
} from '../../../src/azure/appService/creation/functionAppStacks';
import { listRoleDefinitions, roleGuid } from '../../../src/azure/directory/roles';
import { listSubscriptions, listTenants } from '../../../src/azure/directory/subscriptions';
import { listDeletedVaults } from '../../../src/azure/keyVault/deletedVaults';
import { unregisteredProviders } from '../../../src/azure/resources/providers';
import { listLocations } from '../../../src/azure/resources/resourceGroups';
import { listResourceGroups, listResources } from '../../../src/azure/resources/resources';
import {
  listFunctionApps,
  listKeyVaults,
  listUserAssignedIdentities,
  type Found,
} from '../../../src/inventory/listResources';
import { failureOf, listed, yes } from '../kit/report';
import type { Scenario } from '../kit/run';

/** Key Vault Secrets Officer: can do everything with secrets. */
export const secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';

/** Everything that Keyless reads of an account and a subscription. What belongs to others is read, but not recorded. */
export const readEverything: Scenario = {
  name: 'read everything',
  async run(run) {
    const { c, subscriptionId, location, signal } = run;
    await run.check(
      "The connection's tenant is listed",
      { expected: 'yes', source: 'recording: azure-cli-extensions test_account (2020), GET /tenants' },
      async () => yes((await listTenants(c, signal)).some(({ tenantId }) => tenantId === c.tenantId)),
    );
    await run.check(
      'The state of the subscription',
      { expected: 'Enabled', source: 'OpenAPI: subscriptions.json, SubscriptionState' },
      async () =>
        (await listSubscriptions(c, signal)).find((one) => one.subscriptionId === subscriptionId)?.state ??
        'not listed',
    );
    await run.check(
      'The region is listed',
      { expected: 'yes', source: 'OpenAPI: subscriptions.json, Subscriptions_ListLocations' },
      async () => yes((await listLocations(c, subscriptionId, signal)).some(({ name }) => name === location)),
    );
    await run.check(
      'Resource providers that the subscription still has to register',
      { expected: 'none', source: 'what this kit needs' },
      async () => listed(await unregisteredProviders(c, subscriptionId, neededProviders, signal)),
    );
    const inventory = [
      ['function apps', listFunctionApps],
      ['key vaults', listKeyVaults],
      ['user-assigned identities', listUserAssignedIdentities],
    ] as const;
    for (const [what, list] of inventory)
      await run.check(
        `Subscriptions whose ${what} can't be listed`,
        { expected: 'none', source: 'recording: azure-cli-extensions test_query (2021)' },
        async () => listed(failuresOf(await list(c, [subscriptionId], signal))),
      );
    await run.check(
      'Resource groups, resources, and deleted vaults are lists',
      { expected: 'yes', source: 'OpenAPI: resources.json, keyvault.json' },
      async () => {
        await listResourceGroups(c, subscriptionId, signal);
        await listResources(c, subscriptionId, signal);
        await listDeletedVaults(c, subscriptionId, signal);
        return 'yes';
      },
    );
    await run.check(
      'The name of the role that manages secrets',
      {
        expected: 'Key Vault Secrets Officer',
        source: 'learn.microsoft.com/azure/key-vault/general/rbac-guide',
      },
      async () => {
        const roles = await listRoleDefinitions(c, `/subscriptions/${subscriptionId}`, signal);
        return roles.find(({ id }) => roleGuid(id) === secretsOfficer)?.name ?? 'not listed';
      },
    );
    for (const linux of [false, true])
      await run.check(
        `${linux ? 'Linux' : 'Windows'} apps can use Node.js`,
        { expected: 'yes', source: 'learn.microsoft.com/azure/azure-functions/supported-languages' },
        async () =>
          yes(
            (await listRuntimes(c, { location, linux }, signal)).some(
              ({ runtime }) => runtime.name === 'node',
            ),
          ),
      );
    await run.check(
      'The region offers Flex Consumption',
      { expected: 'yes', source: 'what this kit needs; choose another region if not' },
      async () => yes((await listFlexRegions(c, subscriptionId, signal))?.has(regionKey(location)) ?? false),
    );
  },
};

const neededProviders = [
  'Microsoft.Web',
  'Microsoft.KeyVault',
  'Microsoft.Storage',
  'Microsoft.ManagedIdentity',
];

function failuresOf({ failures }: Pick<Found<unknown>, 'failures'>): string[] {
  return failures.map(({ error }) => failureOf(error));
}
