import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { isDenied, isMissingPolicy, needsOnBehalfOf } from './refusal';

/** Explains a code of Key Vault's data plane. */
export function explanationOfVaultCode(error: AzureError): Explanation | undefined {
  const tokenCode = /^AKV\d+/.exec(error.message)?.[0];
  return (
    tokenCodes[tokenCode ?? '']?.(error) ??
    (error.innerCode === undefined ? undefined : vaultCodes[error.innerCode]?.(error))
  );
}

/** The vault's name, from Key Vault's message if it contains it, otherwise from the host. */
export function vaultNameOf(error: AzureError): string {
  const inMessage = /(?:key vault '|Vault: )([A-Za-z0-9-]+);location=/.exec(error.message)?.[1];
  return inMessage ?? error.host?.split('.')[0] ?? '';
}

type Explainer = (error: AzureError) => Explanation;

/** The message of a 401 from Key Vault's data plane begins with one of these codes. */
const tokenCodes: Readonly<Record<string, Explainer>> = {
  AKV10000: (e) => ({
    reason: l10n.t('No token was sent to the vault {0}.', vaultNameOf(e)),
    nextStep: l10n.t('Sign in again.'),
  }),
  AKV10022: (e) => ({
    reason: l10n.t("The vault {0} doesn't accept tokens from this cloud.", vaultNameOf(e)),
    nextStep: l10n.t('Check that the right cloud is selected.'),
  }),
  AKV10032: (e) => ({
    reason: l10n.t(
      "The vault {0} belongs to a different tenant than the account you're signed in to.",
      vaultNameOf(e),
    ),
    nextStep: l10n.t(
      "Sign in to the vault's tenant. If the subscription was moved to another tenant, the vault's tenant ID must be updated too.",
    ),
  }),
};

/** `error.innererror.code` of Key Vault's data plane. */
const vaultCodes: Readonly<Record<string, Explainer>> = {
  AccessDenied: missingPolicy,
  ForbiddenByRbac: (e) => {
    const action = /Action: '([^']+)'/.exec(e.message)?.[1] ?? '';
    if (isDenied(e)) {
      return {
        reason: l10n.t('A deny assignment on the vault {0} blocks this.', vaultNameOf(e)),
        nextStep: l10n.t('Ask an owner of the subscription. A deny assignment overrides every role.'),
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
          ? l10n.t('You have no role on the vault {0} that allows this.', vaultNameOf(e))
          : l10n.t('You have no role on the vault {0} that allows {1}.', vaultNameOf(e), action),
      nextStep: l10n.t(
        "Owner and Contributor don't allow it. Assign yourself the {0} role on the vault, or ask for it. It can take up to 10 minutes to take effect.",
        role,
      ),
    };
  },
  ForbiddenByFirewall: (e) => {
    const address = /Client address: ([0-9a-f.:]+)/i.exec(e.message)?.[1];
    return {
      reason: address
        ? l10n.t('The firewall of the vault {0} blocks the IP address {1}.', vaultNameOf(e), address)
        : l10n.t('The firewall of the vault {0} blocks your IP address.', vaultNameOf(e)),
      nextStep: l10n.t(
        "Add the address under the vault's Networking settings, or connect from an allowed network.",
      ),
    };
  },
  ForbiddenByConnection: (e) => ({
    reason: l10n.t(
      'Public network access to the vault {0} is disabled. It accepts connections only through its private endpoint.',
      vaultNameOf(e),
    ),
    nextStep: l10n.t("Connect from inside the vault's network, for example through a VPN."),
  }),
  // Code and message are quoted in a public Bicep template, where Resource Manager passes them on without an inner error.
  ForbiddenByNsp: forbiddenByPerimeter,
  ForbiddenByPolicy: (e) =>
    isMissingPolicy(e)
      ? missingPolicy(e)
      : {
          reason: l10n.t("A policy on the vault {0} doesn't allow this operation.", vaultNameOf(e)),
          nextStep: l10n.t("Ask the vault's administrator."),
        },
  SecretDisabled: (e) =>
    /\/deletedsecrets\//i.test(e.operation ?? '')
      ? {
          reason: l10n.t('The secret is deleted, and it was disabled before.'),
          nextStep: l10n.t('Recover the secret first, and then enable it.'),
        }
      : {
          reason: l10n.t('The secret is disabled.'),
          nextStep: l10n.t('Enable the secret or a newer version of it first.'),
        },
  SecretManagedByKeyVault: () => ({
    reason: l10n.t('Key Vault manages this secret because it belongs to a certificate.'),
    nextStep: l10n.t('Change the certificate instead.'),
  }),
  ObjectIsDeletedButRecoverable: () => ({
    reason: l10n.t('A deleted secret still uses this name.'),
    nextStep: l10n.t('Recover or purge that secret, or choose another name.'),
  }),
  ObjectIsBeingDeleted: () => ({
    reason: l10n.t('A secret with this name is being deleted.'),
    nextStep: l10n.t('Try again in a minute, or choose another name.'),
  }),
  ObjectIsBeingRecovered: () => ({
    reason: l10n.t('A secret with this name is being recovered.'),
    nextStep: l10n.t('Try again in a minute.'),
  }),
};

/** A network security perimeter (Microsoft.Network/networkSecurityPerimeters) refused. */
export function forbiddenByPerimeter(error: AzureError): Explanation {
  return {
    reason: l10n.t(
      "The network security perimeter of the vault {0} doesn't allow this request.",
      vaultNameOf(error),
    ),
    nextStep: l10n.t(
      "Ask the perimeter's administrator for an inbound access rule for your IP address or subscription. Roles, access policies, and the vault's firewall don't help.",
    ),
  };
}

function missingPolicy(error: AzureError): Explanation {
  if (needsOnBehalfOf(error))
    return {
      reason: l10n.t(
        'Your access policy on the vault {0} applies only through an authorized application.',
        vaultNameOf(error),
      ),
      nextStep: l10n.t(
        'If you can change the vault, give yourself an access policy without an authorized application. Otherwise, ask for one.',
      ),
    };
  const [, kind, permission] = /does not have (\w+) (\w+) permission/i.exec(error.message) ?? [];
  return {
    reason:
      kind && permission
        ? l10n.t(
            'No access policy on the vault {0} grants you the "{1}" permission for {2}.',
            vaultNameOf(error),
            capital(permission),
            kind,
          )
        : l10n.t('No access policy on the vault {0} grants you permission to do this.', vaultNameOf(error)),
    nextStep: l10n.t(
      "Roles such as Owner and Contributor don't grant access to secrets. If you can change the vault, give yourself an access policy. Otherwise, ask for one.",
    ),
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
