import * as l10n from '@vscode/l10n';
import type { Connection, TokenOptions } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, parseJson, stringOf } from '../core/json';
import { scopeOf } from '../core/scopes';

/** Who is signed in, as rights are given to it. */
export interface SignedInPrincipal {
  /** In the connection's tenant. */
  readonly objectId: string;
  /** As role assignments name it. */
  readonly type: 'User' | 'ServicePrincipal';
}

/**
 * The principal that Resource Manager sees behind the connection, from the claims of its own token
 * (learn.microsoft.com/entra/identity-platform/access-token-claims-reference): the directory need not be asked.
 * @throws AzureError
 */
export async function getSignedInPrincipal(c: Connection, signal?: AbortSignal): Promise<SignedInPrincipal> {
  const options: TokenOptions = { tenantId: c.tenantId, ...(signal ? { abortSignal: signal } : {}) };
  const token = await c.credential.getToken(scopeOf(c.cloud.resourceManagerAudience), options);
  const claims = objectOf(parseJson(Buffer.from(token?.token.split('.')[1] ?? '', 'base64url').toString()));
  const objectId = stringOf(claims['oid']);
  if (objectId === undefined)
    throw new AzureError(l10n.t('The sign-in does not tell the object ID of the account.'), {
      code: 'NoObjectId',
    });
  // Tokens of users carry scopes; those of applications and managed identities don't.
  return { objectId, type: claims['scp'] === undefined ? 'ServicePrincipal' : 'User' };
}
