import * as vscode from 'vscode';
import type { FunctionApp } from '../../azure/core/model';
import { sameId } from '../../azure/core/armId';
import type {
  AppTarget,
  IdentityTarget,
  Inventory,
  SecretTarget,
  VaultTarget,
} from '../../inventory/targets';
import type { Choice } from '../quickPick';

/** The resource that another one is picked for. What is close to it comes first. */
export interface Near {
  /** ARM ID. */
  readonly id: string;
  /** For the list's title. */
  readonly name: string;
}

export function nearTo(target: AppTarget | VaultTarget | SecretTarget | IdentityTarget): Near {
  if ('secret' in target) return { id: target.vault.id, name: target.secret.name };
  if ('vault' in target) return target.vault;
  return 'app' in target ? target.app : target.identity;
}

/** `keyless-demo-app: Move to Key Vault`. */
export function titleFor(title: string, near: Near | undefined): string {
  return near ? vscode.l10n.t('{0}: {1}', near.name, title) : title;
}

type Resource = Pick<FunctionApp, 'id' | 'subscriptionId' | 'resourceGroup'>;

/**
 * Puts choices of resources under headings: those in use already, then those in the same resource group, in the same
 * subscription, and elsewhere. Keeps the order of the choices below each heading.
 * @param resourceOf the resource that a value stands for
 * @param used headings of the resources that are in use, by ARM ID in lower case
 */
export function nearestFirst<T>(
  choices: readonly Choice<T>[],
  near: Near | undefined,
  inventory: Pick<Inventory, 'subscriptionName'>,
  resourceOf: (value: T) => Resource,
  used: ReadonlyMap<string, string> = new Map(),
): readonly Choice<T>[] {
  const place = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i.exec(near?.id ?? '');
  if (!place) return choices;
  const [, subscriptionId = '', resourceGroup = ''] = place;
  const groups: Choice<T>[][] = [[], [], [], []];
  for (const choice of choices) {
    const resource = resourceOf(choice.value);
    const heading = used.get(resource.id.toLowerCase());
    const inSubscription = sameId(resource.subscriptionId, subscriptionId);
    const inGroup = inSubscription && sameId(resource.resourceGroup, resourceGroup);
    const rank = heading !== undefined ? 0 : inGroup ? 1 : inSubscription ? 2 : 3;
    const group =
      heading ??
      (inGroup
        ? vscode.l10n.t('In resource group {0}', resourceGroup)
        : inSubscription
          ? vscode.l10n.t('In subscription {0}', inventory.subscriptionName(subscriptionId))
          : vscode.l10n.t('In other subscriptions'));
    groups[rank]?.push({ ...choice, group });
  }
  return groups.flat();
}
