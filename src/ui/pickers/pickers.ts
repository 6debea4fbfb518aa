import * as vscode from 'vscode';
import { hasFeature, requireFeature } from '../../azure/appService/hosting/features';
import type { FunctionInfo, SecretInfo } from '../../azure/core/model';
import { reasonOf, UserError } from '../errors';
import type { Choice } from '../quickPick';
import { pickOne } from '../quickPick';
import type { Near } from './nearest';
import { nearestFirst, nearTo, titleFor } from './nearest';
import type {
  AppTarget,
  FunctionTarget,
  Inventory,
  ListedKind,
  SecretTarget,
  Unlisted,
  VaultTarget,
} from '../../inventory/targets';

/** Limits a list to items that the command can work with. `none` is the error when no item is left. */
export interface Narrowing<T> {
  readonly only?: (target: T) => boolean | Promise<boolean>;
  readonly none?: string;
  /** What to select, if that says what the command will do with it. */
  readonly placeHolder?: string;
  /** The resource that the item is picked for. */
  readonly near?: Near | undefined;
}

/** Asks for a function app. */
export async function pickFunctionApp(
  inventory: Inventory,
  title: string,
  narrowing: Narrowing<AppTarget> = {},
): Promise<AppTarget> {
  return pickOne(
    async (signal) => {
      await needSignIn(inventory);
      const apps = await narrowed(await inventory.functionApps(signal), narrowing);
      const choices = apps.map((value) => appChoice(inventory, value, value));
      const nearest = nearestFirst(choices, narrowing.near, inventory, ({ app }) => app);
      return [...nearest, ...(await unlistedRows(inventory, 'apps', signal))];
    },
    {
      title: titleFor(title, narrowing.near),
      placeHolder: narrowing.placeHolder ?? vscode.l10n.t('Select a function app'),
    },
    () =>
      new UserError(
        narrowing.none ?? vscode.l10n.t('No function app was found in the selected subscriptions'),
        filterHint(),
        [filterAction()],
      ),
  );
}

/**
 * Asks for a key vault.
 * @param app the app that the vault is for. The vaults that its settings reference come first.
 */
export async function pickKeyVault(
  inventory: Inventory,
  title: string,
  narrowing: Narrowing<VaultTarget> = {},
  app?: AppTarget,
): Promise<VaultTarget> {
  const near = app ? nearTo(app) : narrowing.near;
  return pickOne(
    async (signal) => {
      await needSignIn(inventory);
      const [all, referenced] = await Promise.all([
        inventory.keyVaults(signal),
        app ? referencedVaults(app, signal) : new Set(),
      ]);
      const vaults = await narrowed(all, narrowing);
      const heading = app ? vscode.l10n.t('Referenced by {0}', app.app.name) : '';
      const used = vaults.filter(({ vault }) => referenced.has(vault.name.toLowerCase()));
      const nearest = nearestFirst(
        vaults.map((value): Choice<VaultTarget> => ({
          icon: 'key',
          label: value.vault.name,
          description: value.vault.resourceGroup,
          detail: inventory.subscriptionName(value.vault.subscriptionId),
          value,
        })),
        near,
        inventory,
        ({ vault }) => vault,
        new Map(used.map(({ vault }) => [vault.id.toLowerCase(), heading])),
      );
      return [...nearest, ...(await unlistedRows(inventory, 'vaults', signal))];
    },
    { title: titleFor(title, near), placeHolder: vscode.l10n.t('Select a key vault') },
    () =>
      new UserError(
        narrowing.none ?? vscode.l10n.t('No key vault was found in the selected subscriptions'),
        filterHint(),
        [filterAction()],
      ),
  );
}

/** The names of the vaults that an app's settings reference, in lower case; none if that can't be read. */
async function referencedVaults({ connection, app }: AppTarget, signal: AbortSignal): Promise<Set<string>> {
  if (!hasFeature(app, 'references')) return new Set();
  const { listReferences } = await import('../../azure/appService/settings/settingReferences');
  try {
    const references = await listReferences(connection, app, signal);
    return new Set(references.map(({ vaultName = '' }) => vaultName.toLowerCase()));
  } catch {
    signal.throwIfAborted();
    return new Set();
  }
}

/**
 * Asks for a vault (unless one is given) and one of its secrets. Doesn't read values.
 * @param app the app that the secret is for
 */
