import { randomBytes } from 'node:crypto';
import { marvin32 } from '../../../src/workspace/model/checksum';

/** A random key with a mark and its right checksum, made as IdentifiableSecrets.cs does. */
export function checkedKey(
  length: number,
  mark: string,
  seed: string,
  encoding: 'base64' | 'base64url',
): string {
  const bytes = randomBytes(length);
  const body = bytes.toString('base64').replace(/=+$/, '');
  const at = body.length - 10;
  // The mark and the bits of the checksum's first character that belong to the byte before it.
  const marked = Buffer.from(`${body.slice(0, at)}${mark}A${body.slice(at + 5)}`, 'base64');
  marked.writeUInt32LE(marvin32(marked.subarray(0, -4), Buffer.from(seed).readBigUInt64BE()), length - 4);
  const key = marked.toString(encoding);
  return key + '='.repeat((4 - (key.length % 4)) % 4);
}
