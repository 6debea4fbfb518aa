import assert from 'node:assert/strict';
import type { Change } from '../../../../src/changes/change';
import { toAzureCli } from '../../../../src/changes/equivalents/azureCli';
import { toBicep } from '../../../../src/changes/equivalents/bicep';
import { toPowerShell } from '../../../../src/changes/equivalents/powerShell';

const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg';
const id = `${group}/providers/Microsoft.App/containerapps/orders`;
const identityId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader`;
const both = {
  systemAssigned: { principalId: 'p', tenantId: 't' },
  userAssigned: [{ resourceId: identityId, principalId: 'q', clientId: 'c' }],
};
const assign: Change = { kind: 'assignIdentity', app: { id, identity: both }, identityId };
const disable: Change = { kind: 'disableIdentity', app: { id, identity: { userAssigned: [] } } };

/** learn.microsoft.com/cli/azure/containerapp/identity, and ContainerApps.json 2026-01-01 of azure-rest-api-specs. */
describe('equivalents of changes to a container app', () => {
  it('use the commands and options of az containerapp', () => {
    const where = '--name orders --resource-group rg --subscription 00000000-0000-0000-0000-000000000001';
    assert.equal(toAzureCli(disable), `az containerapp identity remove ${where} --system-assigned`);
    const plain = toAzureCli(assign).replaceAll("'", '');
    assert.ok(plain.includes(`az containerapp identity assign ${where} --user-assigned `), plain);
    assert.ok(plain.endsWith(identityId), plain);
  });

  it("send the service's own form to its own version", () => {
    const script = toPowerShell(assign);
    assert.ok(script.includes(`${id}?api-version=2026-01-01`), script);
    assert.ok(script.includes('"type":"SystemAssigned,UserAssigned"'), script);
    const bicep = toBicep(assign);
    assert.ok(bicep.includes('(Microsoft.App/containerApps@2026-01-01)'), bicep);
    assert.ok(bicep.includes("'SystemAssigned,UserAssigned'"), bicep);
  });
});
