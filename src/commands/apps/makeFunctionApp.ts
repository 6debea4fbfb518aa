import * as vscode from 'vscode';
import { explain } from '../../azure/explain/explain';
import type { Connection } from '../../azure/core/connection';
import { reachesStorageByIdentity } from '../../azure/appService/creation/functionAppBody';
import type { CreatedPart, NewFunctionApp } from '../../azure/appService/creation/functionAppCreation';
import {
  createFunctionApp,
  partsOf,
  deleteCreatedPart,
} from '../../azure/appService/creation/functionAppCreation';
import { isPending } from '../../azure/core/limits/pending';
import type { FunctionApp } from '../../azure/core/model';
import { isCancellation } from '../../ui/errors';
import type { AppInTheMaking } from '../longOperations';
import { withProgress } from '../../ui/progress';
import { plain, plainLine } from '../../ui/text';
import { makeGroup } from '../resources/createResourceGroup';
import { requireProviders } from '../resources/requireProviders';
import { tellCreated } from './tellCreated';
import { bullets } from '../identities/principalAccess';
import type { Services } from '../services';

/**
 * Creates a function app, or continues where that stopped, and says how it ended once its host runs. If a step fails, it
 * offers to delete what was created. Resources that existed before are left alone.
 */
export async function makeFunctionApp(
  services: Pick<Services, 'changes' | 'operations' | 'refresh'>,
  connection: Connection,
  start: AppInTheMaking,
): Promise<void> {
  const { wanted } = start;
  await requireProviders(services, connection, wanted.subscriptionId, providersOf(wanted));
  let state = start;
  await services.operations.track(connection, { app: state }, async (keep) => {
    const change = async (change: Partial<AppInTheMaking>) => {
      state = { ...state, ...change };
      await keep({ app: state });
    };
    const app = await withProgress(
      vscode.l10n.t('Creating the function app {0}', wanted.name),
      (signal, report) => makeAll(services, connection, start, { change, report, signal }),
    ).catch(async (error: unknown) => {
      // What Azure is still creating can't be deleted. The next window looks for it, and offers to continue or delete.
      if (state.made.length > 0 && !isPending(error)) await offerRemoval(services, connection, state, error);
      throw error;
    });
    await tellCreated(services, connection, app);
  });
}

/** Deletes what was created, last first, because later resources depend on earlier ones. */
export async function removeAll(
  services: Pick<Services, 'changes' | 'refresh'>,
  c: Connection,
  { made, wanted }: AppInTheMaking,
): Promise<void> {
  try {
    await withProgress(vscode.l10n.t('Deleting the resources that were created'), async (signal) => {
      for (const id of [...made].reverse()) {
        await deleteCreatedPart(c, wanted, id, signal);
        services.changes.record(
          c,
          id.includes('/providers/')
            ? { kind: 'deleteResource', resourceId: id }
            : { kind: 'deleteResourceGroup', groupId: id },
        );
      }
    });
  } finally {
    const { app } = partsOf(wanted);
    if (made.includes(app)) services.refresh(c, app);
  }
}

function providersOf({ insights }: NewFunctionApp): string[] {
  return [
    ...['Microsoft.Web', 'Microsoft.Storage'],
    ...(insights ? ['Microsoft.Insights', 'Microsoft.OperationalInsights'] : []),
  ];
}

/** The created resources by kind and name. */
export function namesOfMade(made: readonly string[]): string[] {
  return made.map((id) => id.split('/').slice(-2).join('/'));
}

interface Making {
  readonly change: (change: Partial<AppInTheMaking>) => Promise<void>;
  readonly report: (message: string) => void;
  readonly signal: AbortSignal;
}

