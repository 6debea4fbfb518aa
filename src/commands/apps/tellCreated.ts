import * as vscode from 'vscode';
import type { HostEnd, HostWait } from '../../azure/appService/creation/hostReadiness';
import { waitForHost } from '../../azure/appService/creation/hostReadiness';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp } from '../../azure/core/model';
import { isCancellation } from '../../ui/errors';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Services } from '../services';

/**
 * Says that the app was created once its host runs, and offers the next step. The app exists in any case: canceling only
 * ends the wait.
 */
export async function tellCreated(
  services: Pick<Services, 'refresh'>,
  connection: Connection,
  app: FunctionApp,
): Promise<void> {
  services.refresh(connection, app.id, app.id);
  tell(wordsFor(await hostEnd(connection, app), app), {
    title: vscode.l10n.t('Let It Read a Secret'),
    command: 'keyless.letAppReadSecret',
    arguments: [{ connection, app }],
  });
}

async function hostEnd(connection: Connection, app: FunctionApp): Promise<HostEnd> {
  try {
    return await withProgress(vscode.l10n.t('Starting the function app {0}', app.name), (signal, report) =>
      waitForHost(
        connection,
        app,
        (wait) => {
          report(wordsForWait(wait));
        },
        signal,
      ),
    );
  } catch (error) {
    if (isCancellation(error)) return 'silent';
    throw error;
  }
}

function wordsForWait(wait: HostWait): string {
  switch (wait) {
    case 'start':
      return vscode.l10n.t('waiting for its host to answer');
    case 'storage':
      return vscode.l10n.t(
        'waiting for its role on the storage account to take effect, which can take 10 minutes',
      );
  }
}

function wordsFor(end: HostEnd, app: FunctionApp): string {
  switch (end) {
    case 'running':
      return vscode.l10n.t(
        "Created the function app {0}. Its identity is enabled, but can't read any secrets yet.",
        app.name,
      );
    case 'failing':
      return vscode.l10n.t(
        'Created the function app {0}, but its host reports an error. The Azure portal shows it on the page of the app.',
        app.name,
      );
    case 'unknown':
      return vscode.l10n.t(
        "Created the function app {0}. You don't have permission to check whether its host is running.",
        app.name,
      );
    case 'silent':
      // azure-functions-host#11379
      return app.sku === 'FlexConsumption'
        ? vscode.l10n.t(
            "Created the function app {0}. Its host isn't running yet, and may not start before functions are deployed.",
            app.name,
          )
        : vscode.l10n.t("Created the function app {0}. Its host isn't running yet.", app.name);
  }
}
