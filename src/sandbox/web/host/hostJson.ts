import fs from 'node:fs';
import path from 'node:path';
import type { Site } from '../../world/world';
import { settingOf } from './functions';

/** The parts of an app's host.json that the sandbox's host supports. */
export interface HostJson {
  routePrefix: string;
  fileLoggingMode: 'debugOnly' | 'always' | 'never';
  /** Lines below this level aren't logged. */
  logLevel: LogLevel;
  /** Undefined if host.json doesn't set it; Infinity for `-1`. */
  functionTimeoutMs?: number;
  /** Why the file couldn't be used. */
  error?: string;
}

export const logLevels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Reads host.json in `wwwroot`; without the file, everything has its default. */
export function readHostJson(wwwroot: string): HostJson {
  const result: HostJson = { routePrefix: 'api', fileLoggingMode: 'debugOnly', logLevel: 'Information' };
  let text: string;
  try {
    text = fs.readFileSync(path.join(wwwroot, 'host.json'), 'utf8');
  } catch {
    return result;
  }
  try {
    const json = JSON.parse(text.replace(/^\uFEFF/, '')) as {
      functionTimeout?: unknown;
      logging?: { fileLoggingMode?: unknown; logLevel?: { default?: unknown } };
      extensions?: { http?: { routePrefix?: unknown } };
    };
    const mode = json.logging?.fileLoggingMode;
    if (mode === 'always' || mode === 'never') result.fileLoggingMode = mode;
    const level = logLevels.find((name) => name === json.logging?.logLevel?.default);
    if (level !== undefined) result.logLevel = level;
    if (typeof json.extensions?.http?.routePrefix === 'string')
      result.routePrefix = json.extensions.http.routePrefix.replace(/^\/+|\/+$/g, '');
    const timeout = parseTimeSpan(json.functionTimeout);
    if (timeout !== undefined) result.functionTimeoutMs = timeout;
  } catch (error) {
    result.error = `Unable to parse host configuration file 'host.json'. ${error instanceof Error ? error.message : String(error)}`;
  }
  return result;
}

/** `hh:mm:ss` or `d.hh:mm:ss` in milliseconds; `-1` means no limit. */
function parseTimeSpan(value: unknown): number | undefined {
  if (value === '-1') return Infinity;
  const parts = typeof value === 'string' ? /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(value) : null;
  if (parts === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/**
 * App settings override members of host.json ("Override host.json values" of the Functions documentation).
 */
export function withOverrides(hostJson: HostJson, site: Site): HostJson {
  const mode = settingOf(site, 'AzureFunctionsJobHost__logging__fileLoggingMode');
  const level = settingOf(site, 'AzureFunctionsJobHost__logging__logLevel__default');
  return {
    ...hostJson,
    ...(mode === 'always' || mode === 'never' || mode === 'debugOnly' ? { fileLoggingMode: mode } : {}),
    logLevel: logLevels.find((known) => known === level) ?? hostJson.logLevel,
  };
}
