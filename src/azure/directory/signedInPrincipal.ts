import * as l10n from '@vscode/l10n';
import type { Connection, TokenOptions } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, parseJson, stringOf } from '../core/json';
import { scopeOf } from '../core/scopes';

/** The signed-in principal, as access is granted to it. */
export interface SignedInPrincipal {
  /** The object ID in the connection's tenant. */
  readonly objectId: string;
  /** The `principalType` in role assignments. */
  readonly type: 'User' | 'ServicePrincipal';
}

/**
 * The principal that Resource Manager sees behind the connection, from the claims of its own token
 * (learn.microsoft.com/entra/identity-platform/access-token-claims-reference), without a query to the directory.
 * @throws AzureError
 */
export async function getSignedInPrincipal(c: Connection, signal?: AbortSignal): Promise<SignedInPrincipal> {
  const options: TokenOptions = { tenantId: c.tenantId, ...(signal ? { abortSignal: signal } : {}) };
  const token = await c.credential.getToken(scopeOf(c.cloud.resourceManagerAudience), options);
  const claims = objectOf(parseJson(Buffer.from(token?.token.split('.')[1] ?? '', 'base64url').toString()));
  const objectId = stringOf(claims['oid']);
  if (objectId === undefined)
    throw new AzureError(l10n.t("The sign-in token doesn't contain the account's object ID."), {
      code: 'NoObjectId',
    });
  // Users' tokens contain scopes; those of applications and managed identities don't.
  return { objectId, type: claims['scp'] === undefined ? 'ServicePrincipal' : 'User' };
}
