import assert from 'node:assert/strict';
import { tenantOfVault } from '../../../../src/azure/keyVault/vaultTenant';
import { useSandbox } from '../useSandbox';
import { useVault } from './useVault';

describe("a vault's tenant", () => {
  const sandbox = useSandbox();
  const vault = useVault(sandbox, 'keyless-demo-kv');
  const { signal } = new AbortController();

  it('is the one that its challenge names, without a token', async () => {
    const { c, vault: demo } = vault();
    assert.equal(await tenantOfVault(c, demo.vaultUri, signal), demo.tenantId.toLowerCase());
  });

  it("isn't asked of a host outside the cloud, and stays unknown if the vault doesn't say", async () => {
    const { c, vault: demo } = vault();
    assert.equal(await tenantOfVault(c, 'https://kv.vault.example', signal), undefined);
    const missing = demo.vaultUri.replace('keyless-demo-kv', 'no-such-vault');
    assert.equal(await tenantOfVault(c, missing, signal), undefined);
  });

  it("isn't asked any longer once the person cancels", async () => {
    const { c, vault: demo } = vault();
    await assert.rejects(tenantOfVault(c, demo.vaultUri, AbortSignal.abort()), { name: 'AbortError' });
  });
});
