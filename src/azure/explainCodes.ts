import type { AzureError } from './errors';
import { isDenied } from './refusal';
import { listOf, objectOf, parseJson, stringOf } from './json';

/** Words for people. */
export interface Explanation {
  /** One or two sentences: what was refused or failed, and why. */
  readonly reason: string;
  /** What to do about it, as a sentence. */
  readonly nextStep?: string;
}

/** Words for a code that Azure's services are known to answer with; the more exact code decides. */
export function explanationOfCode(error: AzureError): Explanation | undefined {
  const tokenCode = /^AKV\d+/.exec(error.message)?.[0];
  return (
    tokenCodes[tokenCode ?? '']?.(error) ??
    (error.innerCode === undefined ? undefined : vaultCodes[error.innerCode]?.(error)) ??
    (error.code === undefined ? undefined : codes[error.code]?.(error))
  );
}

type Words = (error: AzureError) => Explanation;

/** 401 of Key Vault's data plane begin with such a code. */
const tokenCodes: Readonly<Record<string, Words>> = {
  AKV10000: (e) => ({
    reason: `The vault ${vaultOf(e)} was sent no token.`,
    nextStep: 'Sign in again.',
  }),
  AKV10022: (e) => ({
    reason: `The vault ${vaultOf(e)} takes no token of this cloud.`,
    nextStep: 'Check that the right cloud is selected.',
  }),
  AKV10032: (e) => ({
    reason: `The vault ${vaultOf(e)} belongs to another tenant than the account you are signed in to.`,
    nextStep:
      "Sign in to the vault's tenant. After a subscription moved to another tenant, the vault's tenant ID must be changed, too.",
  }),
};

const rbacDelay = 'A role that was assigned just now takes up to 10 minutes.';

/** `error.innererror.code` of Key Vault's data plane. */
const vaultCodes: Readonly<Record<string, Words>> = {
  AccessDenied: (e) => {
    const [, kind, permission] = /does not have (\w+) (\w+) permission/.exec(e.message) ?? [];
    const what =
      kind && permission ? `the permission "${capital(permission)}" on ${kind}` : 'the permission for this';
    return {
      reason: `No access policy of the vault ${vaultOf(e)} gives ${what}.`,
      nextStep:
        'Roles such as Owner and Contributor give no access to secrets. Give yourself an access policy if you may change the vault, or ask for one.',
    };
  },
  ForbiddenByRbac: (e) => {
    const action = /Action: '([^']+)'/.exec(e.message)?.[1] ?? '';
    if (isDenied(e)) {
      return {
        reason: `A deny assignment on the vault ${vaultOf(e)} forbids it.`,
        nextStep: 'Ask an owner of the subscription: a deny assignment wins over every role.',
      };
    }
    const role = /readMetadata/i.test(action)
      ? 'Key Vault Reader'
      : /getSecret/i.test(action)
        ? 'Key Vault Secrets User'
        : 'Key Vault Secrets Officer';
    return {
      reason: `No role on the vault ${vaultOf(e)} allows ${action === '' ? 'this' : action}.`,
      nextStep: `Owner and Contributor do not allow it. Give yourself the role ${role} on the vault if you may assign roles, or ask for it. ${rbacDelay}`,
    };
  },
  ForbiddenByFirewall: (e) => {
    const address = /Client address: ([0-9a-f.:]+)/i.exec(e.message)?.[1];
    return {
      reason: `The firewall of the vault ${vaultOf(e)} does not let ${address ? `the address ${address}` : 'your address'} in.`,
      nextStep: "Add the address under the vault's Networking, or connect from a network that is allowed.",
    };
  },
  ForbiddenByConnection: (e) => ({
    reason: `The vault ${vaultOf(e)} is closed to the public network and takes connections through its private endpoint alone.`,
    nextStep: "Connect from within the vault's network, e.g. through a VPN.",
  }),
  ForbiddenByPolicy: (e) => ({
    reason: `A policy on the vault ${vaultOf(e)} does not allow this operation.`,
    nextStep: 'Ask whoever is in charge of the vault.',
  }),
  SecretDisabled: () => ({
    reason: 'The secret is disabled.',
    nextStep: 'Enable it, or a newer version of it, first.',
  }),
  SecretManagedByKeyVault: () => ({
    reason: 'Key Vault manages this secret itself: it belongs to a certificate.',
    nextStep: 'Change the certificate instead.',
  }),
  ObjectIsDeletedButRecoverable: () => ({
    reason: 'A deleted secret still holds this name.',
    nextStep: 'Recover it, or purge it, or take another name.',
  }),
  ObjectIsBeingDeleted: () => ({
    reason: 'A secret of this name is just being deleted.',
    nextStep: 'Try again in a minute, or take another name.',
  }),
  ObjectIsBeingRecovered: () => ({
    reason: 'A secret of this name is just being recovered.',
    nextStep: 'Try again in a minute.',
  }),
};

