import { causeTexts } from './causeTexts';
import { describeScope } from './reach';
import { dayOf, listed, nameOf, textOf, timeOf } from './texts';
import type { TextsOf, Words } from './texts';
import type { Cause, MissingFact, Warning } from './verdict';

/** Of something that keeps an app from reading. */
export function causeWords(cause: Cause): Words {
  return textOf(causeTexts, cause);
}

/** Of a fact that decides and could not be read. */
export function missingWords(fact: MissingFact): Words {
  return textOf(missingTexts, fact);
}

/** Of what is worth knowing, and never in the way. */
export function warningWords(warning: Warning): Words {
  return textOf(warningTexts, warning);
}

const reader = 'the role Reader on the vault';

const missingTexts: TextsOf<MissingFact> = {
  vault: (fact) => unread('The vault', 'The vault', fact.reason, reader),
  secret: (fact) =>
    unread(
      'The secret',
      'Whether the secret is there and enabled',
      fact.reason,
      'the right to list the secrets of the vault',
    ),
  outboundAddresses: (fact) => ({
    title: "The app's addresses",
    sentence: `The vault lets in some addresses, and from which the app calls is not known: ${fact.reason}.`,
    nextStep: 'Look in the log of the app: a refusal by the firewall names the address.',
  }),
  privateRoute: (fact) => ({
    title: 'The way through the virtual network',
    sentence: `The vault is closed to the public network and has a private endpoint; whether the app's subnet ${nameOf(fact.subnetId)} leads to it, names and routes of that network decide.`,
    nextStep:
      'Look up the name of the vault from within the app (nslookup in its console): it must be a private address.',
  }),
  perimeter: () => ({
    title: 'A network security perimeter',
    sentence: 'The vault is within a network security perimeter, whose rules are not read.',
    nextStep: "Check in the portal that the perimeter's rules let the app in.",
  }),
  groups: (fact) =>
    unread(
      'Groups',
      `Whether the identity is in ${fact.groupIds.length === 1 ? 'the group' : 'one of the groups'} ${listed(fact.groupIds.slice(0, 5))}`,
      fact.reason,
      'the right to read the directory',
    ),
  condition: (fact) => ({
    title: 'A condition',
    sentence: `An assignment counts only under a condition that asks for what is known when the secret is read: ${fact.condition}`,
    nextStep: 'Check the condition in the portal, or assign the role without one.',
  }),
  roleAssignments: (fact) =>
    unread('Role assignments', 'The role assignments of the vault', fact.reason, reader),
  roleDefinitions: (fact) => unread('Roles', 'What the roles allow', fact.reason, reader),
  denyAssignments: (fact) =>
    unread('Deny assignments', 'Whether a deny assignment forbids it', fact.reason, reader),
  roleDefinition: (fact) =>
    unread('A role', `What the role ${nameOf(fact.roleDefinitionId)} allows`, '', reader),
  scope: ({ scope }) =>
    unread(
      'A scope',
      `The role assignments on ${describeScope(scope)}`,
      '',
      `the role Reader on ${describeScope(scope)}`,
    ),
};

function unread(title: string, what: string, reason: string, right: string): Words {
  return {
    title,
    sentence: `${what} could not be read${reason === '' ? '' : `: ${reason}`}.`,
    nextStep: `Ask for ${right}, or have somebody look who has it.`,
  };
}

const warningTexts: TextsOf<Warning> = {
  secretExpired: (warning) => ({
    title: 'The secret has expired',
    sentence: `It expired on ${dayOf(warning.on)}. Key Vault gives it out all the same; what it opens may not take it any more.`,
    nextStep: 'Set a new version of the secret.',
  }),
  secretNotYetValid: (warning) => ({
    title: 'The secret is not valid yet',
    sentence: `It is valid from ${dayOf(warning.until)}. Key Vault gives it out all the same.`,
    nextStep: 'Check the date from which it is valid.',
  }),
  referenceStale: (warning) => ({
    title: 'App Service still says otherwise',
    sentence: `The reference in the app setting ${warning.settingName} is ${warning.status}: App Service asks the vault again once a day, when the settings change, or when told to.`,
    nextStep: 'Refresh the references.',
  }),
  freshAssignment: (warning) => ({
    title: 'The role was assigned minutes ago',
    sentence: 'It may take up to 10 minutes until the vault knows it.',
    nextStep: `If the app is still refused, try again by ${timeOf(warning.expectedBy)}.`,
  }),
  refusedNevertheless: (warning) => ({
    title: 'The app was refused all the same',
    sentence: `At ${timeOf(warning.at)} the vault answered ${warning.code}. Nothing that could be read says why.`,
    nextStep: 'Try again: what was in the way may be gone since.',
  }),
};
