import { isRecord } from '../../arm/json';
import { methodNotAllowed } from '../../arm/errors';
import type { ArmCall } from '../../arm/provider';
import type { Answer } from '../../server/http';
import type { Site } from '../../world/world';
import type { Apps } from '../apps';
import { answerAdmin } from '../front/admin';
import { functionMetadataResponse, invokeUrlTemplate } from '../front/functionMetadata';
import { keysOfFunction, newKey } from '../front/keys';
import type { FunctionMetadata } from '../host/functions';
import { regionName } from './siteBody';
import { badRequest, cannotFind, WebError } from './webError';

/** `…/sites/app/functions/…`, which Resource Manager gets from the host. */
export async function answerFunctions(
  apps: Apps,
  call: ArmCall,
  site: Site,
  [name, member, keyName]: string[],
): Promise<Answer> {
  const functions = await apps.host(site).listedFunctions();
  if (name === undefined) {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    return {
      status: 200,
      json: {
        value: await Promise.all(functions.map((metadata) => functionBody(apps, site, metadata))),
        nextLink: null,
        id: null,
      },
    };
  }
  if (name.toLowerCase() === 'admin' && member !== undefined)
    return answerAdminSecrets(apps, call, site, member.toLowerCase());
  const metadata = functions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  // Azure doesn't find a function by a name with a slash (azure-functions-dotnet-worker#777).
  if (metadata === undefined || name.includes('/')) throw cannotFind('Function', name);
  switch (`${call.method} ${member?.toLowerCase() ?? ''}`) {
    case 'GET ':
      return { status: 200, json: await functionBody(apps, site, metadata) };
    case 'POST listkeys':
      return { status: 200, json: { ...keysOfFunction(site, metadata.name) } };
    case 'POST listsecrets':
      return {
        status: 200,
        json: {
          key: Object.values(keysOfFunction(site, metadata.name))[0],
          trigger_url: invokeUrlTemplate(apps, site, metadata),
        },
      };
    case 'PUT keys':
    case 'DELETE keys':
      return writeKey(
        call,
        site,
        keysOfFunction(site, metadata.name),
        keyName ?? '',
        `${site.id}/functions/${metadata.name}/keys`,
        `${site.type}/functions/keys`,
      );
    default:
      throw methodNotAllowed(call.method);
  }
}

/** `…/sites/app/host/default/…`: the host's keys, and syncing of triggers. */
export async function answerHost(
  apps: Apps,
  call: ArmCall,
  site: Site,
  [host = '', member = '', keyName]: string[],
): Promise<Answer> {
  if (host.toLowerCase() !== 'default') throw cannotFind('Host', host);
  switch (`${call.method} ${member.toLowerCase()}`) {
    case 'POST listkeys': {
      const { masterKey, functionKeys, systemKeys } = site.hostKeys;
      return { status: 200, json: { masterKey, functionKeys, systemKeys } };
    }
    case 'POST sync':
      return syncTriggers(apps, site);
    case 'POST listsyncstatus':
      return { status: 204 };
    case 'PUT functionkeys':
    case 'DELETE functionkeys':
      return writeKey(
        call,
        site,
        site.hostKeys.functionKeys,
        keyName ?? '',
        `${site.id}/host/default/functionKeys`,
        `${site.type}/host/functionKeys`,
      );
    case 'PUT systemkeys':
    case 'DELETE systemkeys':
      return writeKey(
        call,
        site,
        site.hostKeys.systemKeys,
        keyName ?? '',
        `${site.id}/host/default/systemKeys`,
        `${site.type}/host/systemKeys`,
      );
    default:
      throw methodNotAllowed(call.method);
  }
}

/** Lets the platform know an app's triggers. A host that can't run refuses (microsoft/azure-pipelines-tasks#16942). */
export async function syncTriggers(apps: Apps, site: Site): Promise<Answer> {
  if ((await apps.host(site).startError()) !== undefined)
    throw badRequest('Encountered an error (ServiceUnavailable) from host runtime.');
  return { status: 204 };
}

/** `…/sites/app/hostruntime/admin/…`: the host's admin API with a Resource Manager token instead of a key. */
export function answerHostRuntime(
  apps: Apps,
  call: ArmCall,
  site: Site,
  [admin = '', ...segments]: string[],
): Promise<Answer> {
  if (admin.toLowerCase() !== 'admin') throw cannotFind('HostRuntime', admin);
  // A file system path keeps its trailing slash, which the segments have lost.
  const path = call.path.endsWith('/') ? [...segments, ''] : segments;
  return answerAdmin(apps, site, call, path.map(encodeURIComponent), true);
}

async function functionBody(apps: Apps, site: Site, metadata: FunctionMetadata): Promise<unknown> {
  return {
    id: `${site.id}/functions/${metadata.name}`,
    name: `${site.name}/${metadata.name}`,
    type: `${site.type}/functions`,
    location: regionName(site.location),
    properties: await functionMetadataResponse(apps, site, metadata),
  };
}

async function writeKey(
  call: ArmCall,
  site: Site,
  keys: Record<string, string>,
  name: string,
  collectionId: string,
  type: string,
): Promise<Answer> {
  const existing = Object.keys(keys).find((key) => key.toLowerCase() === name.toLowerCase());
  if (name === '') throw methodNotAllowed(call.method);
  if (call.method === 'DELETE') {
    // That a key can be missing is in WebApps.json. The code and text for a host key are inferred.
    if (existing === undefined && /\/host\/[^/]+\/(?:functionkeys|systemkeys)$/i.test(collectionId))
      throw new WebError(404, 'NotFound', 'Error deleting host key.');
    if (existing === undefined) return { status: 404 };
    Reflect.deleteProperty(keys, existing);
    return { status: 204 };
  }
  const body = await call.json();
  const properties = isRecord(body) && isRecord(body['properties']) ? body['properties'] : body;
  if (body !== undefined && !isRecord(properties))
    throw badRequest('The parameter properties has an invalid value.');
  const wanted = isRecord(properties) ? properties['value'] : undefined;
  const value = typeof wanted === 'string' && wanted !== '' ? wanted : newKey();
  keys[existing ?? name] = value;
  const json = {
    id: `${collectionId}/${name}`,
    name,
    type,
    location: regionName(site.location),
    properties: { name, value },
  };
  return { status: existing === undefined ? 201 : 200, json };
}

function answerAdminSecrets(apps: Apps, call: ArmCall, site: Site, member: string): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  if (member === 'token') return { status: 200, json: apps.adminToken(site) };
  if (member === 'masterkey') return { status: 200, json: { masterKey: site.hostKeys.masterKey } };
  throw cannotFind('Function', 'admin');
}
