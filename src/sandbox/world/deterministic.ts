import { createHash, randomBytes } from 'node:crypto';

/** Derives a GUID from a name, so that it's the same in each run (similar to RFC 9562's version 5). */
export function guidOf(name: string): string {
  const hash = createHash('sha1').update(`keyless-sandbox:${name.toLowerCase()}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash
    .subarray(0, 16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Derives 32 hex digits from a name, the format of secret versions. */
export function hexOf(name: string): string {
  return createHash('sha256').update(`keyless-sandbox:${name.toLowerCase()}`).digest('hex').slice(0, 32);
}

/** A value that can't be guessed; hex digits, because a leading dash would be an option on a command line. */
export function randomSecret(bytes = 24): string {
  return randomBytes(bytes).toString('hex');
}
