import * as vscode from 'vscode';
import type { PlanKind, Runtime } from '../azure/functionAppBody';
import type { NewFunctionApp } from '../azure/functionAppLife';
import type { GroupPlace } from './creationPickers';
import { complaintAboutGroupName, groupChoices, locationChoice, nameValidator } from './creationPickers';
import type { Choice } from './quickPick';
import type { SubscriptionTarget } from './targets';
import type { Step } from './wizard';
import { runWizard } from './wizard';

export const createAppTitle = () => vscode.l10n.t('Create Function App');

interface Draft {
  readonly group?: GroupPlace;
  readonly name: string;
  readonly linux: boolean;
  readonly runtime: Runtime;
  readonly plan: PlanKind;
  readonly storageName: string;
}

const start: Draft = {
  ...{ name: '', linux: true, plan: 'flex', storageName: '' },
  runtime: { name: 'node', version: '22' },
};

/** Asks for all that a new function app needs; *Back* works throughout. Nothing is made yet. */
export async function askFunctionApp(
  target: SubscriptionTarget,
): Promise<{ readonly group: GroupPlace; readonly wanted: NewFunctionApp }> {
  const draft = await runWizard(createAppTitle(), stepsFor(target), start);
  const { group, ...shape } = draft;
  if (!group) throw new vscode.CancellationError();
  const { subscriptionId } = target.subscription;
  return {
    group,
    wanted: { ...shape, subscriptionId, resourceGroup: group.name, location: group.location },
  };
}

function stepsFor(target: SubscriptionTarget): Step<Draft>[] {
  const { connection, subscription } = target;
  const validateApp = nameValidator('functionApp', target);
  const validateStorage = nameValidator('storageAccount', target);
  return [
    async (draft, page) => {
      const picked = await page.pick(
        vscode.l10n.t('Select a resource group of {0}', subscription.displayName),
        (signal) => groupChoices(target, signal),
      );
      return { ...draft, group: picked === 'new' ? { name: '', location: '', isNew: true } : picked };
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
        const { listLocations } = await import('../azure/resourceGroups');
        return (await listLocations(connection, subscription.subscriptionId, signal)).map(locationChoice);
      });
      return { ...draft, group: { ...draft.group, location } };
    },
    async (draft, page) => {
      const prompt = vscode.l10n.t('Name of the function app, which no other app of Azure may have');
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
    async (draft, page) => ({
      ...draft,
      plan: await page.pick(vscode.l10n.t('Select a plan'), () => Promise.resolve(plansFor(draft.linux))),
    }),
    async (draft, page) => {
      const value = `${draft.name.toLowerCase().replace(/[^a-z0-9]/g, '')}store`.slice(-24);
      const prompt = vscode.l10n.t(
        'Name of its new storage account, which no other account of Azure may have',
      );
      return { ...draft, storageName: await page.type({ prompt, value, validate: validateStorage }) };
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

function plansFor(linux: boolean): Choice<PlanKind>[] {
  const byIdentity = vscode.l10n.t('The app reaches its storage account by its identity, without a key.');
  const byKey = vscode.l10n.t(
    'The plan keeps files in Azure Files, which knows no identities: a connection string is in the settings.',
  );
  const serverless: Choice<PlanKind> = linux
    ? { label: vscode.l10n.t('Flex Consumption (recommended)'), detail: byIdentity, value: 'flex' }
    : { label: vscode.l10n.t('Consumption'), detail: byKey, value: 'consumption' };
  return [
    serverless,
    { label: vscode.l10n.t('Premium EP1'), detail: byKey, value: 'premium' },
    { label: vscode.l10n.t('App Service plan B1'), detail: byIdentity, value: 'basic' },
  ];
}
