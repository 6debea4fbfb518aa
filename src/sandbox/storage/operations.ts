import type { Needed } from './authorize';
import type { StorageServiceName } from './sharedKey';

const storage = 'Microsoft.Storage/storageAccounts';

interface Asked {
  method: string;
  /** The path's segments, decoded. */
  segments: string[];
  query: URLSearchParams;
}

/**
 * What a request needs ("Permissions for calling data operations" of the storage REST API); undefined for operations
 * that the sandbox doesn't know.
 */
export function neededFor(service: StorageServiceName, accountId: string, asked: Asked): Needed | undefined {
  const root = `${accountId}/${service}Services/default`;
  switch (service) {
    case 'blob':
      return ofBlobs(root, asked);
    case 'queue':
      return ofQueues(root, asked);
    case 'table':
      return ofTables(root, asked);
  }
}

function ofBlobs(root: string, { method, segments, query }: Asked): Needed | undefined {
  const containers = `${storage}/blobServices/containers`;
  const [container, ...blob] = segments;
  const comp = query.get('comp');
  const read = method === 'GET' || method === 'HEAD';
  if (container === undefined) {
    if (comp === 'list' && read) return action(root, `${containers}/read`);
    if (comp === 'userdelegationkey')
      return action(root, `${storage}/blobServices/generateUserDelegationKey/action`);
    return ofService(root, `${storage}/blobServices`, method, query);
  }
  const scope = `${root}/containers/${container}`;
  if (blob.length === 0) {
    if (query.get('restype') !== 'container') return undefined;
    if (comp === 'list' && read) return dataAction(scope, `${containers}/blobs/read`);
    if (comp !== null && comp !== 'metadata') return undefined;
    if (read) return action(scope, `${containers}/read`);
    if (method === 'PUT') return action(scope, `${containers}/write`);
    return method === 'DELETE' ? action(scope, `${containers}/delete`) : undefined;
  }
  if (read) return dataAction(scope, `${containers}/blobs/read`);
  if (method === 'PUT') return dataAction(scope, `${containers}/blobs/write`);
  return method === 'DELETE' ? dataAction(scope, `${containers}/blobs/delete`) : undefined;
}

function ofQueues(root: string, { method, segments, query }: Asked): Needed | undefined {
  const queues = `${storage}/queueServices/queues`;
  const [queue, messages, message] = segments;
  const read = method === 'GET' || method === 'HEAD';
  if (queue === undefined)
    return query.get('comp') === 'list' && read
      ? action(root, `${queues}/read`)
      : ofService(root, `${storage}/queueServices`, method, query);
  const scope = `${root}/queues/${queue}`;
  if (messages === undefined) {
    if (read) return action(scope, `${queues}/read`);
    if (method === 'PUT') return action(scope, `${queues}/write`);
    return method === 'DELETE' ? action(scope, `${queues}/delete`) : undefined;
  }
  switch (`${method} ${message === undefined ? 'all' : 'one'}`) {
    case 'POST all':
      return dataAction(scope, `${queues}/messages/add/action`, `${queues}/messages/write`);
    case 'GET all':
      return dataAction(
        scope,
        query.get('peekonly') === 'true' ? `${queues}/messages/read` : `${queues}/messages/process/action`,
      );
    case 'DELETE all':
      return dataAction(scope, `${queues}/messages/delete`);
    case 'PUT one':
      return dataAction(scope, `${queues}/messages/write`);
    case 'DELETE one':
      return dataAction(scope, `${queues}/messages/process/action`, `${queues}/messages/delete`);
    default:
      return undefined;
  }
}

function ofTables(root: string, { method, segments, query }: Asked): Needed | undefined {
  const tables = `${storage}/tableServices/tables`;
  const [first] = segments;
  if (first === undefined) return ofService(root, `${storage}/tableServices`, method, query);
  const [, table = '', key] = /^([\w$]+)(?:\((.*)\))?$/.exec(first) ?? [];
  if (table.toLowerCase() === 'tables') {
    if (method === 'GET') return action(root, `${tables}/read`);
    if (method === 'POST') return action(root, `${tables}/write`);
    const named = `${root}/tables/${key?.replaceAll("'", '') ?? ''}`;
    return method === 'DELETE' ? action(named, `${tables}/delete`) : undefined;
  }
  // Its body may contain any operations.
  if (table === '$batch') return undefined;
  const scope = `${root}/tables/${table}`;
  switch (method) {
    case 'GET':
      return dataAction(scope, `${tables}/entities/read`);
    case 'POST':
      return dataAction(scope, `${tables}/entities/add/action`, `${tables}/entities/write`);
    case 'PUT':
    case 'MERGE':
    case 'PATCH':
      return dataAction(scope, `${tables}/entities/write`);
    case 'DELETE':
      return dataAction(scope, `${tables}/entities/delete`);
    default:
      return undefined;
  }
}

/** The properties of a service. */
function ofService(root: string, type: string, method: string, query: URLSearchParams): Needed | undefined {
  if (query.get('restype') !== 'service' || query.get('comp') !== 'properties') return undefined;
  return action(root, `${type}/${method === 'PUT' ? 'write' : 'read'}`);
}

function action(scope: string, ...actions: string[]): Needed {
  return { rights: actions.map((one) => ({ action: one, kind: 'action' })), scope };
}

function dataAction(scope: string, ...actions: string[]): Needed {
  return { rights: actions.map((one) => ({ action: one, kind: 'dataAction' })), scope };
}
