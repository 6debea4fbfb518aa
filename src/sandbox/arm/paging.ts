import { createHash } from 'node:crypto';
import type { Call } from '../server/http';
import { ArmError } from './provider';

/**
 * Returns one page of a list, with Resource Manager's opaque `$skiptoken` in the nextLink. A full page has a
 * nextLink even if nothing follows, as recorded (the next page is then empty).
 * @param origin scheme, host and port for the nextLink
 * @param pageSize used if the call has no `$top`
 * @throws ArmError 400 for an invalid `$top` or `$skiptoken`
 */
export function pageOf<Item>(
  call: Call,
  origin: string,
  items: Item[],
  pageSize: number,
): { value: Item[]; nextLink?: string } {
  const size = Math.min(topOf(call) ?? pageSize, pageSize);
  const offset = offsetOf(call.query.get('$skiptoken') ?? call.query.get('$skipToken'), call.path);
  const value = items.slice(offset, offset + size);
  if (value.length < size) return { value };
  const next = new URL(call.url.pathname + call.url.search, origin);
  next.searchParams.delete('$skipToken');
  next.searchParams.set('$skiptoken', tokenOf(offset + size, call.path));
  return { value, nextLink: next.href };
}

function topOf(call: Call): number | undefined {
  const text = call.query.get('$top');
  if (text === null) return undefined;
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1) {
    throw new ArmError(
      400,
      'InvalidTop',
      `The value '${text}' of the $top query parameter is not valid. It must be a positive integer.`,
    );
  }
  return top;
}

// Rejects a token from another list, so that clients can't get away with mixing tokens up.
function tokenOf(offset: number, path: string): string {
  const check = createHash('sha256').update(`${path.toLowerCase()}:${offset}`).digest('base64url');
  return Buffer.from(`${offset}:${check}`).toString('base64');
}

function offsetOf(token: string | null, path: string): number {
  if (token === null) return 0;
  const offset = Number(/^(\d+):/.exec(Buffer.from(token, 'base64').toString())?.[1]);
  if (!Number.isInteger(offset) || tokenOf(offset, path) !== token) {
    throw new ArmError(400, 'InvalidSkipToken', 'The provided skip token is invalid.');
  }
  return offset;
}
