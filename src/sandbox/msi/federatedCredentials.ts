import { methodNotAllowed } from '../arm/errors';
import { isRecord } from '../arm/json';
import { pageOf } from '../arm/paging';
import { ArmError, resourceNotFound, type ArmCall } from '../arm/provider';
import type { Answer } from '../server/http';
import type { FederatedCredential, UserAssignedIdentity } from '../world/world';

const type = 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials';

/**
 * `…/federatedIdentityCredentials[/name]` of an identity, as in ManagedIdentity.json 2023-01-31. The limits are those of
 * learn.microsoft.com, workload-identity-federation-considerations; the codes of their errors are inferred.
 */
export async function answerFederatedCredentials(
  call: ArmCall,
  origin: string,
  identity: UserAssignedIdentity,
  name: string | undefined,
): Promise<Answer> {
  const all = (identity.federatedCredentials ??= new Map<string, FederatedCredential>());
  if (name === undefined) {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const items = [...all.values()].map((one) => jsonOf(identity, one));
    return { status: 200, json: pageOf(call, origin, items, 100) };
  }
  const key = name.toLowerCase();
  const existing = all.get(key);
  switch (call.method) {
    case 'GET':
      if (existing === undefined) throw resourceNotFound(type, name, call.resourceGroup ?? '');
      return { status: 200, json: jsonOf(identity, existing) };
    case 'PUT': {
      const credential = credentialOf(existing?.name ?? name, await call.json());
      const others = [...all].filter(([other]) => other !== key).map(([, one]) => one);
      if (others.length >= 20)
        throw badRequest('An identity can have at most 20 federated identity credentials.');
      if (others.some((one) => one.issuer === credential.issuer && one.subject === credential.subject))
        throw badRequest('Issuer and subject combination already exists for this Managed Identity.');
      all.set(key, credential);
      return { status: existing === undefined ? 201 : 200, json: jsonOf(identity, credential) };
    }
    case 'DELETE':
      return { status: all.delete(key) ? 200 : 204 };
    default:
      throw methodNotAllowed(call.method);
  }
}

function credentialOf(name: string, body: unknown): FederatedCredential {
  const properties = isRecord(body) ? body['properties'] : undefined;
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/.test(name)) throw badRequest(`The name '${name}' is not valid.`);
  if (!isRecord(properties)) throw badRequest('The property properties is required.');
  const { issuer, subject, audiences } = properties;
  if (typeof issuer !== 'string' || !URL.canParse(issuer))
    throw badRequest('The property issuer is not valid.');
  if (typeof subject !== 'string' || subject === '') throw badRequest('The property subject is required.');
  const [audience, ...rest] = Array.isArray(audiences) ? (audiences as unknown[]) : [];
  if (typeof audience !== 'string' || rest.length > 0)
    throw badRequest('The property audiences must have one element.');
  return { name, issuer, subject, audiences: [audience] };
}

function jsonOf(identity: UserAssignedIdentity, { name, ...properties }: FederatedCredential): object {
  return { id: `${identity.id}/federatedIdentityCredentials/${name}`, name, type, properties };
}

function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}
