import * as vscode from 'vscode';
import type { FunctionApp } from '../../azure/core/model';
import type { ResourceGroup } from '../../azure/resources/resources';
import { UserError } from '../errors';
import type { Narrowing } from './pickers';
import { narrowed, needSignIn, pickFunctionApp, unlistedRows } from './pickers';
import { nearestFirst, titleFor } from './nearest';
import type { Choice } from '../quickPick';
import { pickOne } from '../quickPick';
import type { AppTarget, IdentityTarget, Inventory, SubscriptionTarget } from '../../inventory/targets';

/** Asks for a function app and, if it has slots, for the app itself or a slot. Each has its own identities. */
export async function pickSite(
  inventory: Inventory,
  title: string,
  narrowing: Narrowing<AppTarget> = {},
): Promise<AppTarget> {
  const target = await pickFunctionApp(inventory, title, narrowing);
  const { connection, app } = target;
  const slots = await slotsOf(target);
  if (slots.length === 0) return target;
  const production: Choice<FunctionApp> = {
    icon: 'zap',
    label: app.name,
    description: vscode.l10n.t('the app itself'),
    value: app,
  };
  const picked = await pickOne(
    () =>
      Promise.resolve([
        production,
        ...slots.map((slot): Choice<FunctionApp> => ({
          icon: 'versions',
          label: slot.name,
          description: vscode.l10n.t('slot'),
          value: slot,
        })),
      ]),
    { title, placeHolder: vscode.l10n.t('Select {0} or one of its slots', app.name) },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  return { connection, app: picked };
}

async function slotsOf({ connection, app }: AppTarget): Promise<FunctionApp[]> {
  const { listSlots } = await import('../../azure/appService/sites');
  return listSlots(connection, app);
}

/** Asks for a user-assigned identity. */
export async function pickUserAssignedIdentity(
  inventory: Inventory,
  title: string,
  narrowing: Narrowing<IdentityTarget> = {},
): Promise<IdentityTarget> {
  return pickOne(
    async (signal) => {
      await needSignIn(inventory);
      const identities = await narrowed(await inventory.userAssignedIdentities(signal), narrowing);
      const choices = identities.map((value): Choice<IdentityTarget> => ({
        icon: 'account',
        label: value.identity.name,
        description: value.identity.resourceGroup,
        detail: inventory.subscriptionName(value.identity.subscriptionId),
        value,
      }));
      const nearest = nearestFirst(choices, narrowing.near, inventory, ({ identity }) => identity);
      return [...nearest, ...(await unlistedRows(inventory, 'identities', signal))];
    },
    {
      title: titleFor(title, narrowing.near),
      placeHolder: narrowing.placeHolder ?? vscode.l10n.t('Select a user-assigned identity'),
    },
    () =>
      new UserError(
        narrowing.none ?? vscode.l10n.t('No user-assigned identity was found in the selected subscriptions'),
        vscode.l10n.t('Create one first.'),
        [{ title: vscode.l10n.t('Create Identity'), command: 'keyless.createUserAssignedIdentity' }],
      ),
  );
}

/** Asks for a subscription if there's more than one. */
export async function pickSubscription(
  inventory: Inventory,
  title: string,
  only: Narrowing<SubscriptionTarget>['only'] = () => true,
): Promise<SubscriptionTarget> {
  await needSignIn(inventory);
  const targets = await narrowed(await inventory.subscriptions(), { only });
  if (targets.length === 1 && targets[0]) return targets[0];
  return pickOne(
    () =>
      Promise.resolve(
        targets.map((value): Choice<SubscriptionTarget> => ({
          icon: 'layers',
          label: value.subscription.displayName,
          description: value.subscription.subscriptionId,
          value,
        })),
      ),
    { title, placeHolder: vscode.l10n.t('Select a subscription') },
    () =>
      new UserError(
        vscode.l10n.t('No subscription was found'),
        vscode.l10n.t('Check which subscriptions are selected.'),
        [{ title: vscode.l10n.t('Filter Subscriptions'), command: 'keyless.filterSubscriptions' }],
      ),
  );
}

/** Asks for a resource group in a subscription. */
export async function pickResourceGroup(
  title: string,
  { connection, subscription }: SubscriptionTarget,
): Promise<ResourceGroup> {
  return pickOne(
    async (signal) => {
      const { listResourceGroups } = await import('../../azure/resources/resources');
      const groups = await listResourceGroups(connection, subscription.subscriptionId, signal);
      return groups.map((value): Choice<ResourceGroup> => ({
        icon: 'folder',
        label: value.name,
        description: value.location,
        value,
      }));
    },
    { title, placeHolder: vscode.l10n.t('Select a resource group in {0}', subscription.displayName) },
    () => new UserError(vscode.l10n.t('{0} has no resource groups', subscription.displayName)),
  );
}
