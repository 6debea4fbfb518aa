import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { treeItemOf } from '../../../src/tree/items';
import type { Node } from '../../../src/tree/nodes/nodes';
import { app, connection, secret, subscription, vault } from '../../unit/tree/samples';

const hostile =
  '$(flame) <img src=x onerror=alert(1)> [click](command:workbench.action.quit) **bold** \u001b[31mred\u202eevil\u0000 `rm -rf $HOME` https://evil.example www.evil.example &lt;b&gt;\nline';

describe('names from outside in the tree', () => {
  const media = vscode.Uri.file('/media');
  const tags = { [hostile]: hostile };
  const base = { id: 'id', connection: connection() };
  const hostileApp = app({
    name: hostile,
    state: hostile,
    location: hostile,
    tags,
    sku: hostile,
    defaultHostName: hostile,
  });
  const hostileVault = vault({ name: hostile, tags, vaultUri: hostile, publicNetworkAccess: hostile });
  const hostileSecret = secret({ name: hostile, id: hostile, contentType: hostile, tags });
  const policy = { tenantId: hostile, objectId: hostile, permissions: { secrets: [hostile] } };
  const assignment = {
    id: hostile,
    scope: hostile,
    roleDefinitionId: hostile,
    principalId: hostile,
    principalType: hostile,
  };
  const hostileIdentity = {
    ...{ id: hostile, name: hostile, subscriptionId: hostile, resourceGroup: hostile },
    ...{ principalId: hostile, clientId: hostile },
  };
  const fn = { id: hostile, name: hostile, language: hostile, disabled: false };
  const nodes: Node[] = [
    {
      ...base,
      kind: 'tenantError',
      tenant: { tenantId: hostile, displayName: hostile },
      reason: hostile,
      nextStep: hostile,
    },
    {
      ...{ ...base, kind: 'subscription', tenantName: hostile, isOneOfManyTenants: true },
      subscription: subscription({ displayName: hostile, state: hostile }),
    },
    { ...base, kind: 'app', app: hostileApp },
    {
      ...base,
      kind: 'userIdentity',
      app: hostileApp,
      assigned: { resourceId: hostile, principalId: hostile, clientId: hostile },
    },
    { ...base, kind: 'function', app: hostileApp, fn },
    {
      ...base,
      kind: 'appSetting',
      app: hostileApp,
      setting: {
        name: hostile,
        keyVaultReference: hostile,
        resolution: { name: hostile, status: hostile, details: hostile },
        looksSecret: false,
        slotSetting: true,
      },
    },
    { ...base, kind: 'vault', vault: hostileVault },
    { ...base, kind: 'secret', vault: hostileVault, secret: hostileSecret },
    { ...base, kind: 'policy', vault: hostileVault, policy, principalName: hostile },
    {
      ...base,
      kind: 'roleAssignment',
      assignment: { ...assignment, condition: hostile },
      shows: 'principal',
      roleName: hostile,
      principalName: hostile,
      where: hostile,
      inherited: true,
      throughGroup: true,
    },
    {
      ...base,
      kind: 'roleAssignment',
      assignment,
      shows: 'role',
      roleName: hostile,
      inherited: false,
      throughGroup: false,
    },
    { ...base, kind: 'userAssigned', identity: hostileIdentity, apps: [hostile] },
    { ...base, kind: 'identityUser', identity: hostileIdentity, userId: `/x/${hostile}` },
    ...(['refreshing', 'lastKnown'] as const).map((state): Node => ({
      ...{ id: 'id', kind: 'remembered', what: 'app', name: hostile, resourceId: `/${hostile}`, state },
    })),
    {
      ...{ id: 'id', kind: 'sessionExpired', reason: hostile, nextStep: hostile },
      account: { kind: 'microsoft', id: 'alex', label: hostile },
    },
    { id: 'id', kind: 'message', text: hostile, detail: hostile, icon: 'info' },
    { id: 'id', kind: 'error', reason: hostile, nextStep: hostile },
  ];

  for (const node of nodes) {
    it(`are shown as plain text in an item of kind ${node.kind}`, () => {
      const item = treeItemOf(node, media, { text: hostile, active: true });
      const texts = [item.label, item.description, item.accessibilityInformation?.label].filter(
        (text) => text !== undefined,
      );
      assert.ok(texts.length >= 2);
      for (const text of texts) {
        assert.ok(typeof text === 'string');
        assert.doesNotMatch(text, /\$\(flame\)/);
        assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }
      const { tooltip } = item;
      assert.ok(tooltip instanceof vscode.MarkdownString);
      assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons);
      assert.doesNotMatch(tooltip.value, /(?<!\\)[[\]*`_]/);
      assert.doesNotMatch(tooltip.value, /[<>]|:\/\/|www\.|\$\(flame/);
      assert.equal(item.command, undefined);
    });
  }
});
