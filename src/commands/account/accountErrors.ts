import * as vscode from 'vscode';
import { AccountError } from '../../account/accountError';
import { UserError } from '../../ui/errors';

/** Runs a sign-in, and turns its errors into ones that can be shown with their buttons. */
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
  // Only the message of VS Code's error says that a person closed its sign-in dialogs.
  if (
    error instanceof Error &&
    /^(User did not consent to login|Cancell?ed|Sign ?in cancell?ed)/i.test(error.message)
  ) {
    return new vscode.CancellationError();
  }
  return error;
}
