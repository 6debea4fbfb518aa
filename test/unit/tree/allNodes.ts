import { contextValueOf } from '../../../src/tree/contextValue';
import type { Node } from '../../../src/tree/nodes/nodes';
import { app, connection, nodesOfAllKinds, secret, subscription, vault } from './samples';

/** A node of every kind in each state that menus distinguish. A new kind doesn't compile until it's here. */
export function allNodes(): readonly Node[] {
  const known = Object.values(nodesOfAllKinds());
  const base = { id: 'id', connection: connection() };
  const ofKind = (kind: Node['kind']) => known.filter((node) => node.kind === kind);
  const ofApp = { ...base, app: app() };
  const ofGroup = { ...base, subscription: subscription() };
  const entry = { name: 'a', folder: false, size: 1 };
  const identity = {
    ...{ id: `${app().id}/identity`, name: 'id', subscriptionId: 's', resourceGroup: 'rg' },
    ...{ principalId: 'p', clientId: 'c' },
  };
  const refused = { ...base, vault: vault() };
  const byKind: Record<Node['kind'], readonly Node[]> = {
    tenantError: [
      { ...base, kind: 'tenantError', tenant: { tenantId: 't', displayName: 'T' }, reason: 'No.' },
    ],
    subscription: [{ ...ofGroup, kind: 'subscription', tenantName: 'T' }],
    resourceGroup: [{ ...ofGroup, kind: 'resourceGroup', group: { id: '/subscriptions/s/rg', name: 'rg' } }],
    functionApps: [{ ...ofGroup, kind: 'functionApps' }],
    keyVaults: [{ ...ofGroup, kind: 'keyVaults' }],
    identities: [{ ...ofGroup, kind: 'identities' }],
    userAssigned: ofKind('userAssigned'),
    identityUsers: [{ ...base, kind: 'identityUsers', identity }],
    identityUser: ofKind('identityUser'),
    principalRoles: [
      { ...base, kind: 'principalRoles', principalId: 'p', principalName: 'P', identityId: identity.id },
    ],
    app: ofKind('app'),
    slot: ofKind('slot'),
    slots: [{ ...ofApp, kind: 'slots' }],
    identity: [{ ...ofApp, kind: 'identity' }],
    systemIdentity: ofKind('systemIdentity'),
    userIdentity: ofKind('userIdentity'),
    functions: [{ ...ofApp, kind: 'functions' }],
    function: ofKind('function'),
    workflows: [{ ...ofApp, kind: 'workflows' }],
    workflow: [{ ...ofApp, kind: 'workflow', workflow: { id: 'w', name: 'w', kind: '', state: 'Enabled' } }],
    containerSecrets: [{ ...ofApp, kind: 'containerSecrets' }],
    containerSecret: [
      { ...ofApp, kind: 'containerSecret', secret: { name: 's' } },
      { ...ofApp, kind: 'containerSecret', secret: { name: 's', keyVaultUrl: secret().id } },
    ],
    keysLeft: [{ ...ofApp, kind: 'keysLeft' }],
    keyLeft: [
      { wayOut: { way: 'keyVault', because: 'otherCredential' } } as const,
      { wayOut: { way: 'identity', because: 'settings' }, account: 'shop' } as const,
    ].map((more) => ({
      ...{ ...ofApp, kind: 'keyLeft' },
      finding: { ...{ kind: 'storageKey', source: 'appSetting', name: 'A', uses: [] }, ...more },
      appearance: { label: 'A', details: [], icon: { theme: 'unlock' }, children: 'none' },
      setting: { name: 'A' },
    })),
    appSettings: [{ ...ofApp, kind: 'appSettings' }],
    connectionStrings: ofKind('connectionStrings'),
    appSetting: ofKind('appSetting'),
    files: [{ ...ofApp, kind: 'files', path: 'site/wwwroot' }],
    file: [{ ...ofApp, kind: 'file', path: 'site/wwwroot/a', entry, readOnly: false }],
    folder: [{ ...ofApp, kind: 'folder', path: 'site/wwwroot/a', entry, readOnly: false }],
    vault: ofKind('vault'),
    secrets: [{ ...base, kind: 'secrets', vault: vault() }],
    secret: [
      ...ofKind('secret'),
      { ...base, kind: 'secret', vault: vault({ permissionModel: 'rbac' }), secret: secret() },
    ],
    version: ofKind('version'),
    secretRoles: [
      { ...base, kind: 'secretRoles', vault: vault({ permissionModel: 'rbac' }), secret: secret() },
    ],
    access: [{ ...base, kind: 'access', vault: vault() }],
    policy: ofKind('policy'),
    roleAssignment: ofKind('roleAssignment'),
    remembered: ofKind('remembered'),
    sessionExpired: ofKind('sessionExpired'),
    message: [
      {
        ...refused,
        kind: 'message',
        text: 'No.',
        icon: 'warning',
        refusal: { kind: 'access', task: 'list' },
      },
    ],
    error: [
      { ...refused, kind: 'error', reason: 'No.', refusal: { kind: 'address', address: '203.0.113.7' } },
    ],
    loadMore: [{ ...{ id: 'id', kind: 'loadMore', shown: 200 }, more: () => Promise.resolve({ nodes: [] }) }],
  };
  const nodes = Object.entries(byKind).flatMap(([kind, some]) => {
    if (some.length === 0) throw new Error(`no node of the kind ${kind}`);
    return some;
  });
  const apps = nodes.flatMap((node) => ('app' in node ? [node] : []));
  const all = [...nodes, ...apps.map((node) => ({ ...node, app: running() }))];
  return [...new Map(all.map((node) => [contextValueOf(node), node])).values()];
}

/** An app that offers the most. */
function running() {
  return app({ identity: { systemAssigned: { principalId: 'p', tenantId: 't' }, userAssigned: [] } });
}
