import assert from 'node:assert/strict';
import { isReference, referenceProblem } from '../../../../src/access/reference/reference';
import { parseKeyVaultReference } from '../../../../src/azure/keyVault/secretUri';

const version = 'a'.repeat(32);
const wrap = (inner: string) => `@Microsoft.KeyVault(${inner})`;

const good = [
  wrap('SecretUri=https://kv.vault.azure.net/secrets/s'),
  wrap('SecretUri=https://kv.vault.azure.net/secrets/s/'),
  wrap(`SecretUri=https://kv.vault.azure.net/secrets/s/${version}`),
  wrap(' secreturi = https://kv.vault.localhost:4443/secrets/s '),
  wrap('VaultName=kv1;SecretName=s'),
  wrap(`secretname=s; vaultname=kv1; SECRETVERSION=${version}`),
  ` ${wrap('VaultName=kv1;SecretName=s')} `.replace('Microsoft', 'microsoft'),
];

const bad: readonly (readonly [string, RegExp])[] = [
  ['https://kv.vault.azure.net/secrets/s', /doesn't start/],
  ['@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s', /parenthesis/],
  [wrap(''), /neither/],
  [wrap('https://kv.vault.azure.net/secrets/s'), /neither/],
  [wrap('SecretUri='), /isn't a URL/],
  [wrap('SecretUri=kv/s'), /isn't a URL/],
  [wrap('SecretUri=http://kv.vault.azure.net/secrets/s'), /https/],
  [wrap('SecretUri=https://u:p@kv.vault.azure.net/secrets/s'), /contains more/],
  [wrap('SecretUri=https://kv.vault.azure.net/secrets/s?x=1'), /contains more/],
  [wrap('SecretUri=https://kv.vault.azure.net/keys/s'), /have the form/],
  [wrap('SecretUri=https://kv.vault.azure.net/secrets/'), /doesn't name a secret/],
  [wrap('SecretUri=https://kv.vault.azure.net/secrets/a_b'), /secret name.* is invalid/],
  [wrap('SecretUri=https://kv.vault.azure.net/secrets/s/latest'), /hexadecimal/],
  [wrap(`SecretUri=https://kv.vault.azure.net/secrets/s/${version}/x`), /continues/],
  [wrap('SecretUri=https://kv.vault.azure.net/secrets/s;SecretVersion=1'), /combined/],
  [wrap('SecretName=s'), /VaultName is missing/],
  [wrap('VaultName=kv1'), /SecretName is missing/],
  [wrap('VaultName=1kv;SecretName=s'), /valid vault name/],
  [wrap('VaultName=https://kv1.vault.azure.net;SecretName=s'), /valid vault name/],
  [wrap('VaultName=kv1;SecretName=a b'), /secret name.* is invalid/],
  [wrap('VaultName=kv1;SecretName=s;SecretVersion=1'), /hexadecimal/],
];

describe('referenceProblem', () => {
  for (const text of good)
    it(`accepts ${text}`, () => {
      assert.equal(referenceProblem(text), undefined);
      assert.ok(parseKeyVaultReference(text), 'and can be taken apart');
    });

  for (const [text, problem] of bad)
    it(`rejects ${text}`, () => {
      assert.match(referenceProblem(text) ?? '', problem);
      assert.equal(parseKeyVaultReference(text), undefined, 'nor can it be taken apart');
    });

  it('tells references from other values', () => {
    assert.ok(isReference('@microsoft.keyvault(VaultName='));
    assert.ok(!isReference('Microsoft.KeyVault(SecretUri=x)'));
  });
});
