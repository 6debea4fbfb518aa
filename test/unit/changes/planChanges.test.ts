import assert from 'node:assert/strict';
import type { Change } from '../../../src/changes/change';
import { toAzureCli } from '../../../src/changes/equivalents/azureCli';
import { planRead } from '../../../src/access/plan/plan';
import { changesOfPlan, changesOfReplacement, principalPlaceholder } from '../../../src/changes/planChanges';
import {
  factsWith,
  identity,
  other,
  otherId,
  present,
  principalId,
  secretId,
  vaultId,
} from '../access/readWorld';
import { binding } from '../access/credentials/find';
import { appId, planOf, storageKey, timer, userAssigned } from '../access/replace/replaceWorld';

const reference = '@Microsoft.KeyVault(VaultName=kv;SecretName=s)';

describe('changesOfPlan', () => {
  const changesFor = (facts: ReturnType<typeof factsWith>): Change[] => {
    const wish = { roleScope: 'secret', setting: { name: 'Db', reference } } as const;
    return changesOfPlan(facts, planRead(facts, wish).steps);
  };

  it("uses a placeholder for a principal that doesn't exist yet", () => {
    const { principal: _, ...facts } = factsWith({ otherIdentities: [other] });
    const [enable, policy, setting] = changesFor(facts);
    assert.ok(enable?.kind === 'enableIdentity');
    assert.deepEqual(
      enable.app.identity.userAssigned.map(({ resourceId }) => resourceId),
      [other.resourceId],
      'what the app has stays',
    );
    assert.ok(enable.app.identity.systemAssigned);
    assert.ok(policy?.kind === 'addAccessPolicy' && policy.objectId === principalPlaceholder);
    assert.match(toAzureCli(policy), /--object-id '<principal-id>' /);
    assert.deepEqual(setting && 'reference' in setting && setting.reference, reference);
  });

  it('lists the permissions a policy has afterward', () => {
    const entry = {
      tenantId: identity.tenantId,
      objectId: principalId,
      permissions: { secrets: ['List'], keys: ['get'] },
    };
    const [policy] = changesFor(factsWith({ vault: present({ accessPolicies: [entry] }) }));
    assert.ok(policy?.kind === 'addAccessPolicy');
    assert.deepEqual(policy.permissions, { secrets: ['list', 'get'] });
  });

  it('includes role assignments in a vault with Azure RBAC, and the reference identity', () => {
    const base = factsWith({ vault: present({ permissionModel: 'rbac' }), principal: other });
    const facts = { ...base, app: { ...base.app, identityInUse: other.resourceId ?? '' } };
    const [role, referenceIdentity] = changesFor(facts);
    assert.ok(role?.kind === 'createRoleAssignment');
    assert.deepEqual([role.scope, role.principalId], [secretId, otherId]);
    assert.ok(referenceIdentity?.kind === 'setKeyVaultReferenceIdentity');
    assert.ok(role.scope.startsWith(vaultId));
  });

  it('adds a user-assigned identity to the existing ones', () => {
    const { principal: _, ...base } = factsWith({ otherIdentities: [identity] });
    const facts = { ...base, app: { ...base.app, identityInUse: other.resourceId ?? '' } };
    const [assign] = changesFor(facts);
    assert.ok(assign?.kind === 'assignIdentity');
    assert.equal(assign.app.identity.systemAssigned?.principalId, principalId);
    assert.deepEqual(
      assign.app.identity.userAssigned.map(({ resourceId }) => resourceId),
      [other.resourceId],
    );
  });
});

describe('changesOfReplacement', () => {
  it('copies the identity, its roles, and the settings, with a placeholder for a new principal', () => {
    const facts = { identity: { kind: 'system-assigned' } } as const;
    const plan = planOf('AzureWebJobsStorage', storageKey(), [timer], facts);
    const app = { id: appId, identity: { userAssigned: [userAssigned] } } as const;
    const changes = changesOfReplacement(app, plan.grant, [plan]);
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['enableIdentity', 'createRoleAssignment', 'exchangeAppSettings'],
    );
    const [enable, role] = changes;
    assert.ok(enable?.kind === 'enableIdentity' && enable.app.identity.userAssigned.length === 1);
    assert.ok(role?.kind === 'createRoleAssignment' && role.principalId === principalPlaceholder);
    const copied = changes.map(toAzureCli).join('\n');
    assert.match(copied, /appsettings set .*AzureWebJobsStorage__accountName=fakeacct01/);
    assert.match(copied, /appsettings delete .*--setting-names AzureWebJobsStorage$/);
  });

  it('copies how the platform signs in before its key is deleted', () => {
    const [setting, authentication] = ['DEPLOYMENT_STORAGE_CONNECTION_STRING', { type: 'Key' }];
    const signIn = { type: 'StorageAccountConnectionString', storageAccountConnectionStringName: setting };
    const source = 'https://fakeacct01.blob.core.windows.net/packages';
    const properties = { functionAppConfig: { deployment: { storage: { authentication } }, runtime: {} } };
    const platform = { fetched: 'package', signIn, properties, source } as const;
    const plan = planOf(setting, storageKey(), [timer], { platform });
    const changes = changesOfReplacement({ id: appId, identity: { userAssigned: [] } }, plan.grant, [plan]);
    const [, patch = '', removal = ''] = changes.map(toAzureCli);
    assert.match(patch, /rest --method patch .*"type":"SystemAssignedIdentity".*"runtime":/);
    assert.match(removal, /appsettings delete .*--setting-names DEPLOYMENT_STORAGE_CONNECTION_STRING$/);
  });

  it('copies that a connection string is deleted after the settings that replace it were set', () => {
    const bindings = [binding('blob', { connection: 'Photos', path: 'in/{name}', direction: 'in' })];
    const plan = planOf('Photos', storageKey(), bindings, { connectionType: 'Custom' });
    const changes = changesOfReplacement({ id: appId, identity: { userAssigned: [] } }, plan.grant, [plan]);
    const [, exchange, removal] = changes;
    assert.ok(exchange?.kind === 'exchangeAppSettings' && exchange.remove.length === 0);
    assert.deepEqual(removal, { kind: 'deleteAppSetting', appId, name: 'Photos', connectionType: 'Custom' });
  });
});
