import assert from 'node:assert/strict';
import { formOf, isPlaceholder } from '../../../support/evidence/form';

describe('the form of a value', () => {
  for (const [value, form] of [
    [null, 'null'],
    [true, 'boolean'],
    [1893553445, 'integer'],
    [-2070296896, 'negative integer'],
    [0.5, 'decimal number'],
    [[], 'empty list'],
    [{}, 'empty object'],
    ['', 'empty text'],
    ['northeurope', 'text'],
    ['SystemAssigned, UserAssigned', 'text'],
    ['resources\n| project id', 'text of several lines'],
    ['4633458b-17de-408a-b874-0445c86b69e6', 'GUID'],
    ['4633458b17de408ab8740445c86b69e6', 'GUID without dashes'],
    ['2026-11-29T20:00:00Z', 'date and time'],
    ['2026-11-29', 'date'],
    ['PT12H', 'duration'],
    ['P1D', 'duration'],
    ['PRODUCTION', 'text'],
    ['https://demo.vault.azure.net/', 'HTTPS URL'],
    ['http://demo', 'HTTP URL'],
    ['203.0.113.7', 'IPv4 address'],
    ['203.0.113.0/24', 'IPv4 range'],
    ['2001:db8::1', 'IPv6 address'],
    ['2001:db8::/32', 'IPv6 range'],
  ] as const)
    it(`of ${JSON.stringify(value)} is ${form}`, () => {
      assert.equal(formOf(value), form);
    });

  it('of a resource ID has the types but no names, whatever the case', () => {
    const role = 'Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6';
    assert.equal(
      formOf(`/subscriptions/0b1f/providers/${role}`),
      'ID /subscriptions/{}/providers/microsoft.authorization/roledefinitions/{}',
    );
    assert.equal(formOf(`/providers/${role}`), 'ID /providers/microsoft.authorization/roledefinitions/{}');
    assert.equal(
      formOf('/SUBSCRIPTIONS/a/resourceGroups/b/providers/Microsoft.KeyVault/vaults/c/secrets/d'),
      'ID /subscriptions/{}/resourcegroups/{}/providers/microsoft.keyvault/vaults/{}/secrets/{}',
    );
  });
});

describe('a placeholder in an example', () => {
  for (const [value, name] of [
    ['{subscription-id}', 'id'],
    ['/subscriptions/{subscription-id}/resourceGroups/r', 'id'],
    ['AccountKey=<account-key>', 'value'],
    ['principalId', 'principalId'],
    ['/keys/providers/Microsoft.Authorization/roleDefinitions/roleDefinitionId', 'roleDefinitionId'],
    ['REDACTED@example.com', 'mail'],
  ] as const)
    it(`is ${value}`, () => {
      assert.ok(isPlaceholder(value, name));
    });

  it('is not a value', () => {
    assert.ok(!isPlaceholder('ce2ce14e-85d7-4629-bdbc-454d0519d987', 'principalId'));
    assert.ok(!isPlaceholder('Resources | where a < 3 and b > 2', 'query'));
    assert.ok(!isPlaceholder('web', 'kind'));
    assert.ok(!isPlaceholder(3, 'capacity'));
  });
});