/** `error.code` of Resource Manager, its providers, Key Vault, Graph, and of App Service's pages (errors.ts). */
const codes: Readonly<Record<string, Words>> = {
  AuthorizationFailed: notAllowed,
  LinkedAuthorizationFailed: notAllowed,
  Authorization_RequestDenied: () => ({
    reason: 'The tenant does not let you read its directory.',
    nextStep: 'Use object IDs, or ask for the role Directory Readers.',
  }),
  RequestDisallowedByPolicy: (e) => {
    const policies = policyNames(e);
    return {
      reason: `Azure Policy does not allow this${policies.length > 0 ? `: ${policies.join(', ')}` : ''}.`,
      nextStep:
        'Ask whoever is in charge of the policy for an exemption, or change what the policy asks for.',
    };
  },
  ScopeLocked: (e) => {
    const locked = /scope\(s\) are locked: '([^']+)'/.exec(e.message)?.[1];
    return {
      reason: `A lock forbids it${locked ? ` on ${locked}` : ''}.`,
      nextStep: 'Remove the lock first (portal: Locks), or ask an owner to; put it back afterwards.',
    };
  },
  ReadOnlyDisabledSubscription: () => ({
    reason: 'The subscription is disabled and can only be read.',
    nextStep: 'Enable it again in the portal.',
  }),
  DisallowedOperation: (e) => ({
    reason: `Azure does not offer this here: ${e.message}`,
    nextStep: 'See in the portal what the resource allows.',
  }),
  MissingSubscriptionRegistration: (e) => {
    const namespace = /namespace '([\w.]+)'/.exec(e.message)?.[1];
    return {
      reason: `The subscription is not registered for ${namespace ?? 'this service'}.`,
      nextStep: `Register it once: az provider register --namespace ${namespace ?? '<namespace>'}`,
    };
  },
  SubscriptionNotFound: () => ({
    reason: 'The subscription was not found with this account.',
    nextStep: 'Check which account and tenant are signed in.',
  }),
  ResourceNotFound: gone,
  NotFound: gone,
  ResourceGroupNotFound: gone,
  ParentResourceNotFound: gone,
  SecretNotFound: (e) => {
    const name = /\(name\/id\) (\S+) was not found/.exec(e.message)?.[1];
    return {
      reason: `The vault ${vaultOf(e)} has no secret ${name ?? 'of this name'}.`,
      nextStep: 'Refresh the vault. A secret deleted not long ago can be recovered.',
    };
  },
  ConflictError: () => ({
    reason: 'Others are changing this vault at the same time.',
    nextStep: 'Try again.',
  }),
  AnotherOperationInProgress: () => ({
    reason: 'Another change of this resource is not done yet.',
    nextStep: 'Try again in a minute.',
  }),
  VaultAlreadyExists: () => ({
    reason: 'This vault name is taken, perhaps by a deleted vault.',
    nextStep: 'Recover or purge the deleted vault, or take another name.',
  }),
  AadPremiumLicenseRequired: () => ({
    reason: 'The tenant has no licence for Privileged Identity Management: nobody has a role to activate.',
    nextStep: 'Ask an owner for a role.',
  }),
  RoleAssignmentExists: () => ({
    reason: 'The role is assigned already.',
    nextStep: 'Nothing is left to do.',
  }),
  RoleAssignmentUpdateNotPermitted: () => ({
    reason: "A role assignment can't be changed into another.",
    nextStep: 'Remove it, and assign the role anew.',
  }),
  RoleAssignmentLimitExceeded: () => ({
    reason: 'The subscription can hold no more role assignments.',
    nextStep: 'Remove some that are not needed, e.g. of deleted identities.',
  }),
  PrincipalNotFound: () => ({
    reason: 'Entra ID does not know the identity yet.',
    nextStep: 'A new identity takes a minute until it is known everywhere: try again then.',
  }),
  InvalidAuthenticationTokenTenant: () => ({
    reason: 'This belongs to another tenant than the account you are signed in to.',
    nextStep: 'Sign in to that tenant.',
  }),
  InvalidAuthenticationTokenAudience: () => ({
    reason: 'The token was made for another service or cloud.',
    nextStep: 'Check that the right cloud is selected, then sign in again.',
  }),
  InsufficientAccessError: () => ({
    reason: 'You have no right to query this Application Insights component.',
    nextStep: 'Ask its owner for the role Monitoring Reader or Reader on it.',
  }),
  InvalidAuthenticationToken: signInAgain,
  ExpiredAuthenticationToken: () => ({
    reason: 'The sign-in has expired.',
    nextStep: "Sign in again. If it happens at once, check this computer's clock.",
  }),
  AuthenticationFailed: signInAgain,
  IpForbidden: (e) => ({
    reason: `Access restrictions of the app do not let your address reach ${e.host ?? 'it'}.`,
    nextStep:
      "Add your address under the app's Networking, Access restrictions (the SCM site has its own list), or connect from a network that is allowed.",
  }),
  SiteStopped: () => ({ reason: 'The app is stopped.', nextStep: 'Start it first.' }),
  BadParameter: notTaken,
  UnsupportedApiVersion: notTaken,
  MissingApiVersionParameter: notTaken,
  InvalidApiVersionParameter: notTaken,
  NoRegisteredProviderFound: notTaken,
  BadAnswer: (e) => ({
    reason: `The answer of ${e.host ?? 'the service'} can't be read: ${e.message}`,
    nextStep: 'Try again.',
  }),
};

