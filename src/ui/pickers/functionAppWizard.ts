import * as vscode from 'vscode';
import type { NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import { insightsChoices, planChoices, storageChoices } from './appPartPickers';
import { regionChoices, runtimeChoices } from './runtimePickers';
import type { GroupPlace } from './creationPickers';
import { complaintAboutGroupName, groupChoices, nameValidator } from './creationPickers';
import type { SubscriptionTarget } from '../../inventory/targets';
import type { Step } from '../wizard';
import { runWizard } from '../wizard';

export const createAppTitle = () => vscode.l10n.t('Create Function App');

type Draft = Omit<NewFunctionApp, 'subscriptionId' | 'resourceGroup'> & {
  readonly group?: GroupPlace;
  /** Azure's name for all versions of the runtime. */
  readonly stack: string;
};

const start: Draft = {
  ...{ name: '', location: '', linux: true, plan: 'flex', storageName: '' },
  ...{ runtime: { name: 'node', version: '' }, stack: '' },
};

/** Asks for everything that a new function app needs, with *Back* in each step. Doesn't create anything. */
export async function askFunctionApp(
  target: SubscriptionTarget,
): Promise<{ readonly group: GroupPlace; readonly wanted: NewFunctionApp }> {
  const draft = await runWizard(createAppTitle(), stepsFor(target), start);
  const { group, stack: _stack, ...app } = draft;
  if (!group) throw new vscode.CancellationError();
  const { subscriptionId } = target.subscription;
  return { group, wanted: { ...app, subscriptionId, resourceGroup: group.name } };
}

function stepsFor(target: SubscriptionTarget): Step<Draft>[] {
  const { subscription } = target;
  const validateApp = nameValidator('functionApp', target);
  const validateStorage = nameValidator('storageAccount', target);
  return [
    async (draft, page) => {
      const picked = await page.pick(
        vscode.l10n.t('Select a resource group in {0}', subscription.displayName),
        (signal) => groupChoices(target, signal),
      );
      const group = picked === 'new' ? { name: '', location: '', isNew: true } : picked;
      return { ...draft, group, location: group.location };
    },
    async (draft, page) => {
      if (!draft.group?.isNew) return draft;
      const prompt = vscode.l10n.t('Name of the new resource group');
      const name = await page.type({ prompt, validate: complaintAboutGroupName });
      return { ...draft, group: { ...draft.group, name } };
    },
    async (draft, page) => {
      if (!draft.group?.isNew) return draft;
      const location = await page.pick(vscode.l10n.t('Select a region'), (signal) =>
        regionChoices(target, signal),
      );
      return { ...draft, location, group: { ...draft.group, location } };
    },
    async (draft, page) => {
      const prompt = vscode.l10n.t('Function app name (must be globally unique)');
      return { ...draft, name: await page.type({ prompt, validate: validateApp }) };
    },
    async (draft, page) => ({
      ...draft,
      linux: await page.pick(vscode.l10n.t('Select an operating system'), () =>
        Promise.resolve([
          { label: 'Linux', value: true },
          { label: 'Windows', value: false },
        ]),
      ),
    }),
    async (draft, page) => {
      const { runtime, stack } = await page.pick(vscode.l10n.t('Select a runtime'), (signal) =>
        runtimeChoices(target, draft, signal),
      );
      return { ...draft, runtime, stack };
    },
    async (draft, page) => {
      const { planId: _planId, ...rest } = draft;
      const picked = await page.pick(vscode.l10n.t('Select a plan'), (signal) =>
        planChoices(target, draft, signal),
      );
      return { ...rest, ...picked };
    },
    async (draft, page) => {
      const { storageId: _storageId, ...rest } = draft;
      const picked = await page.pick(vscode.l10n.t('Select a storage account'), (signal) =>
        storageChoices(target, draft, signal),
      );
      return picked === 'new' ? rest : { ...rest, storageId: picked.id, storageName: picked.name };
    },
    async (draft, page) => {
      if (draft.storageId !== undefined) return draft;
      const value = `${draft.name.toLowerCase().replace(/[^a-z0-9]/g, '')}store`.slice(-24);
      const prompt = vscode.l10n.t('Storage account name (must be globally unique)');
      return { ...draft, storageName: await page.type({ prompt, value, validate: validateStorage }) };
    },
    async (draft, page) => {
      const { insights: _insights, ...rest } = draft;
      const picked = await page.pick(
        vscode.l10n.t('Select whether to turn on Application Insights'),
        (signal) => insightsChoices(target, draft, signal),
      );
      return picked === 'off' ? rest : { ...rest, insights: picked };
    },
  ];
}
