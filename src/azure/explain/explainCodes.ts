import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { otherChange } from './explainAppService';
import { explanationOfVaultCode, forbiddenByPerimeter, vaultNameOf } from './explainVault';
import { listOf, objectOf, parseJson, stringOf } from '../core/json';

/** Explains a code that Azure's services are known to return. The more specific inner code wins. */
export function explanationOfCode(error: AzureError): Explanation | undefined {
  return explanationOfVaultCode(error) ?? (error.code === undefined ? undefined : codes[error.code]?.(error));
}

type Explainer = (error: AzureError) => Explanation;

/** Explanations by `error.code` of Resource Manager, its providers, Key Vault, Graph, and App Service's pages (errors.ts). */
const codes: Readonly<Record<string, Explainer>> = {
  AuthorizationFailed: missingPermission,
  LinkedAuthorizationFailed: missingPermission,
  Authorization_RequestDenied: () => ({
    reason: l10n.t("The tenant doesn't allow you to read its directory."),
    nextStep: l10n.t('Use object IDs, or ask for the Directory Readers role.'),
  }),
  RequestDisallowedByPolicy: (e) => {
    // Azure requires it for every change since 2025 (Azure/azure-dev#5425, MicrosoftDocs/azure-docs-cli#5403).
    if (/\bMFA\b|multi-?factor/i.test(`${e.message} ${policyNames(e).join(' ')}`))
      return {
        reason: l10n.t('Azure requires multifactor authentication for this change.'),
        nextStep: l10n.t(
          'Sign in again with a second factor. With the Azure CLI: run "az logout", then "az login".',
        ),
      };
    const policies = policyNames(e).join(', ');
    return {
      reason:
        policies === ''
          ? l10n.t("Azure Policy doesn't allow this.")
          : l10n.t("Azure Policy doesn't allow this: {0}.", policies),
      nextStep: l10n.t("Ask the policy's administrator for an exemption, or comply with the policy."),
    };
  },
  ScopeLocked: (e) => {
    const locked = /scope\(s\) are locked: '([^']+)'/.exec(e.message)?.[1];
    return {
      reason: locked ? l10n.t('A lock on {0} prevents this.', locked) : l10n.t('A lock prevents this.'),
      nextStep: l10n.t(
        'Remove the lock first (in the Azure portal, under Locks) or ask an owner to. Add it again afterward.',
      ),
    };
  },
  ReadOnlyDisabledSubscription: () => ({
    reason: l10n.t('The subscription is disabled, so it is read-only.'),
    nextStep: l10n.t('Reactivate it in the Azure portal.'),
  }),
  DisallowedOperation: (e) => ({
    reason: l10n.t("Azure doesn't support this operation here: {0}", e.message),
    nextStep: l10n.t('Check in the Azure portal which operations the resource allows.'),
  }),
  MissingSubscriptionRegistration: (e) => {
    const namespace = /namespace '([\w.]+)'/.exec(e.message)?.[1];
    return {
      reason: namespace
        ? l10n.t("The subscription isn't registered for {0}.", namespace)
        : l10n.t("The subscription isn't registered for this service."),
      nextStep: l10n.t('Register it once: az provider register --namespace {0}', namespace ?? '<namespace>'),
    };
  },
  SubscriptionNotFound: () => ({
    reason: l10n.t("This account can't find the subscription."),
    nextStep: l10n.t("Check which account and tenant you're signed in to."),
  }),
  ResourceNotFound: notFound,
  NotFound: notFound,
  ResourceGroupNotFound: notFound,
  ParentResourceNotFound: notFound,
  SecretNotFound: (e) => {
    const deleted = /^Deleted Secret not found: (\S+)/i.exec(e.message)?.[1];
    if (deleted !== undefined)
      return {
        reason: l10n.t("The vault {0} doesn't have a deleted secret named {1}.", vaultNameOf(e), deleted),
        nextStep: l10n.t('Refresh the vault. The secret may have been recovered or purged.'),
      };
    const name = /\(name\/id\) (\S+) was not found|^Secret not found: (\S+)/
      .exec(e.message)
      ?.slice(1)
      .find(Boolean);
    return {
      reason: name
        ? l10n.t("The vault {0} doesn't have a secret named {1}.", vaultNameOf(e), name)
        : l10n.t("The vault {0} doesn't have a secret with this name.", vaultNameOf(e)),
      nextStep: l10n.t('Refresh the vault. A recently deleted secret can be recovered.'),
    };
  },
  DeletedVaultNotFound: () => ({
    reason: l10n.t("The deleted key vault wasn't found."),
    nextStep: l10n.t('It may have been recovered or purged in the meantime.'),
  }),
  ConflictError: () => ({
    reason: l10n.t('Someone else is changing this vault at the same time.'),
    nextStep: l10n.t('Try again.'),
  }),
  AnotherOperationInProgress: otherChange,
  // A 429 that isn't about too many requests: its details are `RetryableErrorDueToAnotherOperation` (recorded).
  RetryableError: otherChange,
  VaultAlreadyExists: () => ({
    reason: l10n.t('This vault name is already in use, possibly by a deleted vault.'),
    nextStep: l10n.t('Recover or purge the deleted vault, or choose another name.'),
  }),
  AadPremiumLicenseRequired: () => ({
    reason: l10n.t(
      "The tenant doesn't have a license for Privileged Identity Management, so there are no roles to activate.",
    ),
    nextStep: l10n.t('Ask an owner to assign you a role.'),
  }),
  RoleAssignmentExists: () => ({
    reason: l10n.t('The role is already assigned.'),
    nextStep: l10n.t("There's nothing left to do."),
  }),
  RoleAssignmentUpdateNotPermitted: () => ({
    reason: l10n.t("The identity and scope of a role assignment can't be changed."),
    nextStep: l10n.t('Remove the role assignment, then assign the role again.'),
  }),
  RoleAssignmentLimitExceeded: () => ({
    reason: l10n.t('The subscription has reached its limit for role assignments.'),
    nextStep: l10n.t(
      'Remove role assignments that are no longer needed, such as those of deleted identities.',
    ),
  }),
  PrincipalNotFound: () => ({
    reason: l10n.t("Microsoft Entra ID doesn't recognize the identity yet."),
    nextStep: l10n.t('Wait a minute for the new identity to be replicated, then try again.'),
  }),
  FailedIdentityOperation: failedIdentityOperation,
  InvalidAuthenticationTokenTenant: () => ({
    reason: l10n.t("This resource belongs to a different tenant than the account you're signed in to."),
    nextStep: l10n.t('Sign in to that tenant.'),
  }),
  InvalidAuthenticationTokenAudience: () => ({
    reason: l10n.t('The token was issued for a different service or cloud.'),
    nextStep: l10n.t('Check that the right cloud is selected, then sign in again.'),
  }),
  InsufficientAccessError: (e) =>
    e.innerCode === 'NspValidationFailedError'
      ? queryRefusedByNetwork(e)
      : {
          reason: l10n.t("You don't have permission to query this Application Insights resource."),
          nextStep: l10n.t('Ask its owner for the Monitoring Reader or Reader role on it.'),
        },
  NspValidationFailedError: queryRefusedByNetwork,
  ForbiddenByNsp: forbiddenByPerimeter,
  // Azure Storage (microsoft/AzureStorageExplorer#8979).
  AuthorizationFailure: (e) =>
    /network security perimeter/i.test(e.message)
      ? {
          reason: l10n.t("The storage account's network security perimeter doesn't allow this request."),
          nextStep: l10n.t(
            "Ask the perimeter's administrator for an inbound access rule. A role on the storage account doesn't help.",
          ),
        }
      : {
          reason: l10n.t("The storage account doesn't allow this request: {0}", e.message),
          nextStep: l10n.t("Check the storage account's Networking settings and your roles on it."),
        },
  InvalidAuthenticationToken: signInAgain,
  ExpiredAuthenticationToken: () => ({
    reason: l10n.t('Your sign-in has expired.'),
    nextStep: l10n.t("Sign in again. If it expires again right away, check this computer's clock."),
  }),
  AuthenticationFailed: signInAgain,
  IpForbidden: (e) => ({
    reason: e.host
      ? l10n.t("The app's access restrictions block your IP address from {0}.", e.host)
      : l10n.t("The app's access restrictions block your IP address."),
    nextStep: l10n.t(
      'Add your address in the Azure portal under Networking > Access restrictions (the SCM site has its own list), or connect from an allowed network.',
    ),
  }),
  SiteStopped: () => ({ reason: l10n.t('The app is stopped.'), nextStep: l10n.t('Start the app first.') }),
  BadParameter: unsupportedRequest,
  UnsupportedApiVersion: unsupportedRequest,
  MissingApiVersionParameter: unsupportedRequest,
  InvalidApiVersionParameter: unsupportedRequest,
  NoRegisteredProviderFound: unsupportedRequest,
  BadAnswer: (e) => ({
    reason: l10n.t("The response from {0} couldn't be read: {1}", e.host ?? 'Azure', e.message),
    nextStep: l10n.t('Try again.'),
  }),
};

