import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { OtherResource } from '../world/world';
import { invalidRequestContent, locationRequired, methodNotAllowed } from './errors';
import { idKey } from './ids';
import { isRecord } from './json';
import { pageOf } from './paging';
import { ArmError, resourceNotFound, type ArmCall, type ArmResource } from './provider';
import { tagsOf } from './resourceGroups';
import { newKey, storageAccountOf, storageDataOf, storageType } from '../storage/data';

/**
 * Handles what storage accounts support beyond listing, reading and deleting: creating accounts, listing
 * and regenerating their keys, and creating containers.
 */
export class StorageAccounts {
  constructor(private readonly context: SandboxContext) {}

  /** Returns undefined for requests that are answered the same way as for any other resource. */
  answer(call: ArmCall): Promise<Answer> | Answer | undefined {
    const [collection = '', name, child, ...rest] = call.rest;
    if (collection.toLowerCase() === 'checknameavailability') return this.checkName(call);
    if (name === undefined || collection.toLowerCase() !== 'storageaccounts') return undefined;
    if (child === undefined && call.method === 'PUT') return this.put(call, name);
    if (child === undefined && call.method !== 'PATCH') return undefined;
    const account = this.context.world.otherResources.get(idKey(accountId(call, name)));
    if (account === undefined) throw resourceNotFound(storageType, name, call.resourceGroup ?? '');
    if (child === undefined) return this.patch(call, account);
    const path = [child, ...rest].join('/').toLowerCase();
    if (path === 'listkeys' && call.method === 'POST') return this.listKeys(account);
    if (path === 'regeneratekey' && call.method === 'POST') return this.regenerateKey(call, account);
    const [service = '', parts = '', part, ...more] = rest;
    if (service.toLowerCase() !== 'default' || more.length > 0) return undefined;
    const kind = `${child}/${parts}`.toLowerCase();
    if (part === undefined) return call.method === 'GET' ? this.listParts(call, account.id, kind) : undefined;
    if (kind === 'fileservices/shares') return this.share(call, account.id, part);
    return kind === 'blobservices/containers' ? this.onContainer(call, account.id, part) : undefined;
  }

  /** As blob.json, file.json, queue.json, and table.json of azure-rest-api-specs have it. The sandbox itself keeps only blobs. */
  private listParts(call: ArmCall, accountId: string, kind: string): Answer | undefined {
    const { containers, shares = [] } = storageDataOf(this.context.world, accountId);
    const known: Readonly<Record<string, object[]>> = {
      'blobservices/containers': [...containers.keys()].map((name) => containerJson(accountId, name)),
      'fileservices/shares': [...shares].map((name) => shareJson(accountId, name)),
      'queueservices/queues': [],
      'tableservices/tables': [],
    };
    const items = known[kind];
    return items && { status: 200, json: pageOf(call, this.context.endpoints.resourceManager, items, 5000) };
  }

