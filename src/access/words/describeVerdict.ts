import * as l10n from '@vscode/l10n';
import { causeDescriptions, integrateForReferences } from './describeCause';
import { describeScope } from './reach';
import { nameInId, descriptionOf } from './format';
import type { DescriptionsOf, Description } from './format';
import type { Cause, MissingFact, Warning } from '../model/verdict';

/** Describes something that prevents an app from reading. */
export function describeCause(cause: Cause): Description {
  return descriptionOf(causeDescriptions, cause);
}

/** Describes a relevant fact that couldn't be read. */
export function describeMissingFact(fact: MissingFact): Description {
  return descriptionOf(missingTexts, fact);
}

/** Describes something worth knowing that doesn't prevent reading. */
export function describeWarning(warning: Warning): Description {
  return descriptionOf(warningTexts, warning);
}

const missingTexts: DescriptionsOf<MissingFact> = {
  vault: (fact) => ({
    title: l10n.t('The vault'),
    sentence: l10n.t("Couldn't read the key vault: {0}.", fact.reason),
    nextStep: askForReader(),
  }),
  secret: (fact) => ({
    title: l10n.t('The secret'),
    sentence: l10n.t("Couldn't read whether the secret exists and is enabled: {0}.", fact.reason),
    nextStep: l10n.t("Ask for permission to list the vault's secrets, or ask someone who has it to check."),
  }),
  identity: (fact) => ({
    title: l10n.t('The identity'),
    sentence: l10n.t(
      "Couldn't read whether the user-assigned managed identity {0} still exists: {1}.",
      nameInId(fact.identity),
      fact.reason,
    ),
    nextStep: l10n.t('Ask for the Reader role on the identity, or ask someone who has it to check.'),
  }),
  outboundAddresses: (fact) => ({
    title: l10n.t("The app's addresses"),
    sentence: l10n.t(
      "The vault allows some addresses, but the addresses the app calls from aren't known: {0}.",
      fact.reason,
    ),
    nextStep: l10n.t("Look in the app's log: a refusal by the firewall includes the address."),
  }),
  privateRoute: (fact) => ({
    title: l10n.t('The route through the virtual network'),
    sentence: l10n.t(
      "The vault is closed to the public network and has a private endpoint. Whether the app's subnet {0} reaches it depends on that network's DNS and routes.",
      nameInId(fact.subnetId),
    ),
    nextStep: l10n.t(
      "Look up the vault's host name from within the app (nslookup in its console). It must resolve to a private address.",
    ),
  }),
  environmentNetwork: () => ({
    title: l10n.t('The network of the Container Apps environment'),
    sentence: l10n.t(
      "The vault doesn't let every network in. Where the app's requests come from depends on its Container Apps environment, which Keyless doesn't read.",
    ),
    nextStep: l10n.t(
      "Check that the vault's firewall allows the environment's subnet or outbound address, or that the environment reaches a private endpoint of the vault.",
    ),
  }),
  referenceAddresses: () => ({
    title: l10n.t('The addresses of Key Vault references'),
    sentence: l10n.t(
      "The vault allows some addresses, but requests for Key Vault references may come from other addresses than the app's.",
    ),
    nextStep: integrateForReferences(),
  }),
  serviceEndpoint: (fact) => ({
    title: l10n.t("The subnet's service endpoint"),
    sentence: l10n.t(
      "The vault allows the app's subnet {0}, but that works only if the subnet has a service endpoint for Microsoft.KeyVault. This wasn't checked when the subnet was allowed.",
      nameInId(fact.subnetId),
    ),
    nextStep: l10n.t("Check the subnet's service endpoints in the portal."),
  }),
  perimeter: () => ({
    title: l10n.t('A network security perimeter'),
    sentence: l10n.t("The vault is in a network security perimeter, whose rules Keyless doesn't read."),
    nextStep: l10n.t("Check in the portal that the perimeter's rules allow the app."),
  }),
  groups: ({ groupIds, reason }) => ({
    title: l10n.t('Groups'),
    sentence:
      groupIds.length === 1
        ? l10n.t("Couldn't read whether the identity is in the group that has access: {0}.", reason)
        : l10n.t("Couldn't read whether the identity is in one of the groups that have access: {0}.", reason),
    nextStep: l10n.t(
      "Check in the Azure portal who is in the group. A sign-in through VS Code can't read groups.",
    ),
  }),
  condition: (fact) => ({
    title: l10n.t('A condition'),
    sentence: l10n.t(
      'A role assignment has a condition that can be evaluated only when the secret is read: {0}',
      fact.condition,
    ),
    nextStep: l10n.t('Check the condition in the portal, or assign the role without a condition.'),
  }),
  roleAssignments: (fact) => ({
    title: l10n.t('Role assignments'),
    sentence: l10n.t("Couldn't read the vault's role assignments: {0}.", fact.reason),
    nextStep: askForReader(),
  }),
  roleDefinitions: (fact) => ({
    title: l10n.t('Roles'),
    sentence: l10n.t("Couldn't read what the roles allow: {0}.", fact.reason),
    nextStep: askForReader(),
  }),
  denyAssignments: (fact) => ({
    title: l10n.t('Deny assignments'),
    sentence: l10n.t("Couldn't read whether a deny assignment prevents it: {0}.", fact.reason),
    nextStep: askForReader(),
  }),
  roleDefinition: (fact) => ({
    title: l10n.t('A role'),
    sentence: l10n.t("Couldn't read what the role {0} allows.", nameInId(fact.roleDefinitionId)),
    nextStep: askForReader(),
  }),
  scope: ({ scope }) => ({
    title: l10n.t('A scope'),
    sentence: l10n.t("Couldn't read the role assignments on {0}.", describeScope(scope)),
    nextStep: l10n.t(
      'Ask for the Reader role on {0}, or ask someone who has it to check.',
      describeScope(scope),
    ),
  }),
  spelling: ({ scope }) => ({
    title: l10n.t('Uppercase and lowercase'),
    sentence: l10n.t(
      "A role is assigned on the {0}, whose name differs only in uppercase and lowercase. Azure doesn't say whether it counts.",
      describeScope(scope),
    ),
    nextStep: l10n.t('Assign the role on the exact name.'),
  }),
};

