import assert from 'node:assert/strict';
import {
  formatKeyVaultReference,
  formatSecretIdentifier,
  isVaultName,
  parseKeyVaultReference,
  parseSecretIdentifier,
} from '../../../../src/azure/keyVault/secretUri';

const version = '0123456789abcdef0123456789abcdef';

describe('secret identifiers', () => {
  it('are parsed with or without a version, port and trailing slash', () => {
    const vaultUri = 'https://kv.vault.azure.net';
    assert.deepEqual(parseSecretIdentifier(`${vaultUri}/secrets/a-B1`), { vaultUri, name: 'a-B1' });
    assert.deepEqual(parseSecretIdentifier(`${vaultUri}/secrets/a/`), { vaultUri, name: 'a' });
    assert.deepEqual(parseSecretIdentifier(`${vaultUri}:443/secrets/a/${version}`), {
      vaultUri,
      name: 'a',
      version,
    });
    assert.deepEqual(
      parseSecretIdentifier(`https://kv.vault.localhost:8443/secrets/a`)?.vaultUri,
      'https://kv.vault.localhost:8443',
    );
  });

  it('are rejected in any other form', () => {
    for (const text of [
      '',
      'kv/secrets/a',
      'http://kv.vault.azure.net/secrets/a',
      'https://user@kv.vault.azure.net/secrets/a',
      'https://kv.vault.azure.net/secrets/a?x=1',
      'https://kv.vault.azure.net/secrets/a#b',
      'https://kv.vault.azure.net/keys/a',
      'https://kv.vault.azure.net/secrets/',
      'https://kv.vault.azure.net/secrets/a_b',
      'https://kv.vault.azure.net/secrets/%0a',
      `https://kv.vault.azure.net/secrets/a/${version}/more`,
      'https://kv.vault.azure.net/secrets/a/short',
    ]) {
      assert.equal(parseSecretIdentifier(text), undefined, text);
    }
  });

  it('are formatted the way they were parsed', () => {
    const text = `https://kv.vault.azure.net/secrets/a/${version}`;
    const parsed = parseSecretIdentifier(text);
    assert.ok(parsed);
    assert.equal(formatSecretIdentifier(parsed), text);
    assert.equal(
      formatKeyVaultReference({ vaultUri: 'https://kv.vault.azure.net/', name: 'a' }),
      '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/a)',
    );
    assert.throws(() => formatSecretIdentifier({ vaultUri: 'https://kv', name: 'a/../b' }), RangeError);
    assert.throws(
      () => formatSecretIdentifier({ vaultUri: 'https://kv', name: 'a', version: ')' }),
      RangeError,
    );
  });
});

describe('Key Vault references', () => {
  it('are parsed in both forms', () => {
    assert.deepEqual(
      parseKeyVaultReference(
        `@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/a/${version})`,
      ),
      {
        vaultUri: 'https://kv.vault.azure.net',
        secretName: 'a',
        secretVersion: version,
      },
    );
    assert.deepEqual(parseKeyVaultReference(' @microsoft.keyvault( VaultName = my-kv ; SecretName=a )'), {
      vaultName: 'my-kv',
      secretName: 'a',
    });
    assert.deepEqual(
      parseKeyVaultReference('@Microsoft.KeyVault(SecretName=a;VaultName=my-kv;SecretVersion=)'),
      { vaultName: 'my-kv', secretName: 'a' },
    );
  });

  it('are rejected if they only look like references', () => {
    for (const text of [
      '',
      'value',
      '@Microsoft.KeyVault()',
      '@Microsoft.KeyVault(SecretUri=http://kv/secrets/a)',
      '@Microsoft.KeyVault(VaultName=x;SecretName=a)',
      '@Microsoft.KeyVault(VaultName=my-kv)',
      'x@Microsoft.KeyVault(SecretUri=https://kv/secrets/a)',
    ]) {
      assert.equal(parseKeyVaultReference(text), undefined, text);
    }
  });

  it('allow the same vault names as Azure', () => {
    assert.deepEqual(
      ['abc', 'a-b', 'a'.repeat(24), 'ab', '1ab', 'ab-', 'a'.repeat(25), 'a_b'].map(isVaultName),
      [true, true, true, false, false, false, false, false],
    );
  });
});