  /** `FileShares_Get`. The text of the refusal is inferred. */
  private share(call: ArmCall, accountId: string, name: string): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    if (storageDataOf(this.context.world, accountId).shares?.has(name))
      return { status: 200, json: shareJson(accountId, name) };
    throw new ArmError(404, 'ShareNotFound', 'The specified share does not exist.');
  }

  /** 201 for a new container, 200 for an existing one, in ARM's form (blob.json of azure-rest-api-specs). */
  private onContainer(call: ArmCall, accountId: string, name: string): Answer {
    const { containers } = storageDataOf(this.context.world, accountId);
    const known = containers.has(name);
    const json = containerJson(accountId, name);
    switch (call.method) {
      case 'PUT':
        if (!known) containers.set(name, { lastModified: this.context.clock.now(), blobs: new Map() });
        return { status: known ? 200 : 201, json };
      case 'GET':
        if (known) return { status: 200, json };
        throw new ArmError(404, 'ContainerNotFound', 'The specified container does not exist.');
      case 'DELETE':
        containers.delete(name);
        return { status: known ? 200 : 204 };
      default:
        throw methodNotAllowed(call.method);
    }
  }

  /** Recorded: 202 with a Location, then 200 with the account. */
  private async put(call: ArmCall, name: string): Promise<Answer> {
    const body = await call.json();
    const location = isRecord(body) ? body['location'] : undefined;
    if (!isRecord(body) || typeof location !== 'string') throw locationRequired();
    const { world } = this.context;
    const key = idKey(call.resourceId);
    const why = world.otherResources.has(key) ? undefined : this.nameProblem(name);
    if (why !== undefined)
      throw new ArmError(
        why.reason === 'AlreadyExists' ? 409 : 400,
        why.reason === 'AlreadyExists' ? 'StorageAccountAlreadyTaken' : why.reason,
        why.message,
      );
    // The service, not the client, reports what is encrypted and how.
    const { encryption: _encryption, ...properties } = isRecord(body['properties']) ? body['properties'] : {};
    const account: OtherResource = {
      ...{ id: call.resourceId, name, type: storageType },
      location: location.toLowerCase().replaceAll(' ', ''),
      tags: tagsOf(body['tags']) ?? {},
      ...(typeof body['kind'] === 'string' ? { kind: body['kind'] } : {}),
      ...(isRecord(body['sku']) ? { sku: body['sku'] } : {}),
      properties: {
        ...properties,
        primaryEndpoints: endpointsOf(name, this.context.settings.storageSuffix),
        creationTime: new Date(this.context.clock.now()).toISOString(),
      },
    };
    world.otherResources.set(key, account);
    const headers = call.operations.start({
      kind: 'location',
      parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/Microsoft.Storage/locations/${account.location}`,
      apiVersion: call.apiVersion,
      durationMs: 500,
      result: () => ({ status: 200, json: accountBody(account) }),
    });
    return { status: 202, headers };
  }

  /** Updates what the body contains (storage.json of azure-rest-api-specs). */
  private async patch(call: ArmCall, account: OtherResource): Promise<Answer> {
    const body = await call.json();
    const tags = isRecord(body) ? tagsOf(body['tags']) : undefined;
    const given = isRecord(body) && isRecord(body['properties']) ? body['properties'] : {};
    const { allowSharedKeyAccess: allowed = true } = given;
    if (typeof allowed !== 'boolean' && allowed !== null)
      throw invalidRequestContent(`Could not convert the value of 'allowSharedKeyAccess' to a Boolean.`);
    account.properties = { ...account.properties, ...given };
    if (tags) account.tags = tags;
    return { status: 200, json: accountBody(account) };
  }

  /** The permissions are recorded in uppercase, although the document has `Full`. */
  private listKeys(account: OtherResource): Answer {
    const { keys } = storageDataOf(this.context.world, account.id);
    const { keyCreationTime = {} } = accountBody(account).properties;
    const times = keyCreationTime as Record<string, unknown>;
    const json = keys.map((value, index) => {
      const keyName = `key${index + 1}`;
      return { keyName, value, permissions: 'FULL', creationTime: times[keyName] };
    });
    return { status: 200, json: { keys: json } };
  }

  /** Answers with both keys, like listKeys (storage.json of azure-rest-api-specs). */
  private async regenerateKey(call: ArmCall, account: OtherResource): Promise<Answer> {
    const body = await call.json();
    const index = ['key1', 'key2'].indexOf(isRecord(body) ? String(body['keyName']) : '');
    if (index < 0) throw new ArmError(400, 'InvalidKeyName', 'The key name must be key1 or key2.');
    storageDataOf(this.context.world, account.id).keys[index] = newKey();
    const { keyCreationTime: times } = accountBody(account).properties;
    const now = new Date(this.context.clock.now()).toISOString();
    account.properties = {
      ...account.properties,
      keyCreationTime: { ...(times as object), [`key${index + 1}`]: now },
    };
    return this.listKeys(account);
  }

  private async checkName(call: ArmCall): Promise<Answer> {
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    const body = await call.json();
    const name = isRecord(body) && typeof body['name'] === 'string' ? body['name'] : '';
    const why = this.nameProblem(name);
    return { status: 200, json: why ? { nameAvailable: false, ...why } : { nameAvailable: true } };
  }

  /** Returns why a name can't be used. The texts are inferred. */
  private nameProblem(name: string): { reason: string; message: string } | undefined {
    if (!/^[a-z0-9]{3,24}$/.test(name))
      return {
        reason: 'AccountNameInvalid',
        message: `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
      };
    return storageAccountOf(this.context.world, name)
      ? { reason: 'AlreadyExists', message: `The storage account named ${name} is already taken.` }
      : undefined;
  }
}

function containerJson(accountId: string, name: string): object {
  const id = `${accountId}/blobServices/default/containers/${name}`;
  return { id, name, type: `${storageType}/blobServices/containers` };
}

/** Roles are assigned on `fileshares` instead, which isn't a type of Resource Manager. */
function shareJson(accountId: string, name: string): object {
  const id = `${accountId}/fileServices/default/shares/${name}`;
  return { id, name, type: `${storageType}/fileServices/shares` };
}

function accountId(call: ArmCall, name: string): string {
  return `${call.scope}/providers/Microsoft.Storage/storageAccounts/${name}`;
}

function endpointsOf(name: string, suffix = 'core.windows.net'): Record<string, string> {
  return Object.fromEntries(
    ['blob', 'queue', 'table', 'file'].map((service) => [service, `https://${name}.${service}.${suffix}/`]),
  );
}

/** Returns an account as recorded; its own properties override the usual ones. */
export function accountBody(account: ArmResource): ArmResource {
  const { name, kind = 'StorageV2', properties, location } = account;
  const given = account.sku?.['name'];
  const sku = typeof given === 'string' ? given : 'Standard_LRS';
  const creationTime = properties['creationTime'] ?? '2026-01-01T00:00:00.0000000Z';
  const enabled = { keyType: 'Account', enabled: true, lastEnabledTime: creationTime };
  return {
    ...account,
    kind,
    sku: { name: sku, tier: sku.split('_')[0] },
    properties: {
      keyCreationTime: { key1: creationTime, key2: creationTime },
      ...{ allowCrossTenantReplication: false, privateEndpointConnections: [] },
      ...{ minimumTlsVersion: 'TLS1_0', allowBlobPublicAccess: false },
      networkAcls: { bypass: 'AzureServices', virtualNetworkRules: [], ipRules: [], defaultAction: 'Allow' },
      supportsHttpsTrafficOnly: true,
      encryption: { services: { file: enabled, blob: enabled }, keySource: 'Microsoft.Storage' },
      ...{ accessTier: 'Hot', provisioningState: 'Succeeded', creationTime },
      primaryEndpoints: endpointsOf(name),
      ...{ primaryLocation: location, statusOfPrimary: 'available' },
      ...properties,
    },
  };
}
