import { createHash, randomBytes } from 'node:crypto';

/** A GUID that follows from a name, so that it is the same in each run (in the manner of RFC 9562's version 5). */
export function guidOf(name: string): string {
  const hash = createHash('sha1').update(`keyless-sandbox:${name.toLowerCase()}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash
    .subarray(0, 16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** 32 hex digits that follow from a name, as versions of secrets have them. */
export function hexOf(name: string): string {
  return createHash('sha256').update(`keyless-sandbox:${name.toLowerCase()}`).digest('hex').slice(0, 32);
}

/** A value that nobody can guess; hex digits, since a leading dash is an option on a command line. */
export function randomSecret(bytes = 24): string {
  return randomBytes(bytes).toString('hex');
}
