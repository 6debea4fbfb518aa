import * as vscode from 'vscode';
import type { PartKind, ResourceKind } from '../../access/operations/resourceKinds';
import { armIdOf, kindOf, sqlType } from '../../access/operations/resourceKinds';
import { partsHeading, typeWords } from '../../access/operations/resourceWords';
import { nameInId } from '../../access/words/format';
import { describeScope } from '../../access/words/reach';
import type { Connection } from '../../azure/core/connection';
import type { DataResource } from '../../inventory/listDataResources';
import type { Inventory } from '../../inventory/targets';
import { reasonOf, UserError } from '../errors';
import type { Choice } from '../quickPick';
import { pickOne } from '../quickPick';
import { pickResourceGroup, pickSubscription } from './identityPickers';
import type { Near } from './nearest';
import { nearestFirst, titleFor } from './nearest';
import { unlistedRow } from './pickers';

type Other = 'group' | 'subscription';

/**
 * Asks for a resource whose data apps use, a part of one, a resource group, or a subscription, among those that an account
 * sees in a tenant. @param except a type that can be seen but not selected, in lowercase @returns the scope for a role
 */
export async function pickDataResource(
  inventory: Inventory,
  title: string,
  connection: Connection,
  near?: Near,
  except?: string,
): Promise<string> {
  const picked = await pickOne<DataResource | Other>(
    (signal) => resourceChoices(inventory, connection, near, except, signal),
    { title: titleFor(title, near), placeHolder: vscode.l10n.t('Select a resource') },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  if (typeof picked !== 'string')
    return await pickPart(
      title,
      connection,
      picked.id,
      kindOf(picked.type) ?? { type: picked.type, parts: [] },
    );
  const isHere = (target: { readonly connection: Connection }) => isSame(target.connection, connection);
  const target = await pickSubscription(inventory, title, isHere);
  const id = `/subscriptions/${target.subscription.subscriptionId}`;
  return picked === 'subscription' ? id : (await pickResourceGroup(title, target)).id;
}

async function resourceChoices(
  inventory: Inventory,
  connection: Connection,
  near: Near | undefined,
  except: string | undefined,
  signal: AbortSignal,
): Promise<Choice<DataResource | Other | undefined>[]> {
  const { listDataResources } = await import('../../inventory/listDataResources');
  const ids = (await inventory.subscriptions())
    .filter((one) => isSame(one.connection, connection))
    .map(({ subscription }) => subscription.subscriptionId);
  const { items, failures } = await listDataResources(connection, ids, signal);
  const sorted = items.toSorted((a, b) => a.name.localeCompare(b.name));
  const offered = sorted.filter(({ type }) => type !== except).map((one) => choiceOf(inventory, one));
  return [
    ...nearestFirst(offered, near, inventory, (one) => one),
    ...others(),
    ...sorted.filter(({ type }) => type === except).map(notOffered),
    ...failures.map(({ subscriptionId, error }) =>
      unlistedRow({ name: inventory.subscriptionName(subscriptionId), error }),
    ),
  ];
}

function choiceOf(inventory: Inventory, value: DataResource): Choice<DataResource> {
  return {
    ...{ icon: iconOf(value.type), label: value.name, description: typeWords(value.type), value },
    detail: `${value.resourceGroup}, ${inventory.subscriptionName(value.subscriptionId)}`,
  };
}

function others(): Choice<Other>[] {
  const group = vscode.l10n.t('Other scopes');
  return [
    { icon: 'folder', label: vscode.l10n.t('Resource Group…'), value: 'group', group },
    { icon: 'layers', label: vscode.l10n.t('Subscription…'), value: 'subscription', group },
  ];
}

function notOffered({ name, type }: DataResource): Choice<undefined> {
  return {
    ...{ icon: 'circle-slash', label: name, description: typeWords(type), value: undefined },
    detail: vscode.l10n.t('A script in the database gives access to its data, not a role.'),
    group: vscode.l10n.t('With their own permissions'),
  };
}

/** Asks for a resource as a whole or one of its parts, such as a container, if it has any. @returns the scope for a role */
async function pickPart(
  title: string,
  connection: Connection,
  scope: string,
  { type, parts, isOnlyParts }: ResourceKind,
): Promise<string> {
  if (parts.length === 0) return scope;
  const name = nameInId(scope);
  const picked = await pickOne<string | Part>(
    async (signal) => {
      const listed = await Promise.all(parts.map((part) => partChoices(connection, scope, part, signal)));
      const whole: Choice<string> = {
        ...{ icon: iconOf(type), label: vscode.l10n.t('All of {0}', name), value: scope },
        group: typeWords(type),
      };
      return [...(isOnlyParts ? [] : [whole]), ...listed.flat()];
    },
    {
      title,
      placeHolder: isOnlyParts
        ? vscode.l10n.t('Select a part of the {0}', describeScope(scope))
        : vscode.l10n.t('Select a part of the {0}, or all of it', describeScope(scope)),
    },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  return typeof picked === 'string' ? picked : await pickPart(title, connection, picked.scope, picked.kind);
}

interface Part {
  readonly scope: string;
  readonly kind: PartKind;
}

async function partChoices(
  connection: Connection,
  scope: string,
  kind: PartKind,
  signal: AbortSignal,
): Promise<Choice<Part | undefined>[]> {
  const [group, icon] = [partsHeading(kind.type), iconOf(kind.type)];
  try {
    const { listParts } = await import('../../azure/resources/resources');
    const names = await listParts(connection, armIdOf(scope), kind.path, signal);
    // Each SQL server has the database `master`, which isn't for the data of apps.
    const isHidden = (name: string) => kind.type.startsWith(sqlType) && name === 'master';
    return names
      .filter((name) => !isHidden(name))
      .map((label) => {
        const value = { scope: `${scope}/${kind.inScope}/${label}`, kind };
        return { icon, label, group, value };
      });
  } catch (error) {
    signal.throwIfAborted();
    const label = vscode.l10n.t("Couldn't be listed");
    return [{ icon: 'warning', label, detail: reasonOf(error), group, value: undefined }];
  }
}

function iconOf(type: string): string {
  if (/\/(?:containers|fileshares|storageaccounts|databaseaccounts|dbs|colls|servers|databases)$/.test(type))
    return 'database';
  if (/\/tables$/.test(type)) return 'table';
  return /\/(?:queues|topics|eventhubs|namespaces)$/.test(type) ? 'inbox' : 'package';
}

function isSame(one: Connection, other: Connection): boolean {
  return one.accountId === other.accountId && one.tenantId === other.tenantId;
}
