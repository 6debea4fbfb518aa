import * as vscode from 'vscode';
import type { Account, TenantToSignInTo } from '../../account/session';
import { tellCopied } from '../../ui/messages';
import type { CommandTable } from '../command';

/** Commands for accounts and the sandbox. Each loads on first use. */
export const accountCommands: CommandTable = {
  'keyless.signIn': async (services, node?: { readonly account?: Account }) =>
    (await import('./signIn')).signIn(services, node),
  'keyless.signInWithMicrosoft': async (services) => (await import('./signIn')).signInWithMicrosoft(services),
  'keyless.signInWithAzureCli': async (services) => (await import('./signIn')).signInWithAzureCli(services),
  'keyless.switchAccount': async (services) => (await import('./signIn')).switchAccount(services),
  'keyless.signOut': async (services) => (await import('./signIn')).signOut(services),
  'keyless.signInToTenant': async (services, node?: TenantToSignInTo) =>
    (await import('./signIn')).signInToTenant(services, node),
  'keyless.startSandbox': async (services) => (await import('./startSandbox')).startSandbox(services),
  'keyless.stopSandbox': async (services) => (await import('./startSandbox')).stopSandbox(services),
  'keyless.openWalkthrough': async (services) => {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'keyless.keyless#start', false);
    await services.milestones.show();
  },
  'keyless.copyText': async (_services, text?: string) => {
    if (text === undefined) return;
    await vscode.env.clipboard.writeText(text);
    tellCopied(vscode.l10n.t('Copied'));
  },
  'keyless.showLog': async (services) => {
    services.log.show();
    return Promise.resolve();
  },
};
