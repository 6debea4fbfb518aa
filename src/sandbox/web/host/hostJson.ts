import fs from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../arm/json';
import type { Site } from '../../world/world';
import { settingOf } from './functions';

/** The parts of an app's host.json that the sandbox's host supports. */
export interface HostJson {
  routePrefix: string;
  fileLoggingMode: 'debugOnly' | 'always' | 'never';
  /** The minimum level by category in lowercase; the key `default` is for all others. */
  logLevels: Readonly<Record<string, LogLevel>>;
  /** Undefined if host.json doesn't set it; Infinity for `-1`. */
  functionTimeoutMs?: number;
  /** Why the file couldn't be used. */
  error?: string;
}

export const logLevels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Reads host.json in `wwwroot`; without the file, everything has its default. */
export function readHostJson(wwwroot: string): HostJson {
  const result: HostJson = { routePrefix: 'api', fileLoggingMode: 'debugOnly', logLevels: {} };
  let text: string;
  try {
    text = fs.readFileSync(path.join(wwwroot, 'host.json'), 'utf8');
  } catch {
    return result;
  }
  try {
    const json = JSON.parse(strict(text)) as {
      functionTimeout?: unknown;
      logging?: { fileLoggingMode?: unknown; logLevel?: unknown };
      extensions?: { http?: { routePrefix?: unknown } };
    };
    const mode = json.logging?.fileLoggingMode;
    if (mode === 'always' || mode === 'never') result.fileLoggingMode = mode;
    if (isRecord(json.logging?.logLevel)) result.logLevels = levelsOf(Object.entries(json.logging.logLevel));
    if (typeof json.extensions?.http?.routePrefix === 'string')
      result.routePrefix = json.extensions.http.routePrefix.replace(/^\/+|\/+$/g, '');
    const timeout = parseTimeSpan(json.functionTimeout);
    if (timeout !== undefined) result.functionTimeoutMs = timeout;
  } catch (error) {
    result.error = `Unable to parse host configuration file 'host.json'. ${error instanceof Error ? error.message : String(error)}`;
  }
  return result;
}

/** The host's parser, Newtonsoft.Json, accepts comments and trailing commas. */
function strict(json: string): string {
  const outsideStrings = (pattern: string) => new RegExp(`("(?:\\\\.|[^"\\\\])*")|${pattern}`, 'gs');
  return json
    .replace(/^\uFEFF/, '')
    .replace(outsideStrings('//[^\\n]*|/\\*.*?\\*/'), '$1')
    .replace(outsideStrings(',(?=\\s*[\\]}])'), '$1');
}

function levelsOf(entries: (readonly [string, unknown])[]): Record<string, LogLevel> {
  return Object.fromEntries(
    entries.flatMap(([category, value]) => {
      const level = logLevels.find((name) => name.toLowerCase() === String(value).toLowerCase());
      return level === undefined ? [] : [[category.toLowerCase(), level]];
    }),
  );
}

/** The minimum level of a category: that of the longest prefix (LoggerRuleSelector.cs of .NET). */
export function minimumLevel({ logLevels: levels }: HostJson, category: string): LogLevel {
  const fitting = Object.keys(levels).filter((prefix) => category.toLowerCase().startsWith(prefix));
  const longest = fitting.sort((a, b) => b.length - a.length)[0] ?? 'default';
  return levels[longest] ?? 'Information';
}

/** `hh:mm:ss` or `d.hh:mm:ss` in milliseconds; `-1` means no limit. */
function parseTimeSpan(value: unknown): number | undefined {
  if (value === '-1') return Infinity;
  const parts = typeof value === 'string' ? /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(value) : null;
  if (parts === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

const levelSetting = /^AzureFunctionsJobHost__logging__logLevel__([^:]+)$/i;

/**
 * App settings override members of host.json ("Override host.json values" of the Functions documentation). More
 * underscores make a member of a member, which is no category (azure-functions-host#9920), and on Linux a period
 * becomes an underscore ("Configure an App Service app").
 */
export function withOverrides(hostJson: HostJson, site: Site): HostJson {
  const mode = settingOf(site, 'AzureFunctionsJobHost__logging__fileLoggingMode');
  const settings = Object.entries(site.appSettings).map(([name, value]) => {
    const category = levelSetting.exec(site.reserved ? name.replaceAll('.', '_') : name)?.[1] ?? '';
    return [category.replaceAll('__', ':'), value] as const;
  });
  return {
    ...hostJson,
    ...(mode === 'always' || mode === 'never' || mode === 'debugOnly' ? { fileLoggingMode: mode } : {}),
    logLevels: { ...hostJson.logLevels, ...levelsOf(settings.filter(([category]) => category !== '')) },
  };
}

/** The form of the host's own lines, such as `00:05:00`. */
export function formatTimeSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const fraction = milliseconds % 1000 === 0 ? '' : `.${String(milliseconds % 1000).padStart(3, '0')}0000`;
  return (
    [seconds / 3600, (seconds / 60) % 60, seconds % 60]
      .map((value) => String(Math.floor(value)).padStart(2, '0'))
      .join(':') + fraction
  );
}
