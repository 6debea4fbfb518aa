import { readAppSettings } from '../appService/appSettings';
import type { Connection } from '../core/connection';
import type { JsonObject } from '../core/json';
import { objectOf, parseJson, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { readScmFile } from '../appService/scm';
import { getFunctionApp, listFunctions } from '../appService/sites';

/** Why an app may not log anything. The first reason in a list is the one to fix first. */
export type SilenceReason =
  | { readonly kind: 'appStopped' }
  /** `logging.fileLoggingMode` is `never`: the host writes no log files. */
  | { readonly kind: 'fileLoggingOff'; readonly where: SettingPlace }
  /** `logging.logLevel.default` hides what functions usually log. */
  | { readonly kind: 'logLevel'; readonly level: string; readonly where: SettingPlace }
  | { readonly kind: 'noFunctions' }
  | { readonly kind: 'allDisabled' }
  /** No problem was found, so the functions probably didn't run. */
  | { readonly kind: 'notRun' };

type SettingPlace = 'host.json' | 'appSetting';

/** App settings that override properties of host.json (azure-functions docs, "host.json reference": Override). */
export const hostSettings = {
  fileLoggingMode: 'AzureFunctionsJobHost__logging__fileLoggingMode',
  logLevel: 'AzureFunctionsJobHost__logging__logLevel__default',
} as const;

/**
 * Finds possible reasons why an app's log is empty. Assumes that anything it can't read is fine, because these are only
 * guesses. Never returns an empty list. @throws AbortError
 */
export async function whySilent(
  c: Connection,
  app: FunctionApp,
  source: 'logStream' | 'applicationInsights',
  signal: AbortSignal,
): Promise<SilenceReason[]> {
  const [now, hostJson, settings, functions] = await Promise.all([
    unlessRefused(getFunctionApp(c, app.id, signal), signal),
    unlessRefused(readHostJson(c, app, signal), signal),
    unlessRefused(readAppSettings(c, app, signal), signal),
    unlessRefused(listFunctions(c, app, signal), signal),
  ]);
  const reasons: SilenceReason[] = [];
  if (now?.state.toLowerCase() === 'stopped') reasons.push({ kind: 'appStopped' });
  const logging = objectOf(hostJson?.['logging']);
  const mode = effective(settings, hostSettings.fileLoggingMode, logging['fileLoggingMode']);
  if (source === 'logStream' && mode?.value.toLowerCase() === 'never')
    reasons.push({ kind: 'fileLoggingOff', where: mode.where });
  const level = effective(settings, hostSettings.logLevel, defaultLevel(logging));
  if (level && /^(Warning|Error|Critical|None)$/i.test(level.value))
    reasons.push({ kind: 'logLevel', level: level.value, where: level.where });
  if (functions?.length === 0) reasons.push({ kind: 'noFunctions' });
  else if (functions?.every(({ disabled }) => disabled)) reasons.push({ kind: 'allDisabled' });
  return reasons.length > 0 ? reasons : [{ kind: 'notRun' }];
}

async function readHostJson(c: Connection, app: FunctionApp, signal: AbortSignal): Promise<JsonObject> {
  const { bytes } = await readScmFile(c, app, 'site/wwwroot/host.json', 0, signal);
  return objectOf(parseJson(withoutComments(new TextDecoder().decode(bytes))));
}

/** Removes comments outside of strings, because the host's parser accepts them. */
function withoutComments(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1');
}

/** `logLevel` is an object, or a single level for everything. */
function defaultLevel(logging: JsonObject): unknown {
  const levels = logging['logLevel'];
  return typeof levels === 'string' ? levels : (objectOf(levels)['default'] ?? objectOf(levels)['Default']);
}

function effective(
  settings: ReadonlyMap<string, string> | undefined,
  name: string,
  inHostJson: unknown,
): { readonly value: string; readonly where: SettingPlace } | undefined {
  const isIt = (key: string) => key.replaceAll(':', '__').toLowerCase() === name.toLowerCase();
  const setting = [...(settings ?? [])].find(([key]) => isIt(key))?.[1];
  if (setting !== undefined) return { value: setting, where: 'appSetting' };
  const value = stringOf(inHostJson);
  return value === undefined ? undefined : { value, where: 'host.json' };
}

async function unlessRefused<T>(reading: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await reading;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
