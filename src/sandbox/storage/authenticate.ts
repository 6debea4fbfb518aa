import type { SandboxContext } from '../context';
import { sameSecret } from '../entra/sessions';
import type { Call } from '../server/http';
import type { OtherResource } from '../world/world';
import type { StorageCaller } from './authorize';
import { storageDataOf } from './data';
import { StorageError } from './errors';
import { sharedKey, sharedKeyLite, type StorageServiceName } from './sharedKey';

const lookAtHeader =
  'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.';

/**
 * Identifies the caller by a key of the account or by a token. Shared access signatures aren't supported.
 * @throws StorageError 401 or 403
 */
export async function authenticate(
  context: SandboxContext,
  account: OtherResource,
  service: StorageServiceName,
  call: Call,
): Promise<StorageCaller> {
  const authorization = call.headers.authorization ?? '';
  const isLite = service === 'table' && /^SharedKeyLite /i.test(authorization);
  if (isLite || /^SharedKey /i.test(authorization)) {
    const { method, path, query, headers } = call;
    const request = { service, account: account.name, method, path, query, headers };
    const { keys } = storageDataOf(context.world, account.id);
    const sign = isLite ? sharedKeyLite : sharedKey;
    if (keys.some((key) => sameSecret(sign(request, key), authorization))) return { kind: 'key' };
    throw authenticationFailed();
  }
  if (/^Bearer /i.test(authorization)) return withToken(context, account, authorization);
  if (call.query.has('sig')) throw authenticationFailed();
  throw unauthorized(context, account, 'NoAuthenticationInformation');
}

async function withToken(
  context: SandboxContext,
  account: OtherResource,
  authorization: string,
): Promise<StorageCaller> {
  const verdict = await context.tokens.verify(authorization, ['storage']);
  if (!verdict.ok || verdict.caller.tenantId !== tenantOf(context, account))
    throw unauthorized(context, account, 'InvalidAuthenticationInfo');
  const { objectId, groupIds } = verdict.caller;
  return { kind: 'identity', principalIds: [objectId, ...groupIds] };
}

function authenticationFailed(): StorageError {
  return new StorageError(
    403,
    'AuthenticationFailed',
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  );
}

/** The challenge is documented in "Authorize with Microsoft Entra ID", "Bearer challenge". */
function unauthorized(context: SandboxContext, account: OtherResource, code: string): StorageError {
  const tenant = tenantOf(context, account) ?? '';
  return new StorageError(401, code, lookAtHeader, {
    'www-authenticate': `Bearer authorization_uri=${context.endpoints.authority}/${tenant}/oauth2/authorize resource_id=https://storage.azure.com`,
  });
}

function tenantOf({ world }: SandboxContext, { id }: OtherResource): string | undefined {
  return world.subscriptions.get(id.split('/')[2]?.toLowerCase() ?? '')?.tenantId;
}
