import { describeScope } from './reach';
import type { Cause } from './verdict';
import { dayOf, listed, nameOf, timeOf } from './texts';
import type { TextsOf, Words } from './texts';

export const causeTexts: TextsOf<Cause> = {
  referenceSyntax: (cause) => ({
    title: 'The Key Vault reference is not in order',
    sentence: `App Service can't read the reference in the app setting ${cause.settingName}: ${cause.problem}. The app is handed its text instead of the secret.`,
    nextStep: 'Write the reference anew, as @Microsoft.KeyVault(SecretUri=…).',
  }),
  noIdentity: noIdentity,
  wrongIdentity: (cause) => ({
    title: 'The app reads with another identity',
    sentence: `The identity that the app reads with has no right, but it has another one that does: ${listed(cause.able.map(({ name, kind }) => `${name} (${kind})`))}.`,
    nextStep: 'Have the app use that identity, or give the right to the one that it uses.',
  }),
  missingPolicy: (cause) => ({
    title: 'No access policy',
    sentence: cause.compoundPolicy
      ? `The access policy of the vault ${nameOf(cause.vaultId)} for the identity holds only for a user through an application (it has an application ID): it gives a managed identity nothing.`
      : `No access policy of the vault ${nameOf(cause.vaultId)} gives the identity the permission to get secrets.`,
    nextStep: 'Add an access policy with the secret permission Get.',
  }),
  roleOnPolicyVault: (cause) => ({
    title: 'A role, where access policies count',
    sentence: `The identity has a role that allows it, but the vault ${nameOf(cause.vaultId)} uses access policies, and roles give no access to its secrets.`,
    nextStep: 'Add an access policy with the secret permission Get.',
  }),
  missingRole: (cause) => ({
    title: 'No role',
    sentence: `No role assignment on the secret, the vault ${nameOf(cause.vaultId)} or above it allows the identity to read the secret.`,
    nextStep: 'Assign the role Key Vault Secrets User on the secret.',
  }),
  policyOnRbacVault: (cause) => ({
    title: 'An access policy, where roles count',
    sentence: `The vault ${nameOf(cause.vaultId)} has an access policy for the identity, but uses Azure RBAC: its access policies do nothing.`,
    nextStep: 'Assign the role Key Vault Secrets User on the secret.',
  }),
  denied: (cause) => ({
    title: 'A deny assignment forbids it',
    sentence: `The deny assignment ${cause.name} on ${describeScope(cause.scope)} wins over every role.`,
    nextStep:
      'Ask an owner of the subscription: a deny assignment belongs to what made it, such as a managed application or a deployment stack.',
  }),
  notPropagated: (cause) => ({
    title: 'The role is not known everywhere yet',
    sentence: `The right is there, but was given minutes ago, and the vault still refused. It takes up to 10 minutes.`,
    nextStep: `Try again by ${timeOf(cause.expectedBy)}.`,
  }),
  wrongTenant: (cause) => ({
    title: 'The vault belongs to another tenant',
    sentence: `The identity is of the tenant ${cause.principalTenantId}, the vault ${nameOf(cause.vaultId)} takes identities of the tenant ${cause.vaultTenantId} only.`,
    nextStep:
      "Use a vault of the app's tenant. After a subscription moved to another tenant, the vault's tenant ID must be changed, too.",
  }),
  publicAccessOff: (cause) => ({
    title: 'Public network access is off',
    sentence: cause.hasPrivateEndpoint
      ? `The vault ${nameOf(cause.vaultId)} is reached through its private endpoint only, and the app is in no virtual network that could lead to it.`
      : `The vault ${nameOf(cause.vaultId)} is closed to the public network, and has no private endpoint that is approved.`,
    nextStep: cause.hasPrivateEndpoint
      ? 'Integrate the app with a virtual network from which the private endpoint is reached.'
      : "Turn on public network access for the app's addresses, or make a private endpoint and integrate the app with its network.",
  }),
  firewall: firewall,
  vaultAbsent: (cause) => ({
    title: 'The vault is not there',
    sentence: `There is no vault ${nameOf(cause.vaultId)}, and none of that name that was deleted and can be recovered.`,
    nextStep: 'Check the name of the vault; make it, or have the app use another one.',
  }),
  vaultSoftDeleted: (cause) => ({
    title: 'The vault was deleted',
    sentence: `The vault ${cause.deleted.name} was deleted${cause.deleted.deleted ? ` on ${dayOf(cause.deleted.deleted)}` : ''}, and can be recovered${cause.deleted.scheduledPurge ? ` until ${dayOf(cause.deleted.scheduledPurge)}` : ''}.`,
    nextStep: 'Recover the vault.',
  }),
  secretAbsent: (cause) => ({
    title: 'The secret is not there',
    sentence: `The vault ${nameOf(cause.vaultId)} has no secret ${cause.secretName}.`,
    nextStep: 'Check the name of the secret, or create it.',
  }),
  secretDeleted: (cause) => ({
    title: 'The secret was deleted',
    sentence: `The secret ${cause.secretName} was deleted from the vault ${nameOf(cause.vaultId)}, and can be recovered.`,
    nextStep: 'Recover the secret.',
  }),
  versionGone: (cause) => ({
    title: 'The version is not there',
    sentence: `The secret ${cause.secretName} has no version ${cause.version ?? ''}.`,
    nextStep: 'Have the app ask for the latest version, or for one that is there.',
  }),
  secretDisabled: (cause) => ({
    title: 'The secret is disabled',
    sentence: `${cause.version === undefined ? 'The latest version' : `The version ${cause.version}`} of the secret ${cause.secretName} is disabled.`,
    nextStep: 'Enable it, or set a new version.',
  }),
};

function noIdentity({ identity, appId }: Extract<Cause, { kind: 'noIdentity' }>): Words {
  const app = nameOf(appId);
  if (identity === '' || identity.toLowerCase() === 'systemassigned')
    return {
      title: 'The app has no identity',
      sentence: `The app ${app} has no system-assigned managed identity, and that is what it reads with.`,
      nextStep: 'Enable the system-assigned identity.',
    };
  return {
    title: 'The app does not have that identity',
    sentence: `The app ${app} is to read with the user-assigned identity ${nameOf(identity)}, which is not assigned to it.`,
    nextStep: 'Assign that identity to the app, or have it use another one.',
  };
}

function firewall({ vaultId, addresses, subnetId }: Extract<Cause, { kind: 'firewall' }>): Words {
  const shown = addresses.slice(0, 5);
  const more = addresses.length - shown.length;
  const which =
    addresses.length === 0
      ? 'the app'
      : `${addresses.length === 1 ? 'the address' : 'the addresses'} ${listed(shown)}${more > 0 ? ` and ${more} more` : ''} of the app`;
  return {
    title: "The vault's firewall",
    sentence: `The firewall of the vault ${nameOf(vaultId)} does not let ${which} in${subnetId === undefined ? '' : `, nor its subnet ${nameOf(subnetId)}`}. App Service is not one of the trusted services.`,
    nextStep:
      addresses.length > 0
        ? "Add the addresses to the vault's firewall, or integrate the app with a virtual network that the vault lets in."
        : "Let in the app's outbound addresses, or a virtual network that the app is integrated with.",
  };
}
