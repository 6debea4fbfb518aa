import * as l10n from '@vscode/l10n';
import { causeDescriptions } from './describeCause';
import { describeScope } from './reach';
import { dayOf, listed, nameOf, descriptionOf, timeOf } from './format';
import type { DescriptionsOf, Description } from './format';
import type { Cause, MissingFact, Warning } from '../model/verdict';

/** Of something that keeps an app from reading. */
export function describeCause(cause: Cause): Description {
  return descriptionOf(causeDescriptions, cause);
}

/** Of a fact that decides and could not be read. */
export function describeMissingFact(fact: MissingFact): Description {
  return descriptionOf(missingTexts, fact);
}

/** Of what is worth knowing, and never in the way. */
export function describeWarning(warning: Warning): Description {
  return descriptionOf(warningTexts, warning);
}

const missingTexts: DescriptionsOf<MissingFact> = {
  vault: (fact) => ({
    title: l10n.t('The vault'),
    sentence: l10n.t('The vault could not be read: {0}.', fact.reason),
    nextStep: askForReader(),
  }),
  secret: (fact) => ({
    title: l10n.t('The secret'),
    sentence: l10n.t('Whether the secret is there and enabled could not be read: {0}.', fact.reason),
    nextStep: l10n.t('Ask for the right to list the secrets of the vault, or have somebody look who has it.'),
  }),
  outboundAddresses: (fact) => ({
    title: l10n.t("The app's addresses"),
    sentence: l10n.t(
      'The vault lets in some addresses, and from which the app calls is not known: {0}.',
      fact.reason,
    ),
    nextStep: l10n.t('Look in the log of the app: a refusal by the firewall names the address.'),
  }),
  privateRoute: (fact) => ({
    title: l10n.t('The way through the virtual network'),
    sentence: l10n.t(
      "The vault is closed to the public network and has a private endpoint; whether the app's subnet {0} leads to it, names and routes of that network decide.",
      nameOf(fact.subnetId),
    ),
    nextStep: l10n.t(
      'Look up the name of the vault from within the app (nslookup in its console): it must be a private address.',
    ),
  }),
  perimeter: () => ({
    title: l10n.t('A network security perimeter'),
    sentence: l10n.t('The vault is within a network security perimeter, whose rules are not read.'),
    nextStep: l10n.t("Check in the portal that the perimeter's rules let the app in."),
  }),
  groups: ({ groupIds, reason }) => ({
    title: l10n.t('Groups'),
    sentence:
      groupIds.length === 1
        ? l10n.t(
            'Whether the identity is in the group {0} could not be read: {1}.',
            groupIds[0] ?? '',
            reason,
          )
        : l10n.t(
            'Whether the identity is in one of the groups {0} could not be read: {1}.',
            listed(groupIds.slice(0, 5)),
            reason,
          ),
    nextStep: l10n.t('Ask for the right to read the directory, or have somebody look who has it.'),
  }),
  condition: (fact) => ({
    title: l10n.t('A condition'),
    sentence: l10n.t(
      'An assignment counts only under a condition that asks for what is known when the secret is read: {0}',
      fact.condition,
    ),
    nextStep: l10n.t('Check the condition in the portal, or assign the role without one.'),
  }),
  roleAssignments: (fact) => ({
    title: l10n.t('Role assignments'),
    sentence: l10n.t('The role assignments of the vault could not be read: {0}.', fact.reason),
    nextStep: askForReader(),
  }),
  roleDefinitions: (fact) => ({
    title: l10n.t('Roles'),
    sentence: l10n.t('What the roles allow could not be read: {0}.', fact.reason),
    nextStep: askForReader(),
  }),
  denyAssignments: (fact) => ({
    title: l10n.t('Deny assignments'),
    sentence: l10n.t('Whether a deny assignment forbids it could not be read: {0}.', fact.reason),
    nextStep: askForReader(),
  }),
  roleDefinition: (fact) => ({
    title: l10n.t('A role'),
    sentence: l10n.t('What the role {0} allows could not be read.', nameOf(fact.roleDefinitionId)),
    nextStep: askForReader(),
  }),
  scope: ({ scope }) => ({
    title: l10n.t('A scope'),
    sentence: l10n.t('The role assignments on {0} could not be read.', describeScope(scope)),
    nextStep: l10n.t(
      'Ask for the role Reader on {0}, or have somebody look who has it.',
      describeScope(scope),
    ),
  }),
};

function askForReader(): string {
  return l10n.t('Ask for the role Reader on the vault, or have somebody look who has it.');
}

const warningTexts: DescriptionsOf<Warning> = {
  secretExpired: (warning) => ({
    title: l10n.t('The secret has expired'),
    sentence: l10n.t(
      'It expired on {0}. Key Vault gives it out all the same; what it opens may not take it any more.',
      dayOf(warning.on),
    ),
    nextStep: l10n.t('Set a new version of the secret.'),
  }),
  secretNotYetValid: (warning) => ({
    title: l10n.t('The secret is not valid yet'),
    sentence: l10n.t('It is valid from {0}. Key Vault gives it out all the same.', dayOf(warning.until)),
    nextStep: l10n.t('Check the date from which it is valid.'),
  }),
  referenceStale: (warning) => ({
    title: l10n.t('App Service still says otherwise'),
    sentence: l10n.t(
      'The reference in the app setting {0} is {1}: App Service asks the vault again once a day, when the settings change, or when told to.',
      warning.settingName,
      warning.status,
    ),
    nextStep: l10n.t('Refresh the references.'),
  }),
  freshAssignment: (warning) => ({
    title: l10n.t('The role was assigned minutes ago'),
    sentence: l10n.t('It may take up to 10 minutes until the vault knows it.'),
    nextStep: l10n.t('If the app is still refused, try again by {0}.', timeOf(warning.expectedBy)),
  }),
  refusedNevertheless: (warning) => ({
    title: l10n.t('The app was refused all the same'),
    sentence: l10n.t(
      'At {0} the vault answered {1}. Nothing that could be read says why.',
      timeOf(warning.at),
      warning.code,
    ),
    nextStep: l10n.t('Try again: what was in the way may be gone since.'),
  }),
};
