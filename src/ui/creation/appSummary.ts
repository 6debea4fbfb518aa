import * as vscode from 'vscode';
import { nameInId } from '../../access/words/format';
import type { PlanKind } from '../../azure/appService/creation/functionAppBody';
import { reachesStorageByIdentity } from '../../azure/appService/creation/functionAppBody';
import type { NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import type { GroupPlace } from './creationPickers';
import { groupLine } from './creationPickers';
import type { SummaryLine } from '../summary';

/** What will be created for a function app, and what it costs to keep, in words. */
export function appSummary(wanted: NewFunctionApp, group: GroupPlace): SummaryLine<never>[] {
  const { name, runtime, linux, plan, planId, storageId, storageName, insights } = wanted;
  const [isNew, exists] = [vscode.l10n.t('new'), vscode.l10n.t('exists already')];
  const system = linux ? 'Linux' : 'Windows';
  const lines: SummaryLine<never>[] = [
    groupLine(group),
    {
      icon: 'zap',
      label: vscode.l10n.t('Function app {0}', name),
      description: [runtime.name, runtime.version, `· ${system}`].filter(Boolean).join(' '),
      detail: vscode.l10n.t('Its system-assigned identity is enabled.'),
    },
    {
      icon: 'server',
      label: planId === undefined ? planName(plan) : vscode.l10n.t('Plan {0}', nameInId(planId)),
      description: planId === undefined ? isNew : exists,
    },
    {
      icon: 'database',
      label: vscode.l10n.t('Storage account {0}', storageName),
      description: storageId === undefined ? isNew : exists,
      detail: reachesStorageByIdentity(plan)
        ? vscode.l10n.t("The app's identity gets access to it. There is no key in the settings.")
        : vscode.l10n.t('The app settings contain a connection string.'),
    },
    {
      icon: insights ? 'graph' : 'circle-slash',
      label: insights ? vscode.l10n.t('Application Insights') : vscode.l10n.t('No Application Insights'),
      description: insights && (insights.workspaceId === undefined ? isNew : nameInId(insights.workspaceId)),
    },
  ];
  return [...lines, ...costs(wanted)];
}

/**
 * How each part is billed (MicrosoftDocs/azure-docs, functions-consumption-costs.md and functions-premium-plan.md). Prices
 * differ by region and contract, so none is named.
 */
function costs({ plan, planId, storageId, insights }: NewFunctionApp): SummaryLine<never>[] {
  const group = vscode.l10n.t('What it costs to keep');
  const storage =
    storageId === undefined
      ? vscode.l10n.t('Storage account: charged for what is stored and for each operation')
      : vscode.l10n.t('Storage account: the app adds to its stored data and operations');
  return [
    { icon: 'credit-card', label: planId === undefined ? newPlanCost(plan) : sharedPlanCost(plan) },
    { icon: 'credit-card', label: storage },
    ...(insights
      ? [{ icon: 'credit-card', label: vscode.l10n.t('Application Insights: charged by data volume') }]
      : []),
  ].map((line) => ({ ...line, group }));
}

function planName(plan: PlanKind): string {
  switch (plan) {
    case 'flex':
      return vscode.l10n.t('Flex Consumption plan');
    case 'consumption':
      return vscode.l10n.t('Consumption plan');
    case 'premium':
      return vscode.l10n.t('Premium plan EP1');
    case 'basic':
      return vscode.l10n.t('App Service plan B1');
  }
}

function newPlanCost(plan: PlanKind): string {
  switch (plan) {
    case 'flex':
    case 'consumption':
      return vscode.l10n.t('Plan: charged only while functions run, after a free monthly amount');
    case 'premium':
      return vscode.l10n.t('Plan: one EP1 instance is charged all the time, and more as it scales out');
    case 'basic':
      return vscode.l10n.t('Plan: one B1 instance is charged all the time, even while the app is stopped');
  }
}

function sharedPlanCost(plan: PlanKind): string {
  return plan === 'basic'
    ? vscode.l10n.t('Plan: charged already; the app shares its instances')
    : vscode.l10n.t('Plan: charged already; the app can make it scale out further');
}
