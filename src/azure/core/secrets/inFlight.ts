import type { JsonObject } from '../json';
import { isObject, parseJson } from '../json';
import { isCredentialHeader, isCredentialParameter, isSecretName, isSettingsBag } from './secretNames';

/** The parts of a request that can carry secret values. */
export interface SentRequest {
  readonly url: string;
  /** Pairs of name and value. */
  readonly headers?: unknown;
  readonly body?: unknown;
}

/** How much of a body is searched. */
const mostCharacters = 256 * 1024;

/** The secret values that a request sent: in its headers, its query, and its body. */
export function secretsSent({ url, headers, body }: SentRequest): string[] {
  const values: string[] = [];
  for (const [name, value] of pairsOf(headers))
    if (isCredentialHeader(name)) values.push(value.replace(/^(Bearer|Basic)\s+/i, ''));
  const { pathname, searchParams } = new URL(url);
  for (const [name, value] of searchParams) if (isCredentialParameter(name)) values.push(value);
  const text = textOf(body);
  const lines = text.split(/\r?\n/);
  const json = parseJson(text);
  // Anything in a file can be a secret (Kudu's VFS API).
  if (/^\/api\/vfs\//i.test(pathname)) return values.concat(lines, stringsIn(json));
  const isSettings = /\/config\/(appsettings|connectionstrings)$/i.test(pathname);
  return values.concat(json === undefined ? lines : secretsIn(json, isSettings));
}

/** The secret values in JSON that is sent. @param all whether every string is one, as in a map of settings */
export function secretsIn(json: unknown, all = false): string[] {
  if (typeof json === 'string') return all && !isReference(json) ? [json] : [];
  // The `secrets` of an access policy are a list of permissions.
  if (Array.isArray(json))
    return json.filter(isObject).flatMap((item) => secretsIn(withoutNames(item, all), all));
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([name, value]) =>
    secretsIn(
      value,
      all || isSecretName(name) || isSettingsBag(name) || (name === 'value' && typeof value === 'string'),
    ),
  );
}

function stringsIn(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(stringsIn) : [];
}

/** An item of a list of settings without its name and type. */
function withoutNames(item: JsonObject, isSetting: boolean): JsonObject {
  if (!isSetting) return item;
  const { name: _name, type: _type, ...values } = item;
  return values;
}

/** Whether a value is meant as a Key Vault reference, valid or not. It names a secret but isn't one. */
export function isReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\(/i.test(value);
}

function pairsOf(headers: unknown): Iterable<readonly [string, string]> {
  const isIterable = typeof headers === 'object' && headers !== null && Symbol.iterator in headers;
  return isIterable ? (headers as Iterable<readonly [string, string]>) : [];
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, mostCharacters);
  return body instanceof Uint8Array ? Buffer.from(body.subarray(0, mostCharacters)).toString('utf8') : '';
}
