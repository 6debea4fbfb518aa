import * as l10n from '@vscode/l10n';
import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import type { PrincipalFacts } from '../model/facts';
import { describeScope } from './reach';
import type { Cause } from '../model/verdict';
import { dayOf, listed, nameOf, timeOf } from './format';
import type { DescriptionsOf, Description } from './format';

export const causeDescriptions: DescriptionsOf<Cause> = {
  referenceSyntax: (cause) => ({
    title: l10n.t('The Key Vault reference is not in order'),
    sentence: l10n.t(
      "App Service can't read the reference in the app setting {0}: {1}. The app is handed its text instead of the secret.",
      cause.settingName,
      cause.problem,
    ),
    nextStep: l10n.t('Write the reference anew, as @Microsoft.KeyVault(SecretUri=…).'),
  }),
  noIdentity: noIdentity,
  wrongIdentity: (cause) => ({
    title: l10n.t('The app reads with another identity'),
    sentence: l10n.t(
      'The identity that the app reads with has no right, but it has another one that does: {0}.',
      listed(cause.able.map(named)),
    ),
    nextStep: l10n.t('Have the app use that identity, or give the right to the one that it uses.'),
  }),
  missingPolicy: (cause) => ({
    title: l10n.t('No access policy'),
    sentence: cause.compoundPolicy
      ? l10n.t(
          'The access policy of the vault {0} for the identity holds only for a user through an application (it has an application ID): it gives a managed identity nothing.',
          nameOf(cause.vaultId),
        )
      : l10n.t(
          'No access policy of the vault {0} gives the identity the permission to get secrets.',
          nameOf(cause.vaultId),
        ),
    nextStep: l10n.t('Add an access policy with the secret permission Get.'),
  }),
  roleOnPolicyVault: (cause) => ({
    title: l10n.t('A role, where access policies count'),
    sentence: l10n.t(
      'The identity has a role that allows it, but the vault {0} uses access policies, and roles give no access to its secrets.',
      nameOf(cause.vaultId),
    ),
    nextStep: l10n.t('Add an access policy with the secret permission Get.'),
  }),
  missingRole: (cause) => ({
    title: l10n.t('No role'),
    sentence: l10n.t(
      'No role assignment on the secret, the vault {0} or above it allows the identity to read the secret.',
      nameOf(cause.vaultId),
    ),
    nextStep: l10n.t('Assign the role Key Vault Secrets User on the secret.'),
  }),
  policyOnRbacVault: (cause) => ({
    title: l10n.t('An access policy, where roles count'),
    sentence: l10n.t(
      'The vault {0} has an access policy for the identity, but uses Azure RBAC: its access policies do nothing.',
      nameOf(cause.vaultId),
    ),
    nextStep: l10n.t('Assign the role Key Vault Secrets User on the secret.'),
  }),
  denied: (cause) => ({
    title: l10n.t('A deny assignment forbids it'),
    sentence: l10n.t(
      'The deny assignment {0} on {1} wins over every role.',
      cause.name,
      describeScope(cause.scope),
    ),
    nextStep: l10n.t(
      'Ask an owner of the subscription: a deny assignment belongs to what made it, such as a managed application or a deployment stack.',
    ),
  }),
  notPropagated: (cause) => ({
    title: l10n.t('The role is not known everywhere yet'),
    sentence: l10n.t(
      'The right is there, but was given minutes ago, and the vault still refused. It takes up to 10 minutes.',
    ),
    nextStep: l10n.t('Try again by {0}.', timeOf(cause.expectedBy)),
  }),
  wrongTenant: (cause) => ({
    title: l10n.t('The vault belongs to another tenant'),
    sentence: l10n.t(
      'The identity is of the tenant {0}, the vault {1} takes identities of the tenant {2} only.',
      cause.principalTenantId,
      nameOf(cause.vaultId),
      cause.vaultTenantId,
    ),
    nextStep: l10n.t(
      "Use a vault of the app's tenant. After a subscription moved to another tenant, the vault's tenant ID must be changed, too.",
    ),
  }),
  publicAccessOff: (cause) => ({
    title: l10n.t('Public network access is off'),
    sentence: cause.hasPrivateEndpoint
      ? l10n.t(
          'The vault {0} is reached through its private endpoint only, and the app is in no virtual network that could lead to it.',
          nameOf(cause.vaultId),
        )
      : l10n.t(
          'The vault {0} is closed to the public network, and has no private endpoint that is approved.',
          nameOf(cause.vaultId),
        ),
    nextStep: cause.hasPrivateEndpoint
      ? l10n.t('Integrate the app with a virtual network from which the private endpoint is reached.')
      : l10n.t(
          "Turn on public network access for the app's addresses, or make a private endpoint and integrate the app with its network.",
        ),
  }),
  firewall: firewall,
  vaultAbsent: (cause) => ({
    title: l10n.t('The vault is not there'),
    sentence: l10n.t(
      'There is no vault {0}, and none of that name that was deleted and can be recovered.',
      nameOf(cause.vaultId),
    ),
    nextStep: l10n.t('Check the name of the vault; make it, or have the app use another one.'),
  }),
  vaultSoftDeleted: (cause) => ({
    title: l10n.t('The vault was deleted'),
    sentence: vaultDeleted(cause.deleted),
    nextStep: l10n.t('Recover the vault.'),
  }),
  secretAbsent: (cause) => ({
    title: l10n.t('The secret is not there'),
    sentence: l10n.t('The vault {0} has no secret {1}.', nameOf(cause.vaultId), cause.secretName),
    nextStep: l10n.t('Check the name of the secret, or create it.'),
  }),
  secretDeleted: (cause) => ({
    title: l10n.t('The secret was deleted'),
    sentence: l10n.t(
      'The secret {0} was deleted from the vault {1}, and can be recovered.',
      cause.secretName,
      nameOf(cause.vaultId),
    ),
    nextStep: l10n.t('Recover the secret.'),
  }),
  versionGone: (cause) => ({
    title: l10n.t('The version is not there'),
    sentence: l10n.t('The secret {0} has no version {1}.', cause.secretName, cause.version ?? ''),
    nextStep: l10n.t('Have the app ask for the latest version, or for one that is there.'),
  }),
  secretDisabled: (cause) => ({
    title: l10n.t('The secret is disabled'),
    sentence:
      cause.version === undefined
        ? l10n.t('The latest version of the secret {0} is disabled.', cause.secretName)
        : l10n.t('The version {0} of the secret {1} is disabled.', cause.version, cause.secretName),
    nextStep: l10n.t('Enable it, or set a new version.'),
  }),
};

