import fs from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer, Call } from './http';
import type { ServiceKind } from './listener';

/**
 * Records requests and responses as lines of
 * `{"liveRequest":{url,method,headers,body},"liveResponse":{statusCode,headers,body}}`, the format that
 * validators for Azure's OpenAPI documents read. Leaves out Entra ID (tokens), functions and SCM sites (no
 * OpenAPI document), and what functions logged, and replaces secret values with a placeholder of the same type.
 */
export class Recorder {
  readonly #file: number;

  constructor(file: string) {
    this.#file = fs.openSync(file, 'a', 0o600);
  }

  async record(
    service: ServiceKind,
    call: Call,
    answer: Answer,
    headers: OutgoingHttpHeaders,
  ): Promise<void> {
    if (!recorded.has(service)) return;
    const pair = {
      liveRequest: {
        url: call.url.href,
        method: call.method,
        headers: visibleHeaders(call.headers),
        body: redact(await requestBody(call), call.path),
      },
      liveResponse: {
        statusCode: String(answer.status),
        headers: visibleHeaders(headers),
        body: service === 'insights' ? undefined : redact(answer.json, call.path),
      },
    };
    // In one write, so that lines of parallel requests don't mix.
    fs.writeSync(this.#file, `${JSON.stringify(pair)}\n`);
  }

  close(): void {
    fs.closeSync(this.#file);
  }
}

const recorded = new Set<ServiceKind>(['arm', 'vault', 'graph', 'insights']);
const secretHeaders = new Set(['authorization', 'cookie', 'set-cookie']);

async function requestBody(call: Call): Promise<unknown> {
  try {
    return await call.json();
  } catch {
    return undefined; // not JSON, or the client disconnected
  }
}

function visibleHeaders(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => value !== undefined && !secretHeaders.has(name.toLowerCase()))
      .map(([name, value]) => [
        name.toLowerCase(),
        typeof value === 'string' ? withoutSignature(value) : value,
      ]),
  );
}

/** Operation URLs are signed by their `s` and `h` parameters. */
function withoutSignature(value: string): string {
  return value.startsWith('https://') ? value.replace(/([?&][sh]=)[^&]*/g, '$1REDACTED') : value;
}

const secretMaps = /\/config\/(appsettings|connectionstrings)(\/list)?\/?$/i;
const secretAnswers =
  /\/(listkeys|listsecrets|publishingcredentials(\/list)?|functionkeys\/[^/]+|systemkeys\/[^/]+)\/?$/i;
const secretNames = new Set([
  'value',
  'publishingpassword',
  'scmuri',
  'masterkey',
  'sasurl',
  'client_secret',
  'password',
]);

/**
 * Returns a copy with strings replaced that may be secret; everything else, including types, stays the same.
 */
function redact(body: unknown, path: string): unknown {
  if (secretAnswers.test(path)) return redactAll(body);
  const copy = redactNamed(body);
  if (secretMaps.test(path) && isRecord(copy) && copy.properties !== undefined)
    return { ...copy, properties: redactAll(copy.properties) };
  return copy;
}

function redactNamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactNamed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, redactMember(name, member)]),
  );
}

/** A `value` that is no secret: the address of a firewall's rule, or the URL of the container with an app's package. */
const openMembers = new Set(['ipRules', 'deployment']);

function redactMember(name: string, member: unknown): unknown {
  if (openMembers.has(name)) return member;
  return typeof member === 'string' && secretNames.has(name.toLowerCase()) ? 'REDACTED' : redactNamed(member);
}

const identifyingNames = new Set(['id', 'name', 'type', 'keyName', 'permissions', 'creationTime']);

/** Keeps only the members that identify an object. */
function redactAll(value: unknown): unknown {
  if (typeof value === 'string') return 'REDACTED';
  if (Array.isArray(value)) return value.map(redactAll);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      identifyingNames.has(name) ? member : redactAll(member),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
