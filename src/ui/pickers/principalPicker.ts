import * as vscode from 'vscode';
import { isObjectId } from '../../access/knownPrincipals';
import type { Connection } from '../../azure/core/connection';
import type { AppTarget, IdentityTarget, Inventory } from '../../inventory/targets';
import { UserError } from '../errors';
import type { Choice } from '../quickPick';
import { askText, pickOne } from '../quickPick';
import type { Near } from './nearest';
import { nearestFirst, titleFor } from './nearest';
import { appChoice, narrowed } from './pickers';

/** Who gets access: a managed identity that Keyless knows, an app that doesn't have one yet, or an object ID. */
export type PickedPrincipal =
  | {
      readonly kind: 'principal';
      readonly principalId: string;
      readonly name: string;
      /** The `principalType` of its role assignments. Missing for an object ID, which can be anyone's. */
      readonly principalType?: 'ServicePrincipal' | 'User';
    }
  | { readonly kind: 'app'; readonly target: AppTarget };

/**
 * Asks for an app, an identity, the account itself or an object ID. Only those in the vault's tenant can be granted access
 * to it.
 * @param near what they get access to
 */
export async function pickPrincipal(
  inventory: Inventory,
  title: string,
  tenantId: string,
  near: Near,
): Promise<PickedPrincipal> {
  const picked = await pickOne<PickedPrincipal | 'paste'>(
    async (signal) => {
      const [apps, identities] = await Promise.all([
        inventory.functionApps(signal),
        inventory.userAssignedIdentities(signal),
      ]);
      const { isOfTenant } = await import('../../azure/directory/subscriptions');
      const isHere = (connection: Connection, subscriptionId: string) =>
        isOfTenant(connection, subscriptionId, tenantId, signal);
      const [ownApps, ownIdentities] = await Promise.all([
        narrowed(apps, { only: ({ connection, app }) => isHere(connection, app.subscriptionId) }),
        narrowed(identities, {
          only: ({ connection, identity }) => isHere(connection, identity.subscriptionId),
        }),
      ]);
      const choices = nearestFirst<AppTarget | IdentityTarget>(
        [...ownApps, ...ownIdentities].map((target) => placeChoice(inventory, target)),
        near,
        inventory,
        (target) => ('app' in target ? target.app : target.identity),
      );
      return [
        ...choices.map((choice) => ({ ...choice, value: principalOf(choice.value) })),
        ...(await ownChoice(inventory, tenantId, signal)),
        {
          icon: 'edit',
          label: vscode.l10n.t('Enter an Object ID…'),
          description: vscode.l10n.t('any user, group or service principal'),
          group: vscode.l10n.t('Anyone else'),
          value: 'paste',
        },
      ];
    },
    { title: titleFor(title, near), placeHolder: vscode.l10n.t('Select who gets access') },
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

/** Its name, what it is, and where it is. */
function placeChoice(
  inventory: Inventory,
  target: AppTarget | IdentityTarget,
): Choice<AppTarget | IdentityTarget> {
  if ('app' in target) {
    const { identity, resourceGroup } = target.app;
    const what = identity.systemAssigned
      ? vscode.l10n.t('system-assigned identity')
      : vscode.l10n.t('its system-assigned identity will be enabled first');
    return { ...appChoice(inventory, target, target), description: `${what} · ${resourceGroup}` };
  }
  const { name, resourceGroup, subscriptionId } = target.identity;
  return {
    icon: 'account',
    label: name,
    description: `${vscode.l10n.t('user-assigned identity')} · ${resourceGroup}`,
    detail: inventory.subscriptionName(subscriptionId),
    value: target,
  };
}

function principalOf(target: AppTarget | IdentityTarget): PickedPrincipal {
  const principalType = 'ServicePrincipal' as const;
  if ('identity' in target) {
    const { principalId, name } = target.identity;
    return { kind: 'principal', principalId, name, principalType };
  }
  const principalId = target.app.identity.systemAssigned?.principalId;
  if (principalId === undefined) return { kind: 'app', target };
  return { kind: 'principal', principalId, name: target.app.name, principalType };
}

/** The account, as far as its own token names it. */
async function ownChoice(
  inventory: Inventory,
  tenantId: string,
  signal: AbortSignal,
): Promise<Choice<PickedPrincipal>[]> {
  const connections = await inventory.connections();
  const connection = connections.find((one) => one.tenantId.toLowerCase() === tenantId.toLowerCase());
  if (!connection) return [];
  try {
    const { getSignedInPrincipal } = await import('../../azure/directory/signedInPrincipal');
    const own = await getSignedInPrincipal(connection, signal, { silent: true });
    const name = own.name ?? vscode.l10n.t('Your Account');
    return [
      {
        icon: 'person',
        label: name,
        description: vscode.l10n.t('the account that you are signed in with'),
        group: vscode.l10n.t('Your account'),
        value: { kind: 'principal', principalId: own.objectId, name, principalType: own.type },
      },
    ];
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
