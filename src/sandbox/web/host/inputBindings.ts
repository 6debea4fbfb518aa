import type { SandboxContext } from '../../context';
import { authorize } from '../../storage/authorize';
import { StorageError } from '../../storage/errors';
import { neededFor } from '../../storage/operations';
import type { StorageStore } from '../../storage/service';
import type { Site } from '../../world/world';
import { hostConnection, openBlobs } from './blobConnection';
import { ConnectionError } from './connections';
import type { AppConfiguration } from './environment';
import type { FunctionMetadata } from './functions';
import { appAddress, reasonOf } from './hostStorage';

/**
 * What the blob input bindings of a function contain, by name; a missing blob is left out. Paths with binding expressions
 * aren't supported.
 * @throws Error as the host reports it; its first sentence is that of WebJobs, the rest is inferred
 */
export async function readInputs(
  context: SandboxContext,
  store: StorageStore,
  site: Site,
  configuration: AppConfiguration,
  { config }: FunctionMetadata,
): Promise<Record<string, Buffer>> {
  const inputs: Record<string, Buffer> = {};
  for (const { type, direction, name, path, connection } of config.bindings) {
    if (!/^blob$/i.test(type) || direction !== 'in' || typeof path !== 'string') continue;
    const setting = typeof connection === 'string' && connection !== '' ? connection : hostConnection;
    try {
      const content = await readBlob(context, store, site, configuration, setting, path);
      if (content !== undefined) inputs[name] = content;
    } catch (error) {
      throw new Error(`Exception binding parameter '${name}'. ${reasonOf(error)}`, { cause: error });
    }
  }
  return inputs;
}

async function readBlob(
  context: SandboxContext,
  store: StorageStore,
  site: Site,
  configuration: AppConfiguration,
  connection: string,
  path: string,
): Promise<Buffer | undefined> {
  const opened = openBlobs(context, site, configuration, connection);
  if (opened === undefined)
    throw new ConnectionError(
      `Storage account connection string 'AzureWebJobs${connection}' does not exist. Make sure that it is a defined App Setting.`,
    );
  const { account, caller } = opened;
  if (account === undefined) throw new ConnectionError('Name or service not known');
  const asked = { method: 'GET', segments: path.split('/'), query: new URLSearchParams() };
  const needed = neededFor('blob', account.id, asked);
  if (needed === undefined)
    throw new ConnectionError(`The blob path '${path}' isn't supported by the sandbox.`);
  authorize(context, account, caller, needed, appAddress);
  const body = () => Promise.resolve(Buffer.alloc(0));
  try {
    const answer = await store({ ...asked, service: 'blob', account, path: `/${path}`, headers: {}, body });
    return answer.status === 200 ? answer.bytes : undefined;
  } catch (error) {
    if (error instanceof StorageError && error.status === 404) return undefined;
    throw error;
  }
}