function notAllowed(error: AzureError): Explanation {
  const action = /action '([^']+)'/.exec(error.message)?.[1];
  const scope = /over scope '([^']+)'/.exec(error.message)?.[1];
  const where = scope === '/' ? ' on the whole tenant' : scope ? ` on ${scope}` : '';
  return {
    reason: `Your account has no role that allows ${action ?? 'this'}${where}.`,
    nextStep: `Ask an owner for ${roleFor(action ?? '')}. A role that was given just now takes a few minutes, and sometimes a new sign-in.`,
  };
}

function roleFor(action: string): string {
  if (/^Microsoft\.Authorization\//i.test(action)) return 'the role User Access Administrator or Owner there';
  if (/^Microsoft\.KeyVault\//i.test(action)) return 'the role Key Vault Contributor there';
  if (/^Microsoft\.Web\//i.test(action)) return 'the role Website Contributor there';
  return 'a role with that right';
}

/** Keyless asks in versions that the public cloud knows; private clouds may know others. */
function notTaken(error: AzureError): Explanation {
  return {
    reason: `${error.host ?? 'The service'} does not take a request of this form: ${error.message}`,
    nextStep: 'A cloud may be older or newer than this version of Keyless: a newer Keyless may help.',
  };
}

function gone(error: AzureError): Explanation {
  return {
    reason: `It is not there: ${error.message}`,
    nextStep: 'It may have been deleted or moved: refresh the view.',
  };
}

function signInAgain(): Explanation {
  return { reason: 'Azure does not accept the sign-in.', nextStep: 'Sign in again.' };
}

/** The vault's name: from the text where Key Vault tells it, else from the host. */
function vaultOf(error: AzureError): string {
  const told = /(?:key vault '|Vault: )([A-Za-z0-9-]+);location=/.exec(error.message)?.[1];
  return told ?? error.host?.split('.')[0] ?? '';
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

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
