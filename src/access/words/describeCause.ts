import * as l10n from '@vscode/l10n';
import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import type { PrincipalFacts } from '../model/facts';
import { describeScope } from './reach';
import type { Cause } from '../model/verdict';
import { inShort, listed, nameInId } from './format';
import type { DescribedTime, DescriptionsOf, Description } from './format';

export const causeDescriptions: DescriptionsOf<Cause> = {
  referenceSyntax: (cause) => ({
    title: l10n.t('The Key Vault reference is invalid'),
    sentence: l10n.t(
      "App Service can't read the reference in the setting {0}: {1}. The app gets the reference's text instead of the secret.",
      cause.settingName,
      cause.problem,
    ),
    nextStep: l10n.t('Rewrite the reference as @Microsoft.KeyVault(SecretUri=…).'),
  }),
  noIdentity: noIdentity,
  identityDeleted: (cause) => ({
    title: l10n.t('The identity was deleted'),
    sentence: l10n.t(
      'The app {0} should use the user-assigned managed identity {1}. It was deleted, and the app still refers to it.',
      nameInId(cause.appId),
      nameInId(cause.identity),
    ),
    nextStep: l10n.t('Let the app use another identity, and remove the deleted one from the app.'),
  }),
  wrongIdentity: (cause) => ({
    title: l10n.t('The app uses another identity'),
    sentence: l10n.t(
      'The identity that the app uses has no access, but another one does: {0}.',
      listed(cause.able.map(named)),
    ),
    nextStep: l10n.t('Let the app use that identity, or give access to the one it uses.'),
  }),
  missingPolicy: (cause) => ({
    title: l10n.t('No access policy'),
    sentence: cause.compoundPolicy
      ? l10n.t(
          'The key vault {0} has an access policy for the identity, but it has an application ID: it applies only to a user through that application, not to a managed identity.',
          nameInId(cause.vaultId),
        )
      : l10n.t(
          'No access policy of the key vault {0} lets the identity get secrets.',
          nameInId(cause.vaultId),
        ),
    nextStep: l10n.t('Add an access policy with the Get secret permission.'),
  }),
  roleOnPolicyVault: (cause) => ({
    title: l10n.t('A role in a vault that uses access policies'),
    sentence: l10n.t(
      'The identity has a role that allows reading, but the key vault {0} uses access policies, so roles give no access to its secrets.',
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t('Add an access policy with the Get secret permission.'),
  }),
  missingRole: (cause) => ({
    title: l10n.t('No role assignment'),
    sentence: l10n.t(
      'No role assignment on the secret, on the key vault {0}, or above it lets the identity read the secret.',
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t('Assign the Key Vault Secrets User role on the secret.'),
  }),
  policyOnRbacVault: (cause) => ({
    title: l10n.t('An access policy in a vault that uses roles'),
    sentence: l10n.t(
      'The key vault {0} has an access policy for the identity, but it uses Azure RBAC, so its access policies have no effect.',
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t('Assign the Key Vault Secrets User role on the secret.'),
  }),
  denied: (cause) => ({
    title: l10n.t('A deny assignment prevents it'),
    sentence: l10n.t(
      'The deny assignment {0} on {1} overrides every role.',
      cause.name,
      describeScope(cause.scope),
    ),
    nextStep: l10n.t(
      'Ask a subscription owner. A deny assignment belongs to the managed application or deployment stack that created it.',
    ),
  }),
  notPropagated: (cause) => ({
    title: l10n.t("The role hasn't taken effect yet"),
    sentence: l10n.t(
      'The role was assigned minutes ago, and the vault still refused the app. It can take up to 10 minutes to take effect.',
    ),
    nextStep: l10n.t('Wait, and then try again.'),
    times: [{ label: l10n.t('Takes effect by'), at: cause.expectedBy }],
  }),
  wrongTenant: (cause) => ({
    title: l10n.t('The vault belongs to another tenant'),
    sentence: l10n.t(
      "The key vault {0} accepts only identities of its own tenant, and the app's identity belongs to another one.",
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t(
      "Use a key vault in the app's tenant. If the subscription moved to another tenant, update the vault's tenant ID.",
    ),
  }),
  publicAccessOff: (cause) => ({
    title: l10n.t('Public network access is off'),
    sentence: cause.hasPrivateEndpoint
      ? l10n.t(
          "The key vault {0} can be reached only through its private endpoint, and the app isn't in a virtual network that could reach it.",
          nameInId(cause.vaultId),
        )
      : l10n.t(
          "The key vault {0} doesn't allow public network access and has no approved private endpoint.",
          nameInId(cause.vaultId),
        ),
    nextStep: cause.hasPrivateEndpoint
      ? l10n.t('Integrate the app with a virtual network that can reach the private endpoint.')
      : cause.byReference
        ? l10n.t(
            'Create a private endpoint for the vault, and integrate the app with a virtual network that can reach it.',
          )
        : l10n.t(
            "Allow public network access from the app's addresses, or create a private endpoint and integrate the app with its network.",
          ),
  }),
  perimeterRefused: (cause) => ({
    title: l10n.t('Network security perimeter'),
    sentence: l10n.t(
      "The network security perimeter of the key vault {0} doesn't allow the app's requests.",
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t(
      "Ask the perimeter's administrator for an inbound access rule, or connect the app to the vault through a private endpoint.",
    ),
  }),
  firewall: firewall,
  vaultAbsent: (cause) => ({
    title: l10n.t("The key vault doesn't exist"),
    sentence: l10n.t(
      'There is no key vault {0}, and no deleted vault with that name that can be recovered.',
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t('Check the vault name, create the vault, or let the app use another one.'),
  }),
  vaultSoftDeleted: (cause) => ({
    title: l10n.t('The key vault was deleted'),
    sentence: l10n.t('The key vault {0} was deleted and can be recovered.', cause.deleted.name),
    nextStep: l10n.t('Recover the key vault.'),
    times: timesOf(cause.deleted),
  }),
  secretAbsent: (cause) => ({
    title: l10n.t("The secret doesn't exist"),
    sentence: l10n.t('The key vault {0} has no secret {1}.', nameInId(cause.vaultId), cause.secretName),
    nextStep: l10n.t('Check the secret name, or create the secret.'),
  }),
  secretDeleted: (cause) => ({
    title: l10n.t('The secret was deleted'),
    sentence: l10n.t(
      'The secret {0} was deleted from the key vault {1} and can be recovered.',
      cause.secretName,
      nameInId(cause.vaultId),
    ),
    nextStep: l10n.t('Recover the secret.'),
  }),
  versionGone: (cause) => ({
    title: l10n.t("The version doesn't exist"),
    sentence: l10n.t('The secret {0} has no version {1}.', cause.secretName, cause.version ?? ''),
    nextStep: l10n.t('Let the app use the latest version, or one that exists.'),
  }),
  secretDisabled: (cause) => ({
    title: l10n.t('The secret is disabled'),
    sentence:
      cause.version === undefined
        ? l10n.t('The latest version of the secret {0} is disabled.', cause.secretName)
        : l10n.t('Version {0} of the secret {1} is disabled.', cause.version, cause.secretName),
    nextStep: l10n.t('Enable it, or create a new version.'),
  }),
};

function noIdentity({ identity, appId }: Extract<Cause, { kind: 'noIdentity' }>): Description {
  const app = nameInId(appId);
  if (identity === '' || identity.toLowerCase() === 'systemassigned')
    return {
      title: l10n.t('The app has no managed identity'),
      sentence: l10n.t(
        "The app {0} should use its system-assigned managed identity, which isn't enabled.",
        app,
      ),
      nextStep: l10n.t('Enable the system-assigned managed identity.'),
    };
  return {
    title: l10n.t("The app doesn't have the identity"),
    sentence: l10n.t(
      "The app {0} should use the user-assigned managed identity {1}, which isn't assigned to it.",
      app,
      nameInId(identity),
    ),
    nextStep: l10n.t('Assign that identity to the app, or let the app use another one.'),
  };
}

function named({ name, kind }: PrincipalFacts): string {
  return kind === 'system-assigned'
    ? l10n.t('{0} (system-assigned)', name)
    : l10n.t('{0} (user-assigned)', name);
}

function timesOf({ deleted, scheduledPurge }: DeletedVault): DescribedTime[] {
  return [
    ...(deleted ? [{ label: l10n.t('Deleted'), at: deleted }] : []),
    ...(scheduledPurge ? [{ label: l10n.t('Can be recovered until'), at: scheduledPurge }] : []),
  ];
}

function firewall(cause: Extract<Cause, { kind: 'firewall' }>): Description {
  return {
    title: l10n.t("The vault's firewall blocks the app"),
    sentence: l10n.t("{0} App Service isn't one of the trusted services that bypass it.", keptOut(cause)),
    nextStep: letThrough(cause),
  };
}

function letThrough({ addresses, byReference }: Extract<Cause, { kind: 'firewall' }>): string {
  if (byReference) return integrateForReferences();
  return addresses.length > 0
    ? l10n.t(
        "Add the addresses to the vault's firewall, or integrate the app with a virtual network that the vault allows.",
      )
    : l10n.t("Allow the app's outbound addresses, or a virtual network that the app is integrated with.");
}

/** What lets Key Vault references through a firewall. Allowing addresses doesn't. */
export function integrateForReferences(): string {
  return l10n.t(
    "Integrate the app with a virtual network. Then allow its subnet in the vault's firewall, or create a private endpoint for the vault.",
  );
}

function keptOut({ vaultId, addresses, subnetId }: Extract<Cause, { kind: 'firewall' }>): string {
  const vault = nameInId(vaultId);
  if (addresses.length === 0)
    return subnetId === undefined
      ? l10n.t("The firewall of the key vault {0} doesn't allow the app.", vault)
      : l10n.t(
          'The firewall of the key vault {0} allows neither the app nor its subnet {1}.',
          vault,
          nameInId(subnetId),
        );
  const which = inShort(addresses);
  if (addresses.length === 1)
    return subnetId === undefined
      ? l10n.t("The firewall of the key vault {0} doesn't allow the app's address {1}.", vault, which)
      : l10n.t(
          "The firewall of the key vault {0} allows neither the app's address {1} nor its subnet {2}.",
          vault,
          which,
          nameInId(subnetId),
        );
  return subnetId === undefined
    ? l10n.t("The firewall of the key vault {0} doesn't allow the app's addresses {1}.", vault, which)
    : l10n.t(
        "The firewall of the key vault {0} allows neither the app's addresses {1} nor its subnet {2}.",
        vault,
        which,
        nameInId(subnetId),
      );
}
