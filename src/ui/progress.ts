import * as vscode from 'vscode';
import { plainLine } from './text';

export type ReportProgress = (message: string) => void;

/**
 * Runs something long and shows a progress notification with a Cancel button.
 * @throws vscode.CancellationError when canceled, whatever `work` then throws
 */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: ReportProgress) => Promise<T>,
): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: plainLine(title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      return await work(abort.signal, (message) => {
        progress.report({ message: plainLine(message) });
      });
    } catch (error) {
      throw abort.signal.aborted ? new vscode.CancellationError() : error;
    } finally {
      subscription.dispose();
    }
  });
}
