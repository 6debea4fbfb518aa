import type { Node } from '../../../src/tree/nodes/nodes';
import { app, connection, secret, subscription, vault } from './samples';

/** A node of each kind, with a text from outside wherever it shows one. */
export function hostileNodes(text: string): Node[] {
  const tags = { [text]: text };
  const base = { id: 'id', connection: connection() };
  const hostileApp = app({
    name: text,
    state: text,
    location: text,
    tags,
    sku: text,
    defaultHostName: text,
  });
  const hostileVault = vault({ name: text, tags, vaultUri: text, publicNetworkAccess: text });
  const hostileSecret = secret({ name: text, id: text, contentType: text, tags });
  const policy = { tenantId: text, objectId: text, permissions: { secrets: [text] } };
  const assignment = {
    id: text,
    scope: text,
    roleDefinitionId: text,
    principalId: text,
    principalType: text,
  };
  const hostileIdentity = {
    ...{ id: text, name: text, subscriptionId: text, resourceGroup: text },
    ...{ principalId: text, clientId: text },
  };
  const fn = { id: text, name: text, language: text, disabled: false };
  return [
    {
      ...base,
      kind: 'tenantError',
      tenant: { tenantId: text, displayName: text },
      reason: text,
      nextStep: text,
    },
    {
      ...{ ...base, kind: 'subscription', tenantName: text, isOneOfManyTenants: true },
      subscription: subscription({ displayName: text, state: text }),
    },
    { ...base, kind: 'app', app: hostileApp },
    {
      ...base,
      kind: 'userIdentity',
      app: hostileApp,
      assigned: { resourceId: text, principalId: text, clientId: text },
    },
    { ...base, kind: 'function', app: hostileApp, fn },
    {
      ...base,
      kind: 'appSetting',
      app: hostileApp,
      setting: {
        name: text,
        keyVaultReference: text,
        resolution: { name: text, status: text, details: text },
        looksSecret: false,
        slotSetting: true,
      },
    },
    { ...base, kind: 'vault', vault: hostileVault },
    { ...base, kind: 'secret', vault: hostileVault, secret: hostileSecret },
    { ...base, kind: 'policy', vault: hostileVault, policy, principalName: text },
    {
      ...base,
      kind: 'roleAssignment',
      assignment: { ...assignment, condition: text },
      listedBy: 'scope',
      roleName: text,
      principalName: text,
      where: text,
      inherited: true,
      throughGroup: true,
    },
    {
      ...base,
      kind: 'roleAssignment',
      assignment,
      listedBy: 'principal',
      roleName: text,
      inherited: false,
      throughGroup: false,
    },
    { ...base, kind: 'userAssigned', identity: hostileIdentity, apps: [text] },
    { ...base, kind: 'identityUser', identity: hostileIdentity, userId: `/x/${text}` },
    ...(['refreshing', 'lastKnown'] as const).map((state): Node => ({
      ...{ id: 'id', kind: 'remembered', what: 'app', name: text, resourceId: `/${text}`, state },
    })),
    {
      ...{ id: 'id', kind: 'sessionExpired', reason: text, nextStep: text },
      account: { kind: 'microsoft', id: 'alex', label: text },
    },
    { id: 'id', kind: 'message', text, detail: text, icon: 'info' },
    { id: 'id', kind: 'error', reason: text, nextStep: text },
  ];
}
