import { randomBytes } from 'node:crypto';
import { sameSecret } from '../../entra/sessions';
import type { Call } from '../../server/http';
import type { Site } from '../../world/world';

/** A key in the host's format: 40 bytes, base64url with padding (azure-functions-host SecretGenerator.cs). */
export function newKey(): string {
  return `${randomBytes(40).toString('base64url')}==`;
}

/** The keys of one function; the first access creates its `default` key. */
export function keysOfFunction(site: Site, name: string): Record<string, string> {
  const known = Object.keys(site.functionKeys).find((key) => key.toLowerCase() === name.toLowerCase());
  const keys = (site.functionKeys[known ?? name] ??= {});
  if (Object.keys(keys).length === 0) keys['default'] = newKey();
  return keys;
}

/** The key in a request: the header `x-functions-key`, otherwise the query parameter `code`. */
export function keyOf(call: Call): string | undefined {
  const header = call.headers['x-functions-key'];
  return (typeof header === 'string' ? header : undefined) ?? call.query.get('code') ?? undefined;
}

/** What a key gives access to: everything, all functions, one function, or nothing. */
export function levelOf(
  site: Site,
  key: string | undefined,
  functionName?: string,
): 'admin' | 'function' | 'anonymous' {
  if (key === undefined || key === '') return 'anonymous';
  if (sameSecret(key, site.hostKeys.masterKey)) return 'admin';
  const keys = [
    ...Object.values(site.hostKeys.functionKeys),
    ...(functionName === undefined ? [] : Object.values(keysOfFunction(site, functionName))),
  ];
  return keys.some((candidate) => sameSecret(key, candidate)) ? 'function' : 'anonymous';
}
