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
  switch (failure.innerCode ?? failure.code) {
    case 'AccessDenied':
      return ofPolicy(failure);
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

function ofPolicy({ message }: AzureError): Refusal | undefined {
  const [, kind, permission = ''] = /does not have (\w+) (\w+) permission/i.exec(message) ?? [];
  if (kind?.toLowerCase() !== 'secrets') return undefined;
  const name = permission.toLowerCase();
  return {
    kind: 'access',
    task: name === 'list' ? 'list' : name === 'get' ? 'read' : 'write',
    permission: name,
  };
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
