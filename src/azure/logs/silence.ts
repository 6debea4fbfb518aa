import { readAppSettings } from '../appService/settings/appSettings';
import { hasFeature } from '../appService/hosting/features';
import type { Connection } from '../core/connection';
import type { FunctionApp } from '../core/model';
import { readScmFile } from '../appService/scm';
import { getFunctionApp, listFunctions } from '../appService/sites';
import type { HostLogging, LogRule, SettingPlace } from './hostLogging';
import { hidesInformation, hostLogging, ruleFor } from './hostLogging';

/** Why an app may not log anything. The first reason in a list is the one to fix first. */
export type SilenceReason =
  | { readonly kind: 'appStopped' }
  /** `logging.fileLoggingMode` is `never`: the host writes no log files. */
  | { readonly kind: 'fileLoggingOff'; readonly where: SettingPlace; readonly setting: string }
  /** A rule of `logging.logLevel` hides what functions usually log. */
  | {
      readonly kind: 'logLevel';
      readonly level: string;
      readonly where: SettingPlace;
      /** A path in host.json, or the name of an app setting. */
      readonly name: string;
      /** The app setting that changes it. Undefined if the app can't have such a setting. */
      readonly setting: string | undefined;
    }
  | { readonly kind: 'noFunctions' }
  | { readonly kind: 'allDisabled' }
  /** No problem was found, so the functions probably didn't run. */
  | { readonly kind: 'notRun' };

/** What is silent: an app, or one of its functions. */
export interface Silent {
  readonly app: FunctionApp;
  readonly fn?: { readonly name: string };
}

/**
 * Finds possible reasons why an app's log is empty. Assumes that anything it can't read is fine, because these are only
 * guesses. Never returns an empty list. @throws AbortError
 */
export async function whySilent(
  c: Connection,
  { app, fn }: Silent,
  source: 'logStream' | 'applicationInsights',
  signal: AbortSignal,
): Promise<SilenceReason[]> {
  const [now, hostJson, settings, functions] = await Promise.all([
    unlessRefused(getFunctionApp(c, app.id, signal), signal),
    unlessRefused(readHostJson(c, app, signal), signal),
    unlessRefused(readAppSettings(c, app, signal), signal),
    // A logic app has workflows, which log in their own way.
    hasFeature(app, 'functions') ? unlessRefused(listFunctions(c, app, signal), signal) : undefined,
  ]);
  const reasons: SilenceReason[] = [];
  if (now?.state.toLowerCase() === 'stopped') reasons.push({ kind: 'appStopped' });
  const logging = hostLogging(app, hostJson, settings ?? new Map<string, string>(), source);
  const { fileLoggingMode: mode } = logging;
  if (source === 'logStream' && mode?.setting !== undefined && mode.value.toLowerCase() === 'never')
    reasons.push({ kind: 'fileLoggingOff', where: mode.where, setting: mode.setting });
  const enabled = functions?.filter(({ disabled }) => !disabled).map(({ name }) => name) ?? [];
  for (const { value, where, name, setting } of rulesThatHide(logging, fn ? [fn.name] : enabled))
    reasons.push({ kind: 'logLevel', level: value, where, name, setting });
  if (functions?.length === 0) reasons.push({ kind: 'noFunctions' });
  else if (functions?.every(({ disabled }) => disabled)) reasons.push({ kind: 'allDisabled' });
  return reasons.length > 0 ? reasons : [{ kind: 'notRun' }];
}

/**
 * The rules that hide everything these functions usually log, or none if any function can be seen: its runs
 * (`Function.<name>`), or what its code logs (`Function.<name>.User`; "Configure monitoring": categories). `Host.Results`
 * is about Application Insights' requests, not about its traces or the log stream.
 */
function rulesThatHide({ rules }: HostLogging, names: readonly string[]): LogRule[] {
  const hiding = new Set<LogRule>();
  for (const name of names.length > 0 ? names : ['']) {
    for (const category of [`Function.${name}`, `Function.${name}.User`]) {
      const rule = ruleFor(rules, category);
      if (!rule || !hidesInformation(rule)) return [];
      hiding.add(rule);
    }
  }
  return [...hiding];
}

async function readHostJson(c: Connection, app: FunctionApp, signal: AbortSignal): Promise<string> {
  const { bytes } = await readScmFile(c, app, 'site/wwwroot/host.json', 0, signal);
  return new TextDecoder().decode(bytes);
}

async function unlessRefused<T>(reading: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await reading;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
