import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../server/http';
import type { BlobContainer, StoredBlob } from '../world/storageData';
import type { World } from '../world/world';
import type { Clock } from '../context';
import { storageDataOf } from './data';
import { StorageError, escapeXml, xml } from './errors';
import { notSupported, type StorageRequest, type StorageStore } from './service';

/**
 * A small part of the blob service, in memory: containers, and block blobs that are written at once. Its answers follow
 * the documents of the storage REST API.
 */
export function ownBlobs(world: World, clock: Clock): StorageStore {
  return (request) => {
    if (request.service !== 'blob') throw notSupported();
    const { containers } = storageDataOf(world, request.account.id);
    const [name, ...blob] = request.segments;
    if (name === undefined) return listContainers(request, containers);
    if (blob.length > 0) return onBlob(request, containerOf(containers, name), blob.join('/'), clock);
    return onContainer(request, containers, name, clock);
  };
}

function onContainer(
  { method, query, account }: StorageRequest,
  containers: Map<string, BlobContainer>,
  name: string,
  clock: Clock,
): Answer {
  const comp = query.get('comp');
  if (method === 'GET' && comp === 'list')
    return listBlobs(
      `https://${account.name}.blob.core.windows.net/`,
      name,
      containerOf(containers, name),
      query,
    );
  if (comp !== null) throw notSupported();
  switch (method) {
    case 'PUT': {
      if (!/^(?:[a-z\d]|-(?!-)){3,63}$/.test(name))
        throw new StorageError(
          400,
          'InvalidResourceName',
          'The specified resource name contains invalid characters.',
        );
      if (containers.has(name))
        throw new StorageError(409, 'ContainerAlreadyExists', 'The specified container already exists.');
      const made: BlobContainer = { lastModified: clock.now(), blobs: new Map() };
      containers.set(name, made);
      return { status: 201, headers: stateOf(made) };
    }
    case 'DELETE':
      containerOf(containers, name);
      containers.delete(name);
      return { status: 202 };
    default:
      return { status: 200, headers: stateOf(containerOf(containers, name)) };
  }
}

async function onBlob(
  { method, headers, query, body }: StorageRequest,
  { blobs }: BlobContainer,
  name: string,
  clock: Clock,
): Promise<Answer> {
  const conditions = ['if-match', 'if-modified-since', 'if-unmodified-since'];
  if (query.has('comp') || conditions.some((condition) => condition in headers)) throw notSupported();
  const known = blobs.get(name);
  if (method === 'PUT') {
    if (headers['x-ms-blob-type'] !== 'BlockBlob' || 'x-ms-copy-source' in headers) throw notSupported();
    if (known !== undefined && headers['if-none-match'] === '*')
      throw new StorageError(409, 'BlobAlreadyExists', 'The specified blob already exists.');
    const type = headers['x-ms-blob-content-type'] ?? headers['content-type'] ?? 'application/octet-stream';
    const now = clock.now();
    const made: StoredBlob = {
      content: await body(),
      contentType: type.toString(),
      metadata: Object.fromEntries(Object.entries(headers).flatMap(metadataIn)),
      created: known?.created ?? now,
      lastModified: now,
    };
    blobs.set(name, made);
    return { status: 201, headers: { ...stateOf(made), 'x-ms-request-server-encrypted': 'true' } };
  }
  if (known === undefined) throw new StorageError(404, 'BlobNotFound', 'The specified blob does not exist.');
  if (method === 'DELETE') {
    blobs.delete(name);
    return { status: 202, headers: { 'x-ms-delete-type-permanent': 'true' } };
  }
  const part = rangeOf(headers, known.content.length);
  const content = known.content.subarray(part?.start, part?.end);
  return {
    status: part === undefined ? 200 : 206,
    headers: {
      ...(part && { 'content-range': `bytes ${part.start}-${part.end - 1}/${known.content.length}` }),
      ...stateOf(known),
      ...Object.fromEntries(
        Object.entries(known.metadata).map(([key, value]) => [`x-ms-meta-${key}`, value]),
      ),
      'content-type': known.contentType,
      'content-length': content.length,
      'accept-ranges': 'bytes',
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-creation-time': new Date(known.created).toUTCString(),
    },
    bytes: content,
  };
}

