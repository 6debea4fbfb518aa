/** The stack of a function app, e.g. `{name: 'node', version: '22'}`. */
export interface Runtime {
  /** As `FUNCTIONS_WORKER_RUNTIME` has it. */
  readonly name: 'node' | 'python' | 'dotnet-isolated' | 'powershell' | 'java';
  readonly version: string;
}

export type PlanKind = 'flex' | 'consumption' | 'premium' | 'basic';

export interface FunctionAppShape {
  readonly name: string;
  readonly location: string;
  readonly linux: boolean;
  readonly runtime: Runtime;
  readonly plan: PlanKind;
}

/** How an app reaches what it stands on. Connection strings are secret values. */
export interface AppAccess {
  readonly storage: StorageAccess;
  /** Of its Application Insights component. */
  readonly insights?: string;
}

/** How an app reaches its storage account. Where it goes with a key, `connectionString` is a secret value. */
export interface StorageAccess {
  readonly accountName: string;
  /** e.g. `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  readonly connectionString?: string;
  /** Of the app alone: what another app of its name left in a share would run in it. */
  readonly contentShare?: string;
}

/**
 * Whether the app's own identity can reach its storage account: not where the plan keeps the app's files in Azure Files,
 * which knows keys alone. learn.microsoft.com/azure/azure-functions/functions-reference (connecting with an identity)
 */
export function reachesStorageByIdentity(plan: PlanKind): boolean {
  return plan === 'flex' || plan === 'basic';
}

/** A storage account to make: nobody reads its blobs without a right. */
export function storageBody(location: string) {
  const properties = { minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false };
  return { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties };
}

/** A Log Analytics workspace to make, in the tier that new ones have. */
export function workspaceBody(location: string) {
  return { location, properties: { sku: { name: 'PerGB2018' } } };
}

/** A component of Application Insights to make, which keeps its data in a workspace. */
export function componentBody(location: string, workspaceId: string) {
  const properties = { Application_Type: 'web', WorkspaceResourceId: workspaceId };
  return { location, kind: 'web', properties };
}

/** The plan to make; undefined where the service makes one by itself, which is so for Consumption. */
export function planBody({ location, linux, plan }: FunctionAppShape) {
  const skus = {
    flex: { name: 'FC1', tier: 'FlexConsumption' },
    premium: { name: 'EP1', tier: 'ElasticPremium' },
    basic: { name: 'B1', tier: 'Basic' },
  };
  if (plan === 'consumption') return undefined;
  const kind = plan === 'premium' ? 'elastic' : linux ? 'linux' : 'app';
  return {
    location,
    kind: plan === 'flex' ? 'functionapp' : kind,
    sku: skus[plan],
    properties: { reserved: linux },
  };
}

/** Name of the container that the package of an app on Flex Consumption is deployed to. */
export function deploymentContainer(appName: string): string {
  return `app-package-${appName.toLowerCase().slice(0, 40)}`;
}

/** The body that makes a function app with its system-assigned identity on. Its settings may hold a secret value. */
export function functionAppBody(app: FunctionAppShape, planId: string | undefined, access: AppAccess) {
  const { name, location, linux, runtime, plan } = app;
  const { storage } = access;
  const onFlex = plan === 'flex';
  return {
    ...{ location, kind: linux ? 'functionapp,linux' : 'functionapp' },
    identity: { type: 'SystemAssigned' as const },
    properties: {
      ...(planId === undefined ? {} : { serverFarmId: planId }),
      ...{ reserved: linux, httpsOnly: true, clientAffinityEnabled: false },
      siteConfig: {
        ...(onFlex ? {} : stackOf(app)),
        ...(plan === 'basic' ? { alwaysOn: true } : {}),
        appSettings: settingsOf(app, access),
      },
      ...(onFlex
        ? {
            functionAppConfig: {
              deployment: {
                storage: {
                  type: 'blobContainer',
                  value: `${storage.blobEndpoint}${deploymentContainer(name)}`,
                  authentication: { type: 'SystemAssignedIdentity' },
                },
              },
              runtime: { name: runtime.name, version: runtime.version },
              scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 2048 },
            },
          }
        : {}),
    },
  };
}

function settingsOf({ linux, runtime, plan }: FunctionAppShape, { storage, insights }: AppAccess) {
  const { connectionString, contentShare = '' } = storage;
  const settings: Record<string, string> =
    connectionString === undefined
      ? { AzureWebJobsStorage__accountName: storage.accountName }
      : {
          AzureWebJobsStorage: connectionString,
          WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: connectionString,
          WEBSITE_CONTENTSHARE: contentShare,
        };
  if (insights !== undefined) settings['APPLICATIONINSIGHTS_CONNECTION_STRING'] = insights;
  // Flex Consumption has these in functionAppConfig, and refuses the settings.
  if (plan !== 'flex') {
    settings['FUNCTIONS_EXTENSION_VERSION'] = '~4';
    settings['FUNCTIONS_WORKER_RUNTIME'] = runtime.name;
    if (runtime.name === 'node' && !linux) settings['WEBSITE_NODE_DEFAULT_VERSION'] = `~${runtime.version}`;
  }
  return Object.entries(settings).map(([name, value]) => ({ name, value }));
}

function stackOf({ linux, runtime: { name, version } }: FunctionAppShape) {
  if (linux) {
    const names = { node: 'Node', python: 'Python', powershell: 'PowerShell', java: 'Java' } as const;
    return {
      linuxFxVersion: `${name === 'dotnet-isolated' ? 'DOTNET-ISOLATED' : names[name]}|${version}`,
    };
  }
  switch (name) {
    case 'dotnet-isolated':
      return { netFrameworkVersion: `v${version}` };
    case 'powershell':
      return { powerShellVersion: version };
    case 'java':
      return { javaVersion: version };
    default:
      return {};
  }
}
