import * as l10n from '@vscode/l10n';
import type { ScmEntry } from '../../azure/appService/scm';
import type { ReadOnlyReason } from '../../azure/appService/siteFiles';
import { noFilesReason, noFilesWords } from '../../azure/appService/siteFolders';
import type { FilesNode, SiteFileNode } from '../nodes/fileNodes';
import { messageNode } from '../nodes/messageNodes';
import type { Node } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';

/** The contents of an app's code folder or a subfolder, folders first. */
export async function siteFilesOf(node: FilesNode | SiteFileNode, signal: AbortSignal): Promise<Node[]> {
  const [{ listScmFolder }, { readOnlyReason }] = await Promise.all([
    import('../../azure/appService/scm'),
    import('../../azure/appService/siteFiles'),
  ]);
  const { connection, app, path } = node;
  const noFiles = noFilesReason(app);
  if (noFiles) {
    const { reason: text, nextStep } = noFilesWords(noFiles);
    return [messageNode(node.id, text, 'info', nextStep)];
  }
  const reason = node.kind === 'files' ? await readOnlyReason(connection, app, signal) : undefined;
  const readOnly = node.kind === 'files' ? reason !== undefined : node.readOnly;
  const entries = await listScmFolder(connection, app, path, signal);
  const nodes = entries.sort(foldersFirst).map((entry): SiteFileNode => ({
    kind: entry.folder ? 'folder' : 'file',
    id: fileNodeId(connection, app.id, `${path}/${entry.name}`),
    parentId: node.id,
    connection,
    app,
    path: `${path}/${entry.name}`,
    entry,
    readOnly,
  }));
  const notice = reason ? [messageNode(node.id, l10n.t('Read-only'), 'info', readOnlyDetail(reason))] : [];
  return [...notice, ...nodes];
}

/** The node ID of an app's file or folder. @param path relative to the site's home */
export function fileNodeId(
  account: { readonly accountId: string; readonly tenantId: string },
  resourceId: string,
  path: string,
): string {
  return nodeId(account, resourceId, `files/${path}`);
}

function readOnlyDetail(reason: ReadOnlyReason): string {
  return reason === 'package'
    ? l10n.t(
        'The app runs from a package (app setting WEBSITE_RUN_FROM_PACKAGE), which is mounted read-only. Change the project and deploy it.',
      )
    : noFilesWords(reason).nextStep;
}

function foldersFirst(a: ScmEntry, b: ScmEntry): number {
  return Number(b.folder) - Number(a.folder) || a.name.localeCompare(b.name);
}
