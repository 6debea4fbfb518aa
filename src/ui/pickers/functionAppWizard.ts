import * as vscode from 'vscode';
import type { Runtime } from '../../azure/appService/creation/functionAppBody';
import type { NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import { insightsChoices, planChoices, storageChoices } from './appPartPickers';
import type { GroupPlace } from './creationPickers';
import { complaintAboutGroupName, groupChoices, locationChoice, nameValidator } from './creationPickers';
import type { Choice } from '../quickPick';
import type { SubscriptionTarget } from '../../inventory/targets';
import type { Step } from '../wizard';
import { runWizard } from '../wizard';

export const createAppTitle = () => vscode.l10n.t('Create Function App');

type Draft = Omit<NewFunctionApp, 'subscriptionId' | 'resourceGroup'> & { readonly group?: GroupPlace };

const start: Draft = {
  ...{ name: '', location: '', linux: true, plan: 'flex', storageName: '' },
  runtime: { name: 'node', version: '22' },
};

/** Asks for everything that a new function app needs, with *Back* in each step. Doesn't create anything. */
export async function askFunctionApp(
  target: SubscriptionTarget,
): Promise<{ readonly group: GroupPlace; readonly wanted: NewFunctionApp }> {
  const draft = await runWizard(createAppTitle(), stepsFor(target), start);
  const { group, ...app } = draft;
  if (!group) throw new vscode.CancellationError();
  const { subscriptionId } = target.subscription;
  return { group, wanted: { ...app, subscriptionId, resourceGroup: group.name } };
}

function stepsFor(target: SubscriptionTarget): Step<Draft>[] {
  const { connection, subscription } = target;
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
      const location = await page.pick(vscode.l10n.t('Select a region'), async (signal) => {
        const { listLocations } = await import('../../azure/resources/resourceGroups');
        return (await listLocations(connection, subscription.subscriptionId, signal)).map(locationChoice);
      });
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
    async (draft, page) => ({
      ...draft,
      runtime: await page.pick(vscode.l10n.t('Select a runtime'), () =>
        Promise.resolve(runtimes.filter(({ value }) => draft.linux || value.name !== 'python')),
      ),
    }),
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

const runtimes: readonly Choice<Runtime>[] = [
  { label: 'Node.js 22', value: { name: 'node', version: '22' } },
  { label: 'Node.js 20', value: { name: 'node', version: '20' } },
  { label: 'Python 3.12', value: { name: 'python', version: '3.12' } },
  { label: 'Python 3.11', value: { name: 'python', version: '3.11' } },
  { label: '.NET 8 (isolated)', value: { name: 'dotnet-isolated', version: '8.0' } },
  { label: 'PowerShell 7.4', value: { name: 'powershell', version: '7.4' } },
  { label: 'Java 21', value: { name: 'java', version: '21' } },
  { label: 'Java 17', value: { name: 'java', version: '17' } },
];
