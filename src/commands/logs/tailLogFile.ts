import * as vscode from 'vscode';
import { pickSiteFile } from '../../ui/pickers/filePicker';
import { withProgress } from '../../ui/progress';
import type { AppTarget, SiteFileTarget } from '../../inventory/targets';
import type { Services } from '../services';

const logFolder = 'LogFiles';
/** How many bytes of a long log are shown, counted from its end. */
const mostBytes = 5 * 1024 * 1024;

/** Follows a file under LogFiles in its own output channel. */
export async function tailLogFile(
  services: Pick<Services, 'inventory' | 'logStreams'>,
  node?: AppTarget | SiteFileTarget,
): Promise<void> {
  services.logStreams.start(await pickLogFile(services, vscode.l10n.t('Tail Log File'), node));
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
  return node && 'path' in node ? node : pickSiteFile(inventory, title, logFolder, node);
}
