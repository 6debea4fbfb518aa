import * as l10n from '@vscode/l10n';
import { describeCause, describeMissingFact } from '../words/describeVerdict';
import type { Description, DescriptionsOf } from '../words/format';
import { descriptionOf, inShort, nameInId } from '../words/format';
import { describeScope } from '../words/reach';
import type { AccessCause, AccessMissing, NetworkDoubt } from './accessVerdict';
import { roleOf } from './operation';
import { wantedWords } from './operationWords';

/** Describes something that prevents an app from using a resource. */
export function describeAccessCause(cause: AccessCause): Description {
  return descriptionOf(causeTexts, cause);
}

/** Describes a relevant fact that couldn't be read. */
export function describeAccessMissing(fact: AccessMissing): Description {
  return descriptionOf(missingTexts, fact);
}

const causeTexts: DescriptionsOf<AccessCause> = {
  noIdentity: describeCause,
  identityDeleted: describeCause,
  wrongIdentity: describeCause,
  denied: describeCause,
  absent: ({ scope }) => ({
    title: l10n.t("It doesn't exist"),
    sentence: l10n.t('There is no {0}.', describeScope(scope)),
    nextStep: l10n.t('Create it, or select another one.'),
  }),
  otherApi: ({ scope }) => ({
    title: l10n.t('It has another API'),
    sentence: l10n.t(
      'Only the API for NoSQL accepts identities, and the {0} has another one.',
      describeScope(scope),
    ),
    nextStep: l10n.t('Move its key to a key vault.'),
  }),
  otherTenant: ({ scope }) => ({
    title: l10n.t('It belongs to another tenant'),
    sentence: l10n.t(
      "The {0} belongs to a different tenant than the app's identity, so no role can be assigned.",
      describeScope(scope),
    ),
    nextStep: l10n.t("Use a resource in the app's tenant."),
  }),
  noRole: ({ scope, wanted }) => ({
    title: l10n.t('No role assignment'),
    sentence: l10n.t(
      'No role assignment on the {0} or above lets the identity do this: {1}.',
      describeScope(scope),
      wantedWords(wanted),
    ),
    nextStep: l10n.t('Assign the role {0}.', roleOf(wanted).name),
  }),
  closed: ({ resourceId, hasPrivateEndpoint }) => ({
    title: l10n.t('Public network access is off'),
    sentence: hasPrivateEndpoint
      ? l10n.t(
          "The {0} can be reached only through its private endpoint, and the app isn't in a virtual network that could reach it.",
          describeScope(resourceId),
        )
      : l10n.t(
          "The {0} doesn't allow public network access and has no approved private endpoint.",
          describeScope(resourceId),
        ),
    nextStep: l10n.t(
      'Integrate the app with a virtual network that reaches a private endpoint of the resource.',
    ),
  }),
  blocked: ({ resourceId, addresses }) => ({
    title: l10n.t('The firewall blocks the app'),
    sentence:
      addresses.length > 0
        ? l10n.t(
            "The firewall of the {0} doesn't allow these addresses of the app: {1}.",
            ...[describeScope(resourceId), inShort(addresses)],
          )
        : l10n.t(
            "The firewall of the {0} doesn't allow the app's subnet, and its rules for addresses don't apply to apps in the same region.",
            describeScope(resourceId),
          ),
    nextStep:
      addresses.length > 0
        ? l10n.t(
            "Allow these addresses, or integrate the app with a virtual network and allow the app's subnet.",
          )
        : l10n.t("Integrate the app with a virtual network, and allow the app's subnet."),
  }),
};

const missingTexts: DescriptionsOf<AccessMissing> = {
  identity: describeMissingFact,
  groups: describeMissingFact,
  scope: describeMissingFact,
  spelling: describeMissingFact,
  condition: ({ condition }) => ({
    title: l10n.t('A condition'),
    sentence: l10n.t(
      'A role assignment has a condition that can be evaluated only when the app sends a request: {0}',
      condition,
    ),
    nextStep: l10n.t('Check the condition in the portal, or assign the role without a condition.'),
  }),
  roleAssignments: ({ reason }) => ({
    title: l10n.t('Role assignments'),
    sentence: l10n.t("Couldn't read the role assignments on the resource: {0}.", reason),
    nextStep: askForReader(),
  }),
  roleDefinitions: ({ reason }) => ({
    title: l10n.t('Roles'),
    sentence: l10n.t("Couldn't read what the roles allow: {0}.", reason),
    nextStep: askForReader(),
  }),
  roleDefinition: ({ roleDefinitionId }) => ({
    title: l10n.t('A role'),
    sentence: l10n.t("Couldn't read what the role {0} allows.", nameInId(roleDefinitionId)),
    nextStep: askForReader(),
  }),
  denyAssignments: ({ reason }) => ({
    title: l10n.t('Deny assignments'),
    sentence: l10n.t("Couldn't read whether a deny assignment prevents it: {0}.", reason),
    nextStep: askForReader(),
  }),
  target: ({ scope, reason }) => ({
    title: l10n.t('The resource'),
    sentence: l10n.t("Couldn't read the {0}: {1}.", describeScope(scope), reason),
    nextStep: askForReader(),
  }),
  database: ({ scope }) => ({
    title: l10n.t('The database'),
    sentence: l10n.t(
      "Only the {0} itself knows who may do what in it, and Keyless can't look into it.",
      describeScope(scope),
    ),
    nextStep: l10n.t('Run the script of "Let App Access" in the database, or check its users there.'),
  }),
  network: ({ resourceId, reason }) => ({
    title: l10n.t('The network'),
    sentence: networkSentence(describeScope(resourceId), reason),
    nextStep: l10n.t("Check in the portal that the resource's network rules let the app in."),
  }),
};

function networkSentence(resource: string, doubt: NetworkDoubt): string {
  switch (doubt.kind) {
    case 'unread':
      return l10n.t("Couldn't read the network rules of the {0}: {1}.", resource, doubt.reason);
    case 'addresses':
      return l10n.t(
        "The {0} allows some addresses, but the addresses the app calls from aren't known: {1}.",
        ...[resource, doubt.reason],
      );
    case 'privateRoute':
      return l10n.t(
        "The {0} is closed to the public network and has a private endpoint. Whether the app's subnet reaches it depends on that network's DNS and routes.",
        resource,
      );
    case 'environment':
      return l10n.t(
        "The {0} doesn't let every network in, and Keyless doesn't read the network of the app's Container Apps environment.",
        resource,
      );
    case 'perimeter':
      return l10n.t(
        "The {0} is in a network security perimeter, whose rules Keyless doesn't read.",
        resource,
      );
    case 'serviceEndpoint':
      return l10n.t(
        "The {0} allows the app's subnet, but that works only if the subnet has a service endpoint for it.",
        resource,
      );
  }
}

function askForReader(): string {
  return l10n.t('Ask for the Reader role on the resource, or ask someone who has it to check.');
}
