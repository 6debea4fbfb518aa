import type { SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import type { OtherResource } from '../world/world';
import { authenticate } from './authenticate';
import { authorize } from './authorize';
import { storageAccountOf } from './data';
import { StorageError } from './errors';
import { neededFor } from './operations';
import type { StorageServiceName } from './sharedKey';
import { countTransaction } from './transactions';

/** A request that was let in. */
export interface StorageRequest extends Pick<Call, 'method' | 'path' | 'query' | 'headers' | 'body'> {
  service: StorageServiceName;
  account: OtherResource;
  /** The path's segments, decoded. */
  segments: string[];
}

/** What stores the data: the sandbox's own blobs, or another server. */
export type StorageStore = (request: StorageRequest) => Promise<Answer> | Answer;

/**
 * The blob, queue and table endpoints of all storage accounts: checks key or token, network and role, and lets `store`
 * answer.
 */
export function createStorage(context: SandboxContext, store: StorageStore): Service {
  return async (call) => {
    try {
      const answer = await respond(context, store, call);
      return { ...answer, headers: { 'x-ms-version': versionOf(call), ...answer.headers } };
    } catch (error) {
      if (error instanceof StorageError) return error.toAnswer(serviceOf(call));
      throw error;
    }
  };
}

async function respond(context: SandboxContext, store: StorageStore, call: Call): Promise<Answer> {
  const service = serviceOf(call);
  const account = storageAccountOf(context.world, call.hostName.split('.')[0] ?? '');
  // In Azure, such a name doesn't resolve.
  if (account === undefined)
    throw new StorageError(404, 'ResourceNotFound', 'The specified resource does not exist.');
  const { method, path, query, headers } = call;
  const segments = segmentsOf(path);
  const caller = await authenticate(context, account, service, call);
  const needed = neededFor(service, account.id, { method, segments, query });
  if (needed === undefined) throw notSupported();
  authorize(context, account, caller, needed, call.remoteAddress);
  countTransaction(context, account, caller);
  return store({ service, account, method, path, query, headers, segments, body: () => call.body() });
}

/** @throws StorageError 400 */
function segmentsOf(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    throw new StorageError(
      400,
      'InvalidUri',
      'The requested URI does not represent any resource on the server.',
    );
  }
}

/** The listener accepts no other names. */
function serviceOf({ hostName }: Call): StorageServiceName {
  return hostName.split('.')[1] as StorageServiceName;
}

/** The sandbox's own error, for what it doesn't have. */
export function notSupported(): StorageError {
  return new StorageError(501, 'NotImplemented', "The sandbox doesn't support this operation.");
}

function versionOf(call: Call): string {
  const version = call.headers['x-ms-version'];
  return typeof version === 'string' && /^\d{4}-\d\d-\d\d$/.test(version) ? version : '2023-11-03';
}
