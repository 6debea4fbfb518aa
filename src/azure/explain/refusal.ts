import type { AzureError } from '../core/errors';
import { toAzureError } from '../core/errors';

/** What somebody wants to do with secrets: see their names, read values, write them. */
export type SecretTask = 'list' | 'read' | 'write';

/** Why a person was refused, where the person may be able to mend it. */
export type Refusal =
  /** The vault gives no right. `permission`: the one that is missing in an access policy, e.g. `recover`. */
  | { readonly kind: 'access'; readonly task: SecretTask; readonly permission?: string }
  /** The vault's firewall does not let the address in. */
  | { readonly kind: 'address'; readonly address: string }
  /** No role allows it at a scope of Resource Manager. */
  | { readonly kind: 'role'; readonly scope: string };

/**
 * What a 403 of Key Vault or Resource Manager was for; undefined for any other failure, and for what no role or policy
 * opens: a deny assignment, a private endpoint.
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

/** The address from which the vault saw the request come. */
export function clientAddressOf({ message }: Pick<AzureError, 'message'>): string | undefined {
  return /Client address: ([0-9a-f.:]+)/i.exec(message)?.[1];
}

/** Whether a deny assignment, which wins over every role, was why. */
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
