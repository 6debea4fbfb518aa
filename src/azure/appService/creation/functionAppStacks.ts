import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { listOf, objectOf, stringOf } from '../../core/json';
import { listResourceManager, objectsOf } from '../../core/request';
import type { Runtime } from './functionAppBody';

/** A version of a runtime that Azure offers for new function apps. */
export interface OfferedRuntime {
  readonly runtime: Runtime;
  /** Azure's own name, e.g. `Node.js 22 LTS`. */
  readonly name: string;
  readonly isPreview: boolean;
  /** Epoch milliseconds; absent if Azure doesn't say. */
  readonly endOfSupport?: number;
  /** What Azure calls the whole stack, e.g. `dotnet` for .NET of any version. */
  readonly stack: string;
}

/**
 * The runtimes that a new function app can use in a region, in Azure's order. Leaves out versions that Azure hides, that are
 * no longer supported, or that work only with an older Functions host.
 * @throws AzureError
 */
export async function listRuntimes(
  c: Connection,
  { location, linux }: { readonly location: string; readonly linux: boolean },
  signal?: AbortSignal,
): Promise<OfferedRuntime[]> {
  const items = await readStacks(c, location, {}, signal);
  return runtimesIn(items, linux ? 'linuxRuntimeSettings' : 'windowsRuntimeSettings', c.clock.now());
}

/**
 * What an app on Flex Consumption calls a runtime; undefined if the plan doesn't support this version in the region. Azure
 * says so only if asked for one stack (FunctionAppStackModel.ts of azure-functions-ux).
 * @throws AzureError
 */
export async function flexRuntimeOf(
  c: Connection,
  location: string,
  { stack, runtime }: Pick<OfferedRuntime, 'stack' | 'runtime'>,
  signal?: AbortSignal,
): Promise<Runtime | undefined> {
  const items = await readStacks(c, location, { stack }, signal);
  for (const settings of versionsIn(items, 'linuxRuntimeSettings')) {
    const found = runtimeOf(settings);
    if (found?.name !== runtime.name || found.version !== runtime.version) continue;
    const skus = objectsOf(listOf(settings['Sku'] ?? settings['skus']));
    const flex = skus.find((sku) => stringOf(sku['skuCode'])?.toUpperCase() === 'FC1');
    const named = objectOf(objectOf(flex?.['functionAppConfigProperties'])['runtime']);
    const [name, version] = [stringOf(named['name']), stringOf(named['version'])];
    if (name === runtime.name && version !== undefined) return { name: runtime.name, version };
  }
  return undefined;
}

/**
 * Names of the regions that offer Flex Consumption, e.g. `northeurope`; none if the cloud doesn't know the plan. Undefined
 * if the account can't read the subscription, which takes more than access to a resource group.
 * @throws AzureError
 */
export async function listFlexRegions(
  c: Connection,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Web/geoRegions`;
  const query = { sku: 'FlexConsumption' };
  const call = { path, query, apiVersion: apiVersions.web, signal };
  try {
    const items = await listResourceManager(c, call).catch(noneIfUnknown);
    return new Set(objectsOf(items).map((item) => regionKey(stringOf(item['name']) ?? '')));
  } catch (error) {
    if (error instanceof AzureError && error.status === 403) return undefined;
    throw error;
  }
}

/** Microsoft.Web returns `North Europe` where other providers return `northeurope`. */
export function regionKey(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

/** The stacks of a region, or those of the cloud if it has no list for each region. */
async function readStacks(
  c: Connection,
  location: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<JsonObject[]> {
  const call = {
    query: { ...query, removeHiddenStacks: 'true', removeDeprecatedStacks: 'true' },
    ...{ apiVersion: apiVersions.web, signal },
  };
  const provider = '/providers/Microsoft.Web';
  try {
    const path = `${provider}/locations/${regionKey(location)}/functionAppStacks`;
    return objectsOf(await listResourceManager(c, { ...call, path }));
  } catch (error) {
    noneIfUnknown(error);
    return objectsOf(await listResourceManager(c, { ...call, path: `${provider}/functionAppStacks` }));
  }
}

/** Some clouds don't know these lists (getStackPicks.ts of vscode-azurefunctions). @throws any other failure */
function noneIfUnknown(error: unknown): JsonObject[] {
  if (error instanceof AzureError && (error.status === 400 || error.status === 404)) return [];
  throw error;
}

type SettingsOfOs = 'linuxRuntimeSettings' | 'windowsRuntimeSettings';

function runtimesIn(stacks: readonly JsonObject[], os: SettingsOfOs, now: number): OfferedRuntime[] {
  return stacks.flatMap((item) => {
    const stack = stringOf(objectOf(item['properties'])['value']) ?? '';
    return versionsIn([item], os).flatMap((settings) => {
      const runtime = runtimeOf(settings);
      const ends = Date.parse(stringOf(settings['endOfLifeDate']) ?? '');
      const hosts = listOf(settings['supportedFunctionsExtensionVersions']);
      const isOver = settings['isHidden'] === true || settings['isDeprecated'] === true || ends <= now;
      if (runtime === undefined || isOver || !hosts.includes('~4')) return [];
      const isPreview = settings['isPreview'] === true || settings['isEarlyAccess'] === true;
      const offered = {
        runtime,
        name: stringOf(settings['displayText']) ?? runtime.version,
        isPreview,
        stack,
      };
      return [Number.isNaN(ends) ? offered : { ...offered, endOfSupport: ends }];
    });
  });
}

/** The settings of each version, with its name as `displayText`. */
function versionsIn(stacks: readonly JsonObject[], os: SettingsOfOs): JsonObject[] {
  const majors = stacks.flatMap((item) => objectsOf(listOf(objectOf(item['properties'])['majorVersions'])));
  const minors = majors.flatMap((major) => objectsOf(listOf(major['minorVersions'])));
  return minors.flatMap((minor) => {
    const settings = objectOf(minor['stackSettings'])[os];
    return settings === undefined ? [] : [{ ...objectOf(settings), displayText: minor['displayText'] }];
  });
}

/** Undefined for a runtime that Keyless can't create: custom handlers, .NET in the host's process, and .NET Framework. */
function runtimeOf(settings: JsonObject): Runtime | undefined {
  const appSettings = objectOf(settings['appSettingsDictionary']);
  const config = objectOf(settings['siteConfigPropertiesDictionary']);
  const name = runtimeNames.find((known) => known === appSettings['FUNCTIONS_WORKER_RUNTIME']);
  const linux = stringOf(config['linuxFxVersion'])?.split('|')[1];
  const windows = {
    node: appSettings['WEBSITE_NODE_DEFAULT_VERSION'],
    java: config['javaVersion'],
    powershell: config['powerShellVersion'],
    'dotnet-isolated': config['netFrameworkVersion'],
    python: undefined,
  };
  const version = linux ?? (name && stringOf(windows[name])?.replace(/^[v~]/, ''));
  if (name === undefined || !version) return undefined;
  return name === 'dotnet-isolated' && version.startsWith('4.') ? undefined : { name, version };
}

const runtimeNames = ['node', 'python', 'dotnet-isolated', 'powershell', 'java'] as const;
