/**
 * Whether the checksum in a key is right, so that the key is real and not a sample. Keys issued before Azure marked them
 * have none. Sources: microsoft/security-utilities, IdentifiableSecrets.cs and IdentifiableMetadata.cs (MIT).
 */
export function hasRightChecksum(key: string): boolean {
  const checksum = Buffer.alloc(4);
  // In the new common format, 3 bytes of the checksum follow what they belong to.
  if (/^[A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9]{26}$/.test(key)) {
    checksum.writeUInt32LE(marvin32(Buffer.from(key.slice(0, -4), 'base64'), seedOf('Default0')));
    return key.endsWith(checksum.subarray(0, 3).toString('base64'));
  }
  const bytes = Buffer.from(key.replaceAll('-', '+').replaceAll('_', '/'), 'base64');
  return seedsOf(key).some((seed) => {
    checksum.writeUInt32LE(marvin32(bytes.subarray(0, -4), seed));
    return bytes.subarray(-4).equals(checksum);
  });
}

const messaging = ['Send0000', 'Manage00', 'Listen00'];

/** The seeds for each mark, as the words that they are made of. */
const seeds: readonly (readonly [mark: string, words: readonly string[]])[] = [
  ['+ASt', ['Default0']],
  ['ACDb', ['MastRO00', 'MastRW00']],
  ['+ASb', messaging],
  ['+AEh', messaging],
  ['+ARm', messaging],
  ['AzFu', ['Functi00', 'System00', 'Master00']],
  ['AzCa', ['Access00']],
  ['AzSe', ['Query000', 'PAdmin00']],
  ['+ACR', ['ACRDflt0']],
  ['AIoT', ['IoTHub00', 'DpsKey00', 'Device00']],
];

function seedsOf(key: string): bigint[] {
  const body = key.replace(/=+$/, '');
  const mark = body.slice(-10, -6);
  return (seeds.find(([one]) => one === mark)?.[1] ?? []).map(seedOf);
}

/** A seed is eight characters as a big-endian number. */
function seedOf(words: string): bigint {
  return Buffer.from(words, 'latin1').readBigUInt64BE();
}

/** Marvin32, folded to 32 bits, unsigned. Source: src/security-utilities-node/marvin.ts of the same repository. */
export function marvin32(data: Uint8Array, seed: bigint): number {
  let low = Number(seed & 0xffffffffn);
  let high = Number(seed >> 32n);
  const mix = () => {
    high ^= low;
    low = rotate(low, 20) + high;
    high = rotate(high, 9) ^ low;
    low = rotate(low, 27) + high;
    high = rotate(high, 19);
  };
  const whole = data.length - (data.length % 4);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (let at = 0; at < whole; at += 4) {
    low += view.getUint32(at, true);
    mix();
  }
  let rest = 0x80;
  for (let at = data.length - 1; at >= whole; at--) rest = (rest << 8) | (data[at] ?? 0);
  low += rest;
  mix();
  mix();
  return (high ^ low) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
