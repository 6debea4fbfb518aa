import * as l10n from '@vscode/l10n';
import type { Connection, TokenOptions } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, parseJson, stringOf } from '../core/json';
import { scopeOf } from '../core/tokens/scopes';

/** The signed-in principal, as access is granted to it. */
export interface SignedInPrincipal {
  /** The object ID in the connection's tenant. */
  readonly objectId: string;
  /** The `principalType` in role assignments. */
  readonly type: 'User' | 'ServicePrincipal';
  /** A user's display name. Tokens of applications don't contain theirs. */
  readonly name?: string;
}

/**
 * The principal that Resource Manager sees behind the connection, from the claims of its own token
 * (learn.microsoft.com/entra/identity-platform/access-token-claims-reference), without a query to the directory.
 * @param how `silent`: fail instead of prompting for sign-in
 * @throws AzureError
 */
export async function getSignedInPrincipal(
  c: Connection,
  signal?: AbortSignal,
  how: Pick<TokenOptions, 'silent'> = {},
): Promise<SignedInPrincipal> {
  const options: TokenOptions = { tenantId: c.tenantId, ...how, ...(signal ? { abortSignal: signal } : {}) };
  const token = await c.credential.getToken(scopeOf(c.cloud.resourceManagerAudience), options);
  const claims = objectOf(parseJson(Buffer.from(token?.token.split('.')[1] ?? '', 'base64url').toString()));
  const objectId = stringOf(claims['oid']);
  if (objectId === undefined)
    throw new AzureError(l10n.t("The sign-in token doesn't contain the account's object ID."), {
      code: 'NoObjectId',
    });
  // Users' tokens contain scopes; those of applications and managed identities don't.
  if (claims['scp'] === undefined) return { objectId, type: 'ServicePrincipal' };
  const name = stringOf(claims['name']) ?? stringOf(claims['upn']) ?? stringOf(claims['unique_name']);
  return { objectId, type: 'User', ...(name === undefined ? {} : { name }) };
}