function askForReader(): string {
  return l10n.t('Ask for the Reader role on the vault, or ask someone who has it to check.');
}

const warningTexts: DescriptionsOf<Warning> = {
  secretExpired: (warning) => ({
    title: l10n.t('The secret has expired'),
    sentence: l10n.t("Key Vault still returns it, but the service it's for may no longer accept it."),
    nextStep: l10n.t('Create a new version of the secret.'),
    times: [{ label: l10n.t('Expired'), at: warning.on }],
  }),
  secretNotYetValid: (warning) => ({
    title: l10n.t("The secret isn't valid yet"),
    sentence: l10n.t('Key Vault returns it anyway.'),
    nextStep: l10n.t('Check its activation date.'),
    times: [{ label: l10n.t('Valid from'), at: warning.until }],
  }),
  referenceStale: (warning) => ({
    title: l10n.t('App Service reports an old state'),
    sentence: l10n.t(
      'App Service reports {1} for the reference in the setting {0}. It asks the vault again once a day, when settings change, or on request.',
      warning.settingName,
      warning.status,
    ),
    nextStep: l10n.t('Refresh the references.'),
  }),
  freshAssignment: (warning) => ({
    title: l10n.t('The role was assigned minutes ago'),
    sentence: l10n.t('It can take up to 10 minutes to take effect.'),
    nextStep: l10n.t('If the app is still refused, wait, and then try again.'),
    times: [{ label: l10n.t('Takes effect by'), at: warning.expectedBy }],
  }),
  refusedNevertheless: (warning) => ({
    title: l10n.t('The app was refused anyway'),
    sentence: l10n.t('The vault answered {0}. Nothing that Keyless could read explains it.', warning.code),
    nextStep: l10n.t('Try again: the cause may be gone by now.'),
    times: [{ label: l10n.t('Refused'), at: warning.at }],
  }),
};
