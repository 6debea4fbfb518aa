import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { explanationOfVaultCode, vaultOf } from './explainVault';
import { listOf, objectOf, parseJson, stringOf } from '../core/json';

/** Words for a code that Azure's services are known to answer with; the more exact code decides. */
export function explanationOfCode(error: AzureError): Explanation | undefined {
  return explanationOfVaultCode(error) ?? (error.code === undefined ? undefined : codes[error.code]?.(error));
}

type Words = (error: AzureError) => Explanation;

/** `error.code` of Resource Manager, its providers, Key Vault, Graph, and of App Service's pages (errors.ts). */
const codes: Readonly<Record<string, Words>> = {
  AuthorizationFailed: notAllowed,
  LinkedAuthorizationFailed: notAllowed,
  Authorization_RequestDenied: () => ({
    reason: l10n.t('The tenant does not let you read its directory.'),
    nextStep: l10n.t('Use object IDs, or ask for the role Directory Readers.'),
  }),
  RequestDisallowedByPolicy: (e) => {
    const policies = policyNames(e).join(', ');
    return {
      reason:
        policies === ''
          ? l10n.t('Azure Policy does not allow this.')
          : l10n.t('Azure Policy does not allow this: {0}.', policies),
      nextStep: l10n.t(
        'Ask whoever is in charge of the policy for an exemption, or change what the policy asks for.',
      ),
    };
  },
  ScopeLocked: (e) => {
    const locked = /scope\(s\) are locked: '([^']+)'/.exec(e.message)?.[1];
    return {
      reason: locked ? l10n.t('A lock forbids it on {0}.', locked) : l10n.t('A lock forbids it.'),
      nextStep: l10n.t('Remove the lock first (portal: Locks), or ask an owner to; put it back afterwards.'),
    };
  },
  ReadOnlyDisabledSubscription: () => ({
    reason: l10n.t('The subscription is disabled and can only be read.'),
    nextStep: l10n.t('Enable it again in the portal.'),
  }),
  DisallowedOperation: (e) => ({
    reason: l10n.t('Azure does not offer this here: {0}', e.message),
    nextStep: l10n.t('See in the portal what the resource allows.'),
  }),
  MissingSubscriptionRegistration: (e) => {
    const namespace = /namespace '([\w.]+)'/.exec(e.message)?.[1];
    return {
      reason: namespace
        ? l10n.t('The subscription is not registered for {0}.', namespace)
        : l10n.t('The subscription is not registered for this service.'),
      nextStep: l10n.t('Register it once: az provider register --namespace {0}', namespace ?? '<namespace>'),
    };
  },
  SubscriptionNotFound: () => ({
    reason: l10n.t('The subscription was not found with this account.'),
    nextStep: l10n.t('Check which account and tenant are signed in.'),
  }),
  ResourceNotFound: gone,
  NotFound: gone,
  ResourceGroupNotFound: gone,
  ParentResourceNotFound: gone,
  SecretNotFound: (e) => {
    const name = /\(name\/id\) (\S+) was not found/.exec(e.message)?.[1];
    return {
      reason: name
        ? l10n.t('The vault {0} has no secret {1}.', vaultOf(e), name)
        : l10n.t('The vault {0} has no secret of this name.', vaultOf(e)),
      nextStep: l10n.t('Refresh the vault. A secret deleted not long ago can be recovered.'),
    };
  },
  ConflictError: () => ({
    reason: l10n.t('Others are changing this vault at the same time.'),
    nextStep: l10n.t('Try again.'),
  }),
  AnotherOperationInProgress: () => ({
    reason: l10n.t('Another change of this resource is not done yet.'),
    nextStep: l10n.t('Try again in a minute.'),
  }),
  VaultAlreadyExists: () => ({
    reason: l10n.t('This vault name is taken, perhaps by a deleted vault.'),
    nextStep: l10n.t('Recover or purge the deleted vault, or take another name.'),
  }),
  AadPremiumLicenseRequired: () => ({
    reason: l10n.t(
      'The tenant has no licence for Privileged Identity Management: nobody has a role to activate.',
    ),
    nextStep: l10n.t('Ask an owner for a role.'),
  }),
  RoleAssignmentExists: () => ({
    reason: l10n.t('The role is assigned already.'),
    nextStep: l10n.t('Nothing is left to do.'),
  }),
  RoleAssignmentUpdateNotPermitted: () => ({
    reason: l10n.t("A role assignment can't be changed into another."),
    nextStep: l10n.t('Remove it, and assign the role anew.'),
  }),
  RoleAssignmentLimitExceeded: () => ({
    reason: l10n.t('The subscription can hold no more role assignments.'),
    nextStep: l10n.t('Remove some that are not needed, e.g. of deleted identities.'),
  }),
  PrincipalNotFound: () => ({
    reason: l10n.t('Entra ID does not know the identity yet.'),
    nextStep: l10n.t('A new identity takes a minute until it is known everywhere: try again then.'),
  }),
  InvalidAuthenticationTokenTenant: () => ({
    reason: l10n.t('This belongs to another tenant than the account you are signed in to.'),
    nextStep: l10n.t('Sign in to that tenant.'),
  }),
  InvalidAuthenticationTokenAudience: () => ({
    reason: l10n.t('The token was made for another service or cloud.'),
    nextStep: l10n.t('Check that the right cloud is selected, then sign in again.'),
  }),
  InsufficientAccessError: () => ({
    reason: l10n.t('You have no right to query this Application Insights component.'),
    nextStep: l10n.t('Ask its owner for the role Monitoring Reader or Reader on it.'),
  }),
  InvalidAuthenticationToken: signInAgain,
  ExpiredAuthenticationToken: () => ({
    reason: l10n.t('The sign-in has expired.'),
    nextStep: l10n.t("Sign in again. If it happens at once, check this computer's clock."),
  }),
  AuthenticationFailed: signInAgain,
  IpForbidden: (e) => ({
    reason: e.host
      ? l10n.t('Access restrictions of the app do not let your address reach {0}.', e.host)
      : l10n.t('Access restrictions of the app do not let your address reach it.'),
    nextStep: l10n.t(
      "Add your address under the app's Networking, Access restrictions (the SCM site has its own list), or connect from a network that is allowed.",
    ),
  }),
  SiteStopped: () => ({ reason: l10n.t('The app is stopped.'), nextStep: l10n.t('Start it first.') }),
  BadParameter: notTaken,
  UnsupportedApiVersion: notTaken,
  MissingApiVersionParameter: notTaken,
  InvalidApiVersionParameter: notTaken,
  NoRegisteredProviderFound: notTaken,
  BadAnswer: (e) => ({
    reason: l10n.t("The answer of {0} can't be read: {1}", e.host ?? 'Azure', e.message),
    nextStep: l10n.t('Try again.'),
  }),
};

