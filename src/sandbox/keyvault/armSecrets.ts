import { invalidRequestContent, methodNotAllowed } from '../arm/errors';
import { ArmError, resourceNotFound, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { Secret, SecretVersion, Vault } from '../world/world';
import { afterToken } from './armList';
import { latest, vaultOrigin } from './bundles';
import { VaultError } from './errors';
import { pageAfter, skipToken, sortedBy } from './paging';
import { valueIn, writeIn } from './secretBody';
import { SecretStore } from './secrets';
import { objectIn, stringIn, tagsIn } from './vaultBody';
import type { VaultWrites } from './writes';

const pageSize = 25;

/**
 * `vaults/V/secrets` of Resource Manager (swagger, Microsoft.KeyVault secrets.json). It requires only
 * Resource Manager permissions: neither access policies nor the firewall matter, and no answer ever contains
 * a value.
 * @param name undefined for the list
 */
export async function answerArmSecrets(
  context: SandboxContext,
  call: ArmCall,
  vault: Vault,
  name: string | undefined,
  writes: VaultWrites,
): Promise<Answer> {
  const store = new SecretStore(context, vault);
  const describe = (secret: Secret, version: SecretVersion) => secretJson(context, vault, secret, version);
  try {
    if (name === undefined) {
      if (call.method !== 'GET') throw methodNotAllowed(call.method);
      return { status: 200, json: listJson(call, store, describe) };
    }
    if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
      // The code and the text are inferred.
      throw new ArmError(400, 'BadRequest', `The secret name '${name}' is invalid.`);
    switch (call.method) {
      case 'GET': {
        const secret = requireSecret(call, store, vault, name);
        return { status: 200, json: describe(secret, latest(secret)) };
      }
      case 'PUT':
      case 'PATCH': {
        const body = await jsonObject(call);
        // Parallel writes of secrets fail like those of the vault itself (Azure/AzureKeyVault#6).
        const json = await writes.write(vault.id, vault.name, () =>
          call.method === 'PUT'
            ? put(store, name, body, describe)
            : patch(store, requireSecret(call, store, vault, name), body, describe),
        );
        return { status: 200, json };
      }
      default:
        throw methodNotAllowed(call.method);
    }
  } catch (error) {
    // The data plane's own errors, in Resource Manager's form. Source for ConflictError on a deleted name:
    // azure-docs#77545.
    if (error instanceof VaultError)
      throw new ArmError(error.status, error.status === 409 ? 'ConflictError' : 'BadRequest', error.message);
    throw error;
  }
}

/** Reads the JSON object in a request to Resource Manager. @throws ArmError 400 InvalidRequestContent */
export async function jsonObject(call: ArmCall): Promise<Record<string, unknown>> {
  let body: unknown;
  try {
    body = await call.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidRequestContent(error.message);
    throw error;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidRequestContent('The request body must be a JSON object.');
  return body as Record<string, unknown>;
}

type Describe = (secret: Secret, version: SecretVersion) => Record<string, unknown>;

function listJson(call: ArmCall, store: SecretStore, describe: Describe): Record<string, unknown> {
  const secrets = sortedBy(store.all(), ({ name }) => name.toLowerCase());
  const top = Number(call.query.get('$top') ?? pageSize);
  const size = Number.isInteger(top) && top > 0 ? Math.min(top, pageSize) : pageSize;
  const page = pageAfter(secrets, ({ name }) => name.toLowerCase(), afterToken(call), size);
  const value = page.items.map((secret) => describe(secret, latest(secret)));
  if (!page.more || page.last === undefined) return { value };
  const next = new URL(call.url.href);
  next.searchParams.set('$skiptoken', skipToken(call.path, page.last));
  return { value, nextLink: next.href };
}

function put(
  store: SecretStore,
  name: string,
  body: Record<string, unknown>,
  describe: Describe,
): Record<string, unknown> {
  const { secret, version } = store.set(name, valueIn(objectIn(body, 'properties') ?? {}), writeOf(body));
  return describe(secret, version);
}

/** A PATCH with a value adds a version (inferred); without one it changes the latest version. */
function patch(
  store: SecretStore,
  secret: Secret,
  body: Record<string, unknown>,
  describe: Describe,
): Record<string, unknown> {
  const value = stringIn(objectIn(body, 'properties') ?? {}, 'value');
  const changed =
    value === undefined
      ? store.update(secret.name, undefined, writeOf(body))
      : store.set(secret.name, value, writeOf(body));
  return describe(changed.secret, changed.version);
}

function writeOf(body: Record<string, unknown>): ReturnType<typeof writeIn> {
  return { ...writeIn(objectIn(body, 'properties') ?? {}), tags: tagsIn(body) ?? null };
}

function requireSecret(call: ArmCall, store: SecretStore, vault: Vault, name: string): Secret {
  const secret = store.find(name);
  if (secret === undefined)
    throw resourceNotFound(
      'Microsoft.KeyVault/vaults/secrets',
      `${vault.name}/${name}`,
      call.resourceGroup ?? '',
    );
  return secret;
}

function secretJson(
  context: SandboxContext,
  vault: Vault,
  secret: Secret,
  version: SecretVersion,
): Record<string, unknown> {
  const uri = `${vaultOrigin(context.endpoints, vault)}/secrets/${secret.name}`;
  return {
    id: `${vault.id}/secrets/${secret.name}`,
    name: secret.name,
    type: 'Microsoft.KeyVault/vaults/secrets',
    location: vault.location,
    ...(version.tags === undefined ? {} : { tags: version.tags }),
    properties: {
      ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
      attributes: {
        enabled: version.enabled,
        ...(version.notBefore === undefined ? {} : { nbf: version.notBefore }),
        ...(version.expires === undefined ? {} : { exp: version.expires }),
        created: version.created,
        updated: version.updated,
      },
      secretUri: uri,
      secretUriWithVersion: `${uri}/${version.version}`,
    },
  };
}
