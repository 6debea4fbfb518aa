import { methodNotAllowed } from '../../arm/errors';
import type { ArmCall } from '../../arm/provider';
import type { Answer } from '../../server/http';
import { regionName } from './siteBody';

interface Version {
  /** What the wizard of the portal shows. */
  text: string;
  value: string;
  worker: string;
  /** The version in the site's configuration, e.g. `10.0`. */
  version: string;
  os: 'linux' | 'windows' | 'both';
  /** A date, or for versions that stay supported the days from now. */
  endOfLife: string | number;
  isPreview?: boolean;
  isHidden?: boolean;
  /** Flex Consumption doesn't support it. */
  notOnFlex?: boolean;
}

interface Stack {
  text: string;
  value: string;
  linuxName: string;
  versions: Version[];
}

const years = 365;

/**
 * The form follows server/src/stacks/2020-10-01 of azure-functions-ux, which the service returns. Ends of support in the past
 * are the vendors'; those ahead are invented, so that a version that tests use never ends.
 */
const stacks: Stack[] = [
  {
    ...{ text: '.NET', value: 'dotnet', linuxName: 'DOTNET-ISOLATED' },
    versions: [
      isolated('10', 2 * years),
      isolated('9', '2026-11-10'),
      isolated('8', '2026-11-10'),
      {
        ...isolated('8', '2026-11-10'),
        ...{ text: '.NET 8 (LTS) In-process', value: '8 (LTS), in-process model', worker: 'dotnet' },
        notOnFlex: true,
      },
      {
        ...isolated('4', 9 * years),
        ...{ text: '.NET Framework 4.8', value: '.NET Framework 4.8, isolated worker model', os: 'windows' },
      },
    ],
  },
  {
    ...{ text: 'Node.js', value: 'node', linuxName: 'Node' },
    versions: [
      { ...node('26', 3 * years), isPreview: true, notOnFlex: true },
      node('24', 2 * years),
      node('22', 1 * years),
      node('20', '2026-04-30'),
      { ...node('18', '2025-04-30'), isHidden: true },
    ],
  },
  {
    ...{ text: 'Python', value: 'python', linuxName: 'Python' },
    versions: ['3.13', '3.12', '3.11', '3.10', '3.9'].map((version, index) => ({
      ...{ text: `Python ${version}`, value: version, worker: 'python', version, os: 'linux' as const },
      endOfLife: [4 * years, 3 * years, 90, '2026-10-31', '2025-10-31'][index] ?? 0,
    })),
  },
  {
    ...{ text: 'Java', value: 'java', linuxName: 'Java' },
    versions: ['21', '17', '11'].map((version) => ({
      ...{ text: `Java ${version}`, value: `${version}.0`, worker: 'java', version, os: 'both' as const },
      endOfLife: 4 * years,
    })),
  },
  {
    ...{ text: 'PowerShell Core', value: 'powershell', linuxName: 'PowerShell' },
    versions: ['7.6', '7.4'].map((version, index) => ({
      ...{
        text: `PowerShell ${version}`,
        value: version,
        worker: 'powershell',
        version,
        os: 'both' as const,
      },
      endOfLife: [2 * years, '2026-11-10'][index] ?? 0,
    })),
  },
  {
    ...{ text: 'Custom Handler', value: 'custom', linuxName: '' },
    versions: [
      {
        ...{ text: 'Custom Handler', value: 'custom', worker: 'custom', version: '' },
        ...{ os: 'both', endOfLife: 9 * years, notOnFlex: true },
      },
    ],
  },
];

function isolated(major: string, endOfLife: string | number): Version {
  return {
    ...{
      text: `.NET ${major} Isolated`,
      value: `${major}, isolated worker model`,
      worker: 'dotnet-isolated',
    },
    ...{ version: `${major}.0`, os: 'both', endOfLife },
  };
}

function node(major: string, endOfLife: string | number): Version {
  return {
    ...{ text: `Node.js ${major}`, value: `${major} LTS`, worker: 'node', version: major },
    ...{ os: 'both', endOfLife },
  };
}

/**
 * `functionAppStacks`, of a region or not. Only a question for one stack of a region tells what Flex Consumption supports
 * (FunctionAppStackModel.ts of azure-functions-ux).
 */
