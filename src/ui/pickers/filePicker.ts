import * as vscode from 'vscode';
import { UserError } from '../errors';
import { pickFunctionApp } from './pickers';
import type { Choice } from '../quickPick';
import { pickOne } from '../quickPick';
import type { AppTarget, Inventory, SiteFileTarget } from '../../inventory/targets';

type Answer = { readonly go: string } | { readonly file: string };

/**
 * Asks for an app (unless one is given) and then, folder by folder, for one of its files.
 * @param from the folder to start in, relative to the site's home
 */
export async function pickSiteFile(
  inventory: Inventory,
  title: string,
  from: string,
  given?: AppTarget,
): Promise<SiteFileTarget> {
  const { connection, app } = given ?? (await pickFunctionApp(inventory, title));
  const { readOnlyReason } = await import('../../azure/appService/siteFiles');
  let folder = from;
  for (;;) {
    const answer = await pickEntry({ connection, app }, title, folder, from);
    if ('file' in answer) {
      const readOnly = (await readOnlyReason(connection, app)) !== undefined;
      return { connection, app, path: answer.file, readOnly };
    }
    folder = answer.go;
  }
}

function pickEntry(
  { connection, app }: AppTarget,
  title: string,
  folder: string,
  top: string,
): Promise<Answer> {
  return pickOne<Answer>(
    async (signal) => {
      const { listScmFolder } = await import('../../azure/appService/scm');
      const entries = await listScmFolder(connection, app, folder, signal);
      const up: Choice<Answer>[] =
        folder === top
          ? []
          : [{ icon: 'arrow-up', label: '..', value: { go: folder.replace(/\/[^/]*$/, '') } }];
      const below = entries.map((entry): Choice<Answer> => ({
        icon: entry.folder ? 'folder' : 'file',
        label: entry.name,
        ...(entry.folder ? {} : { description: vscode.l10n.t('{0} bytes', entry.size.toLocaleString()) }),
        value: entry.folder ? { go: `${folder}/${entry.name}` } : { file: `${folder}/${entry.name}` },
      }));
      return [...up, ...below];
    },
    { title, placeHolder: vscode.l10n.t('Select a file of {0} in {1}', app.name, folder) },
    () => new UserError(vscode.l10n.t('{0} has no files in {1}', app.name, folder)),
  );
}
