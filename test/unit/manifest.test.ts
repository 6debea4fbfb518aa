import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { AzureError } from '../../src/azure/core/errors';
import { errorNode } from '../../src/tree/nodes/messageNodes';
import type { Node } from '../../src/tree/nodes/nodes';
import { root } from '../support/paths';
import { commandsIn, rowButtons, rowMenu } from './tree/rowMenus';
import { app, connection, nodesOfAllKinds } from './tree/samples';

interface Manifest {
  activationEvents: string[];
  capabilities: unknown;
  extensionKind: string[];
  engines: { vscode: string };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command?: string; submenu?: string; when?: string }[]>;
    submenus: { id: string }[];
    configuration: { properties: Record<string, { scope: string }> };
    viewsWelcome: { contents: string }[];
    walkthroughs: { steps: { description: string; media: { image: Record<string, string> } }[] }[];
  };
}

const manifest = readManifest();
const { commands, menus, submenus, configuration, viewsWelcome, walkthroughs } = manifest.contributes;
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const ids = commands.map(({ command }) => command);

describe('package.json', () => {
  it('contributes exactly the registered commands', () => {
    const registered = registeredCommands().sort();
    assert.deepEqual([...ids].sort(), registered);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('gives every command a title in title case and the same category', () => {
    const small = new Set(['a', 'an', 'and', 'as', 'by', 'in', 'of', 'or', 'the', 'to', 'with']);
    for (const { title, category } of commands) {
      assert.equal(category, 'Keyless');
      for (const word of title.split(' ')) assert.ok(small.has(word) || /^[A-Z]/.test(word), title);
    }
  });

  it('uses only its own commands in menus and welcome texts', () => {
    const inMenus = Object.values(menus).flatMap((items) => items.flatMap(({ command }) => command ?? []));
    const inTexts = [
      ...viewsWelcome.map(({ contents }) => contents),
      ...steps.map((step) => step.description),
    ]
      .flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)])
      .map(([, id]) => id ?? '');
    for (const id of [...inMenus, ...inTexts]) assert.ok(ids.includes(id), id);
    const used = Object.values(menus).flatMap((items) => items.flatMap(({ submenu }) => submenu ?? []));
    assert.deepEqual([...new Set(used)].sort(), submenus.map(({ id }) => id).sort());
  });

  it('has a picture for each step of the walkthrough in each kind of theme', () => {
    for (const { media } of steps) {
      const { dark = '', light = '', hc = '', hcLight } = media.image;
      assert.deepEqual([hc, hcLight], [dark.replace('-dark.', '-hc.'), light]);
      assert.equal(light, dark.replace('-dark.', '-light.'));
      for (const file of [dark, light, hc]) assert.ok(fs.existsSync(path.join(root, file)), file);
    }
  });

  it('makes each command available somewhere', () => {
    const hidden =
      menus['commandPalette']?.flatMap(({ when, command = '' }) => (when === 'false' ? command : [])) ?? [];
    const elsewhere = new Set(
      Object.entries(menus).flatMap(([menu, items]) =>
        menu === 'commandPalette' ? [] : items.map(({ command }) => command),
      ),
    );
    // Run by clicking a node, by buttons in messages, by quick fixes, and by inputs of launch.json.
    const byOthers = [
      ...['keyless.copyText', 'keyless.explainReadFailure', 'keyless.replaceFileSecret'],
      'keyless.secretValue',
    ];
    for (const id of hidden) assert.ok(elsewhere.has(id) || byOthers.includes(id), id);
    // What asking for a resource doesn't make runnable: the row of a failure, or what a link names.
    assert.deepEqual(hidden.sort(), [...byOthers, 'keyless.retry', 'keyless.signInToTenant'].sort());
  });

  it("doesn't let workspaces decide where tokens are sent", () => {
    for (const [name, { scope }] of Object.entries(configuration.properties)) {
      if (/cloud|url|endpoint|host/i.test(name)) assert.equal(scope, 'application', name);
    }
    assert.deepEqual(manifest.capabilities, {
      untrustedWorkspaces: { supported: true },
      virtualWorkspaces: true,
    });
    assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
  });

  describe('context menus', () => {
    const offered = (node: Node, streaming = false) => commandsIn(rowMenu(node, streaming));
    const nodes = nodesOfAllKinds();

    it('offer commands for an app that fit its state', () => {
      const common = [
        ...['letAppReadSecret', 'whyCantItRead', 'whyCantItAccess', 'showAccessMap', 'findKeys'],
        ...['replaceAll', 'turnOffBasicPublishing'],
        ...['letAppAccess', 'addAccessPolicy', 'addRoleAssignment', 'assignUserAssignedIdentity'],
        ...['startStreamingLogs', 'tailLogFile', 'openLogFiles'],
      ];
      const opened = [...['openInPortal', 'viewJson', 'openFilesInExplorer', 'openKudu', 'downloadSettings']];
      assert.deepEqual(offered(nodes.appOff), [
        'enableSystemAssignedIdentity',
        ...common,
        'stopApp',
        'restartApp',
        ...opened,
        ...['copyResourceId', 'refresh', 'deleteFunctionApp'],
      ]);
      assert.deepEqual(offered(nodes.appOn), [
        ...['disableSystemAssignedIdentity', ...common, 'startApp', ...opened],
        ...['copyResourceId', 'copyPrincipalId', 'refresh', 'deleteFunctionApp'],
      ]);
      assert.deepEqual(rowButtons(nodes.appOff), ['letAppReadSecret', 'startStreamingLogs']);
      assert.ok(offered(nodes.appOn, true).includes('stopStreamingLogs'));
      assert.ok(!offered(nodes.appOn, true).includes('startStreamingLogs'));
    });

    it('offer only what works for apps on Container Apps', () => {
      assert.deepEqual(offered(nodes.containerApp), [
        ...['enableSystemAssignedIdentity', 'letAppReadSecret', 'whyCantItRead'],
        ...['whyCantItAccess', 'showAccessMap', 'letAppAccess', 'addAccessPolicy', 'addRoleAssignment'],
        ...['assignUserAssignedIdentity'],
        ...['openInPortal', 'viewJson', 'copyResourceId', 'refresh'],
      ]);
      const site = offered(nodes.appOnContainerApps);
      assert.deepEqual(
        offered(nodes.appOff).filter((command) => !site.includes(command)),
        ['turnOffBasicPublishing', 'tailLogFile', 'openLogFiles', 'openFilesInExplorer', 'openKudu'],
      );
      assert.deepEqual(offered(nodes.identityOfContainerApp), [
        ...['disableSystemAssignedIdentity', 'addRoleAssignment', 'addAccessPolicy', 'copyPrincipalId'],
        ...['copyAsAzureCli', 'copyAsPowerShell', 'copyAsBicep'],
      ]);
    });

    it('offer to sign in only where an error says that it takes another token', async () => {
      const refusedToken = { scope: 'https://vault.azure.net/.default', tenantId: 't' };
      const refused = await errorNode('p', new AzureError('no', { status: 401, refusedToken }));
      assert.deepEqual(rowButtons(refused), ['retry', 'signInToTenant']);
      assert.deepEqual([refused.tenant, refused.scope], [{ tenantId: 't' }, refusedToken.scope]);
      assert.deepEqual(rowButtons(await errorNode('p', new AzureError('no', { status: 500 }))), ['retry']);
    });

    it('offer to move a key to a vault, unless the host uses it', () => {
      const keyLeft = (by: 'host' | 'binding'): Node => ({
        ...{ kind: 'keyLeft', id: 'k', connection: connection(), app: app() },
        finding: {
          ...{ kind: 'storageKey', source: 'appSetting', name: 'A', uses: [{ by }] },
          wayOut: { way: 'identity', because: 'settings' },
        },
        appearance: { label: 'A', details: [], icon: { theme: 'unlock' }, children: 'none' },
        setting: { name: 'A' },
      });
      assert.ok(offered(keyLeft('binding')).includes('moveToKeyVault'));
      assert.ok(!offered(keyLeft('host')).includes('moveToKeyVault'));
      assert.deepEqual(rowButtons(keyLeft('host')), ['replaceWithIdentity']);
    });

    it('offer to delete a vault only on the vault itself', () => {
      assert.ok(offered(nodes.vaultRbac).includes('deleteKeyVault'));
      assert.ok(!offered(nodes.secret).includes('deleteKeyVault'));
    });

    it('offer the same commands for a slot as for an app', () => {
      assert.deepEqual(offered(nodes.slotOn), offered(nodes.appOn));
    });

    it('offer access policies only where they apply', () => {
      assert.ok(offered(nodes.vaultPolicies).includes('addAccessPolicy'));
      assert.ok(!offered(nodes.vaultRbac).includes('addAccessPolicy'));
      assert.deepEqual(offered(nodes.policy), [
        ...['removeAccessPolicy', 'copyPrincipalId'],
        ...['copyAsAzureCli', 'copyAsPowerShell', 'copyAsBicep'],
      ]);
    });

    it('offer role assignments for identities and scopes, and their removal', () => {
      for (const node of [nodes.appOff, nodes.vaultRbac, nodes.vaultPolicies, nodes.userAssigned])
        assert.ok(offered(node).includes('addRoleAssignment'), node.kind);
      assert.ok(!offered(nodes.secret).includes('addRoleAssignment'), 'its vault has access policies');
      assert.ok(offered(nodes.roleAssignment).includes('removeRoleAssignment'));
      assert.ok(offered(nodes.userAssigned).includes('deleteUserAssignedIdentity'));
      assert.deepEqual(offered(nodes.identityOfApp).slice(0, 2), [
        'removeUserAssignedIdentity',
        'setKeyVaultReferenceIdentity',
      ]);
      assert.ok(offered(nodes.identityUser).includes('removeUserAssignedIdentity'));
      assert.ok(!offered(nodes.identityOfMachine).includes('removeUserAssignedIdentity'));
    });

    it("offer a secret's value only while it is enabled", () => {
      assert.ok(offered(nodes.secret).includes('copySecretValue'));
      assert.ok(!offered(nodes.secretDisabled).includes('copySecretValue'));
      assert.ok(offered(nodes.secretDisabled).includes('copySecretUri'));
      assert.ok(offered(nodes.version).includes('copySecretUriWithoutVersion'));
    });

    it("lead from a reference that didn't resolve to its cause with one click", () => {
      assert.deepEqual(rowButtons(nodes.settingReference), ['whyCantItRead']);
      assert.deepEqual(rowButtons(nodes.settingResolved), []);
    });

    it("offer an app setting's value, and for a reference to fetch it again", () => {
      const plain = offered(nodes.setting);
      assert.ok(plain.includes('revealSettingValue') && plain.includes('deleteSetting'));
      assert.ok(!plain.includes('refreshReferences') && !plain.includes('addSetting'));
      assert.ok(offered(nodes.settingReference).includes('refreshReferences'));
      assert.deepEqual(offered(nodes.connectionStrings).slice(0, 2), [
        'addConnectionString',
        'refreshReferences',
      ]);
    });

    it('offer to run a function only if it has an HTTP trigger', () => {
      assert.ok(offered(nodes.functionHttp).includes('runFunction'));
      assert.ok(!offered(nodes.functionTimer).includes('runFunction'));
    });

    it('offer only the ID of a remembered node', () => {
      assert.deepEqual(offered(nodes.remembered), ['copyResourceId']);
    });

    it("don't offer the portal if the cloud has none", () => {
      assert.ok(!offered(nodes.appWithoutPortal).includes('openInPortal'));
      assert.ok(offered(nodes.appWithoutPortal).includes('viewJson'));
    });
  });
});

/** package.json with the texts from package.nls.json filled in, as VS Code shows it in English. */
function readManifest(): Manifest {
  const read = (name: string): unknown => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));
  const texts = read('package.nls.json') as Record<string, string>;
  const localize = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? (texts[/^%(.+)%$/.exec(value)?.[1] ?? ''] ?? value) : value;
  return JSON.parse(JSON.stringify(read('package.json'), localize)) as Manifest;
}

/** Names of properties that start with `keyless.` in the command tables. */
function registeredCommands(): string[] {
  const folder = path.join(root, 'src/commands');
  const files = fs.globSync(['*.ts', '*/commands.ts'], { cwd: folder });
  const found: string[] = [];
  for (const file of files) {
    const source = fs.readFileSync(path.join(folder, file), 'utf8');
    const visit = (node: ts.Node): void => {
      const named = ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node);
      if (named && ts.isStringLiteral(node.name) && node.name.text.startsWith('keyless.'))
        found.push(node.name.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2023));
  }
  return found;
}
