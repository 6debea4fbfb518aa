import * as vscode from 'vscode';
import type { GlobalName } from '../../azure/resources/nameChecks';
import type { Location } from '../../azure/resources/resourceGroups';
import { UserError } from '../errors';
import { askText, pickOne } from '../quickPick';
import type { Choice } from '../quickPick';
import { plainLine } from '../text';
import type { SubscriptionTarget } from '../../inventory/targets';

/** A resource group that is there, or is to be made. */
export interface GroupPlace {
  readonly name: string;
  readonly location: string;
  readonly isNew: boolean;
}

/** Asks for a region that a subscription may use. */
export async function pickLocation(
  title: string,
  { connection, subscription }: SubscriptionTarget,
): Promise<string> {
  return pickOne(
    async (signal) => {
      const { listLocations } = await import('../../azure/resources/resourceGroups');
      return (await listLocations(connection, subscription.subscriptionId, signal)).map(locationChoice);
    },
    { title, placeHolder: vscode.l10n.t('Select a region') },
    () => new UserError(vscode.l10n.t('{0} may use no region', subscription.displayName)),
  );
}

export function locationChoice({ name, displayName }: Location): Choice<string> {
  return { icon: 'globe', label: displayName, description: name, value: name };
}

/** Asks for a resource group of a subscription, or for name and region of a new one. */
export async function pickGroupPlace(title: string, target: SubscriptionTarget): Promise<GroupPlace> {
  const { subscription } = target;
  const group = await pickOne(
    (signal) => groupChoices(target, signal),
    { title, placeHolder: vscode.l10n.t('Select a resource group of {0}', subscription.displayName) },
    () => new UserError(vscode.l10n.t('There is nothing to select')),
  );
  if (group !== 'new') return group;
  const name = await askGroupName(title);
  return { name, location: await pickLocation(title, target), isNew: true };
}

/** The resource groups of a subscription, after `new`. */
export async function groupChoices(
  { connection, subscription }: SubscriptionTarget,
  signal: AbortSignal,
): Promise<Choice<GroupPlace | 'new'>[]> {
  const { listResourceGroups } = await import('../../azure/resources/resources');
  const groups = await listResourceGroups(connection, subscription.subscriptionId, signal);
  return [
    { icon: 'add', label: vscode.l10n.t('Create a resource group…'), value: 'new' },
    ...groups.map(({ name, location }): Choice<GroupPlace> => ({
      icon: 'folder',
      label: name,
      description: location,
      value: { name, location, isNew: false },
    })),
  ];
}

export async function askGroupName(title: string): Promise<string> {
  return askText({
    title,
    prompt: vscode.l10n.t('Name of the new resource group'),
    validateInput: complaintAboutGroupName,
  });
}

/** Why a name can be no resource group's (naming rules of Microsoft.Resources). */
export function complaintAboutGroupName(name: string): string | undefined {
  return /^[\p{L}\p{N}_().-]{1,90}$/u.test(name) && !name.endsWith('.')
    ? undefined
    : vscode.l10n.t('1 to 90 letters, digits and _ - . ( ), not ending in a dot.');
}

/** What {@link GlobalName}s look like. */
const forms: Readonly<Record<GlobalName, { readonly form: RegExp; readonly complaint: () => string }>> = {
  functionApp: {
    form: /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])$/i,
    complaint: () => vscode.l10n.t('2 to 60 letters, digits and hyphens, no hyphen first or last.'),
  },
  keyVault: {
    form: /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i,
    complaint: () =>
      vscode.l10n.t('3 to 24 letters, digits and single hyphens; a letter comes first, no hyphen last.'),
  },
  storageAccount: {
    form: /^[a-z0-9]{3,24}$/,
    complaint: () => vscode.l10n.t('3 to 24 small letters and digits.'),
  },
};

/** Milliseconds without typing after which the service is asked. */
const typingPause = 300;

/**
 * Says, as it is typed, why a name can't be had: its form at once, and once typing rests what the service says. Where
 * the service can't be asked nothing is said: creating tells then.
 */
export function nameValidator(
  kind: GlobalName,
  { connection, subscription }: SubscriptionTarget,
  typingRests: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve, typingPause)),
): (name: string) => Promise<string | undefined> {
  const { form, complaint } = forms[kind];
  const known = new Map<string, string | undefined>();
  let latest = '';
  return async (name) => {
    latest = name;
    if (!form.test(name)) return complaint();
    if (known.has(name)) return known.get(name);
    await typingRests();
    if (latest !== name) return undefined;
    const { whyNameIsTaken } = await import('../../azure/resources/nameChecks');
    try {
      const why = await whyNameIsTaken(connection, subscription.subscriptionId, kind, name);
      known.set(name, why && plainLine(why, 300));
      return known.get(name);
    } catch {
      return undefined;
    }
  };
}
