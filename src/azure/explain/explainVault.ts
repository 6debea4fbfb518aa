import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { isDenied } from './refusal';

/** Words for a code of Key Vault's data plane. */
export function explanationOfVaultCode(error: AzureError): Explanation | undefined {
  const tokenCode = /^AKV\d+/.exec(error.message)?.[0];
  return (
    tokenCodes[tokenCode ?? '']?.(error) ??
    (error.innerCode === undefined ? undefined : vaultCodes[error.innerCode]?.(error))
  );
}

/** The vault's name: from the text where Key Vault tells it, else from the host. */
export function vaultOf(error: AzureError): string {
  const told = /(?:key vault '|Vault: )([A-Za-z0-9-]+);location=/.exec(error.message)?.[1];
  return told ?? error.host?.split('.')[0] ?? '';
}

type Words = (error: AzureError) => Explanation;

/** 401 of Key Vault's data plane begin with such a code. */
const tokenCodes: Readonly<Record<string, Words>> = {
  AKV10000: (e) => ({
    reason: l10n.t('The vault {0} was sent no token.', vaultOf(e)),
    nextStep: l10n.t('Sign in again.'),
  }),
  AKV10022: (e) => ({
    reason: l10n.t('The vault {0} takes no token of this cloud.', vaultOf(e)),
    nextStep: l10n.t('Check that the right cloud is selected.'),
  }),
  AKV10032: (e) => ({
    reason: l10n.t(
      'The vault {0} belongs to another tenant than the account you are signed in to.',
      vaultOf(e),
    ),
    nextStep: l10n.t(
      "Sign in to the vault's tenant. After a subscription moved to another tenant, the vault's tenant ID must be changed, too.",
    ),
  }),
};

/** `error.innererror.code` of Key Vault's data plane. */
const vaultCodes: Readonly<Record<string, Words>> = {
  AccessDenied: (e) => {
    const [, kind, permission] = /does not have (\w+) (\w+) permission/.exec(e.message) ?? [];
    return {
      reason:
        kind && permission
          ? l10n.t(
              'No access policy of the vault {0} gives the permission "{1}" on {2}.',
              vaultOf(e),
              capital(permission),
              kind,
            )
          : l10n.t('No access policy of the vault {0} gives the permission for this.', vaultOf(e)),
      nextStep: l10n.t(
        'Roles such as Owner and Contributor give no access to secrets. Give yourself an access policy if you may change the vault, or ask for one.',
      ),
    };
  },
  ForbiddenByRbac: (e) => {
    const action = /Action: '([^']+)'/.exec(e.message)?.[1] ?? '';
    if (isDenied(e)) {
      return {
        reason: l10n.t('A deny assignment on the vault {0} forbids it.', vaultOf(e)),
        nextStep: l10n.t('Ask an owner of the subscription: a deny assignment wins over every role.'),
      };
    }
    const role = /readMetadata/i.test(action)
      ? 'Key Vault Reader'
      : /getSecret/i.test(action)
        ? 'Key Vault Secrets User'
        : 'Key Vault Secrets Officer';
    return {
      reason:
        action === ''
          ? l10n.t('No role on the vault {0} allows this.', vaultOf(e))
          : l10n.t('No role on the vault {0} allows {1}.', vaultOf(e), action),
      nextStep: l10n.t(
        'Owner and Contributor do not allow it. Give yourself the role {0} on the vault if you may assign roles, or ask for it. A role that was assigned just now takes up to 10 minutes.',
        role,
      ),
    };
  },
  ForbiddenByFirewall: (e) => {
    const address = /Client address: ([0-9a-f.:]+)/i.exec(e.message)?.[1];
    return {
      reason: address
        ? l10n.t('The firewall of the vault {0} does not let the address {1} in.', vaultOf(e), address)
        : l10n.t('The firewall of the vault {0} does not let your address in.', vaultOf(e)),
      nextStep: l10n.t(
        "Add the address under the vault's Networking, or connect from a network that is allowed.",
      ),
    };
  },
  ForbiddenByConnection: (e) => ({
    reason: l10n.t(
      'The vault {0} is closed to the public network and takes connections through its private endpoint alone.',
      vaultOf(e),
    ),
    nextStep: l10n.t("Connect from within the vault's network, e.g. through a VPN."),
  }),
  ForbiddenByPolicy: (e) => ({
    reason: l10n.t('A policy on the vault {0} does not allow this operation.', vaultOf(e)),
    nextStep: l10n.t('Ask whoever is in charge of the vault.'),
  }),
  SecretDisabled: () => ({
    reason: l10n.t('The secret is disabled.'),
    nextStep: l10n.t('Enable it, or a newer version of it, first.'),
  }),
  SecretManagedByKeyVault: () => ({
    reason: l10n.t('Key Vault manages this secret itself: it belongs to a certificate.'),
    nextStep: l10n.t('Change the certificate instead.'),
  }),
  ObjectIsDeletedButRecoverable: () => ({
    reason: l10n.t('A deleted secret still holds this name.'),
    nextStep: l10n.t('Recover it, or purge it, or take another name.'),
  }),
  ObjectIsBeingDeleted: () => ({
    reason: l10n.t('A secret of this name is just being deleted.'),
    nextStep: l10n.t('Try again in a minute, or take another name.'),
  }),
  ObjectIsBeingRecovered: () => ({
    reason: l10n.t('A secret of this name is just being recovered.'),
    nextStep: l10n.t('Try again in a minute.'),
  }),
};

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
