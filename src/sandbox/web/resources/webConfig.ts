import { isRecord } from '../../arm/json';
import type { Site } from '../../world/world';
import { connectionTypeOf } from '../connectionTypes';
import { siteConfigOfSite } from './siteDefaults';
import { webConfigDefaults } from './webConfigDefaults';

/**
 * Writes a `siteConfig`, or the properties of `config/web`, to an app. `appSettings` and `connectionStrings`
 * in it replace all existing ones.
 * @returns whether anything changed, in which case the app restarts
 */
export function writeWebConfig(site: Site, config: Record<string, unknown>): boolean {
  const before = stateOf(site);
  for (const [name, value] of Object.entries(config)) {
    if (value === null || value === undefined || name === 'publishingUsername') continue;
    if (name === 'appSettings') {
      if (Array.isArray(value)) site.appSettings = pairs(value);
    } else if (name === 'connectionStrings') {
      if (Array.isArray(value)) site.connectionStrings = connectionStringsOf(value);
    } else if (name in webConfigDefaults || name in siteConfigOfSite) site.webConfig[name] = value;
  }
  return stateOf(site) !== before;
}

function stateOf(site: Site): string {
  return JSON.stringify([webConfigOf(site), site.appSettings, site.connectionStrings]);
}

/** The `properties` of `config/web`. */
export function webConfigOf(site: Site): Record<string, unknown> {
  return { ...webConfigDefaults, publishingUsername: `$${site.name.replace('/', '__')}`, ...site.webConfig };
}

const levels = ['Off', 'Verbose', 'Information', 'Warning', 'Error'];

/** The `properties` of `config/logs`, always complete. */
export function logsConfigOf(site: Site): Record<string, unknown> {
  return {
    applicationLogs: {
      fileSystem: { level: 'Off' },
      azureTableStorage: { level: 'Off', sasUrl: null },
      azureBlobStorage: { level: 'Off', sasUrl: null, retentionInDays: null },
    },
    httpLogs: {
      fileSystem: { retentionInMb: 35, retentionInDays: null, enabled: false },
      azureBlobStorage: { sasUrl: null, retentionInDays: 3, enabled: false },
    },
    failedRequestsTracing: { enabled: false },
    detailedErrorMessages: { enabled: false },
    ...site.logsConfig,
  };
}

/** Writes what a PUT of `config/logs` contains; levels are returned in their own case. */
export function writeLogsConfig(site: Site, written: Record<string, unknown>): void {
  const current = logsConfigOf(site);
  for (const [name, value] of Object.entries(written)) {
    if (!(name in current) || !isRecord(value)) continue;
    site.logsConfig[name] = merge(current[name], value);
  }
}

function merge(current: unknown, written: Record<string, unknown>): unknown {
  const result: Record<string, unknown> = isRecord(current) ? { ...current } : {};
  for (const [name, value] of Object.entries(written)) {
    if (isRecord(value)) result[name] = merge(result[name], value);
    else if (name === 'level' && typeof value === 'string')
      result[name] = levels.find((level) => level.toLowerCase() === value.toLowerCase()) ?? 'Off';
    else result[name] = value;
  }
  return result;
}

function pairs(list: unknown[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const entry of list) {
    if (isRecord(entry) && typeof entry['name'] === 'string')
      result[entry['name']] = typeof entry['value'] === 'string' ? entry['value'] : '';
  }
  return result;
}

function connectionStringsOf(list: unknown[]): NonNullable<Site['connectionStrings']> {
  const result: NonNullable<Site['connectionStrings']> = {};
  for (const entry of list) {
    if (!isRecord(entry) || typeof entry['name'] !== 'string') continue;
    result[entry['name']] = {
      value: textOf(entry['connectionString']),
      type: connectionTypeOf(entry['type']) ?? 'Custom',
    };
  }
  return result;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
