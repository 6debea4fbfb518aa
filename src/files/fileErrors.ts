import * as vscode from 'vscode';
import { plain } from '../ui/text';
import { readOnlyWords } from './schemes';

/** Converts an error to one that VS Code shows unchanged. If a save fails with it, the editor stays dirty. */
export async function fileErrorOf(error: unknown, uri: vscode.Uri): Promise<Error> {
  if (error instanceof vscode.FileSystemError) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const status = statusOf(error);
  // Where the plan doesn't give access to files, the error says so.
  if (status === 404 && codeOf(error) !== 'NoFiles') return vscode.FileSystemError.FileNotFound(uri);
  if (status === 412)
    return new vscode.FileSystemError(
      vscode.l10n.t('The file has changed on the site in the meantime. Save again to compare.'),
    );
  const { isReadOnlySite } = await import('../azure/explain/explainAppService');
  if (isReadOnlySite({ status, message: messageOf(error) }))
    return vscode.FileSystemError.NoPermissions(readOnlyWords());
  const { explain } = await import('../azure/explain/explain');
  const { reason, nextStep } = explain(error);
  const text = plain([reason, nextStep].filter(Boolean).join(' '));
  return status === 403
    ? vscode.FileSystemError.NoPermissions(text)
    : vscode.FileSystemError.Unavailable(text);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
