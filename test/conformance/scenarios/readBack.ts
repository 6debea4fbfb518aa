import { listAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { sameId } from '../../../src/azure/core/armId';
import { listRoleAssignmentsAt, roleGuid } from '../../../src/azure/directory/roles';
import { getVaultWithNetwork } from '../../../src/azure/keyVault/vaultNetwork';
import { listResources } from '../../../src/azure/resources/resources';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import { listed, yes } from '../kit/report';
import type { Scenario } from '../kit/run';
import { secretsOfficer } from './read';

/** What the run created, read as the tree reads it. */
export const readBack: Scenario = {
  name: 'read back',
  async run(run) {
    const { c, subscriptionId, signal } = run;
    const query =
      'recording: azure-cli-extensions test_query (2021); Resource Graph lags behind by seconds to minutes';
    const lists = [
      ['apps', listFunctionApps, (['windows', 'linux', 'flex'] as const).map((kind) => run.app(kind))],
      ['vaults', listKeyVaults, (['policies', 'roles'] as const).map((kind) => run.vault(kind))],
    ] as const;
    for (const [what, list, made] of lists)
      await run.check(
        `Keyless's list of ${what} has all of them`,
        { expected: 'yes', source: query },
        async () => {
          const look = async () => (await list(c, [subscriptionId], signal)).items.map(({ id }) => id);
          const hasAll = (ids: readonly string[]) =>
            made.every(({ id }) => ids.some((one) => sameId(one, id)));
          return yes(hasAll(await run.until(look, hasAll)));
        },
      );
    await run.check(
      "Resource Manager's list of resources has the storage accounts",
      { expected: '3', source: 'OpenAPI: resources.json, Resources_List' },
      async () => {
        const isOurs = ({ id, type }: { id: string; type: string }) =>
          id.toLowerCase().startsWith(`${run.groupId.toLowerCase()}/`) && /storageaccounts$/i.test(type);
        const look = async () => (await listResources(c, subscriptionId, signal)).filter(isOurs).length;
        return String(await run.until(look, (seen) => seen === 3));
      },
    );
    await run.check(
      'Settings of the flex app that the plan keeps elsewhere',
      { expected: 'none', source: 'vscode-azurefunctions#4142: Flex refuses FUNCTIONS_WORKER_RUNTIME' },
      async () => {
        const names = (await listAppSettings(c, run.app('flex'), signal)).map(({ name }) => name);
        return listed(names.filter((name) => /^FUNCTIONS_(WORKER_RUNTIME|EXTENSION_VERSION)$/.test(name)));
      },
    );
    await run.check(
      'The role for secrets is assigned at the vault with roles',
      {
        expected: 'yes',
        source:
          'recording: azure-cli test_role_assignment_e2e (2019); OpenAPI: authorization-RoleAssignmentsCalls.json',
      },
      async () => {
        const { id } = run.vault('roles');
        const all = await listRoleAssignmentsAt(c, id, signal);
        return yes(
          all.some((one) => sameId(one.scope, id) && roleGuid(one.roleDefinitionId) === secretsOfficer),
        );
      },
    );
    await run.check(
      'The firewall of a new vault',
      { expected: 'off', source: 'recording: azure-cli test_keyvault_public_network_access (2023)' },
      async () => {
        const { vault } = await getVaultWithNetwork(c, run.vault('policies').id, signal);
        return vault.firewall ? 'on' : 'off';
      },
    );
  },
};