function noIdentity({ identity, appId }: Extract<Cause, { kind: 'noIdentity' }>): Description {
  const app = nameOf(appId);
  if (identity === '' || identity.toLowerCase() === 'systemassigned')
    return {
      title: l10n.t('The app has no identity'),
      sentence: l10n.t(
        'The app {0} has no system-assigned managed identity, and that is what it reads with.',
        app,
      ),
      nextStep: l10n.t('Enable the system-assigned identity.'),
    };
  return {
    title: l10n.t('The app does not have that identity'),
    sentence: l10n.t(
      'The app {0} is to read with the user-assigned identity {1}, which is not assigned to it.',
      app,
      nameOf(identity),
    ),
    nextStep: l10n.t('Assign that identity to the app, or have it use another one.'),
  };
}

function named({ name, kind }: PrincipalFacts): string {
  return kind === 'system-assigned'
    ? l10n.t('{0} (system-assigned)', name)
    : l10n.t('{0} (user-assigned)', name);
}

function vaultDeleted({ name, deleted, scheduledPurge }: DeletedVault): string {
  if (deleted && scheduledPurge)
    return l10n.t(
      'The vault {0} was deleted on {1}, and can be recovered until {2}.',
      name,
      dayOf(deleted),
      dayOf(scheduledPurge),
    );
  if (deleted) return l10n.t('The vault {0} was deleted on {1}, and can be recovered.', name, dayOf(deleted));
  if (scheduledPurge)
    return l10n.t('The vault {0} was deleted, and can be recovered until {1}.', name, dayOf(scheduledPurge));
  return l10n.t('The vault {0} was deleted, and can be recovered.', name);
}

function firewall(cause: Extract<Cause, { kind: 'firewall' }>): Description {
  return {
    title: l10n.t("The vault's firewall"),
    sentence: l10n.t('{0} App Service is not one of the trusted services.', keptOut(cause)),
    nextStep:
      cause.addresses.length > 0
        ? l10n.t(
            "Add the addresses to the vault's firewall, or integrate the app with a virtual network that the vault lets in.",
          )
        : l10n.t(
            "Let in the app's outbound addresses, or a virtual network that the app is integrated with.",
          ),
  };
}

function keptOut({ vaultId, addresses, subnetId }: Extract<Cause, { kind: 'firewall' }>): string {
  const vault = nameOf(vaultId);
  if (addresses.length === 0)
    return subnetId === undefined
      ? l10n.t('The firewall of the vault {0} does not let the app in.', vault)
      : l10n.t(
          'The firewall of the vault {0} does not let the app in, nor its subnet {1}.',
          vault,
          nameOf(subnetId),
        );
  const which = listedShort(addresses);
  if (addresses.length === 1)
    return subnetId === undefined
      ? l10n.t('The firewall of the vault {0} does not let the address {1} of the app in.', vault, which)
      : l10n.t(
          'The firewall of the vault {0} does not let the address {1} of the app in, nor its subnet {2}.',
          vault,
          which,
          nameOf(subnetId),
        );
  return subnetId === undefined
    ? l10n.t('The firewall of the vault {0} does not let the addresses {1} of the app in.', vault, which)
    : l10n.t(
        'The firewall of the vault {0} does not let the addresses {1} of the app in, nor its subnet {2}.',
        vault,
        which,
        nameOf(subnetId),
      );
}

function listedShort(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 5);
  const more = addresses.length - shown.length;
  return more > 0 ? l10n.t('{0} and {1} more', listed(shown), more) : listed(shown);
}