function missingPermission(error: AzureError): Explanation {
  const action = /action '([^']+)'/.exec(error.message)?.[1];
  const scope = /over scope '([^']+)'/.exec(error.message)?.[1];
  return { reason: missingRole(action, scope), nextStep: askForRole(action ?? '') };
}

function missingRole(action: string | undefined, scope: string | undefined): string {
  if (action === undefined) return l10n.t('Your account has no role that allows this.');
  if (scope === undefined) return l10n.t('Your account has no role that allows {0}.', action);
  if (scope === '/') return l10n.t('Your account has no role that allows {0} on the entire tenant.', action);
  return l10n.t('Your account has no role that allows {0} on {1}.', action, scope);
}

function askForRole(action: string): string {
  const [role, other] = rolesFor.find(([actions]) => actions.test(action))?.[1] ?? [];
  if (role === undefined)
    return l10n.t(
      'Ask an owner for a role with this permission. A newly assigned role takes a few minutes to take effect, and you may have to sign in again.',
    );
  if (other === undefined)
    return l10n.t(
      'Ask an owner for the {0} role. A newly assigned role takes a few minutes to take effect, and you may have to sign in again.',
      role,
    );
  return l10n.t(
    'Ask an owner for the {0} or {1} role. A newly assigned role takes a few minutes to take effect, and you may have to sign in again.',
    role,
    other,
  );
}

