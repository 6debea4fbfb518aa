import {
  createFunctionApp,
  type NewFunctionApp,
} from '../../../src/azure/appService/creation/functionAppCreation';
import type { PlanKind } from '../../../src/azure/appService/creation/functionAppBody';
import { listRuntimes } from '../../../src/azure/appService/creation/functionAppStacks';
import { waitForHost } from '../../../src/azure/appService/creation/hostReadiness';
import { settleAll } from '../../../src/azure/core/wait';
import { createRoleAssignment, roleDefinitionIdOf } from '../../../src/azure/directory/roles';
import { getSignedInPrincipal } from '../../../src/azure/directory/signedInPrincipal';
import { tenantOf } from '../../../src/azure/directory/subscriptions';
import { createKeyVault } from '../../../src/azure/keyVault/vaultCreation';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import { whyNameIsTaken } from '../../../src/azure/resources/nameChecks';
import { createResourceGroup } from '../../../src/azure/resources/resourceGroups';
import { getResourceJson, listResourceGroups } from '../../../src/azure/resources/resources';
import { objectOf } from '../../../src/azure/core/json';
import { yes } from '../kit/report';
import {
  nameOf,
  runTag,
  storageNameOf,
  type AppKind,
  type Run,
  type Scenario,
  type VaultKind,
} from '../kit/run';
import { secretsOfficer } from './read';

/**
 * Inferred: an app on Windows Consumption, one on a Linux plan, and one on Flex Consumption can share a new resource group.
 * Resource groups from before 2021 couldn't have Windows and Linux apps in one region.
 */
const plans: Readonly<Record<AppKind, { plan: PlanKind; linux: boolean; kind: string; sku: string }>> = {
  windows: { plan: 'consumption', linux: false, kind: 'functionapp', sku: 'Dynamic' },
  linux: { plan: 'basic', linux: true, kind: 'functionapp,linux', sku: 'Basic' },
  flex: { plan: 'flex', linux: true, kind: 'functionapp,linux', sku: 'FlexConsumption' },
};

/** A resource group with three apps and two vaults, and the right to manage the vaults' secrets. */
export const create: Scenario = {
  name: 'create',
  async run(run) {
    await createGroup(run);
    await settleAll([makeVault(run, 'policies'), makeVault(run, 'roles')]);
    const runtimes = await settleAll([nodeVersion(run, false), nodeVersion(run, true)]);
    await settleAll([
      makeApp(run, 'windows', runtimes[0]),
      makeApp(run, 'linux', runtimes[1]),
      makeApp(run, 'flex', runtimes[1]),
    ]);
  },
};

async function createGroup(run: Run): Promise<void> {
  const { c, subscriptionId, location, groupName: name, signal } = run;
  await createResourceGroup(c, { subscriptionId, name, location, tags: { [runTag]: run.id } }, signal);
  await run.check(
    'The resource group has its tag',
    { expected: 'yes', source: 'OpenAPI: resources.json, ResourceGroups_CreateOrUpdate' },
    async () => {
      const groups = await listResourceGroups(c, subscriptionId, signal);
      return yes(groups.some((group) => group.name === name && group.tags[runTag] === run.id));
    },
  );
}

async function makeVault(run: Run, kind: VaultKind): Promise<void> {
  const { c, subscriptionId, location, groupName: resourceGroup, signal } = run;
  const name = nameOf(run.id, kind);
  const permissionModel = kind === 'policies' ? 'accessPolicies' : 'rbac';
  const tenantId = await tenantOf(c, subscriptionId, signal);
  const place = { subscriptionId, tenantId, resourceGroup, location };
  const rules = { permissionModel, retentionDays: 7, purgeProtection: false } as const;
  const vault = await createKeyVault(c, { ...place, name, ...rules }, signal);
  run.keepVault(kind, vault);
  const recorded = 'recording: azure-cli test_keyvault_public_network_access (2023)';
  await run.check(
    `The vault with ${kind} is created`,
    { expected: 'Succeeded', source: recorded },
    async () => {
      const { properties } = await getResourceJson(c, vault.id, signal);
      return String(objectOf(properties)['provisioningState']);
    },
  );
  await run.check(
    `The host of the vault with ${kind} has its name and the cloud's suffix`,
    { expected: 'yes', source: recorded },
    () => Promise.resolve(yes(vault.vaultUri.startsWith(`https://${name}${c.cloud.vaultSuffix}`))),
  );
  await run.check(
    `Another vault can have the name of the vault with ${kind}`,
    { expected: 'no', source: 'OpenAPI: keyvault.json, Vaults_CheckNameAvailability' },
    async () => yes((await whyNameIsTaken(c, subscriptionId, 'keyVault', name, signal)) === undefined),
  );
  const { objectId, type } = await getSignedInPrincipal(c, signal);
  if (kind === 'policies')
    await addAccessPolicy(c, vault, { objectId, permissions: { secrets: allOfSecrets } }, signal);
  else {
    const roleDefinitionId = roleDefinitionIdOf(subscriptionId, secretsOfficer);
    const wanted = { scope: vault.id, principalId: objectId, principalType: type, roleDefinitionId };
    await createRoleAssignment(c, wanted, signal);
  }
}

const allOfSecrets = ['get', 'list', 'set', 'delete', 'recover', 'backup', 'restore', 'purge'];

/** The newest version of Node.js that isn't a preview. */
async function nodeVersion(run: Run, linux: boolean): Promise<string> {
  const offered = await listRuntimes(run.c, { location: run.location, linux }, run.signal);
  const versions = offered.filter(({ runtime, isPreview }) => runtime.name === 'node' && !isPreview);
  return versions.reduce(
    (best, { runtime }) => (Number(runtime.version) > Number(best) ? runtime.version : best),
    '0',
  );
}

async function makeApp(run: Run, kind: AppKind, version: string): Promise<void> {
  const { c, subscriptionId, location, groupName: resourceGroup, signal } = run;
  const { plan, linux, kind: azureKind, sku } = plans[kind];
  const wanted: NewFunctionApp = {
    ...{ subscriptionId, resourceGroup, location, linux, plan, name: nameOf(run.id, kind) },
    ...{ storageName: storageNameOf(run.id, kind), runtime: { name: 'node', version } },
  };
  const app = await createFunctionApp(c, wanted, { next: () => undefined, made: () => undefined }, signal);
  run.keepApp(kind, app);
  const source = {
    windows: 'recording: azure-cli test_functionapp_keys_set (2024); vscode-azuretools, ParsedSite.ts',
    linux: 'recording: azure-libraries-for-java canCRUDLinuxFunctionAppPremium (2020)',
    flex: 'vscode-azuretools, ParsedSite.ts; learn.microsoft.com/azure/azure-functions/flex-consumption-plan',
  }[kind];
  await run.check(
    `The ${kind} app's state, kind, and plan`,
    { expected: `Running, ${azureKind}, ${sku}`, source },
    () => Promise.resolve([app.state, app.kind, app.sku].join(', ')),
  );
  await run.check(
    `The ${kind} app has an identity of its own`,
    { expected: 'yes', source: 'recording: azure-cli test_functionapp_assign_system_identity (2021)' },
    () => Promise.resolve(yes(app.identity.systemAssigned !== undefined)),
  );
  // No source says what the host of an app on Flex Consumption reports before anything is deployed to it.
  const look = () => waitForHost(c, app, () => undefined, signal);
  if (kind === 'flex') await run.note('The state of the flex app without code', look);
  else
    await run.check(
      `The ${kind} app's host runs`,
      { expected: 'running', source: 'azure-functions-host, HostController.cs: GET /admin/host/status' },
      look,
    );
}
