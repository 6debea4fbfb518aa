import type { AzureError } from '../core/errors';
import { toAzureError } from '../core/errors';

/** What the user tried to do with secrets: list their names, read values, or write them. */
export type SecretTask = 'list' | 'read' | 'write';

/** Why the user was denied access, if that's something the user may be able to fix. */
export type Refusal =
  /** The vault doesn't grant access. `permission` is the one missing from an access policy, e.g. `recover`. */
  | { readonly kind: 'access'; readonly task: SecretTask; readonly permission?: string }
  /** The vault's firewall blocks the address. */
  | { readonly kind: 'address'; readonly address: string }
  /** No role allows it at this Resource Manager scope. */
  | { readonly kind: 'role'; readonly scope: string };

/**
 * Why Key Vault or Resource Manager answered 403. Undefined for any other failure, and if no role or policy would help:
 * for a deny assignment or a private endpoint.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  const failure = toAzureError(error);
  if (failure.status !== 403) return undefined;
  if (isMissingPolicy(failure)) return ofPolicy(failure);
  switch (failure.innerCode ?? failure.code) {
    case 'ForbiddenByRbac':
      return ofRole(failure);
    case 'ForbiddenByFirewall': {
      const address = clientAddressOf(failure);
      return address === undefined ? undefined : { kind: 'address', address };
    }
    case 'AuthorizationFailed':
    case 'LinkedAuthorizationFailed': {
      const scope = /over scope '(\/[^']+)'/.exec(failure.message)?.[1];
      return scope === undefined ? undefined : { kind: 'role', scope };
    }
    default:
      return undefined;
  }
}

/** The IP address that the vault saw the request come from. */
export function clientAddressOf({ message }: Pick<AzureError, 'message'>): string | undefined {
  return /Client address: ([0-9a-f.:]+)/i.exec(message)?.[1];
}

/** Whether the cause was a deny assignment, which overrides every role. */
export function isDenied({ message }: Pick<AzureError, 'message'>): boolean {
  const id = /DenyAssignmentId: '?([^\s']+)/.exec(message)?.[1];
  return id !== undefined && id !== 'null';
}

/**
 * Whether a vault refused because no access policy gives the permission. The inner code is `AccessDenied`, or
 * `ForbiddenByPolicy` with a text that tells it from other policies (hashicorp/terraform-provider-azurerm#26691).
 */
export function isMissingPolicy(error: Pick<AzureError, 'innerCode' | 'message'>): boolean {
  return (
    error.innerCode === 'AccessDenied' ||
    (error.innerCode === 'ForbiddenByPolicy' &&
      (/does not have \w+ \w+ permission/i.test(error.message) || needsOnBehalfOf(error)))
  );
}

/** Whether the access policy applies only through an application (azure-key-vault-to-kubernetes#126). */
export function needsOnBehalfOf({ message }: Pick<AzureError, 'message'>): boolean {
  return /policy requires the caller .* to use on-behalf-of/i.test(message);
}

function ofPolicy(error: AzureError): Refusal | undefined {
  const { message } = error;
  // That text doesn't name the operation.
  if (needsOnBehalfOf(error)) return { kind: 'access', task: taskOf(error) };
  const [, kind, permission = ''] = /does not have (\w+) (\w+) permission/i.exec(message) ?? [];
  if (kind?.toLowerCase() !== 'secrets') return undefined;
  const name = permission.toLowerCase();
  return {
    kind: 'access',
    task: name === 'list' ? 'list' : name === 'get' ? 'read' : 'write',
    permission: name,
  };
}

/** Judged by the failed request, e.g. `GET /secrets/name/versions`. */
function taskOf({ operation = '' }: AzureError): SecretTask {
  if (/^GET \/(deleted)?secrets(\/[^/]+\/versions)?\/?$/i.test(operation)) return 'list';
  return /^GET \/(deleted)?secrets\//i.test(operation) ? 'read' : 'write';
}

function ofRole(error: AzureError): Refusal | undefined {
  const action = /Action: 'Microsoft\.KeyVault\/vaults\/secrets\/(\w+)/i
    .exec(error.message)?.[1]
    ?.toLowerCase();
  if (action === undefined || isDenied(error)) return undefined;
  return {
    kind: 'access',
    task: action === 'readmetadata' ? 'list' : action === 'getsecret' ? 'read' : 'write',
  };
}
