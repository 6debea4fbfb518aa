import * as vscode from 'vscode';
import { plain } from './text';

/** A button and what it does. */
export interface Offer {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Says that something was done, with what one may want to do next. Does not wait for an answer. */
export function tell(message: string, ...offers: readonly Offer[]): void {
  show(vscode.window.showInformationMessage(plain(message), ...offers.map(({ title }) => title)), offers);
}

/** `tell` for what went otherwise than asked. */
export function warn(message: string, ...offers: readonly Offer[]): void {
  show(vscode.window.showWarningMessage(plain(message), ...offers.map(({ title }) => title)), offers);
}

/** Says in the status bar, for some seconds, what is now on the clipboard. */
export function tellCopied(what: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${plain(what)}`, 5000);
}

function show(answer: Thenable<string | undefined>, offers: readonly Offer[]): void {
  void answer.then((title) => {
    const offer = offers.find((candidate) => candidate.title === title);
    if (offer) void vscode.commands.executeCommand(offer.command, ...(offer.arguments ?? []));
  });
}
