import * as vscode from 'vscode';
import { signInWithAzureCli as azureCli } from '../../account/azureCli';
import { providerId, signInWithMicrosoft as microsoft } from '../../account/microsoft';
import type { Account, Session, TenantSignIn, TenantToSignInTo } from '../../account/session';
import { tell } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { Choice } from '../../ui/quickPick';
import { confirm, pickOne } from '../../ui/quickPick';
import { signingIn } from './accountErrors';
import { signInOnSandboxPage, startSandbox, withCode } from './startSandbox';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'accounts' | 'clipboard'>;

type Way = (services: UsedServices) => Promise<void>;

const ways = (): Choice<Way>[] => [
  {
    icon: 'account',
    label: vscode.l10n.t('Microsoft Account'),
    description: vscode.l10n.t('sign in through VS Code'),
    value: signInWithMicrosoft,
  },
  {
    icon: 'terminal',
    label: 'Azure CLI',
    description: vscode.l10n.t('use the account that az is signed in with'),
    value: signInWithAzureCli,
  },
  {
    icon: 'beaker',
    label: vscode.l10n.t('Sandbox'),
    description: vscode.l10n.t('a local Azure, no account needed'),
    value: startSandbox,
  },
  {
    icon: 'browser',
    label: vscode.l10n.t('Sandbox, on Its Sign-In Page'),
    description: vscode.l10n.t('try signing in with a password in the browser'),
    value: signInOnSandboxPage,
  },
];

/**
 * Asks how to sign in, and does it.
 * @param node the node of an account whose session has expired, which signs in again the same way
 */
export async function signIn(services: UsedServices, node?: { readonly account?: Account }): Promise<void> {
  if (node?.account) {
    await signInAgain(services, node.account);
    return;
  }
  const way = await pickOne(
    () => Promise.resolve(ways()),
    { title: vscode.l10n.t('Sign In'), placeHolder: vscode.l10n.t('Select how to sign in') },
    () => new Error(vscode.l10n.t('There is no way to sign in.')),
  );
  await way(services);
}

async function signInAgain(services: UsedServices, { kind, id, label }: Account): Promise<void> {
  switch (kind) {
    case 'microsoft':
      await use(services, async () => microsoft(await services.accounts.configuredCloud(), { id, label }));
      break;
    case 'azureCli':
      await signInWithAzureCli(services);
      break;
    case 'sandbox':
      await startSandbox(services);
  }
}

/** Signs in with a Microsoft account, which VS Code asks for. */
export async function signInWithMicrosoft(services: Pick<Services, 'accounts'>): Promise<void> {
  await use(services, async () => microsoft(await services.accounts.configuredCloud()));
}

/** Signs in with the account of the Azure CLI. */
export async function signInWithAzureCli(services: Pick<Services, 'accounts'>): Promise<void> {
  await use(services, () =>
    withProgress(vscode.l10n.t('Signing in with the Azure CLI'), async (signal) =>
      azureCli(await services.accounts.configuredCloud(signal), signal),
    ),
  );
}

/** Asks for a known account or another one, and signs in with it. */
export async function switchAccount(services: UsedServices): Promise<void> {
  const current = services.accounts.remembered;
  const way = await pickOne<Way>(
    async () => {
      const known = await knownMicrosoftAccounts(services);
      return [
        ...known.map((account): Choice<Way> => ({
          icon: 'account',
          label: account.label,
          description:
            current?.kind === 'microsoft' && current.id === account.id
              ? vscode.l10n.t('Microsoft account, current')
              : vscode.l10n.t('Microsoft account'),
          value: () =>
            use(services, async () => microsoft(await services.accounts.configuredCloud(), account)),
        })),
        { icon: 'add', label: vscode.l10n.t('Another Microsoft Account…'), value: signInWithMicrosoft },
        ...ways()
          .slice(1)
          .map((choice) => ({
            ...choice,
            ...(isCurrent(services, choice) ? { description: vscode.l10n.t('current') } : {}),
          })),
      ];
    },
    { title: vscode.l10n.t('Switch Account'), placeHolder: vscode.l10n.t('Select an account') },
    () => new Error(vscode.l10n.t('No accounts were found.')),
  );
  await way(services);
}

/** Signs out, and forgets what Keyless remembers about the account's resources. */
export async function signOut(services: Pick<Services, 'accounts' | 'logStreams'>): Promise<void> {
  const account = services.accounts.remembered;
  if (!account) {
    tell(vscode.l10n.t("You aren't signed in."));
    return;
  }
  const streams = services.logStreams.list.filter(({ running }) => running);
  if (streams.length > 0) {
    await confirm(
      vscode.l10n.t('Sign out of Keyless?'),
      streams.length === 1
        ? vscode.l10n.t('This stops 1 log stream.')
        : vscode.l10n.t('This stops {0} log streams.', streams.length),
      vscode.l10n.t('Sign Out'),
    );
    await Promise.all(streams.map(({ target }) => services.logStreams.stop(target)));
  }
  await services.accounts.signOut();
  const told = {
    microsoft: vscode.l10n.t(
      'Signed {0} out of Keyless. The account stays signed in to VS Code.',
      account.label,
    ),
    azureCli: vscode.l10n.t('Signed {0} out of Keyless. The Azure CLI stays signed in.', account.label),
    sandbox: vscode.l10n.t('Signed {0} out of Keyless.', account.label),
  };
  tell(told[account.kind]);
}

/** Has the person meet what a tenant requires before it lists its subscriptions or gives a token for a service. */
export async function signInToTenant(services: UsedServices, node?: TenantToSignInTo): Promise<void> {
  const session = await services.accounts.session();
  if (!session || !node) return signIn(services);
  const { tenant, scope, claims, again } = node;
  const how: TenantSignIn = {
    ...(scope === undefined ? {} : { scope }),
    ...(claims === undefined ? {} : { claims }),
    ...(again === undefined ? {} : { again }),
    withCode: (work) => withCode(services, work),
  };
  // The Azure CLI signs in to a tenant in a terminal, so for its accounts this only reads again, or says how to sign in.
  await signingIn(async () => session.signInToTenant?.(tenant.tenantId, how));
  await vscode.commands.executeCommand('keyless.refresh');
}

async function use(services: Pick<Services, 'accounts'>, make: () => Promise<Session>): Promise<void> {
  await signingIn(() => services.accounts.signIn(make));
}

async function knownMicrosoftAccounts(
  services: Pick<Services, 'accounts'>,
): Promise<readonly vscode.AuthenticationSessionAccountInformation[]> {
  try {
    return await vscode.authentication.getAccounts(providerId(await services.accounts.configuredCloud()));
  } catch {
    // This host has no provider, or the cloud can't be reached. The other ways to sign in still work.
    return [];
  }
}

function isCurrent({ accounts }: Pick<Services, 'accounts'>, { value }: Choice<Way>): boolean {
  const kind = accounts.remembered?.kind;
  return (
    (kind === 'azureCli' && value === signInWithAzureCli) || (kind === 'sandbox' && value === startSandbox)
  );
}
