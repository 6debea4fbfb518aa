import * as vscode from 'vscode';
import { AccountError } from '../account/accountError';
import { signInAfter } from '../account/signInAgain';
import { toAzureError } from '../azure/core/errors';
import { explain } from '../azure/explain/explain';
import { refusalOf } from '../azure/explain/refusal';
import type { Offer } from './messages';
import { plain, plainLine } from './text';

/** Something that Keyless itself can't do, described for the user. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    reason: string,
    readonly nextStep?: string,
    readonly actions: readonly Offer[] = [],
  ) {
    super(reason);
  }
}

/** Whether the user canceled, so that there's nothing to show. */
export function isCancellation(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError');
}

/**
 * Shows what failed, why, and what to do next, with buttons. Never throws and doesn't wait for an answer.
 * @param what the command's title
 */
export function showError(log: vscode.LogOutputChannel, what: string, error: unknown): void {
  if (isCancellation(error)) return;
  const { reason, nextStep, actions } = describeError(error);
  log.error(`${what}: ${plainLine(reason, 1000)}`);
  const showLog: Offer = { title: vscode.l10n.t('Show Log'), command: 'keyless.showLog' };
  const buttons = error instanceof UserError ? [...actions] : [...actions, showLog];
  const message = plain(
    [`${what}: ${sentence(reason)}`, nextStep && sentence(nextStep)].filter(Boolean).join(' '),
  );
  void vscode.window.showErrorMessage(message, ...buttons.map(({ title }) => title)).then((title) => {
    const button = buttons.find((candidate) => candidate.title === title);
    if (button?.command === showLog.command) log.show();
    else if (button) void vscode.commands.executeCommand(button.command, ...(button.arguments ?? []));
  });
}

/** Why something failed, in a sentence. */
export function reasonOf(error: unknown): string {
  return sentence(describeError(error).reason);
}

/** Why something failed, what to do next, and the buttons for it. */
export function describeError(error: unknown): {
  reason: string;
  nextStep?: string | undefined;
  actions: readonly Offer[];
} {
  if (error instanceof UserError)
    return { reason: error.message, nextStep: error.nextStep, actions: error.actions };
  if (error instanceof AccountError)
    return { reason: error.reason, nextStep: error.nextStep, actions: error.action ? [error.action] : [] };
  const { reason, nextStep } = explain(error);
  const signedOut = typeof error === 'object' && error !== null && 'status' in error && error.status === 401;
  return { reason, nextStep, actions: signedOut ? [signInOffer(error)] : remediesOf(error) };
}

/** Signs in for the service that refused the token. */
function signInOffer(error: unknown): Offer {
  const title = vscode.l10n.t('Sign In');
  const to = signInAfter(error);
  return to
    ? { title, command: 'keyless.signInToTenant', arguments: [to] }
    : { title, command: 'keyless.signIn' };
}

/** What the user can do when a vault refuses a request. The commands find the vault by its host. */
function remediesOf(error: unknown): Offer[] {
  const { host } = toAzureError(error);
  const refusal = refusalOf(error);
  if (host === undefined) return [];
  switch (refusal?.kind) {
    case 'access':
      return [
        {
          title: vscode.l10n.t('Give Me Access…'),
          command: 'keyless.giveMeAccess',
          arguments: [{ host, refusal }],
        },
      ];
    case 'address':
      return [
        {
          title: vscode.l10n.t('Add My IP…'),
          command: 'keyless.addMyIpToFirewall',
          arguments: [{ host, refusal }],
        },
      ];
    default:
      return [];
  }
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…。！？]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
