import * as vscode from 'vscode';
import { plain } from './text';

/** A button and the command that it runs. */
export interface Offer {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Reports success and offers possible next steps. Doesn't wait for an answer. */
export function tell(message: string, ...offers: readonly Offer[]): void {
  show(vscode.window.showInformationMessage(plain(message), ...offers.map(({ title }) => title)), offers);
}

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
