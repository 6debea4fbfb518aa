import * as vscode from 'vscode';
import { plain, plainLine } from './text';

/** A button and the command that it runs. */
export interface Offer {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/**
 * Reports success and offers possible next steps. Doesn't wait for an answer. Without an offer, there's nothing to answer, so
 * only the status bar shows it.
 */
export function tell(message: string, ...offers: readonly Offer[]): void {
  if (offers.length === 0) showOutcome(message);
  else
    show(vscode.window.showInformationMessage(plain(message), ...offers.map(({ title }) => title)), offers);
}

/** Shows an outcome in the status bar for ten seconds. As an alert, a screen reader reads it out like a notification. */
function showOutcome(message: string): void {
  const line = plainLine(message, 400);
  const item = vscode.window.createStatusBarItem(outcomeId, vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Keyless: Outcome');
  item.text = `$(info) ${line}`;
  item.tooltip = line;
  item.accessibilityInformation = { label: line, role: 'alert' };
  item.show();
  setTimeout(() => {
    item.dispose();
  }, 10_000).unref();
}

/** The ID of the status bar item. */
export const outcomeId = 'outcome';

/** Like `tell`, for an outcome that differs from what the user asked for. */
export function warn(message: string, ...offers: readonly Offer[]): void {
  show(vscode.window.showWarningMessage(plain(message), ...offers.map(({ title }) => title)), offers);
}

/** Shows in the status bar for a few seconds what was copied to the clipboard. */
export function tellCopied(what: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${plain(what)}`, 5000);
}

function show(answer: Thenable<string | undefined>, offers: readonly Offer[]): void {
  void answer.then((title) => {
    const offer = offers.find((candidate) => candidate.title === title);
    if (offer) void vscode.commands.executeCommand(offer.command, ...(offer.arguments ?? []));
  });
}
