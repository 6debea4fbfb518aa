import * as vscode from 'vscode';
import { UserError } from '../../ui/errors';
import { tell, warn } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { searchLimits } from '../../workspace/model/fileKinds';
import type { SearchOutcome } from '../../workspace/workspaceSecrets';
import type { Services } from '../services';

/** Searches the files of the workspace for secrets, and shows them as problems. @throws UserError if there's no workspace */
export async function findSecrets({
  workspaceSecrets,
}: Pick<Services, 'workspaceSecrets'>): Promise<SearchOutcome> {
  const secrets = await workspaceSecrets();
  const outcome = await withProgress(vscode.l10n.t('Searching for secrets'), (signal, report) =>
    secrets.search(signal, (done, of) => {
      report(vscode.l10n.t('{0} of {1} files', done, of));
    }),
  );
  if (outcome.searched + outcome.tooLarge === 0 && !vscode.workspace.workspaceFolders)
    throw new UserError(
      vscode.l10n.t('No folder is open, so there are no files to search'),
      vscode.l10n.t('Open the folder of your project.'),
      [{ title: vscode.l10n.t('Open Folder…'), command: 'vscode.openFolder' }],
    );
  tellOutcome(outcome);
  return outcome;
}

function tellOutcome({ files, searched, isCut, tooLarge }: SearchOutcome): void {
  const count = files.reduce((sum, { secrets }) => sum + secrets.length, 0);
  const tracked = files.filter(({ git }) => git === 'tracked').length;
  const gaps = [
    ...(isCut ? [vscode.l10n.t('Only the first {0} files were searched.', searchLimits.files)] : []),
    ...(tooLarge > 0 ? [vscode.l10n.t('Files that are too large to search: {0}.', tooLarge)] : []),
  ];
  if (count === 0) {
    const message = [vscode.l10n.t('No secrets were found in {0} files.', searched), ...gaps].join(' ');
    if (gaps.length > 0) warn(message);
    else tell(message);
    return;
  }
  const sentences = [
    vscode.l10n.t('Secrets found: {0}, in {1} of {2} files.', count, files.length, searched),
    ...(tracked > 0 ? [vscode.l10n.t('Files with secrets that Git tracks: {0}.', tracked)] : []),
    ...gaps,
  ];
  const show = { title: vscode.l10n.t('Show Problems'), command: 'workbench.actions.view.problems' };
  (tracked > 0 ? warn : tell)(sentences.join(' '), show);
}
