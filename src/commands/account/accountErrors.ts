import * as vscode from 'vscode';
import { AccountError } from '../../account/accountError';
import { UserError } from '../../ui/errors';

/** Runs a sign-in; what it throws comes in the words and buttons that errors are shown with. */
export async function signingIn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw shownError(error);
  }
}

function shownError(error: unknown): unknown {
  if (error instanceof AccountError) {
    return new UserError(error.reason, error.nextStep, error.action ? [error.action] : []);
  }
  // VS Code tells only in words that a person closed its sign-in dialogs.
  if (
    error instanceof Error &&
    /^(User did not consent to login|Cancell?ed|Sign ?in cancell?ed)/i.test(error.message)
  ) {
    return new vscode.CancellationError();
  }
  return error;
}
