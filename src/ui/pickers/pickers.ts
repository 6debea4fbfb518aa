import * as vscode from 'vscode';
import { distinctions } from '../../access/words/distinctions';
import { isObjectId } from '../../access/knownPrincipals';
import type { Connection } from '../../azure/core/connection';
import type { FunctionInfo, SecretInfo } from '../../azure/core/model';
import { UserError } from '../errors';
import type { Choice } from '../quickPick';
import { askText, pickOne } from '../quickPick';
import type {
  AppTarget,
  FunctionTarget,
  Inventory,
  SecretTarget,
  VaultTarget,
} from '../../inventory/targets';

/** Limits a list to items that the command can work with. `none` is the error when no item is left. */
export interface Narrowing<T> {
  readonly only?: (target: T) => boolean;
  readonly none?: string;
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
      const apps = await inventory.functionApps(signal);
      return apps.filter(narrowing.only ?? all).map((value) => appChoice(inventory, value, value));
    },
    { title, placeHolder: vscode.l10n.t('Select a function app') },
    () =>
      new UserError(
        narrowing.none ?? vscode.l10n.t('No function app was found in the selected subscriptions'),
        filterHint(),
        [filterAction()],
      ),
  );
}

/** Asks for a key vault. */
export async function pickKeyVault(
  inventory: Inventory,
  title: string,
  narrowing: Narrowing<VaultTarget> = {},
): Promise<VaultTarget> {
  return pickOne(
    async (signal) => {
      await needSignIn(inventory);
      const vaults = await inventory.keyVaults(signal);
      return vaults.filter(narrowing.only ?? all).map((value): Choice<VaultTarget> => ({
        icon: 'key',
        label: value.vault.name,
        description: value.vault.resourceGroup,
        detail: inventory.subscriptionName(value.vault.subscriptionId),
        value,
      }));
    },
    { title, placeHolder: vscode.l10n.t('Select a key vault') },
    () =>
      new UserError(
        narrowing.none ?? vscode.l10n.t('No key vault was found in the selected subscriptions'),
        filterHint(),
        [filterAction()],
      ),
  );
}

/** Asks for a vault (unless one is given) and one of its secrets. Doesn't read values. */
export async function pickSecret(
  inventory: Inventory,
  title: string,
  given?: VaultTarget,
): Promise<SecretTarget> {
  const { connection, vault } = given ?? (await pickKeyVault(inventory, title));
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
  const fn = await pickOne(
    async (signal) => {
      const { listFunctions } = await import('../../azure/appService/sites');
      return (await listFunctions(connection, app, signal)).filter(narrowing.only ?? all).map(functionChoice);
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

/** Who gets access: a managed identity that Keyless knows, an app that doesn't have one yet, or an object ID. */
export type PickedPrincipal =
  | {
      readonly kind: 'principal';
      readonly principalId: string;
      readonly name: string;
      /** Missing for an object ID, which can be anyone's. */
      readonly managedIdentity?: true;
    }
  | { readonly kind: 'app'; readonly target: AppTarget };

async function filtered<T>(items: readonly T[], fits: (item: T) => Promise<boolean>): Promise<T[]> {
  const fitting = await Promise.all(items.map(fits));
  return items.filter((_, index) => fitting[index]);
}

/** Asks for an app, an identity or an object ID. Only those in the vault's tenant can be granted access to it. */
export async function pickPrincipal(
  inventory: Inventory,
  title: string,
  tenantId: string,
): Promise<PickedPrincipal> {
  const picked = await pickOne<PickedPrincipal | 'paste'>(
    async (signal) => {
      const [apps, identities] = await Promise.all([
        inventory.functionApps(signal),
        inventory.userAssignedIdentities(signal),
      ]);
      const { tenantOf } = await import('../../azure/directory/subscriptions');
      const isOfTenant = async (connection: Connection, subscriptionId: string) =>
        (await tenantOf(connection, subscriptionId, signal)).toLowerCase() === tenantId.toLowerCase();
      const [ownApps, ownIdentities] = await Promise.all([
        filtered(apps, ({ connection, app }) => isOfTenant(connection, app.subscriptionId)),
        filtered(identities, ({ connection, identity }) =>
          isOfTenant(connection, identity.id.split('/')[2] ?? ''),
        ),
      ]);
      const places = distinctions(identities.map(({ identity }) => identity.id));
      return [
        ...ownApps.map((target) => appPrincipalChoice(inventory, target)),
        ...ownIdentities.map(({ identity }): Choice<PickedPrincipal> => ({
          icon: 'account',
          label: identity.name,
          description: places.get(identity.id) ?? vscode.l10n.t('user-assigned identity'),
          detail: vscode.l10n.t('Principal ID {0}', identity.principalId),
          value: {
            kind: 'principal',
            principalId: identity.principalId,
            name: identity.name,
            managedIdentity: true,
          },
        })),
        {
          icon: 'edit',
          label: vscode.l10n.t('Enter an Object ID…'),
          description: vscode.l10n.t('any user, group or service principal'),
          value: 'paste',
        },
      ];
    },
    { title, placeHolder: vscode.l10n.t('Select who gets access') },
    () => new UserError(vscode.l10n.t("There's no one to select")),
  );
  if (picked !== 'paste') return picked;
  const principalId = await askText({
    title,
    prompt: vscode.l10n.t("Object ID of a user, group or service principal in the vault's tenant"),
    placeHolder: '00000000-0000-0000-0000-000000000000',
    validateInput: (text) =>
      isObjectId(text.trim())
        ? undefined
        : vscode.l10n.t(
            "An object ID is a GUID such as 12345678-90ab-cdef-1234-567890abcdef. It isn't the application (client) ID.",
          ),
  });
  return {
    kind: 'principal',
    principalId: principalId.trim().toLowerCase(),
    name: principalId.trim().toLowerCase(),
  };
}

const filterHint = () => vscode.l10n.t('Create one first, or check which subscriptions are selected.');
const filterAction = () => ({
  title: vscode.l10n.t('Filter Subscriptions'),
  command: 'keyless.filterSubscriptions',
});

const all = () => true;

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

function appChoice<T>(inventory: Inventory, { app }: AppTarget, value: T): Choice<T> {
  return {
    icon: 'zap',
    label: app.name,
    description: app.resourceGroup,
    detail: inventory.subscriptionName(app.subscriptionId),
    value,
  };
}

function appPrincipalChoice(inventory: Inventory, target: AppTarget): Choice<PickedPrincipal> {
  const principalId = target.app.identity.systemAssigned?.principalId;
  if (!principalId) {
    return {
      ...appChoice<PickedPrincipal>(inventory, target, { kind: 'app', target }),
      description: vscode.l10n.t('no system-assigned identity yet'),
      detail: vscode.l10n.t("The app's identity will be enabled first"),
    };
  }
  return {
    ...appChoice<PickedPrincipal>(inventory, target, {
      kind: 'principal',
      principalId,
      name: target.app.name,
      managedIdentity: true,
    }),
    description: vscode.l10n.t('system-assigned identity'),
    detail: vscode.l10n.t('Principal ID {0}', principalId),
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
    value,
  };
}
