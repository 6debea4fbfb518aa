import * as vscode from 'vscode';
import type { PlanKind, Runtime } from '../../azure/appService/creation/functionAppBody';
import { reachesStorageByIdentity } from '../../azure/appService/creation/functionAppBody';
import type { NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import type { OfferedRuntime } from '../../azure/appService/creation/functionAppStacks';
import type { ExistingPart } from '../../azure/appService/creation/functionAppParts';
import type { Choice } from '../quickPick';
import type { SubscriptionTarget } from '../../inventory/targets';

/** Where a new function app will run. */
type Place = Pick<NewFunctionApp, 'name' | 'location' | 'linux' | 'plan'>;

/** `runtime`: what the plan calls the app's runtime, if it has its own name for the version. */
export type PlanChoice = Pick<NewFunctionApp, 'plan' | 'planId'> & Partial<Pick<NewFunctionApp, 'runtime'>>;

/** New plans, and the existing plans that can host the app. A choice without a value only informs. @throws AzureError */
export async function planChoices(
  { connection, subscription }: SubscriptionTarget,
  place: Omit<Place, 'plan'> & Pick<OfferedRuntime, 'runtime' | 'stack'>,
  signal: AbortSignal,
): Promise<Choice<PlanChoice | undefined>[]> {
  const [{ listPlansFor }, { flexRuntimeOf, listFlexRegions, regionKey }] = await Promise.all([
    import('../../azure/appService/creation/functionAppParts'),
    import('../../azure/appService/creation/functionAppStacks'),
  ]);
  const { subscriptionId } = subscription;
  const [existing, regions, runtime] = await Promise.all([
    listPlansFor(connection, subscriptionId, place, signal),
    place.linux ? listFlexRegions(connection, subscriptionId, signal) : undefined,
    place.linux ? flexRuntimeOf(connection, place.location, place, signal) : undefined,
  ]);
  const isInRegion = regions === undefined || regions.has(regionKey(place.location));
  return [
    place.linux ? flexPlan(isInRegion, runtime) : consumptionPlan(),
    ...newPlans(),
    ...existing.map((plan): Choice<PlanChoice> => ({
      ...ofPart(plan, 'server'),
      detail: storageWords(plan.kind),
      value: { plan: plan.kind, planId: plan.id },
    })),
  ];
}

function flexPlan(isInRegion: boolean, runtime: Runtime | undefined): Choice<PlanChoice | undefined> {
  if (isInRegion && runtime)
    return {
      label: vscode.l10n.t('Flex Consumption (recommended)'),
      detail: storageWords('flex'),
      value: { plan: 'flex', runtime },
    };
  return {
    icon: 'circle-slash',
    label: vscode.l10n.t('Flex Consumption'),
    detail: isInRegion
      ? vscode.l10n.t("This plan isn't available for this version of the runtime in this region.")
      : vscode.l10n.t("This plan isn't available in this region."),
    value: undefined,
  };
}

function consumptionPlan(): Choice<PlanChoice> {
  return {
    label: vscode.l10n.t('Consumption'),
    detail: storageWords('consumption'),
    value: { plan: 'consumption' },
  };
}

function newPlans(): Choice<PlanChoice>[] {
  return [
    {
      label: vscode.l10n.t('Premium EP1'),
      description: vscode.l10n.t('new plan'),
      detail: storageWords('premium'),
      value: { plan: 'premium' },
    },
    {
      label: vscode.l10n.t('App Service plan B1'),
      description: vscode.l10n.t('new plan'),
      detail: storageWords('basic'),
      value: { plan: 'basic' },
    },
  ];
}

function storageWords(plan: PlanKind): string {
  return reachesStorageByIdentity(plan)
    ? vscode.l10n.t('The app connects to its storage account with its identity, without a key.')
    : vscode.l10n.t(
        "This plan uses Azure Files, which doesn't support managed identities. The app settings contain a connection string.",
      );
}

/** A new storage account, and the existing ones that the app can use. @throws AzureError */
export async function storageChoices(
  { connection, subscription }: SubscriptionTarget,
  { location, plan }: Place,
  signal: AbortSignal,
): Promise<Choice<ExistingPart | 'new'>[]> {
  const { listStorageFor } = await import('../../azure/appService/creation/functionAppParts');
  const byIdentity = reachesStorageByIdentity(plan);
  const { subscriptionId } = subscription;
  const existing = await listStorageFor(connection, subscriptionId, { location, byIdentity }, signal);
  return [
    { icon: 'add', label: vscode.l10n.t('Create a storage account…'), value: 'new' },
    ...existing.map((account) => ({ ...ofPart(account, 'database'), value: account })),
  ];
}

/** Application Insights with the region's default workspace, a new one or another one, or off. @throws AzureError */
export async function insightsChoices(
  { connection, subscription }: SubscriptionTarget,
  place: Place,
  signal: AbortSignal,
): Promise<Choice<NonNullable<NewFunctionApp['insights']> | 'off'>[]> {
  const [{ listWorkspacesFor }, { workspaceName }] = await Promise.all([
    import('../../azure/appService/creation/functionAppParts'),
    import('../../azure/appService/creation/functionAppCreation'),
  ]);
  const existing = await listWorkspacesFor(connection, subscription.subscriptionId, place, signal);
  const choices = existing.map(({ id, isDefault, ...part }) => ({
    isDefault,
    choice: {
      ...ofPart(part, 'graph'),
      label: vscode.l10n.t('On, with workspace {0}', part.name),
      value: { workspaceId: id },
    },
  }));
  const kept = vscode.l10n.t("Keeps the app's logs and makes them searchable. Charged by data volume.");
  const fresh = {
    ...{ icon: 'graph', label: vscode.l10n.t('On, with a new workspace'), value: {} },
    description: workspaceName(place.name),
  };
  const [usual, others] = [true, false].map((is) =>
    choices.filter(({ isDefault }) => isDefault === is).map(({ choice }) => choice),
  );
  const on = [...(usual ?? []), fresh, ...(others ?? [])];
  return [
    ...on.map((choice, index) => (index === 0 ? { ...choice, detail: kept } : choice)),
    {
      ...{ icon: 'circle-slash', label: vscode.l10n.t('Off'), value: 'off' as const },
      detail:
        place.plan === 'flex'
          ? vscode.l10n.t("Logs aren't kept. This plan has no log stream either, so you can't see any logs.")
          : vscode.l10n.t("Logs aren't kept. You can see them only while they're streamed."),
    },
  ];
}

function ofPart(
  { name, location, resourceGroup, sku }: Omit<ExistingPart, 'id'>,
  icon: string,
): Pick<Choice<never>, 'icon' | 'label' | 'description'> {
  return { icon, label: name, description: [sku, location, resourceGroup].filter(Boolean).join(' · ') };
}
