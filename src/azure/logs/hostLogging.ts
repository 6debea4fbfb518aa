import type { JsonObject } from '../core/json';
import { isObject, objectOf, parseJson } from '../core/json';
import type { FunctionApp } from '../core/model';

export type SettingPlace = 'host.json' | 'appSetting';

/** A value that configures the host's logging. */
interface LoggingValue {
  readonly value: string;
  readonly where: SettingPlace;
  /** Where it is: a path in host.json such as `logging.logLevel.Function`, or the name of an app setting. */
  readonly name: string;
  /** The app setting that has or overrides it. Undefined if the app can't have such a setting. */
  readonly setting: string | undefined;
}

/** A minimum level for the categories that start with `category`, or for all that have no rule of their own. */
export interface LogRule extends LoggingValue {
  readonly category: string | undefined;
  /** Whether it's only for where the log is read from, and so precedes the rules for everything. */
  readonly own: boolean;
}

/** What host.json and the app settings that override it say about logging. */
export interface HostLogging {
  readonly fileLoggingMode: LoggingValue | undefined;
  /** The rules that apply to where the log is read from. */
  readonly rules: readonly LogRule[];
}

/**
 * Reads the logging of a host. The last source wins: app settings named `AzureFunctionsJobHost__logging__…` override
 * host.json (azure-functions docs, "host.json reference": Override). In their names, periods belong to a category, and
 * Linux replaces them ("Configure an App Service app": app settings), so there such a setting does nothing.
 * @param hostJson undefined if it couldn't be read
 */
export function hostLogging(
  { linux }: Pick<FunctionApp, 'linux'>,
  hostJson: string | undefined,
  settings: ReadonlyMap<string, string>,
  source: 'logStream' | 'applicationInsights',
): HostLogging {
  const values = new Map<string, LoggingValue & { readonly path: readonly string[] }>();
  const works = (setting: string) => !linux || !setting.includes('.');
  for (const [path, value] of valuesIn(objectOf(parseHostJson(hostJson ?? '')['logging']))) {
    const setting = ['AzureFunctionsJobHost', 'logging', ...path].join('__');
    const name = ['logging', ...path].join('.');
    const kept = {
      value,
      path,
      where: 'host.json',
      name,
      setting: works(setting) ? setting : undefined,
    } as const;
    values.set(keyOf(path), kept);
  }
  for (const [name, value] of settings) {
    const [root, under, ...path] = name.split(/__|:/);
    if (!/^AzureFunctionsJobHost$/i.test(root ?? '') || !/^logging$/i.test(under ?? '')) continue;
    if (works(name)) values.set(keyOf(path), { value, path, where: 'appSetting', name, setting: name });
  }
  const rules = [...values.values()].flatMap(({ path, ...value }) => {
    const [provider, section, category] = path.length === 2 ? [undefined, ...path] : path;
    if (section?.toLowerCase() !== 'loglevel' || category === undefined || path.length > 3) return [];
    if (provider !== undefined && provider.toLowerCase() !== source.toLowerCase()) return [];
    const own = provider !== undefined;
    return [{ ...value, own, category: category.toLowerCase() === 'default' ? undefined : category }];
  });
  return { fileLoggingMode: values.get(keyOf(['fileLoggingMode'])), rules };
}

/**
 * The rule that decides about a category, as .NET's LoggerRuleSelector.cs finds it: the provider's own before those for
 * everything, then the longest category. Undefined if there is none; the host then logs Information and above.
 */
export function ruleFor(rules: readonly LogRule[], category: string): LogRule | undefined {
  const fitting = rules.filter((rule) => includes(rule.category ?? '', category));
  const own = fitting.filter((rule) => rule.own);
  const length = (rule: LogRule | undefined) => rule?.category?.length ?? -1;
  return (own.length > 0 ? own : fitting).reduce<LogRule | undefined>(
    (best, rule) => (best && length(best) > length(rule) ? best : rule),
    undefined,
  );
}

const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Whether a rule keeps out what functions usually log. A level may be a number too. */
export function hidesInformation({ value }: LogRule): boolean {
  const number = Number.parseInt(value, 10);
  return (
    (Number.isNaN(number) ? levels.indexOf(value.trim().toLowerCase()) : number) >
    levels.indexOf('information')
  );
}

/** A rule's category is a prefix, and may contain one asterisk. */
function includes(rule: string, category: string): boolean {
  const [prefix = '', suffix = ''] = rule.toLowerCase().split('*');
  const name = category.toLowerCase();
  return name.startsWith(prefix) && name.endsWith(suffix);
}

function keyOf(path: readonly string[]): string {
  return path.join(':').toLowerCase();
}

function* valuesIn(
  json: JsonObject,
  path: readonly string[] = [],
): Generator<[path: string[], value: string]> {
  for (const [name, value] of Object.entries(json)) {
    if (isObject(value)) yield* valuesIn(value, [...path, name]);
    else if (typeof value === 'string' || typeof value === 'number') yield [[...path, name], String(value)];
  }
}

const text = String.raw`("(?:[^"\\]|\\.)*")`;
const comments = new RegExp(String.raw`${text}|//[^\n]*|/\*[\s\S]*?\*/`, 'g');
const trailingCommas = new RegExp(String.raw`${text}|,(?=\s*[}\]])`, 'g');

/** The host's parser (Newtonsoft.Json, HostJsonFileConfigurationSource.cs) accepts comments and trailing commas. */
function parseHostJson(json: string): JsonObject {
  return objectOf(parseJson(json.replace(comments, '$1').replace(trailingCommas, '$1')));
}
