import * as vscode from 'vscode';
import { lastSegment } from '../../access/words/format';
import type { LogFile } from '../../azure/logs/logFiles';
import { UserError } from '../../ui/errors';
import { pickSiteFile } from '../../ui/pickers/filePicker';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { AppTarget, SiteFileTarget } from '../../inventory/targets';
import type { Services } from '../services';

const logFolder = 'LogFiles';
/** How many bytes of a long log are shown, counted from its end. */
const mostBytes = 5 * 1024 * 1024;
const mostRecent = 15;

/** Follows a file under LogFiles in its own output channel. */
export async function tailLogFile(
  services: Pick<Services, 'inventory' | 'logStreams'>,
  node?: AppTarget | SiteFileTarget,
): Promise<void> {
  await services.logStreams.start(await pickLogFile(services, vscode.l10n.t('Tail Log File'), node));
}

/** Opens the current content of a file under LogFiles, read-only. */
export async function openLogFiles(
  services: Pick<Services, 'documents' | 'inventory'>,
  node?: AppTarget | SiteFileTarget,
): Promise<void> {
  const { connection, app, path } = await pickLogFile(services, vscode.l10n.t('Open Log Files'), node);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const text = await withProgress(vscode.l10n.t('Reading {0}', name), async (signal) => {
    const [{ readScmFile, listScmFolder }, { readableText }] = await Promise.all([
      import('../../azure/appService/scm'),
      import('../../azure/logs/logLines'),
    ]);
    const entries = await listScmFolder(connection, app, path.slice(0, -name.length - 1), signal);
    const size = entries.find((entry) => entry.name === name)?.size ?? 0;
    const { bytes } = await readScmFile(connection, app, path, Math.max(0, size - mostBytes), signal);
    const cut = vscode.l10n.t(
      '[Keyless] The file has {0} bytes. Only the last {1} are shown.',
      size,
      mostBytes,
    );
    return `${size > mostBytes ? `${cut}\n` : ''}${readableText(bytes)}`;
  });
  await services.documents.show(name, text);
}

async function pickLogFile(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  node: AppTarget | SiteFileTarget | undefined,
): Promise<SiteFileTarget> {
  if (node && 'path' in node) return node;
  const target = node ?? (await pickFunctionApp(inventory, title));
  return (await pickRecent(target, title)) ?? (await pickSiteFile(inventory, title, logFolder, target));
}

/** Asks for one of the files that were written last. @returns undefined for a file in any folder */
async function pickRecent(
  { connection, app }: AppTarget,
  title: string,
): Promise<SiteFileTarget | undefined> {
  const browse: Choice<string> = {
    icon: 'folder',
    label: vscode.l10n.t('Browse Folders…'),
    group: vscode.l10n.t('All files'),
    value: logFolder,
  };
  const path = await pickOne(
    async (signal) => {
      const { listLogFiles } = await import('../../azure/logs/logFiles');
      const files = await listLogFiles(connection, app, [{ folder: logFolder, deep: true }], signal);
      const recent = files.toSorted((one, other) => other.modified - one.modified).slice(0, mostRecent);
      return [...recent.map(fileChoice), browse];
    },
    { title, placeHolder: vscode.l10n.t('Select a log file of {0}', app.name) },
    () => new UserError(vscode.l10n.t('{0} has no log files', app.name)),
  );
  // It is only read.
  return path === logFolder ? undefined : { connection, app, path, readOnly: true };
}

function fileChoice({ path, size, modified }: LogFile): Choice<string> {
  const name = lastSegment(path);
  const notes = [
    path.slice(logFolder.length + 1, -name.length - 1),
    vscode.l10n.t('{0} bytes', size.toLocaleString()),
    modified > 0 && new Date(modified).toLocaleString(),
  ];
  return {
    icon: 'output',
    label: name,
    description: notes.filter(Boolean).join(' · '),
    group: vscode.l10n.t('Recent files'),
    value: path,
  };
}