/** The part of a blob that a request asks for; `end` is exclusive. */
function rangeOf(headers: IncomingHttpHeaders, length: number): { start: number; end: number } | undefined {
  const range = headers['x-ms-range'] ?? headers.range;
  if (range === undefined) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range.toString()) ?? [];
  if (first === undefined) throw notSupported();
  const start = Number(first);
  if (start >= length)
    throw new StorageError(
      416,
      'InvalidRange',
      'The range specified is invalid for the current size of the resource.',
    );
  return { start, end: last ? Math.min(Number(last) + 1, length) : length };
}

function metadataIn([name, value]: [string, unknown]): [string, string][] {
  const key = /^x-ms-meta-(.+)$/.exec(name)?.[1];
  return key === undefined || typeof value !== 'string' ? [] : [[key, value]];
}

function containerOf(containers: Map<string, BlobContainer>, name: string): BlobContainer {
  const found = containers.get(name);
  if (found === undefined)
    throw new StorageError(404, 'ContainerNotFound', 'The specified container does not exist.');
  return found;
}

function listContainers({ account, query }: StorageRequest, containers: Map<string, BlobContainer>): Answer {
  const prefix = query.get('prefix') ?? '';
  const shown = [...containers]
    .filter(([name]) => name.startsWith(prefix))
    .sort(byName)
    .map(([name, container]) => element('Container', element('Name', name, true) + propertiesOf(container)));
  return listed(
    `ServiceEndpoint="https://${account.name}.blob.core.windows.net/"`,
    element('Containers', shown.join('')),
  );
}

/** All in one page. With a delimiter, what's below the next one is listed as one prefix. */
function listBlobs(endpoint: string, name: string, { blobs }: BlobContainer, query: URLSearchParams): Answer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const found = [...blobs].filter(([blob]) => blob.startsWith(prefix)).sort(byName);
  const endOf = (blob: string) => (delimiter === '' ? -1 : blob.indexOf(delimiter, prefix.length));
  const shown = found
    .filter(([blob]) => endOf(blob) < 0)
    .map(([blob, stored]) =>
      element('Blob', element('Name', blob, true) + propertiesOf(stored, contentPropertiesOf(stored))),
    );
  const below = new Set(
    found
      .map(([blob]) => blob.slice(0, endOf(blob) + delimiter.length))
      .filter((one) => one.length > prefix.length),
  );
  const prefixes =
    delimiter === '' ? [] : [...below].map((one) => element('BlobPrefix', element('Name', one, true)));
  return listed(
    `ServiceEndpoint="${endpoint}" ContainerName="${name}"`,
    element('Prefix', prefix, true) + element('Blobs', shown.join('') + prefixes.join('')),
  );
}

function contentPropertiesOf({ content, contentType, created }: StoredBlob): string {
  return (
    element('Creation-Time', new Date(created).toUTCString()) +
    element('Content-Length', String(content.length)) +
    element('Content-Type', contentType, true) +
    element('BlobType', 'BlockBlob')
  );
}

function propertiesOf({ lastModified }: { lastModified: number }, more = ''): string {
  const times =
    element('Last-Modified', new Date(lastModified).toUTCString()) + element('Etag', etagOf(lastModified));
  return element(
    'Properties',
    `${times}${more}<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>`,
  );
}

function stateOf({ lastModified }: { lastModified: number }) {
  return { etag: etagOf(lastModified), 'last-modified': new Date(lastModified).toUTCString() };
}

function etagOf(time: number): string {
  return `"0x${time.toString(16).toUpperCase()}"`;
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

function listed(attributes: string, content: string): Answer {
  return xml(200, `<EnumerationResults ${attributes}>${content}<NextMarker /></EnumerationResults>`);
}

function element(name: string, content: string, isText = false): string {
  return `<${name}>${isText ? escapeXml(content) : content}</${name}>`;
}
