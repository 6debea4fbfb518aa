import * as vscode from 'vscode';
import { pickSiteFile } from '../../ui/pickers/filePicker';
import { withProgress } from '../../ui/progress';
import type { AppTarget, SiteFileTarget } from '../../inventory/targets';
import type { Services } from '../services';

const logFolder = 'LogFiles';
/** A longer log is shown from so many bytes before its end. */
const mostBytes = 5 * 1024 * 1024;

/** Follows one file below LogFiles in an output channel of its own. */
export async function tailLogFile(services: Services, node?: AppTarget | SiteFileTarget): Promise<void> {
  services.logStreams.start(await pickLogFile(services, vscode.l10n.t('Tail Log File'), node));
}

/** Opens one file below LogFiles as it is now, read-only. */
export async function openLogFiles(services: Services, node?: AppTarget | SiteFileTarget): Promise<void> {
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
    const cut = vscode.l10n.t('[Keyless] The file has {0} bytes; its last {1} follow.', size, mostBytes);
    return `${size > mostBytes ? `${cut}\n` : ''}${readableText(bytes)}`;
  });
  await services.documents.show(name, text);
}

async function pickLogFile(
  { inventory }: Services,
  title: string,
  node: AppTarget | SiteFileTarget | undefined,
): Promise<SiteFileTarget> {
  return node && 'path' in node ? node : pickSiteFile(inventory, title, logFolder, node);
}
