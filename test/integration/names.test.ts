import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { publicCloud } from '../../src/azure/core/cloud';
import type { Connection } from '../../src/azure/core/connection';
import type { FunctionApp, KeyVault, SecretInfo } from '../../src/azure/core/model';
import { treeItemOf } from '../../src/tree/items';
import type { Node } from '../../src/tree/nodes/nodes';

/** If it were interpreted, each name would do something in one of the places where names are shown. */
const hostile = {
  Markdown:
    '**bold** [go](command:keyless.signOut) ![](https://evil.example/pixel.png) `code` <https://evil.example> https://evil.example www.evil.example a@evil.example',
  HTML: '<img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;',
  icons: '$(trash) $(sync~spin)',
  ANSI: '\u001b[31mred\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007\u009b2J',
  'shell metacharacters': '"; rm -rf ~; $(id) `id` | & > < \' \\ %PATH% !x',
  'right-to-left override': 'safe\u202etxt.exe\u2066\u200f',
  'new lines': 'first\r\nsecond\u2028third\nINFO forged',
};

const connection = { accountId: 'a', tenantId: 't', cloud: publicCloud } as unknown as Connection;
const media = vscode.Uri.file('/media');

describe('hostile names in the tree', () => {
  for (const [what, name] of Object.entries(hostile))
    it(`shows ${what} as plain text`, () => {
      for (const node of nodesOf(name)) {
        const item = treeItemOf(node, media, undefined);
        const spoken = item.accessibilityInformation?.label ?? '';
        for (const text of [item.label, item.description ?? '', spoken]) {
          assert.ok(typeof text === 'string', node.kind);
          assert.doesNotMatch(
            text,
            /\$\(|\]\(|[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\u200f]/,
            node.kind,
          );
        }
        const { tooltip } = item;
        assert.ok(tooltip instanceof vscode.MarkdownString, node.kind);
        assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons, node.kind);
        assertPlain(tooltip.value, node.kind);
      }
    });
});

/** Asserts that a tooltip's Markdown contains only text, with every special character escaped. */
function assertPlain(markdown: string, kind: string): void {
  assert.doesNotMatch(markdown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/, kind);
  const unescaped = markdown
    .replace(/\\[\\`*_{}[\]()#+\-!~<>|&$]/g, '')
    .replace(/&(lt|gt|amp|nbsp|#\d+);/g, '');
  assert.doesNotMatch(unescaped, /[*`[\]<&@]|:\/\/|www\./, `${kind}: ${markdown}`);
}

function nodesOf(name: string): Node[] {
  const tags = { [name]: name };
  const resource = { name, subscriptionId: 's', resourceGroup: name, location: name, tags };
  const app: FunctionApp = {
    ...{ ...resource, id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x', kind: name },
    ...{ linux: false, state: name, sku: name, defaultHostName: name },
    identity: { userAssigned: [{ resourceId: `/x/${name}`, principalId: name, clientId: name }] },
    keyVaultReferenceIdentity: name,
  };
  const vault: KeyVault = {
    ...{ ...resource, id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/x' },
    ...{ tenantId: 't', vaultUri: `https://${name}`, permissionModel: 'accessPolicies', accessPolicies: [] },
    ...{ publicNetworkAccess: name, firewall: true },
  };
  const secret: SecretInfo = {
    id: `https://x/secrets/${name}`,
    name,
    enabled: false,
    contentType: name,
    tags,
  };
  const policy = { tenantId: 't', objectId: name, permissions: { secrets: [name] } };
  const subscription = { subscriptionId: name, displayName: name, tenantId: name, state: name };
  const [assigned] = app.identity.userAssigned;
  assert.ok(assigned);
  const base = { connection, parentId: 'p' };
  const fn = {
    ...{ id: name, name, language: name, disabled: true },
    http: { methods: [name], authLevel: name, invokeUrlTemplate: name },
  };
  const nodes = [
    { ...base, kind: 'subscription', subscription },
    { ...base, kind: 'app', app },
    { ...base, kind: 'userIdentity', app, assigned },
    { ...base, kind: 'function', app, fn },
    {
      ...base,
      kind: 'appSetting',
      app,
      setting: { name, keyVaultReference: name, looksSecret: false, slotSetting: true },
    },
    { ...base, kind: 'vault', vault },
    { ...base, kind: 'secret', vault, secret },
    { ...base, kind: 'policy', vault, policy, principalName: name },
    {
      ...base,
      kind: 'tenantError',
      tenant: { tenantId: name, displayName: name },
      reason: name,
      nextStep: name,
    },
    { kind: 'error', parentId: 'p', reason: name, nextStep: name },
    { kind: 'remembered', what: 'app', name, resourceId: '/subscriptions/s', parentId: 'p' },
  ];
  return nodes.map((node, index) => ({ ...node, id: String(index) }) as unknown as Node);
}
