import * as vscode from 'vscode';
import { attachToRunning } from '../../account/sandboxProcess';
import { signInToSandbox } from '../../account/sandboxSession';
import type { SandboxPrompt, SandboxSignIn, Session } from '../../account/session';
import { tell } from '../../ui/messages';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { signingIn } from './accountErrors';
import type { Services } from '../services';

/** Starts this user's sandbox, or attaches to it if it's running, and signs in to it by itself. */
export async function startSandbox(services: Pick<Services, 'accounts'>): Promise<void> {
  const { accounts } = services;
  const session = await accounts.session().catch(() => undefined);
  if (session?.account.kind === 'sandbox') {
    tell(vscode.l10n.t('The sandbox is running, and you are signed in to it as {0}.', session.account.label));
    return;
  }
  await useSandbox(services, (signIn) =>
    withProgress(vscode.l10n.t('Sandbox'), (signal, report) => signIn({ signal, report })),
  );
}

/** Like {@link startSandbox}, but signs in on the sandbox's sign-in page, as users of Azure do. */
export async function signInOnSandboxPage(services: Pick<Services, 'accounts' | 'clipboard'>): Promise<void> {
  await useSandbox(services, (signIn) => withCode(services, signIn));
}

async function useSandbox(
  { accounts }: Pick<Services, 'accounts'>,
  how: (signIn: (how: SandboxSignIn) => Promise<Session>) => Promise<Session>,
): Promise<void> {
  await signingIn(() =>
    accounts.signIn(() => how((signIn) => signInToSandbox(accounts.surroundings, signIn))),
  );
  await vscode.commands.executeCommand('keyless.resources.focus');
}

/** Shows progress, and how to sign in to the sandbox with a code: in a dialog, which hides no progress. */
export async function withCode<T>(
  services: Pick<Services, 'clipboard'>,
  work: (signIn: SandboxSignIn) => Promise<T>,
): Promise<T> {
  const givenUp = new AbortController();
  const giveUp = () => {
    givenUp.abort(new vscode.CancellationError());
  };
  const { promise: prompted, resolve: prompt } = Promise.withResolvers<SandboxPrompt>();
  let report: ReportProgress = () => undefined;
  const working = work({
    signal: givenUp.signal,
    prompt,
    report: (message) => {
      report(message);
    },
  });
  const showUntil = <R>(end: Promise<R>) =>
    withProgress(vscode.l10n.t('Sandbox'), (signal, reportHere) => {
      report = reportHere;
      signal.addEventListener('abort', giveUp);
      return end;
    });
  const shown = await showUntil(Promise.race([prompted, working.then(() => undefined)]));
  if (shown) {
    working.catch(() => undefined); // thrown below
    if (!(await showHowToSignIn(services, shown))) giveUp();
  }
  return showUntil(working);
}

/** Stops the sandbox for all windows, after asking. Everything in it is lost. */
export async function stopSandbox({ accounts }: Pick<Services, 'accounts'>): Promise<void> {
  const session = await accounts.session().catch(() => undefined);
  // This window may not use the sandbox, but another one may.
  const other = session?.stop ? undefined : await attachToRunning(accounts.surroundings);
  try {
    if (!session?.stop && !other) {
      tell(vscode.l10n.t("The sandbox isn't running."));
      return;
    }
    await confirm(
      vscode.l10n.t('Stop the sandbox?'),
      vscode.l10n.t('It stops for all windows. Everything you changed in it is lost.'),
      vscode.l10n.t('Stop Sandbox'),
    );
    await (session?.stop?.() ?? other?.stop());
    if (session?.stop) await accounts.signOut();
    tell(vscode.l10n.t('Stopped the sandbox.'));
  } finally {
    other?.release();
  }
}

/**
 * Shows the password, which works only for this run of the sandbox. It uses a dialog, because a notification could
 * disappear before the person has read it.
 * @returns false if the person gave up
 */
async function showHowToSignIn(
  { clipboard }: Pick<Services, 'clipboard'>,
  { url, userName, password }: SandboxPrompt,
): Promise<boolean> {
  const open = vscode.l10n.t('Copy Password and Open Sign-In Page');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Sign in to the sandbox in your browser.'),
    { modal: true, detail: vscode.l10n.t('User name: {0}\nPassword: {1}', userName, password) },
    open,
  );
  if (answer !== open) return false;
  await clipboard.copy(password);
  return vscode.env.openExternal(vscode.Uri.parse(url, true));
}
