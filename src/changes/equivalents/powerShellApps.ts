import {
  deploymentContainer,
  identityStorageSettings,
  reachesStorageByIdentity,
} from '../../azure/appService/creation/functionAppBody';
import type { ResourceChange } from '../change';
import { lastSegment } from '../../access/words/format';
import { placeOf, typeOfApp } from './place';
import { quote } from './powerShellText';

/**
 * Creates a function app, which creates a Flex Consumption plan too. The cmdlet always stores the account's key in the
 * settings (New-AzFunctionApp.ps1 of Az.Functions), and has no parameter that allows only HTTPS.
 */
export function newAppCommands(change: Extract<ResourceChange, { kind: 'createApp' }>): string[] {
  const { appId, storageId, planId, componentId, serviceUris, location, linux, runtime, plan } = change;
  const { name, resourceGroup } = placeOf(appId);
  const storage = placeOf(storageId);
  const byIdentity = reachesStorageByIdentity(plan);
  const settings = Object.entries(
    identityStorageSettings({ accountName: storage.name, ...(serviceUris ? { serviceUris } : {}) }),
  ).map(([setting, value]) => `${quote(setting)} = ${quote(value)}`);
  const where = planId ? `-PlanName ${quote(lastSegment(planId))}` : `-Location ${quote(location)}`;
  const flex = [
    `-FlexConsumptionLocation ${quote(location)}`,
    `-DeploymentStorageContainerName ${quote(deploymentContainer(name))}`,
    '-DeploymentStorageAuthType SystemAssignedIdentity',
  ];
  const create = [
    `New-AzFunctionApp ${named(appId)} -StorageAccountName ${quote(storage.name)}`,
    ...(plan === 'flex' ? flex : [where, `-OSType ${linux ? 'Linux' : 'Windows'} -FunctionsVersion 4`]),
    `-Runtime ${quote(runtime.name)} -RuntimeVersion ${quote(runtime.version)}`,
    componentId
      ? `-ApplicationInsightsName ${quote(lastSegment(componentId))}`
      : '-DisableApplicationInsights',
    '-IdentityType SystemAssigned',
    ...(byIdentity ? [`-AppSetting @{ ${settings.join('; ')} }`] : []),
  ].join(' ');
  const keys = ['AzureWebJobsStorage', ...(plan === 'flex' || componentId ? [] : ['AzureWebJobsDashboard'])];
  const elsewhere = plan === 'flex' && storage.resourceGroup.toLowerCase() !== resourceGroup.toLowerCase();
  return [
    ...(elsewhere
      ? [
          "# New-AzFunctionApp looks for the storage account in the app's resource group, and won't find this one.",
        ]
      : []),
    create,
    ...(byIdentity
      ? [
          `Remove-AzFunctionAppSetting ${named(appId)} -AppSettingName ${keys.map(quote).join(', ')} -Force`,
          '# The app also needs the role Storage Blob Data Owner on the storage account.',
        ]
      : []),
    patch(appId, { properties: { httpsOnly: true } }),
  ];
}

/** Sends a request that changes only the given properties of an app. */
export function patch(id: string, body: object): string {
  return `Invoke-AzRestMethod -Method PATCH -Path ${quote(`${id}?api-version=${typeOfApp(id).version}`)} -Payload ${quote(JSON.stringify(body))}`;
}

/** A resource by name. */
export function named(id: string): string {
  const { name, resourceGroup, subscriptionId } = placeOf(id);
  return `-Name ${quote(name)} -ResourceGroupName ${quote(resourceGroup)} -SubscriptionId ${quote(subscriptionId)}`;
}

/** The parameter set for deleted vaults takes no resource group (Microsoft's reference of Remove-AzKeyVault). */
export function vaultPurge({ vaultId, location }: Extract<ResourceChange, { kind: 'purgeVault' }>): string {
  const { name } = placeOf(vaultId);
  return `Remove-AzKeyVault -VaultName ${quote(name)} -Location ${quote(location)} -InRemovedState -Force`;
}
