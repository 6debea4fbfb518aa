/** One error of the fact sheet: its section and code there, the verbatim body, and what the user reads. */
export interface Fact {
  readonly section: 'B' | 'C' | 'D' | 'E' | 'I';
  readonly code: string;
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly reason: RegExp;
  readonly nextStep: RegExp;
}

const caller = 'Caller: appid=04b07795;oid=1a2b;iss=https://sts.windows.net/72f988bf/';

const rbac = (action: string, resource: string) =>
  `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n${caller}\r\nAction: '${action}'\r\nResource: '${resource}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv;location=eastus\r\n`;

const kv = '/subscriptions/s/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv';

function arm(code: string, message: string): object {
  return { error: { code, message } };
}

function data(innererror: string, message: string, code = 'Forbidden'): object {
  return { error: { code, message, innererror: { code: innererror } } };
}

const notFound = [/The resource wasn't found/, /Refresh the view/] as const;

export const facts: readonly Fact[] = [
  {
    ...{ section: 'B', code: 'PrincipalNotFound', status: 400 },
    body: arm(
      'PrincipalNotFound',
      'Principal 7f2e6b1c0a0b4d4f9d1e2c3b4a596877 does not exist in the directory 54826b22-38d6-4fb2-bad9-b7b93a3e9c5a. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype',
    ),
    ...{ reason: /Entra ID doesn't recognize the identity yet/, nextStep: /minute/ },
  },
  {
    ...{ section: 'C', code: 'ConflictError', status: 409 },
    body: {
      code: 'ConflictError',
      message:
        "A conflict occurred that prevented the operation from completing. The operation failed because the Microsoft.KeyVault.UnifiedStorage.Core.DomainModel.ResourceId 'Key Vault' changed from the point the operation began. Please serialize the operations. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2147741",
    },
    ...{ reason: /Someone else is changing this vault/, nextStep: /Try again/ },
  },
  {
    ...{ section: 'C', code: 'ResourceNotFound', status: 404 },
    body: arm(
      'ResourceNotFound',
      "The Resource 'Microsoft.KeyVault/vaults/kv' under resource group 'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    ),
    ...{ reason: /wasn't found: The Resource 'Microsoft\.KeyVault\/vaults\/kv'/, nextStep: notFound[1] },
  },
  {
    ...{ section: 'C', code: 'VaultAlreadyExists', status: 409 },
    body: arm(
      'VaultAlreadyExists',
      "The vault name 'kv' is already in use. Vault names are globally unique so it is possible that the name is already taken.",
    ),
    ...{ reason: /name is already in use/, nextStep: /purge the deleted vault, or choose another name/ },
  },
  {
    ...{ section: 'C', code: 'DisallowedOperation', status: 400 },
    body: arm('DisallowedOperation', "The operation 'Read' is disallowed on the resource."),
    ...{ reason: /'Read' is disallowed/, nextStep: /portal/ },
  },
  {
    ...{ section: 'D', code: 'AKV10000', status: 401 },
    body: arm('Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'),
    ...{ reason: /No token/, nextStep: /Sign in again/ },
  },
  {
    ...{ section: 'D', code: 'AKV10032', status: 401 },
    body: arm(
      'Unauthorized',
      'AKV10032: Invalid issuer. Expected one of https://sts.windows.net/a/, found https://sts.windows.net/b/.',
    ),
    ...{ reason: /vault kv belongs to a different tenant/, nextStep: /Sign in to the vault's tenant/ },
  },
  {
    ...{ section: 'D', code: 'AKV10022', status: 401 },
    body: arm(
      'Unauthorized',
      'AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com.',
    ),
    ...{ reason: /doesn't accept tokens from this cloud/, nextStep: /right cloud/ },
  },
  {
    ...{ section: 'D', code: 'AccessDenied', status: 403 },
    body: data(
      'AccessDenied',
      "The user, group or application 'appid=04b07795;oid=1a2b;numgroups=2;iss=https://sts.windows.net/72f988bf/' does not have secrets list permission on key vault 'kv;location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
    ),
    ...{
      reason: /No access policy on the vault kv grants you the "List" permission for secrets/,
      nextStep: /Owner and Contributor/,
    },
  },
  {
    ...{ section: 'D', code: 'ForbiddenByRbac', status: 403 },
    body: data(
      'ForbiddenByRbac',
      rbac('Microsoft.KeyVault/vaults/secrets/getSecret/action', `${kv}/secrets/s`),
    ),
    ...{
      reason: /You have no role on the vault kv that allows/,
      nextStep: /Key Vault Secrets User.*10 minutes/,
    },
  },
  {
    ...{ section: 'D', code: 'ForbiddenByRbac', status: 403 },
    body: data('ForbiddenByRbac', rbac('Microsoft.KeyVault/vaults/secrets/readMetadata/action', kv)),
    ...{ reason: /readMetadata/, nextStep: /Owner and Contributor don't.*Key Vault Reader/ },
  },
  {
    ...{ section: 'D', code: 'ForbiddenByFirewall', status: 403 },
    body: data(
      'ForbiddenByFirewall',
      `Client address is not authorized and caller is not a trusted service.\r\nClient address: 1.2.3.4\r\n${caller}\r\nVault: kv;location=eastus`,
    ),
    ...{ reason: /firewall of the vault kv blocks the IP address 1\.2\.3\.4\./, nextStep: /Networking/ },
  },
  {
    ...{ section: 'D', code: 'ForbiddenByConnection', status: 403 },
    body: data(
      'ForbiddenByConnection',
      `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${caller}\r\nVault: kv;location=eastus2`,
    ),
    ...{ reason: /Public network access to the vault kv is disabled/, nextStep: /VPN/ },
  },
  {
    ...{ section: 'D', code: 'ForbiddenByPolicy', status: 403 },
    body: data('ForbiddenByPolicy', 'Operation is not allowed by policy.'),
    ...{ reason: /A policy on the vault kv/, nextStep: /the vault's administrator/ },
  },
  {
    // hashicorp/terraform-provider-azurerm#26691
    ...{ section: 'D', code: 'ForbiddenByPolicy', status: 403 },
    body: data(
      'ForbiddenByPolicy',
      "The user, group or application 'appid=04b07795;oid=1a2b;iss=https://sts.windows.net/72f988bf/' does not have secrets get permission on key vault 'kv;location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
    ),
    ...{
      reason: /No access policy on the vault kv grants you the "Get" permission for secrets/,
      nextStep: /give yourself an access policy/,
    },
  },
  {
    // azure-key-vault-to-kubernetes#126 and #232
    ...{ section: 'D', code: 'ForbiddenByPolicy', status: 403 },
    body: data(
      'ForbiddenByPolicy',
      "The policy requires the caller 'appid=04b07795;oid=1a2b;iss=https://sts.windows.net/72f988bf/' to use on-behalf-of (OBO) flow. For more information on OBO, please see https://go.microsoft.com/fwlink/?linkid=2152310",
    ),
    ...{
      reason: /policy on the vault kv applies only through/,
      nextStep: /without an authorized application/,
    },
  },
  {
    ...{ section: 'D', code: 'SecretDisabled', status: 403 },
    body: data('SecretDisabled', 'Operation get is not allowed on a disabled secret.'),
    ...{ reason: /secret is disabled/, nextStep: /Enable the secret/ },
  },
  {
    ...{ section: 'D', code: 'SecretNotFound', status: 404 },
    body: arm(
      'SecretNotFound',
      'A secret with (name/id) DbPassword was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182',
    ),
    ...{ reason: /vault kv doesn't have a secret named DbPassword/, nextStep: /recovered/ },
  },
  {
    ...{ section: 'D', code: 'ObjectIsDeletedButRecoverable', status: 409 },
    body: data(
      'ObjectIsDeletedButRecoverable',
      'Secret s is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.',
      'Conflict',
    ),
    ...{ reason: /deleted secret still uses this name/, nextStep: /Recover or purge that secret/ },
  },
  ...(['ObjectIsBeingDeleted', 'ObjectIsBeingRecovered'] as const).map((code): Fact => ({
    ...{ section: 'D', code, status: 409 },
    body: data(code, 'Secret s is currently being changed.', 'Conflict'),
    ...{ reason: /is being (deleted|recovered)/, nextStep: /minute/ },
  })),
  {
    ...{ section: 'D', code: 'Throttled', status: 429 },
    body: arm('Throttled', 'Request was not processed because too many requests were received.'),
    ...{ reason: /Too many requests/, nextStep: /Try again in a minute/ },
  },
  ...(['BadParameter', 'UnsupportedApiVersion'] as const).map((code): Fact => ({
    ...{ section: 'D', code, status: 400 },
    body: arm(code, 'The specified version (1.0) is not recognized.'),
    ...{
      reason: /doesn't support this form of request: The specified version/,
      nextStep: /Updating Keyless/,
    },
  })),
  {
    ...{ section: 'E', code: 'RoleAssignmentExists', status: 409 },
    body: arm('RoleAssignmentExists', 'The role assignment already exists.'),
    ...{ reason: /already assigned/, nextStep: /nothing/i },
  },
  {
    ...{ section: 'E', code: 'RoleAssignmentUpdateNotPermitted', status: 400 },
    body: arm(
      'RoleAssignmentUpdateNotPermitted',
      'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    ),
    ...{ reason: /identity and scope of a role assignment can't be changed/, nextStep: /Remove/ },
  },
  {
    ...{ section: 'E', code: 'RoleAssignmentLimitExceeded', status: 400 },
    body: arm('RoleAssignmentLimitExceeded', 'The role assignment limit for the subscription was exceeded.'),
    ...{ reason: /limit for role assignments/, nextStep: /Remove role assignments/ },
  },
  {
    ...{ section: 'E', code: 'AuthorizationFailed', status: 403 },
    body: arm(
      'AuthorizationFailed',
      "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/s' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    ),
    ...{
      reason: /no role that allows Microsoft\.Authorization\/roleAssignments\/write on \/subscriptions\/s/,
      nextStep: /User Access Administrator/,
    },
  },
  {
    ...{ section: 'I', code: 'SubscriptionRequestsThrottled', status: 429 },
    body: arm(
      'SubscriptionRequestsThrottled',
      "Number of requests for subscription 's' and operation 'GET/SUBSCRIPTIONS' exceeded the backend storage limit. Please try again after '6' seconds.",
    ),
    ...{ reason: /Too many requests/, nextStep: /in 6 seconds/ },
  },
  ...(['ResourceNotFound', 'ResourceGroupNotFound', 'ParentResourceNotFound'] as const).map((code): Fact => ({
    ...{ section: 'I', code, status: 404 },
    body: arm(code, 'It could not be found.'),
    ...{ reason: notFound[0], nextStep: notFound[1] },
  })),
  {
    ...{ section: 'I', code: 'SubscriptionNotFound', status: 404 },
    body: arm('SubscriptionNotFound', "The subscription 's' could not be found."),
    ...{ reason: /account can't find the subscription/, nextStep: /account and tenant/ },
  },
  {
    ...{ section: 'I', code: 'AuthenticationFailed', status: 401 },
    body: arm('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."),
    ...{ reason: /didn't accept your sign-in/, nextStep: /Sign in again/ },
  },
  {
    ...{ section: 'I', code: 'ExpiredAuthenticationToken', status: 401 },
    body: arm(
      'ExpiredAuthenticationToken',
      'The access token expiry UTC time is earlier than current UTC time.',
    ),
    ...{ reason: /expired/, nextStep: /clock/ },
  },
  {
    ...{ section: 'I', code: 'InvalidAuthenticationToken', status: 401 },
    body: arm('InvalidAuthenticationToken', 'The access token is invalid.'),
    ...{ reason: /didn't accept your sign-in/, nextStep: /Sign in again/ },
  },
  {
    ...{ section: 'I', code: 'InvalidAuthenticationTokenTenant', status: 401 },
    body: arm(
      'InvalidAuthenticationTokenTenant',
      "The access token is from the wrong issuer 'https://sts.windows.net/a/'. It must match the tenant 'https://sts.windows.net/b/' associated with this subscription.",
    ),
    ...{ reason: /a different tenant/, nextStep: /Sign in to that tenant/ },
  },
  {
    ...{ section: 'I', code: 'InvalidAuthenticationTokenAudience', status: 401 },
    body: arm(
      'InvalidAuthenticationTokenAudience',
      "The access token has been obtained from wrong audience or resource 'https://vault.azure.net'. It should exactly match (including forward slash) with one of the allowed audiences 'https://management.core.windows.net/','https://management.azure.com/'.",
    ),
    ...{ reason: /a different service or cloud/, nextStep: /right cloud/ },
  },
  ...(['MissingApiVersionParameter', 'InvalidApiVersionParameter', 'NoRegisteredProviderFound'] as const).map(
    (code): Fact => ({
      ...{ section: 'I', code, status: 400 },
      body: arm(code, "The api-version '2026-02-01' is invalid."),
      ...{ reason: /doesn't support this form of request: The api-version/, nextStep: /Updating Keyless/ },
    }),
  ),
  ...(['D', 'I'] as const).map((section): Fact => ({
    ...{ section, code: 'insufficient_claims', status: 401 },
    body: arm('AuthenticationFailed', 'x'),
    headers: {
      'www-authenticate':
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="eyJhIjoxfQ=="',
    },
    ...{ reason: /organization requires you to sign in again/, nextStep: /Sign in again/ },
  })),
];
