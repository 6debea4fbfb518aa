import * as vscode from 'vscode';
import type { NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import { appSummary } from './appSummary';
import { insightsChoices, planChoices, storageChoices } from '../pickers/appPartPickers';
import { regionChoices, runtimeChoices } from './runtimePickers';
import type { GroupPlace } from './creationPickers';
import { nameValidator, pickGroupPlace } from './creationPickers';
import type { SubscriptionTarget } from '../../inventory/targets';
import { UserError } from '../errors';
import type { Choice } from '../quickPick';
import { askText, pickOne } from '../quickPick';
import { confirmSummary } from '../summary';

export const createAppTitle = () => vscode.l10n.t('Create Function App');

/** Asks for everything that a new function app needs, and shows it all before the end. Doesn't create anything. */
export async function askFunctionApp(
  target: SubscriptionTarget,
): Promise<{ readonly group: GroupPlace; readonly wanted: NewFunctionApp }> {
  const group = await pickGroupPlace(createAppTitle(), target, regionChoices);
  const name = await type(vscode.l10n.t('Function app name (must be globally unique)'), {
    validateInput: nameValidator('functionApp', target),
  });
  const linux = await pick(vscode.l10n.t('Select an operating system'), () =>
    Promise.resolve([
      { label: 'Linux', value: true },
      { label: 'Windows', value: false },
    ]),
  );
  const place = { name, location: group.location, linux };
  const { runtime, stack } = await pick(vscode.l10n.t('Select a runtime'), (signal) =>
    runtimeChoices(target, place, signal),
  );
  const plan = await pick(vscode.l10n.t('Select a plan'), (signal) =>
    planChoices(target, { ...place, runtime, stack }, signal),
  );
  const planned = { ...place, runtime, ...plan };
  const storage = await askStorage(target, planned);
  const insights = await pick(vscode.l10n.t('Select whether to turn on Application Insights'), (signal) =>
    insightsChoices(target, planned, signal),
  );
  const { subscriptionId } = target.subscription;
  const wanted: NewFunctionApp = {
    ...{ ...planned, ...storage, subscriptionId, resourceGroup: group.name },
    ...(insights === 'off' ? {} : { insights }),
  };
  await confirmSummary(
    { title: createAppTitle(), placeHolder: vscode.l10n.t('Create {0}?', name) },
    createAppTitle(),
    appSummary(wanted, group),
  );
  return { group, wanted };
}

async function askStorage(
  target: SubscriptionTarget,
  place: Pick<NewFunctionApp, 'name' | 'location' | 'linux' | 'plan'>,
): Promise<Pick<NewFunctionApp, 'storageName' | 'storageId'>> {
  const picked = await pick(vscode.l10n.t('Select a storage account'), (signal) =>
    storageChoices(target, place, signal),
  );
  if (picked !== 'new') return { storageId: picked.id, storageName: picked.name };
  const value = `${place.name.toLowerCase().replace(/[^a-z0-9]/g, '')}store`.slice(-24);
  const storageName = await type(vscode.l10n.t('Storage account name (must be globally unique)'), {
    ...{ value, validateInput: nameValidator('storageAccount', target) },
  });
  return { storageName };
}

function pick<T>(
  placeHolder: string,
  load: (signal: AbortSignal) => Promise<readonly Choice<T | undefined>[]>,
): Promise<T> {
  return pickOne(
    load,
    { title: createAppTitle(), placeHolder },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
}

function type(prompt: string, options: Parameters<typeof askText>[0]): Promise<string> {
  return askText({ ...options, title: createAppTitle(), prompt });
}
