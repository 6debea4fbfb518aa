import {
  deploymentContainer,
  identityStorageSettings,
  reachesStorageByIdentity,
} from '../../azure/appService/creation/functionAppBody';
import { isContainerApp } from '../../azure/appService/siteKind';
import type { AppIdentityChange, Change, ExchangedSettings, FunctionKeyChange } from '../change';
import type { Line, CommandWords } from './azureCliText';
import { option, values } from './azureCliText';
import { insightsApiVersion, placeOf, valuePlaceholder } from './place';

export function inApp(id: string): CommandWords {
  const { slot } = placeOf(id);
  return [...named(id), ...(slot === undefined ? [] : option('--slot', slot))];
}

/** `az containerapp` has an extension of that name, but these commands are part of the CLI itself. */
export function ofIdentity(change: AppIdentityChange): CommandWords {
  const { id } = change.app;
  const verb = change.kind === 'enableIdentity' || change.kind === 'assignIdentity' ? 'assign' : 'remove';
  const one = 'identityId' in change ? [change.identityId] : [];
  if (!isContainerApp({ id }))
    return [
      ...['functionapp', 'identity', verb, ...inApp(id)],
      ...(one.length === 0 ? [] : ['--identities', ...one]),
    ];
  const which = one.length === 0 ? ['--system-assigned'] : ['--user-assigned', ...one];
  return ['containerapp', 'identity', verb, ...inApp(id), ...which];
}

export function named(id: string): CommandWords {
  const { name, resourceGroup, subscriptionId } = placeOf(id);
  return [
    ...option('--name', name),
    ...option('--resource-group', resourceGroup),
    ...option('--subscription', subscriptionId),
  ];
}

/** az has no command that does both. What is set first has no effect until what it replaces is gone. */
export function exchangeCommands({ appId, set, remove }: ExchangedSettings): CommandWords[] {
  const settings = ['functionapp', 'config', 'appsettings'];
  const all = Object.entries(set).map(([name, value]) => `${name}=${value ?? valuePlaceholder}`);
  return [
    ...(all.length > 0 ? [[...settings, 'set', ...inApp(appId), ...values('--settings', all)]] : []),
    ...(remove.length > 0 ? [[...settings, 'delete', ...inApp(appId), '--setting-names', ...remove]] : []),
  ];
}

export function newPlan({
  planId,
  location,
  linux,
  plan,
}: Extract<Change, { kind: 'createPlan' }>): CommandWords {
  const sku = plan === 'premium' ? 'EP1' : 'B1';
  return [
    ...['functionapp', 'plan', 'create', ...named(planId), '--location', location],
    ...['--sku', sku, '--is-linux', String(linux)],
  ];
}

/** Its own commands are in an Azure CLI extension that not everyone has. */
export function newComponent(change: Extract<Change, { kind: 'createComponent' }>): CommandWords {
  const { componentId, location, workspaceId } = change;
  const properties = { Application_Type: 'web', WorkspaceResourceId: workspaceId };
  return [
    ...['resource', 'create', ...named(componentId), '--resource-type', 'Microsoft.Insights/components'],
    ...['--api-version', insightsApiVersion, '--is-full-object'],
    ...['--properties', JSON.stringify({ location, kind: 'web', properties })],
  ];
}

/**
 * Creates a function app, which creates a Flex Consumption plan too. az always stores the account's key in the settings:
 * `--deployment-storage-auth-type` is about the app's package only.
 */
export function newAppLines(change: Extract<Change, { kind: 'createApp' }>): Line[] {
  const { appId, storageId, planId, componentId, serviceUris, location, linux, runtime, plan } = change;
  const os = ['--functions-version', '4', '--os-type', linux ? 'Linux' : 'Windows'];
  const flex = [
    ...['--flexconsumption-location', location, '--deployment-storage-auth-type', 'SystemAssignedIdentity'],
    ...['--deployment-storage-container-name', deploymentContainer(placeOf(appId).name)],
  ];
  const where =
    plan === 'flex'
      ? flex
      : [...(planId ? ['--plan', planId] : ['--consumption-plan-location', location]), ...os];
  const create = [
    ...['az', 'functionapp', 'create', ...named(appId), '--storage-account', storageId],
    ...[...where, '--runtime', runtime.name, '--runtime-version', runtime.version],
    ...(componentId
      ? option('--app-insights', placeOf(componentId).name)
      : ['--disable-app-insights', 'true']),
    ...['--assign-identity', '[system]', '--https-only', 'true'],
  ];
  if (!reachesStorageByIdentity(plan)) return [[create]];
  const settings = ['az', 'functionapp', 'config', 'appsettings'];
  const byIdentity = Object.entries(
    identityStorageSettings({
      accountName: placeOf(storageId).name,
      ...(serviceUris ? { serviceUris } : {}),
    }),
  ).map(([name, value]) => `${name}=${value}`);
  // Without Application Insights, az stores the key a second time.
  const keys = ['AzureWebJobsStorage', ...(plan === 'flex' || componentId ? [] : ['AzureWebJobsDashboard'])];
  return [
    [create],
    [[...settings, 'set', ...named(appId), ...values('--settings', byIdentity)]],
    [[...settings, 'delete', ...named(appId), '--setting-names', ...keys]],
    'The app also needs the role Storage Blob Data Owner on the storage account.',
  ];
}

/** Without a value, `set` generates one, even if the key exists. */
export function ofKey({ appId, functionName, keyName }: FunctionKeyChange, verb: string): CommandWords {
  const key = [...inApp(appId), ...option('--key-name', keyName)];
  return functionName === undefined
    ? ['functionapp', 'keys', verb, '--key-type', 'functionKeys', ...key]
    : ['functionapp', 'function', 'keys', verb, ...option('--function-name', functionName), ...key];
}
