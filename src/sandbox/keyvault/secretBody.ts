import type { Call } from '../server/http';
import { badParameter } from './errors';
import type { SecretWrite } from './secrets';

// Limits: learn.microsoft.com/azure/key-vault/secrets/about-secrets. The messages are inferred.
const maxValueBytes = 25 * 1024;
const maxContentTypeLength = 255;
const maxTags = 15;
const maxTagLength = 256;

/** Reads the JSON object in a request's body, `{}` if there is no body. @throws VaultError 400 */
export async function bodyOf(call: Call): Promise<Record<string, unknown>> {
  let body: unknown;
  try {
    body = await call.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw badParameter('The request body is not valid JSON.');
    throw error;
  }
  if (body === undefined) return {};
  if (!isObject(body)) throw badParameter('The request body must be a JSON object.');
  return body;
}

/** Reads the value of a PUT or restore. @throws VaultError 400 */
export function valueIn(body: Record<string, unknown>): string {
  const { value } = body;
  if (typeof value !== 'string') throw badParameter('Property value is required.');
  return value;
}

/** @throws VaultError 400 */
export function checkSize(value: string): void {
  if (Buffer.byteLength(value) > maxValueBytes)
    throw badParameter(`Property value must not be longer than ${maxValueBytes} bytes.`);
}

/**
 * Reads what a PUT or PATCH says about a version. Unknown members are ignored, as by the real service.
 * @throws VaultError 400
 */
export function writeIn(body: Record<string, unknown>): SecretWrite {
  const attributes = body['attributes'] ?? {};
  if (!isObject(attributes)) throw badParameter('Property attributes has an invalid value.');
  return {
    contentType: contentTypeIn(body),
    tags: tagsIn(body['tags']),
    enabled: booleanIn(attributes, 'enabled'),
    notBefore: secondsIn(attributes, 'nbf'),
    expires: secondsIn(attributes, 'exp'),
  };
}

function contentTypeIn(body: Record<string, unknown>): string | null {
  const { contentType } = body;
  if (contentType === undefined || contentType === null) return null;
  if (typeof contentType !== 'string' || contentType.length > maxContentTypeLength)
    throw badParameter('Property contentType has an invalid value.');
  return contentType;
}

function tagsIn(tags: unknown): Record<string, string> | null {
  if (tags === undefined || tags === null) return null;
  if (!isObject(tags)) throw badParameter('Property tags has an invalid value.');
  const entries = Object.entries(tags);
  if (entries.length > maxTags)
    throw badParameter(`Property tags must not have more than ${maxTags} entries.`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (typeof value !== 'string' || name.length > maxTagLength || value.length > maxTagLength)
        throw badParameter('Property tags has an invalid value.');
      return [name, value];
    }),
  );
}

function booleanIn(object: Record<string, unknown>, name: string): boolean | null {
  const value = object[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'boolean') throw badParameter(`Property attributes.${name} has an invalid value.`);
  return value;
}

function secondsIn(object: Record<string, unknown>, name: string): number | null {
  const value = object[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw badParameter(`Property attributes.${name} has an invalid value.`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
