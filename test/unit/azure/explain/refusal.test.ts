import assert from 'node:assert/strict';
import { AzureError } from '../../../../src/azure/core/errors';
import { refusalOf } from '../../../../src/azure/explain/refusal';

const vault = (innerCode: string, message: string) =>
  new AzureError(message, { status: 403, code: 'Forbidden', innerCode });
const denied = (permission: string, kind = 'secrets') =>
  vault('AccessDenied', `The user 'x' does not have ${kind} ${permission} permission on key vault 'kv'.`);
const byRole = (action: string, deny = 'null') =>
  vault('ForbiddenByRbac', `Action: 'Microsoft.KeyVault/vaults/${action}'\r\nDenyAssignmentId: ${deny}\r\n`);

describe('refusals that the user can fix', () => {
  it('include what the user tried to do with secrets', () => {
    const access = (error: unknown) => refusalOf(error);
    assert.deepEqual(access(denied('list')), { kind: 'access', task: 'list', permission: 'list' });
    assert.deepEqual(access(denied('Get')), { kind: 'access', task: 'read', permission: 'get' });
    assert.deepEqual(access(denied('recover')), { kind: 'access', task: 'write', permission: 'recover' });
    assert.deepEqual(access(byRole('secrets/readMetadata/action')), { kind: 'access', task: 'list' });
    assert.deepEqual(access(byRole('secrets/getSecret/action')), { kind: 'access', task: 'read' });
    assert.deepEqual(access(byRole('secrets/setSecret/action')), { kind: 'access', task: 'write' });
  });

  it('include a missing permission under the code ForbiddenByPolicy, and no other policy', () => {
    // hashicorp/terraform-provider-azurerm#26691
    const other = vault('ForbiddenByPolicy', denied('Get').message);
    assert.deepEqual(refusalOf(other), { kind: 'access', task: 'read', permission: 'get' });
    assert.equal(refusalOf(vault('ForbiddenByPolicy', denied('get', 'keys').message)), undefined);
    const purge = 'Operation "purge" is not allowed because purge protection is enabled for this vault.';
    assert.equal(refusalOf(vault('ForbiddenByPolicy', purge)), undefined);
    // azure-key-vault-to-kubernetes#126; only the request says what was denied.
    const compound = "The policy requires the caller 'appid=a;oid=b;iss=c' to use on-behalf-of (OBO) flow.";
    const tasks = ['GET /secrets', 'GET /secrets/s/versions', 'GET /secrets/s/', 'PUT /secrets/s'].map(
      (operation) => {
        const fields = { status: 403, code: 'Forbidden', innerCode: 'ForbiddenByPolicy', operation };
        return refusalOf(new AzureError(compound, fields));
      },
    );
    assert.deepEqual(
      tasks,
      (['list', 'list', 'read', 'write'] as const).map((task) => ({ kind: 'access', task })),
    );
  });

  it('include the address that the firewall blocked', () => {
    const refusal = refusalOf(vault('ForbiddenByFirewall', 'x\r\nClient address: 203.0.113.7\r\nVault: kv'));
    assert.deepEqual(refusal, { kind: 'address', address: '203.0.113.7' });
  });

  it('include the scope where a role is missing', () => {
    const message = "not authorized to perform action 'a/b' over scope '/subscriptions/s' or the scope";
    const error = new AzureError(message, { status: 403, code: 'AuthorizationFailed' });
    assert.deepEqual(refusalOf(error), { kind: 'role', scope: '/subscriptions/s' });
  });

  it('exclude those that no role or policy fixes', () => {
    const none = [
      byRole('secrets/getSecret/action', "'/subscriptions/s/d'"),
      byRole('keys/read'),
      denied('get', 'keys'),
      vault('ForbiddenByConnection', 'x'),
      vault('SecretDisabled', 'x'),
      new AzureError('x', { status: 404, code: 'SecretNotFound' }),
      new Error('x'),
      undefined,
    ];
    for (const error of none) assert.equal(refusalOf(error), undefined, String(error));
  });
});
