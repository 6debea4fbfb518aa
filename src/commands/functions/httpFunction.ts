import { l10n } from 'vscode';
import type { RouteParameter } from '../../azure/appService/invoke';
import { canBeSent, routeParameters } from '../../azure/appService/invoke';
import { requireFeature } from '../../azure/appService/hosting/features';
import { getFunctionKeys, getHostKeys } from '../../azure/appService/sites';
import { UserError } from '../../ui/errors';
import { pickFunction } from '../../ui/pickers/pickers';
import { askText } from '../../ui/quickPick';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import type { KeyChoice } from './request';
import type { Services } from '../services';

export type HttpFunction = FunctionTarget & {
  readonly fn: { readonly http: NonNullable<FunctionTarget['fn']['http']> };
};

/** The node's function, or one that the person selects. @throws UserError if it has no HTTP trigger */
export async function httpFunction(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node?: AppTarget | FunctionTarget,
): Promise<HttpFunction> {
  const target =
    node && 'fn' in node
      ? node
      : await pickFunction(inventory, title, node, {
          only: ({ http }) => http !== undefined,
          none: l10n.t('The app has no functions with an HTTP trigger'),
        });
  requireFeature(target.app, 'functions');
  if (isHttp(target)) return target;
  throw new UserError(
    l10n.t('{0} has no HTTP trigger', target.fn.name),
    l10n.t('Only functions with an HTTP trigger have a URL.'),
  );
}

/**
 * Reads the selected key, which is a secret value. By default, that's the key the function's authorization level requires.
 * @returns undefined if no key should be sent
 */
export async function keyFor(
  { connection, app, fn }: HttpFunction,
  choice: KeyChoice,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (choice === 'none') return undefined;
  if (choice !== 'default') {
    const keys =
      choice.of === 'function'
        ? await getFunctionKeys(connection, app, fn, signal)
        : (await getHostKeys(connection, app, signal)).functionKeys;
    const chosen = keys[choice.name];
    if (chosen) return chosen;
    throw new UserError(
      l10n.t('{0} no longer has the key {1}', fn.name, choice.name),
      l10n.t('Select another key.'),
    );
  }
  if (fn.http.authLevel === 'anonymous') return undefined;
  const key =
    fn.http.authLevel === 'admin'
      ? (await getHostKeys(connection, app, signal)).masterKey
      : (firstKey(await getFunctionKeys(connection, app, fn, signal)) ??
        firstKey((await getHostKeys(connection, app, signal)).functionKeys));
  if (key) return key;
  throw new UserError(
    l10n.t('{0} requires a key, but the app has none', fn.name),
    l10n.t('Restart the app. Its host then creates the missing keys.'),
  );
}

/** Asks for each parameter of a function's route, up to an optional one that's left out. */
export async function askRoute(title: string, target: HttpFunction): Promise<Record<string, string>> {
  const route: Record<string, string> = {};
  for (const parameter of routeParameters(target.fn)) {
    const value = await askRouteValue(title, target, parameter);
    if (value === '') return route;
    route[parameter.name] = value;
  }
  return route;
}

/** Asks for the value of a route parameter. Empty only for an optional one, which is then left out. */
export function askRouteValue(
  title: string,
  { fn }: HttpFunction,
  parameter: RouteParameter,
  value = '',
): Promise<string> {
  const { name, optional, catchAll } = parameter;
  return askText({
    title,
    prompt: optional
      ? l10n.t('Value of {0} in the URL of {1} (optional)', `{${name}}`, fn.name)
      : l10n.t('Value of {0} in the URL of {1}', `{${name}}`, fn.name),
    ...(catchAll ? { placeHolder: 'a/b/c' } : {}),
    value,
    validateInput: (text) => {
      if (text === '' && !optional) return l10n.t('Enter a value.');
      return canBeSent(parameter, text)
        ? undefined
        : l10n.t("A part of a URL can't be only . or .., so enter something else.");
    },
  });
}

function isHttp(target: FunctionTarget): target is HttpFunction {
  return target.fn.http !== undefined;
}

function firstKey(keys: Readonly<Record<string, string>>): string | undefined {
  return keys['default'] ?? Object.values(keys)[0];
}
