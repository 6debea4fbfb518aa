import assert from 'node:assert/strict';
import { ReadFailureFinder, readFailureIn } from '../../../../src/azure/keyVault/readFailures';

const oid = '11111111-2222-3333-4444-555555555555';
const caller = `appid=a;oid=${oid};iss=https://sts.windows.net/t/`;
const policy = `The user, group or application '${caller}' does not have secrets get permission on key vault 'keyless-kv;location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`;
const rbac = [
  'Caller is not authorized to perform action on resource.',
  'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
  `Caller: ${caller}`,
  "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
  "Resource: '/subscriptions/s/resourcegroups/rg/providers/microsoft.keyvault/vaults/keyless-kv/secrets/DbPassword'",
  'Assignment: (not found)',
  'DenyAssignmentId: null',
  "DecisionReason: 'DeniedWithNoValidRBAC' ",
  'Vault: keyless-kv;location=eastus',
];

describe('failures to read a secret in a log', () => {
  it('by a vault with access policies name the vault, and the secret if its URL is nearby', () => {
    assert.deepEqual(new ReadFailureFinder().push(['before', policy]), [
      { kind: 'refused', code: 'AccessDenied', vaultName: 'keyless-kv', objectId: oid },
    ]);
    const finder = new ReadFailureFinder();
    assert.deepEqual(
      finder.push(['GET https://keyless-kv.vault.azure.net/secrets/One/?api-version=7.4']),
      [],
    );
    const [refusal] = finder.push([`[Error] ${policy}`]);
    assert.equal(refusal?.kind === 'refused' && refusal.secretName, 'One');
  });

  it('by a vault with access policies are recognized under either code', () => {
    // hashicorp/terraform-provider-azurerm#26691, azure-key-vault-to-kubernetes#126
    const missing = { kind: 'refused', code: 'AccessDenied', vaultName: 'keyless-kv', objectId: oid };
    assert.deepEqual(new ReadFailureFinder().push([`${policy} InnerError={"code":"ForbiddenByPolicy"}`]), [
      missing,
    ]);
    const compound = `The policy requires the caller '${caller}' to use on-behalf-of (OBO) flow. For more information on OBO, please see https://go.microsoft.com/fwlink/?linkid=2152310`;
    assert.deepEqual(
      new ReadFailureFinder().push(['GET https://keyless-kv.vault.azure.net/secrets/One', compound]),
      [{ ...missing, secretName: 'One' }],
    );
  });

  it('by a vault with roles are found in several lines, in several batches and in one line', () => {
    const whole = {
      kind: 'refused',
      code: 'ForbiddenByRbac',
      vaultName: 'keyless-kv',
      secretName: 'DbPassword',
      objectId: oid,
    };
    assert.deepEqual(new ReadFailureFinder().push(rbac), [whole]);
    const finder = new ReadFailureFinder();
    assert.deepEqual(
      rbac.flatMap((line) => finder.push([line])),
      [whole],
    );
    assert.deepEqual(new ReadFailureFinder().push([`{"message":"${rbac.join('\\r\\n')}"}`]), [whole]);
  });

  it('by a firewall and because of disabled public access have different codes', () => {
    const codeOf = (text: string) => {
      const [found] = new ReadFailureFinder().push([text, 'Vault: keyless-kv;location=eastus']);
      return found?.kind === 'refused' ? found.code : undefined;
    };
    assert.equal(
      codeOf('Client address is not authorized and caller is not a trusted service.'),
      'ForbiddenByFirewall',
    );
    assert.equal(
      codeOf(
        'Public network access is disabled and request is not from a trusted service nor via an approved private link.',
      ),
      'ForbiddenByConnection',
    );
  });

  it('by a network security perimeter are found by the text and the URL', () => {
    const text = 'The request was forbidden by NSP policy. Caller: name=x;appid=a;oid=b';
    const found = new ReadFailureFinder().push(['GET https://keyless-kv.vault.azure.net/secrets/One', text]);
    assert.deepEqual(found, [
      { kind: 'refused', code: 'ForbiddenByNsp', vaultName: 'keyless-kv', secretName: 'One' },
    ]);
  });

  it('are found after an incomplete one', () => {
    const finder = new ReadFailureFinder();
    const other = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    assert.deepEqual(finder.push([rbac[0] ?? '', ...other]), []);
    assert.equal(finder.push([policy]).length, 1);
  });

  it('are found where an app has no identity, or has the text of a reference', () => {
    for (const line of [
      // Azure/static-web-apps#466, Azure/azure-sdk-for-net#37278
      '- ManagedIdentityCredential authentication unavailable. No Managed Identity endpoint found.',
      '- ManagedIdentityCredential authentication unavailable. The requested identity has not been assigned to this resource.',
      // Azure/azure-sdk-for-net#37100
      '{"message":"No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."}',
      '{"error":"This app has no managed identity."}',
    ])
      assert.deepEqual(new ReadFailureFinder().push([line]), [{ kind: 'noIdentity' }], line);
    // MicrosoftDocs/azure-docs#28923
    const unresolved = { kind: 'unresolved', vaultName: 'my-vault-int', secretName: 'Setting1' };
    for (const reference of [
      'SecretUri=https://my-vault-int.vault.azure.net/secrets/Setting1',
      'VaultName=my-vault-int;SecretName=Setting1',
    ])
      assert.deepEqual(new ReadFailureFinder().push([`url: @Microsoft.KeyVault(${reference})`]), [
        unresolved,
      ]);
  });

  it('are shown where the line says so', () => {
    const [line = ''] = rbac;
    assert.deepEqual(readFailureIn(`[Error] ${line}`), { start: 8, text: line.slice(0, -1) });
    assert.equal(readFailureIn(policy)?.text, 'permission on key vault');
    assert.equal(readFailureIn('@Microsoft.KeyVault(SecretUri=x) …')?.start, 0);
    assert.equal(readFailureIn('[Error] 403 Forbidden'), undefined);
  });

  it("don't include other lines", () => {
    assert.deepEqual(
      new ReadFailureFinder().push([
        '403 Forbidden',
        'has no permission on key vault',
        'Vault: keyless-kv',
        '',
      ]),
      [],
    );
  });
});
