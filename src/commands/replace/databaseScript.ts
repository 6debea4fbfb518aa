import * as vscode from 'vscode';
import type { ReplacePlan } from '../../access/replace/planReplacement';
import { isReplaceable } from '../../access/replace/isReplaceable';
import { isMovable } from '../../access/credentials/movable';
import type { ReplaceFacts } from '../../access/replace/replaceFacts';
import type { AppTarget } from '../../inventory/targets';
import type { Button } from '../../reports/source';
import { confirm } from '../../ui/quickPick';
import type { EnableTarget } from '../identities/enableSystemAssignedIdentity';

/** The buttons for the script that a plan needs. It names the identity by its ID, so that must be enabled first. */
export function scriptButtons(target: AppTarget, { script }: Pick<ReplacePlan, 'script'>): Button[] {
  if (!script) return [];
  const { text } = script;
  if (text === undefined) return [enableButton(target)];
  return [{ title: vscode.l10n.t('Open Script'), run: () => openScript(text) }];
}

/** For what has to contain the ID of the system-assigned identity. */
export function enableButton({ connection, app }: AppTarget): Button {
  const target: EnableTarget = { connection, app, isStep: true };
  return {
    title: vscode.l10n.t('Enable Identity'),
    run: async () => {
      await vscode.commands.executeCommand('keyless.enableSystemAssignedIdentity', target);
    },
  };
}

/** A document that isn't saved, so that a SQL extension can run it as it is. */
export async function openScript(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content });
  await vscode.window.showTextDocument(document, { preview: false });
}

/** The button that moves a credential to a key vault until the code can do without it. */
export function meanwhileButtons(
  { connection, app }: AppTarget,
  { finding, connectionType }: ReplaceFacts,
): Button[] {
  if (isReplaceable(finding) || !isMovable(finding)) return [];
  return [
    {
      title: vscode.l10n.t('Move to Key Vault…'),
      run: async () => {
        const type = connectionType === undefined ? {} : { connectionType };
        const target = { connection, app, setting: { name: finding.name, ...type } };
        await vscode.commands.executeCommand('keyless.moveToKeyVault', target);
      },
    },
  ];
}

/** Asks whether the script has run, because nothing in Azure tells. @throws CancellationError unless it has */
export async function confirmScript({ script }: Pick<ReplacePlan, 'script'>): Promise<void> {
  if (!script) return;
  const { database = '', server } = script;
  await confirm(
    vscode.l10n.t('Has the script run in the database {0}?', database),
    vscode.l10n.t(
      'Without it, the functions lose the database {0} on {1}, and the host still looks healthy.',
      ...[database, server],
    ),
    vscode.l10n.t('The Script Has Run'),
  );
}
