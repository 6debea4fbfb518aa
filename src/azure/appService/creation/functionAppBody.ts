/** A function app's runtime stack, e.g. `{name: 'node', version: '22'}`. */
export interface Runtime {
  /** The value of `FUNCTIONS_WORKER_RUNTIME`. */
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

/** How the app authenticates to its storage account and Application Insights. Connection strings are secret values. */
export interface AppAccess {
  readonly storage: StorageAccess;
  /** Connection string of its Application Insights resource. */
  readonly insights?: string;
}

/** How the app accesses its storage account. `connectionString`, a secret value, is set if it uses a key. */
export interface StorageAccess {
  readonly accountName: string;
  /** e.g. `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Set if an app that uses its identity can't find the account by its name. See {@link serviceUrisOf}. */
  readonly serviceUris?: ServiceUris;
  readonly connectionString?: string;
  /** Unique to the app, because it would run any files that an earlier app of the same name left in a share. */
  readonly contentShare?: string;
}

/** The endpoints of a storage account that the Functions host uses. */
export interface ServiceUris {
  /** e.g. `https://account.blob.core.usgovcloudapi.net/`. */
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
}

/**
 * The endpoints that an app needs in its settings, because the host composes those of `accountName` with the public
 * cloud's `core.windows.net`. Undefined if the account has these. In other clouds and with custom DNS, the name isn't
 * enough, and next to the endpoints the host rejects it (terraform-provider-azurerm#32062).
 * @param endpoints the account's `primaryEndpoints`
 */
export function serviceUrisOf(
  accountName: string,
  { blob, queue, table }: Partial<ServiceUris>,
): ServiceUris | undefined {
  const isPublic = (uri: string, service: keyof ServiceUris) =>
    uri.toLowerCase().replace(/\/$/, '') === `https://${accountName}.${service}.core.windows.net`;
  if (!blob || isPublic(blob, 'blob')) return undefined;
  const beside = (service: keyof ServiceUris) => blob.replace('.blob.', `.${service}.`);
  return { blob, queue: queue ?? beside('queue'), table: table ?? beside('table') };
}

/**
 * The settings with which the host connects to its storage account by the app's identity.
 * learn.microsoft.com/azure/azure-functions/functions-reference (connecting to host storage with an identity)
 */
export function identityStorageSettings({
  accountName,
  serviceUris,
}: Pick<StorageAccess, 'accountName' | 'serviceUris'>): Readonly<Record<string, string>> {
  if (serviceUris === undefined) return { AzureWebJobsStorage__accountName: accountName };
  return {
    AzureWebJobsStorage__blobServiceUri: serviceUris.blob,
    AzureWebJobsStorage__queueServiceUri: serviceUris.queue,
    AzureWebJobsStorage__tableServiceUri: serviceUris.table,
  };
}

/**
 * Whether the app can access its storage account with its own identity. It can't on plans that keep the app's files in
 * Azure Files, which requires a key. learn.microsoft.com/azure/azure-functions/functions-reference (connecting with an identity)
 */
export function reachesStorageByIdentity(plan: PlanKind): boolean {
  return plan === 'flex' || plan === 'basic';
}

/**
 * The body of a new storage account without anonymous access to blobs.
 * @param byIdentity whether the app connects with its identity, so that the account needs no keys
 */
export function storageBody(location: string, byIdentity: boolean) {
  const properties = {
    ...{ minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false },
    ...(byIdentity ? { allowSharedKeyAccess: false } : {}),
  };
  return { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties };
}

/** The body of a new Log Analytics workspace in the default pricing tier. */
export function workspaceBody(location: string) {
  return { location, properties: { sku: { name: 'PerGB2018' } } };
}

/** The body of a new Application Insights resource that stores its data in a workspace. */
export function componentBody(location: string, workspaceId: string) {
  const properties = { Application_Type: 'web', WorkspaceResourceId: workspaceId };
  return { location, kind: 'web', properties };
}

/** The body of a new plan; undefined for Consumption, where the service creates the plan itself. */
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

/** The name of the container that a Flex Consumption app's package is deployed to. */
export function deploymentContainer(appName: string): string {
  return `app-package-${appName.toLowerCase().slice(0, 40)}`;
}

/** The body of a new function app with a system-assigned identity. Its settings may contain a secret value. */
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
      ? { ...identityStorageSettings(storage) }
      : {
          AzureWebJobsStorage: connectionString,
          WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: connectionString,
          WEBSITE_CONTENTSHARE: contentShare,
        };
  if (insights !== undefined) settings['APPLICATIONINSIGHTS_CONNECTION_STRING'] = insights;
  // On Flex Consumption these are part of functionAppConfig, and the service rejects the settings.
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
