import { toAzureError } from '../azure/core/errors';
import { AccountError } from './accountError';
import type { TenantToSignInTo } from './session';

/** Where to sign in after a failure, if that is what it takes: for the service that refused the token, or needs one. */
export function signInAfter(error: unknown): TenantToSignInTo | undefined {
  if (error instanceof AccountError)
    return error.action?.command === 'keyless.signInToTenant'
      ? (error.action.arguments?.[0] as TenantToSignInTo)
      : undefined;
  const { refusedToken } = toAzureError(error);
  if (!refusedToken) return undefined;
  // VS Code still has the token, so another one is needed.
  return { tenant: { tenantId: refusedToken.tenantId }, scope: refusedToken.scope, again: true };
}