export function functionAppStacks(call: ArmCall, now: number, location?: string): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  const stack = call.query.get('stack');
  const isSet = (name: string) => call.query.get(name)?.toLowerCase() === 'true';
  const [hideHidden, hideDeprecated] = [isSet('removeHiddenStacks'), isSet('removeDeprecatedStacks')];
  const place = location === undefined ? '' : 'locations/';
  const value = stacks
    .filter((one) => stack === null || one.value === stack)
    .map((one) => ({
      id: `/providers/Microsoft.Web/${place}functionAppStacks/${one.value}`,
      name: one.value,
      type: `Microsoft.Web/${place}functionAppStacks`,
      ...(location === undefined ? {} : { location }),
      properties: {
        ...{ displayText: one.text, value: one.value, preferredOs: 'Windows' },
        majorVersions: one.versions
          // The service still returns deprecated versions when asked not to (getStackPicks.ts of vscode-azurefunctions).
          .filter(({ isHidden }) => !(hideHidden && hideDeprecated && isHidden === true))
          .map((version) => {
            const minor = {
              ...{ displayText: version.text, value: version.value },
              stackSettings: settingsOf(one, version, now, location !== undefined && stack !== null),
            };
            return { displayText: version.text, value: version.version, minorVersions: [minor] };
          }),
      },
    }));
  return { status: 200, json: { value, nextLink: null, id: null } };
}

function settingsOf(stack: Stack, version: Version, now: number, withSkus: boolean): object {
  const { worker, endOfLife, isPreview = false, isHidden = false } = version;
  const common = {
    ...{ isPreview, isHidden, isDeprecated: false, isDefault: false, remoteDebuggingSupported: false },
    appInsightsSettings: { isSupported: true },
    gitHubActionSettings: { isSupported: true, supportedVersion: version.version },
    supportedFunctionsExtensionVersions: ['~4'],
    endOfLifeDate:
      typeof endOfLife === 'string'
        ? `${endOfLife}T00:00:00Z`
        : new Date(now + endOfLife * 24 * 60 * 60 * 1000).toISOString(),
  };
  const linuxFxVersion = version.version === '' ? '' : `${stack.linuxName}|${version.version}`;
  const linux = {
    ...common,
    runtimeVersion: linuxFxVersion,
    appSettingsDictionary: { FUNCTIONS_WORKER_RUNTIME: worker },
    siteConfigPropertiesDictionary: { use32BitWorkerProcess: false, linuxFxVersion },
    Sku: withSkus && version.notOnFlex !== true ? [flexSku(version)] : null,
  };
  const windows = {
    ...common,
    runtimeVersion: version.version,
    appSettingsDictionary: {
      FUNCTIONS_WORKER_RUNTIME: worker,
      ...(worker === 'node' ? { WEBSITE_NODE_DEFAULT_VERSION: `~${version.version}` } : {}),
    },
    siteConfigPropertiesDictionary: {
      use32BitWorkerProcess: true,
      ...(worker === 'java' ? { javaVersion: version.version } : {}),
      ...(worker === 'powershell' ? { powerShellVersion: version.version } : {}),
      netFrameworkVersion: worker.startsWith('dotnet') ? `v${version.version}` : 'v6.0',
    },
  };
  return {
    ...(version.os === 'windows' ? {} : { linuxRuntimeSettings: linux }),
    ...(version.os === 'linux' ? {} : { windowsRuntimeSettings: windows }),
  };
}

/** Member names as azure-cli and Az.Functions read them. */
function flexSku({ worker, version }: Version): object {
  return {
    skuCode: 'FC1',
    instanceMemoryMB: [
      { size: 2048, isDefault: true },
      { size: 4096, isDefault: false },
    ],
    maximumInstanceCount: {
      ...{ lowestMaximumInstanceCount: 40, highestMaximumInstanceCount: 1000, defaultValue: 100 },
    },
    functionAppConfigProperties: { runtime: { name: worker, version } },
  };
}

const regions = ['westeurope', 'northeurope', 'francecentral', 'eastus', 'westus'];

/** Regions of the sandbox without Flex Consumption; invented. */
const withoutFlex = new Set(['francecentral']);

/** `geoRegions?sku=…` (ResourceProvider.json). */
export function geoRegions(call: ArmCall): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  const isFlex = call.query.get('sku')?.toLowerCase() === 'flexconsumption';
  const value = regions
    .filter((region) => !isFlex || !withoutFlex.has(region))
    .map(regionName)
    .map((name) => ({
      id: `${call.scope}/providers/Microsoft.Web/geoRegions/${name}`,
      name,
      type: 'Microsoft.Web/geoRegions',
      properties: { name, description: name, displayName: name, orgDomain: 'PUBLIC' },
    }));
  return { status: 200, json: { value, nextLink: null, id: null } };
}