function notAllowed(error: AzureError): Explanation {
  const action = /action '([^']+)'/.exec(error.message)?.[1];
  const scope = /over scope '([^']+)'/.exec(error.message)?.[1];
  return { reason: missingRole(action, scope), nextStep: askForRole(action ?? '') };
}

function missingRole(action: string | undefined, scope: string | undefined): string {
  if (action === undefined) return l10n.t('Your account has no role that allows this.');
  if (scope === undefined) return l10n.t('Your account has no role that allows {0}.', action);
  if (scope === '/') return l10n.t('Your account has no role that allows {0} on the whole tenant.', action);
  return l10n.t('Your account has no role that allows {0} on {1}.', action, scope);
}

function askForRole(action: string): string {
  const [role, other] = rolesFor.find(([actions]) => actions.test(action))?.[1] ?? [];
  if (role === undefined)
    return l10n.t(
      'Ask an owner for a role with that right. A role that was given just now takes a few minutes, and sometimes a new sign-in.',
    );
  if (other === undefined)
    return l10n.t(
      'Ask an owner for the role {0} there. A role that was given just now takes a few minutes, and sometimes a new sign-in.',
      role,
    );
  return l10n.t(
    'Ask an owner for the role {0} or {1} there. A role that was given just now takes a few minutes, and sometimes a new sign-in.',
    role,
    other,
  );
}

/** By the beginning of the action: one role, or two of which either will do. */
const rolesFor: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Microsoft\.Authorization\//i, ['User Access Administrator', 'Owner']],
  [/^Microsoft\.KeyVault\//i, ['Key Vault Contributor']],
  [/^Microsoft\.Web\//i, ['Website Contributor']],
];

/** Keyless asks in versions that the public cloud knows; private clouds may know others. */
function notTaken(error: AzureError): Explanation {
  return {
    reason: l10n.t('{0} does not take a request of this form: {1}', error.host ?? 'Azure', error.message),
    nextStep: l10n.t('A cloud may be older or newer than this version of Keyless: a newer Keyless may help.'),
  };
}

function gone(error: AzureError): Explanation {
  return {
    reason: l10n.t('It is not there: {0}', error.message),
    nextStep: l10n.t('It may have been deleted or moved: refresh the view.'),
  };
}

function signInAgain(): Explanation {
  return { reason: l10n.t('Azure does not accept the sign-in.'), nextStep: l10n.t('Sign in again.') };
}

/** Display names of the policies that denied a request. */
function policyNames(error: AzureError): string[] {
  const details = listOf(objectOf(objectOf(parseJson(error.body))['error'])['additionalInfo']);
  const named = details.map((detail) =>
    stringOf(objectOf(objectOf(detail)['info'])['policyAssignmentDisplayName']),
  );
  if (named.some((name) => name !== undefined)) return named.filter((name) => name !== undefined);
  return [...error.message.matchAll(/"policyAssignment":\{"name":"([^"]+)"/g)].flatMap(
    (match) => match[1] ?? [],
  );
}
