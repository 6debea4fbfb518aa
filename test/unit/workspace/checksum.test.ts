import assert from 'node:assert/strict';
import { keyFormOf } from '../../../src/access/credentials/keyForms';
import { hasRightChecksum, marvin32 } from '../../../src/workspace/model/checksum';
import { fakeKeys } from '../access/credentials/fakeKeys';
import { checkedKey } from './checkedKey';

describe('the checksum of a key', () => {
  // test/tests of microsoft/security-utilities: src/security-utilities-node/tests/marvin.spec.ts, folded to 32 bits.
  const cases: readonly (readonly [seed: bigint, data: Uint8Array, hash: bigint])[] = [
    [0xd53cd9cecd0893b7n, Buffer.from('abc'), 0x22c74339492769bfn],
    [0xddddeeeeffff000n, Buffer.from('abcdefghijklmnopqrstuvwxyz'), 0xa128eb7e7260aca2n],
    [0x004fb61a001bdbccn, Buffer.from(''), 0x30ed35c100cd3c7dn],
    [0x004fb61a001bdbccn, Buffer.from([175]), 0x48e73fc77d75ddc1n],
    [0x804fb61a001bdbccn, Buffer.from([21, 63, 183, 152, 38]), 0x0a06114b13464dbdn],
    [0x804fb61a801bdbccn, Buffer.from([0, 255, 0, 255, 0, 255, 0]), 0x71876f2efb1b0ee8n],
  ];
  for (const [seed, data, hash] of cases)
    it(`is computed as Azure does, for ${data.length} bytes`, () => {
      assert.equal(marvin32(data, seed), Number((hash >> 32n) ^ (hash & 0xffffffffn)));
    });

  const marks = [
    ['storage', 64, '+ASt', 'Default0', 'base64'],
    ['cosmos', 64, 'ACDb', 'MastRW00', 'base64'],
    ['namespace', 32, '+ASb', 'Listen00', 'base64'],
    ['redis', 32, 'AzCa', 'Access00', 'base64'],
    ['functionKey', 40, 'AzFu', 'Master00', 'base64url'],
  ] as const;
  for (const [form, length, mark, seed, encoding] of marks)
    it(`is right for a real key of the form ${form}, and wrong after any change`, () => {
      const key = checkedKey(length, mark, seed, encoding);
      assert.equal(keyFormOf(key), form);
      assert.ok(hasRightChecksum(key));
      const changed = (key.startsWith('A') ? 'B' : 'A') + key.slice(1);
      assert.ok(!hasRightChecksum(changed));
    });

  it('is right for a key of the new common format', () => {
    const before = fakeKeys.openAi.slice(0, -4);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(
      marvin32(Buffer.from(before, 'base64'), Buffer.from('Default0').readBigUInt64BE()),
    );
    assert.ok(hasRightChecksum(before + checksum.subarray(0, 3).toString('base64')));
  });

  it('is wrong for samples, and for what is no key', () => {
    for (const key of [...Object.values(fakeKeys), '', 'short', 'x'.repeat(88)])
      assert.ok(!hasRightChecksum(key));
  });
});
