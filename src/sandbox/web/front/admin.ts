import type { Answer, Call } from '../../server/http';
import type { Site } from '../../world/world';
import { answerVfs } from '../../scm/vfs';
import type { Apps } from '../apps';
import type { FunctionMetadata } from '../host/functions';
import { imageError } from '../host/imagePull';
import { functionMetadataResponse } from './functionMetadata';
import { keyOf, keysOfFunction, levelOf } from './keys';
import { sameSecret } from '../../entra/sessions';

/**
 * The host's admin API, `/admin/…` (azure-functions-host Controllers). It requires the master key or the
 * token of `functions/admin/token`; requests through Resource Manager are `trusted`.
 * @param segments of the path after `/admin`
 */
export async function answerAdmin(
  apps: Apps,
  site: Site,
  call: Call,
  segments: string[],
  trusted: boolean,
): Promise<Answer> {
  const [area, ...rest] = segments.map((segment) => segment.toLowerCase());
  const action = `${call.method} ${[area, ...rest].join('/')}`;
  // Nothing answers behind the front end.
  if (imageError(apps.context, site, await apps.configuration(site)) !== undefined)
    return { status: 503, text: 'The service is unavailable.' };
  // The real host doesn't require a key for these either.
  if (action === 'GET host/ping' || action === 'POST host/ping') return { status: 200 };
  if (!trusted && !isAdmin(apps, site, call)) return { status: 401 };
  const host = apps.host(site);
  switch (action) {
    case 'GET host/status':
      return { status: 200, json: await host.status() };
    case 'POST host/debug':
      host.debugMode.touch();
      return { status: 200 };
    case 'POST host/restart':
      await apps.restart(site);
      return { status: 200 };
    case 'POST host/synctriggers':
      return { status: 200, json: { status: 'success' } };
    case 'GET host/keys':
    case 'GET host/functionkeys':
      return keyList(site.hostKeys.functionKeys);
    case 'GET host/systemkeys':
      return keyList(site.hostKeys.systemKeys);
    case 'GET functions':
      return {
        status: 200,
        json: await Promise.all(
          (await host.listedFunctions()).map((metadata) => functionMetadataResponse(apps, site, metadata)),
        ),
      };
  }
  if (area === 'functions') return answerFunction(apps, site, call, segments.slice(1));
  if (area === 'vfs' && rest[0] === 'home')
    return answerVfs(apps.context, site, call, segments.slice(2).join('/'), '/admin/vfs/home');
  return { status: 404 };
}

async function answerFunction(
  apps: Apps,
  site: Site,
  call: Call,
  [name = '', member]: string[],
): Promise<Answer> {
  const host = apps.host(site);
  const wanted = decodeURIComponent(name).toLowerCase();
  const metadata = (await host.functions()).find((candidate) => candidate.name.toLowerCase() === wanted);
  if (metadata === undefined) return { status: 404 };
  switch (`${call.method} ${member?.toLowerCase() ?? ''}`) {
    case 'GET ':
      return { status: 200, json: await functionMetadataResponse(apps, site, metadata) };
    case 'POST ':
      return run(apps, site, call, metadata);
    case 'GET status':
      return statusOf([metadata.error ?? [], await host.triggers.errorsOf(metadata.name)].flat());
    case 'GET keys':
      return keyList(keysOfFunction(site, metadata.name));
    default:
      return { status: 404 };
  }
}

async function run(apps: Apps, site: Site, call: Call, metadata: FunctionMetadata): Promise<Answer> {
  let body: unknown;
  try {
    body = await call.json();
  } catch {
    return { status: 400 };
  }
  const input = typeof body === 'object' && body !== null && 'input' in body ? body.input : undefined;
  void apps
    .host(site)
    .invokeManually(metadata, typeof input === 'string' ? input : JSON.stringify(input ?? ''));
  return { status: 202 };
}

function isAdmin(apps: Apps, site: Site, call: Call): boolean {
  if (levelOf(site, keyOf(call)) === 'admin') return true;
  const bearer = /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  return bearer !== undefined && sameSecret(bearer, apps.adminToken(site));
}

/** `FunctionStatus` has no errors if there are none. */
function statusOf(errors: string[]): Answer {
  return { status: 200, json: errors.length === 0 ? {} : { errors } };
}

function keyList(keys: Record<string, string>): Answer {
  return {
    status: 200,
    json: { keys: Object.entries(keys).map(([name, value]) => ({ name, value })), links: [] },
  };
}
