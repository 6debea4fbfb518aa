import * as vscode from 'vscode';
import type { Connection } from '../azure/connection';
import type { Made, NewFunctionApp } from '../azure/functionAppLife';
import { createFunctionApp as create } from '../azure/functionAppLife';
import { explain } from '../azure/explain';
import { deleteResource } from '../azure/resources';
import { isCancellation } from '../ui/errors';
import { askFunctionApp, createAppTitle } from '../ui/functionAppWizard';
import { pickSubscription } from '../ui/identityPickers';
import { tell } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { plain, plainLine } from '../ui/text';
import type { SubscriptionTarget } from '../ui/targets';
import { makeGroup } from './createResourceGroup';
import { bullets } from './reached';
import type { Services } from './services';

/** Makes a function app with its identity on, and what it needs. What was made when a step fails can be removed. */
export async function createFunctionApp(services: Services, node?: SubscriptionTarget): Promise<void> {
  const target = node ?? (await pickSubscription(services.inventory, createAppTitle()));
  const { connection } = target;
  const { group, wanted } = await askFunctionApp(target);
  const made: string[] = [];
  try {
    const app = await withProgress(
      vscode.l10n.t('Creating the function app {0}', wanted.name),
      async (signal, report) => {
        const groupId = await makeGroup(services, target, group, signal);
        if (groupId !== undefined) made.push(groupId);
        const steps = {
          next: (kind: Made['kind']) => {
            report(wordsFor(kind));
          },
          made: (one: Made) => {
            made.push(one.id);
            record(services, connection, wanted, one);
          },
        };
        return create(connection, wanted, steps, signal);
      },
    );
    services.refresh(connection, app.id);
    tell(
      vscode.l10n.t(
        'The function app {0} is created. Its identity is on, and can read no secret yet.',
        app.name,
      ),
      {
        title: vscode.l10n.t('Let It Read a Secret'),
        command: 'keyless.letAppReadSecret',
        arguments: [{ connection, app }],
      },
    );
  } catch (error) {
    if (made.length > 0) await offerRemoval(services, connection, made, error);
    throw error;
  }
}

function wordsFor(kind: Made['kind']): string {
  switch (kind) {
    case 'storage':
      return vscode.l10n.t('making its storage account');
    case 'plan':
      return vscode.l10n.t('making its plan');
    case 'app':
      return vscode.l10n.t('making the app');
    case 'role':
      return vscode.l10n.t('letting its identity reach the storage account');
  }
}

function record(services: Services, c: Connection, wanted: NewFunctionApp, made: Made): void {
  const { location, linux, runtime, plan, storageName } = wanted;
  switch (made.kind) {
    case 'storage':
      services.changes.record(c, { kind: 'createStorageAccount', storageId: made.id, location });
      break;
    case 'plan':
      // The commands that say the same make this plan with the app.
      if (plan === 'flex' || plan === 'consumption') break;
      services.changes.record(c, { kind: 'createPlan', planId: made.id, location, linux, plan });
      break;
    case 'app':
      services.changes.record(c, {
        ...{ kind: 'createApp', appId: made.id, location, linux, runtime, plan, storageName },
      });
      break;
    case 'role':
      services.changes.record(c, {
        ...{ kind: 'createRoleAssignment', id: made.id, scope: made.scope },
        ...{ principalId: made.principalId, principalType: 'ServicePrincipal' },
        ...{ roleDefinitionId: made.roleId, roleName: 'Storage Blob Data Owner' },
      });
  }
}

async function offerRemoval(
  services: Services,
  connection: Connection,
  made: readonly string[],
  error: unknown,
): Promise<void> {
  const why = isCancellation(error) ? vscode.l10n.t('It was cancelled.') : explain(error).reason;
  const names = made.map((id) => id.split('/').slice(-2).join('/'));
  const remove = vscode.l10n.t('Remove Them');
  const answer = await vscode.window.showWarningMessage(
    plainLine(vscode.l10n.t('The function app was not created as a whole')),
    {
      modal: true,
      detail: plain(
        [why, '', vscode.l10n.t('These were made, and may cost money:'), ...bullets(names)].join('\n'),
      ),
    },
    remove,
  );
  const app = made.find((id) => /\/sites\/[^/]+$/i.test(id));
  try {
    if (answer === remove) await removeAll(services, connection, made);
  } finally {
    if (app) services.refresh(connection, app);
  }
}

async function removeAll(services: Services, c: Connection, made: readonly string[]): Promise<void> {
  await withProgress(vscode.l10n.t('Removing what was made'), async (signal) => {
    // The last that was made stands on the others.
    for (const id of [...made].reverse()) {
      await deleteResource(c, id, signal);
      services.changes.record(
        c,
        id.includes('/providers/')
          ? { kind: 'deleteResource', resourceId: id }
          : { kind: 'deleteResourceGroup', groupId: id },
      );
    }
  });
}