export async function pickSecret(
  inventory: Inventory,
  title: string,
  given?: VaultTarget,
  app?: AppTarget,
): Promise<SecretTarget> {
  const { connection, vault } = given ?? (await pickKeyVault(inventory, title, {}, app));
  const secret = await pickOne(
    async (signal) => {
      const { listAllSecrets } = await import('../../inventory/secretLists');
      return (await listAllSecrets(connection, vault, signal)).map(secretChoice);
    },
    { title, placeHolder: vscode.l10n.t('Select a secret in {0}', vault.name) },
    () =>
      new UserError(vscode.l10n.t('{0} has no secrets', vault.name), vscode.l10n.t('Create one first.'), [
        {
          title: vscode.l10n.t('Create Secret'),
          command: 'keyless.createSecret',
          arguments: [{ connection, vault }],
        },
      ]),
  );
  return { connection, vault, secret };
}

/** Asks for an app (unless one is given) and one of its functions. */
export async function pickFunction(
  inventory: Inventory,
  title: string,
  given?: AppTarget,
  narrowing: Narrowing<FunctionInfo> = {},
): Promise<FunctionTarget> {
  const { connection, app } = given ?? (await pickFunctionApp(inventory, title));
  requireFeature(app, 'functions');
  const fn = await pickOne(
    async (signal) => {
      const { listFunctions } = await import('../../azure/appService/sites');
      const functions = await listFunctions(connection, app, signal);
      const choices = (await narrowed(functions, narrowing)).map(functionChoice);
      return choices.toSorted((one, other) => Number(one.value.disabled) - Number(other.value.disabled));
    },
    { title, placeHolder: vscode.l10n.t('Select a function in {0}', app.name) },
    () =>
      new UserError(
        narrowing.none ?? vscode.l10n.t('{0} has no functions', app.name),
        vscode.l10n.t('Deploy a function first. If you just deployed one, refresh the view.'),
      ),
  );
  return { connection, app, fn };
}

const filterHint = () => vscode.l10n.t('Create one first, or check which subscriptions are selected.');
const filterAction = () => ({
  title: vscode.l10n.t('Filter Subscriptions'),
  command: 'keyless.filterSubscriptions',
});

/** The items that the command can work with. */
export async function narrowed<T>(
  items: readonly T[],
  { only }: Pick<Narrowing<T>, 'only'>,
): Promise<readonly T[]> {
  if (!only) return items;
  const fitting = await Promise.all(items.map(async (item) => only(item)));
  return items.filter((_, index) => fitting[index]);
}

/** Rows at the end of a list that say whose resources couldn't be listed, because they could be what is looked for. */
export async function unlistedRows(
  inventory: Inventory,
  kind: ListedKind,
  signal: AbortSignal,
): Promise<readonly Choice<undefined>[]> {
  return (await inventory.unlisted(kind, signal)).map(unlistedRow);
}

export function unlistedRow({ name, error }: Unlisted): Choice<undefined> {
  return {
    ...{ icon: 'warning', label: name, detail: reasonOf(error), value: undefined },
    group: vscode.l10n.t("Couldn't be listed"),
  };
}

/** @throws UserError that offers ways to sign in, if no one is signed in */
export async function needSignIn(inventory: Inventory): Promise<void> {
  if ((await inventory.connections()).length > 0) return;
  throw new UserError(
    vscode.l10n.t("You aren't signed in"),
    vscode.l10n.t("Sign in to Azure, or start the sandbox, which doesn't need an account."),
    [
      { title: vscode.l10n.t('Sign In'), command: 'keyless.signIn' },
      { title: vscode.l10n.t('Start Sandbox'), command: 'keyless.startSandbox' },
    ],
  );
}

/** An app as an item of a list. */
export function appChoice<T>(inventory: Inventory, { app }: AppTarget, value: T): Choice<T> {
  return {
    icon: 'zap',
    label: app.name,
    description: app.resourceGroup,
    detail: inventory.subscriptionName(app.subscriptionId),
    value,
  };
}

function secretChoice(value: SecretInfo): Choice<SecretInfo> {
  return {
    icon: 'lock',
    label: value.name,
    description: value.enabled ? value.contentType : vscode.l10n.t('disabled'),
    value,
  };
}

function functionChoice(value: FunctionInfo): Choice<FunctionInfo> {
  const trigger = value.http ? vscode.l10n.t('HTTP trigger') : undefined;
  return {
    icon: 'symbol-function',
    label: value.name,
    description: [value.language, trigger, value.disabled && vscode.l10n.t('disabled')]
      .filter(Boolean)
      .join(', '),
    group: value.disabled ? vscode.l10n.t('Disabled') : vscode.l10n.t('Enabled'),
    value,
  };
}
