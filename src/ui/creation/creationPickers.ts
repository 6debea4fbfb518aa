import * as vscode from 'vscode';
import type { GlobalName } from '../../azure/resources/nameChecks';
import type { Location } from '../../azure/resources/resourceGroups';
import { UserError } from '../errors';
import { askText, pickOne } from '../quickPick';
import type { Choice } from '../quickPick';
import type { SummaryLine } from '../summary';
import { plainLine } from '../text';
import type { SubscriptionTarget } from '../../inventory/targets';

/** A resource group that exists or will be created. */
export interface GroupPlace {
  readonly name: string;
  readonly location: string;
  readonly isNew: boolean;
}

/** Asks for a region that is available to a subscription. */
export async function pickLocation(
  title: string,
  target: SubscriptionTarget,
  regions: Regions = locationChoices,
): Promise<string> {
  return pickOne(
    (signal) => regions(target, signal),
    { title, placeHolder: vscode.l10n.t('Select a region') },
    () => new UserError(vscode.l10n.t('No region is available to {0}', target.subscription.displayName)),
  );
}

/** Lists the regions that are available to a subscription. @throws AzureError */
type Regions = (target: SubscriptionTarget, signal: AbortSignal) => Promise<Choice<string>[]>;

const locationChoices: Regions = async ({ connection, subscription }, signal) => {
  const { listLocations } = await import('../../azure/resources/resourceGroups');
  return (await listLocations(connection, subscription.subscriptionId, signal)).map(locationChoice);
};

export function locationChoice({ name, displayName }: Location): Choice<string> {
  return { icon: 'globe', label: displayName, description: name, value: name };
}

/** Asks for a resource group in a subscription, or for the name and region of a new one. */
export async function pickGroupPlace(
  title: string,
  target: SubscriptionTarget,
  regions?: Regions,
): Promise<GroupPlace> {
  const { subscription } = target;
  const group = await pickOne(
    (signal) => groupChoices(target, signal),
    { title, placeHolder: vscode.l10n.t('Select a resource group in {0}', subscription.displayName) },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  if (group !== 'new') return group;
  const name = await askGroupName(title);
  return { name, location: await pickLocation(title, target, regions), isNew: true };
}

/** A resource group as a line of a summary. */
export function groupLine({ name, location, isNew }: GroupPlace): SummaryLine<never> {
  return {
    icon: 'folder',
    label: vscode.l10n.t('Resource group {0}', name),
    description: `${isNew ? vscode.l10n.t('new') : vscode.l10n.t('exists already')} · ${location}`,
  };
}

/** `new`, followed by the resource groups of a subscription. */
async function groupChoices(
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

/** Why a name isn't valid for a resource group (naming rules of Microsoft.Resources). */
function complaintAboutGroupName(name: string): string | undefined {
  return /^[\p{L}\p{N}_().-]{1,90}$/u.test(name) && !name.endsWith('.')
    ? undefined
    : vscode.l10n.t("Enter 1 to 90 letters, digits or any of _ - . ( ). The name can't end with a period.");
}

/** The format of each kind of {@link GlobalName}. */
const forms: Readonly<Record<GlobalName, { readonly form: RegExp; readonly complaint: () => string }>> = {
  functionApp: {
    form: /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])$/i,
    complaint: () =>
      vscode.l10n.t("Enter 2 to 60 letters, digits or hyphens. The name can't start or end with a hyphen."),
  },
  keyVault: {
    form: /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i,
    complaint: () =>
      vscode.l10n.t(
        "Enter 3 to 24 letters, digits or single hyphens. The name must start with a letter and can't end with a hyphen.",
      ),
  },
  storageAccount: {
    form: /^[a-z0-9]{3,24}$/,
    complaint: () => vscode.l10n.t('Enter 3 to 24 lowercase letters or digits.'),
  },
};

/** How long to wait after the last keystroke before asking the service, in milliseconds. */
const typingPause = 300;

/**
 * Validates a name as the user types: the format at once, and availability once typing pauses. If the service can't be
 * reached, the name is accepted, and creating the resource reports any conflict.
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
