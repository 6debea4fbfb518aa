import assert from 'node:assert/strict';
import type { KeyVault } from '../../../../src/azure/core/model';
import {
  enableSecret,
  getSecretValue,
  listSecretVersions,
  setSecret,
  updateSecret,
} from '../../../../src/azure/keyVault/secrets';
import type { TestConnection } from '../support';
import { useSandbox } from '../useSandbox';
import { useVault } from './useVault';

/** `@azure/keyvault-secrets` 4.12.0 sends dates after 2038-01-19 as negative numbers: `secretAttributesSerializer`. */
describe('The dates of a secret', () => {
  const open = useVault(useSandbox(), 'keyless-rbac-kv');
  let c: TestConnection;
  let vault: KeyVault;
  beforeEach(() => {
    ({ c, vault } = open());
  });

  const lastOf32Bits = '2038-01-19T03:14:07Z';
  for (const text of [lastOf32Bits, '2038-01-19T03:14:08Z', '2040-06-30T12:00:00Z', '9999-12-31T23:59:59Z'])
    it(`are stored as entered on create, on a new version, and on edit: ${text}`, async () => {
      const date = new Date(text);
      const name = `Dated-${date.getTime()}`;
      const first = await setSecret(c, vault, { name, value: 'one', notBefore: date, expires: date });
      const second = await setSecret(c, vault, { name, value: 'two', expires: date });
      const third = await setSecret(c, vault, { name, value: 'three' });
      assert.deepEqual([first.notBefore, first.expires], [date, date]);
      assert.deepEqual([second.notBefore, second.expires], [undefined, date]);
      const edited = await updateSecret(c, vault, name, third.version, { notBefore: date, expires: date });
      assert.deepEqual([edited.notBefore, edited.expires], [date, date]);
      const { items } = await listSecretVersions(c, vault, name);
      const expires = items.map((item) => item.expires);
      assert.deepEqual(expires, [date, date, date]);
    });

  it('stay when other attributes change', async () => {
    const expires = new Date('2041-02-03T04:05:06Z');
    const made = await setSecret(c, vault, {
      ...{ name: 'Kept', value: 'one', contentType: 'text/plain', expires },
      tags: { a: 'b', c: 'd' },
    });
    const disabled = await updateSecret(c, vault, 'Kept', undefined, { enabled: false, tags: { a: 'x' } });
    const { updated, ...same } = made;
    assert.ok(updated && disabled.updated);
    assert.deepEqual(disabled, { ...same, updated: disabled.updated, enabled: false, tags: { a: 'x' } });
    await enableSecret(c, vault, 'Kept', made.version);
    assert.equal(await getSecretValue(c, vault, 'Kept'), 'one');
  });

  it('are cut to whole seconds', async () => {
    const made = await setSecret(c, vault, {
      ...{ name: 'Fraction', value: 'one' },
      expires: new Date('2039-01-01T00:00:00.999Z'),
    });
    assert.deepEqual(made.expires, new Date('2039-01-01T00:00:00Z'));
  });
});