/** The role that allows an action, by the action's prefix. If there are two, either one is enough. */
const rolesFor: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Microsoft\.Authorization\//i, ['User Access Administrator', 'Owner']],
  // Key Vault Contributor excludes it (builtin-roles.json).
  [/^Microsoft\.KeyVault\/locations\/deletedVaults\/purge\//i, ['Key Vault Purge Operator', 'Contributor']],
  [/^Microsoft\.KeyVault\//i, ['Key Vault Contributor']],
  [/^Microsoft\.Web\//i, ['Website Contributor']],
];

/** Keyless uses the public cloud's API versions, which private clouds may not support. */
function unsupportedRequest(error: AzureError): Explanation {
  return {
    reason: l10n.t("{0} doesn't support this form of request: {1}", error.host ?? 'Azure', error.message),
    nextStep: l10n.t(
      'This cloud may be older or newer than your version of Keyless. Updating Keyless may help.',
    ),
  };
}

/** The text quotes the managed identity service's own answer (azure-libraries-for-net#839, azure-cli#31837). */
function failedIdentityOperation({ message }: AzureError): Explanation {
  const missing = /"Resource '[^']*\/userAssignedIdentities\/([^'/]+)' was not found/i.exec(message)?.[1];
  if (missing !== undefined)
    return {
      reason: l10n.t("The user-assigned managed identity {0} doesn't exist.", missing),
      nextStep: l10n.t(
        'If the identity was deleted, remove it from the app, and then try again. The portal shows it under Identity.',
      ),
    };
  const quoted = /Response: '(\{.*\})'/s.exec(message)?.[1];
  const inner = stringOf(objectOf(objectOf(parseJson(quoted))['error'])['message']);
  return {
    reason: l10n.t("Azure couldn't change the managed identities: {0}", inner ?? message),
    nextStep: l10n.t('Refresh the app, check its identities, and then try again.'),
  };
}

/**
 * The inner error of a query to Application Insights or Log Analytics, quoted by people who ran `az monitor log-analytics
 * query`: "Access to workspace 'w' from '203.0.113.7' is denied. To allow access from public networks, …". It has this code
 * also where public access is off and there is no perimeter.
 */
function queryRefusedByNetwork(error: AzureError): Explanation {
  const inner = objectOf(objectOf(objectOf(parseJson(error.body))['error'])['innererror']);
  const text = `${stringOf(inner['message']) ?? ''} ${error.message}`;
  const address = /\bfrom '([0-9a-f.:]+)'/i.exec(text)?.[1];
  return {
    reason: address
      ? l10n.t("The workspace's network settings don't allow queries from the IP address {0}.", address)
      : l10n.t("The workspace's network settings don't allow queries from your IP address."),
    nextStep: l10n.t(
      "A role doesn't help. Connect from an allowed network, or ask the owner to allow public access for queries, or your address in the network security perimeter.",
    ),
  };
}

function notFound(error: AzureError): Explanation {
  return {
    reason: l10n.t("The resource wasn't found: {0}", error.message),
    nextStep: l10n.t('It may have been deleted or moved. Refresh the view.'),
  };
}

function signInAgain(): Explanation {
  return { reason: l10n.t("Azure didn't accept your sign-in."), nextStep: l10n.t('Sign in again.') };
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