async function makeAll(
  services: Pick<Services, 'changes'>,
  connection: Connection,
  { wanted, group, made: before }: AppInTheMaking,
  { change, report, signal }: Making,
): Promise<FunctionApp> {
  const made = [...before];
  const target = { connection, subscriptionId: wanted.subscriptionId };
  const groupId = await makeGroup(services, target, group, signal);
  if (groupId !== undefined) {
    made.push(groupId);
    await change({ made: [...made], group: { ...group, isNew: false } });
  }
  const steps = {
    next: async (kind: CreatedPart['kind'], id?: string) => {
      report(wordsFor(kind));
      if (id !== undefined) await change({ making: id });
    },
    made: async (one: CreatedPart) => {
      made.push(one.id);
      record(services, connection, wanted, one);
      await change({ made: [...made] });
    },
  };
  return createFunctionApp(connection, wanted, steps, signal, before);
}

function wordsFor(kind: CreatedPart['kind']): string {
  switch (kind) {
    case 'storage':
      return vscode.l10n.t('creating its storage account');
    case 'container':
      return vscode.l10n.t('creating a container for its package');
    case 'plan':
      return vscode.l10n.t('creating its plan');
    case 'workspace':
      return vscode.l10n.t('creating its Log Analytics workspace');
    case 'component':
      return vscode.l10n.t('creating its Application Insights component');
    case 'app':
      return vscode.l10n.t('creating the app');
    case 'role':
      return vscode.l10n.t('giving its identity access to the storage account');
  }
}

function record(
  services: Pick<Services, 'changes'>,
  c: Connection,
  wanted: NewFunctionApp,
  made: CreatedPart,
): void {
  const { location, linux, runtime, plan } = wanted;
  const ids = partsOf(wanted);
  switch (made.kind) {
    case 'storage':
      services.changes.record(c, {
        ...{ kind: 'createStorageAccount', storageId: made.id, location },
        byIdentity: reachesStorageByIdentity(plan),
      });
      break;
    case 'plan':
      // The equivalent az command creates this plan together with the app.
      if (plan === 'flex' || plan === 'consumption') break;
      services.changes.record(c, { kind: 'createPlan', planId: made.id, location, linux, plan });
      break;
    case 'workspace':
      services.changes.record(c, { kind: 'createWorkspace', workspaceId: made.id, location });
      break;
    case 'component':
      services.changes.record(c, {
        ...{ kind: 'createComponent', componentId: made.id, location, workspaceId: ids.workspace ?? '' },
      });
      break;
    case 'app':
      services.changes.record(c, {
        ...{ kind: 'createApp', appId: made.id, location, linux, runtime, plan, storageId: ids.storage },
        ...(ids.plan === undefined ? {} : { planId: ids.plan }),
        ...(ids.component === undefined ? {} : { componentId: ids.component }),
        ...(made.serviceUris === undefined ? {} : { serviceUris: made.serviceUris }),
      });
      break;
    case 'role':
      services.changes.record(c, {
        ...{ kind: 'createRoleAssignment', id: made.id, scope: made.scope },
        ...{ principalId: made.principalId, principalType: 'ServicePrincipal' },
        ...{ roleDefinitionId: made.roleId, roleName: 'Storage Blob Data Owner' },
        ...(made.delegatedIdentityId === undefined ? {} : { delegatedIdentityId: made.delegatedIdentityId }),
      });
      break;
    case 'container':
      // Created together with the app, like the plan of Flex Consumption.
      break;
  }
}

async function offerRemoval(
  services: Pick<Services, 'changes' | 'refresh'>,
  connection: Connection,
  state: AppInTheMaking,
  error: unknown,
): Promise<void> {
  const why = isCancellation(error) ? vscode.l10n.t('The operation was canceled.') : explain(error).reason;
  const remove = vscode.l10n.t('Delete Resources');
  const answer = await vscode.window.showWarningMessage(
    plainLine(vscode.l10n.t('The function app was only partly created')),
    {
      modal: true,
      detail: plain(
        [
          ...[why, '', vscode.l10n.t('These resources were created and may cost money:')],
          ...bullets(namesOfMade(state.made)),
        ].join('\n'),
      ),
    },
    remove,
  );
  if (answer === remove) await removeAll(services, connection, state);
  else services.refresh(connection, partsOf(state.wanted).app);
}
