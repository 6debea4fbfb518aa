import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { Node } from '../../../src/tree/nodes/nodes';
import { identitiesOfApp } from '../../../src/tree/children/identityChildren';
import { describe as describeNode } from '../../../src/tree/describe/describe';
import { appAndSecret } from '../../../src/tree/shortcuts';
import { root } from '../../support/paths';
import { allNodes } from './allNodes';
import { commandsIn, rowButtons, rowMenu, titleOf, titles } from './rowMenus';
import { app, connection, nodesOfAllKinds } from './samples';

const nodes = nodesOfAllKinds();

describe("the menu of the view's rows", () => {
  /** The longest menu that is taken in at a glance. */
  const most = 12;

  it(`has at most ${String(most)} entries for each row and state`, () => {
    for (const node of allNodes())
      for (const streaming of [false, true]) {
        const names = rowMenu(node, streaming).map(({ name }) => name);
        assert.ok(names.length <= most, `${node.kind}: ${String(names.length)} of ${names.join(', ')}`);
        assert.equal(new Set(names).size, names.length, `${node.kind} has an entry twice`);
      }
  });

  it('has submenus of two commands or more, each in one place', () => {
    for (const node of allNodes()) {
      const menu = rowMenu(node);
      for (const { name, submenu } of menu) assert.notEqual(submenu?.length, 1, `${node.kind}: ${name}`);
      const commands = commandsIn(menu);
      assert.equal(new Set(commands).size, commands.length, node.kind);
    }
  });

  it('keeps what it copies together, and apart what it copies as code', () => {
    const submenu = (node: Node, name: string) => rowMenu(node).find((entry) => entry.name === name)?.submenu;
    assert.deepEqual(submenu(nodes.secret, 'copy'), [
      ...['copySecretUri', 'copySecretUriOfCurrentVersion', 'copyKeyVaultReference'],
      ...['copySecretValue', 'copyResourceId'],
    ]);
    assert.deepEqual(submenu(nodes.appOn, 'copy'), ['copyResourceId', 'copyPrincipalId']);
    assert.equal(submenu(nodes.appOff, 'copy'), undefined, 'it has only a resource ID');
    for (const node of [nodes.secret, nodes.policy, nodes.setting])
      assert.deepEqual(submenu(node, 'copyAs'), ['copyAsAzureCli', 'copyAsPowerShell', 'copyAsBicep']);
  });

  it('offers an app on Container Apps nothing that needs an SCM site', () => {
    const offered = (node: Node) => commandsIn(rowMenu(node));
    for (const command of ['openKudu', 'turnOffBasicPublishing']) {
      assert.ok(offered(nodes.appOn).includes(command), command);
      assert.ok(!offered(nodes.appOnContainerApps).includes(command), command);
    }
  });

  it('offers a new key where Keyless knows what the key opens', () => {
    const rotatable = allNodes().flatMap((node) =>
      node.kind === 'keyLeft'
        ? [[node.finding.account, commandsIn(rowMenu(node)).includes('rotateKey')]]
        : [],
    );
    assert.deepEqual(rotatable, [
      [undefined, false],
      ['shop', true],
    ]);
  });

  it('has what the buttons on the row do', () => {
    for (const node of allNodes())
      for (const command of rowButtons(node))
        assert.ok(commandsIn(rowMenu(node)).includes(command), `${command} on ${node.kind}`);
  });
});

describe('the tooltip of a row', () => {
  const statuses = [
    'Initialized',
    'MSINotEnabled',
    'AccessToKeyVaultDenied',
    'InvalidSyntax',
    'OtherReasons',
  ];
  const broken = [...statuses, 'FetchTimedOut', 'New'].map((status): Node => ({
    ...{ kind: 'appSetting', id: 'id', connection: connection(), app: app() },
    setting: { name: 'A', looksSecret: false, slotSetting: false, resolution: { name: 'A', status } },
  }));
  const secretLike = ['functionapp', 'functionapp,linux,container,azurecontainerapps'].map((kind): Node => ({
    ...{ kind: 'appSetting', id: 'id', connection: connection(), app: app({ kind }) },
    setting: { name: 'A', looksSecret: true, slotSetting: false },
  }));
  const unresolvable = identitiesOfApp({
    ...{ kind: 'identity', id: 'id', connection: connection() },
    app: app({ keyVaultReferenceIdentity: '/subscriptions/s/userAssignedIdentities/gone' }),
  });
  const rows = [...allNodes(), ...broken, ...secretLike, ...unresolvable];

  it('advises only what the menu of the row offers', () => {
    const advised = new Set<string>();
    for (const node of rows)
      for (const title of advisedBy(node)) {
        const offered = commandsIn(rowMenu(node)).map(titleOf);
        assert.ok(offered.includes(title), `${node.kind}: ${title} isn't among ${offered.join(', ')}`);
        advised.add(title);
      }
    for (const title of ['Let App Read Secret…', 'Move to Key Vault…', 'Assign User-Assigned Identity'])
      assert.ok(
        [...advised].some((one) => one.startsWith(title)),
        title,
      );
  });

  it('leads from an expired session to signing in', () => {
    assert.ok(commandsIn(rowMenu(nodes.sessionExpired)).includes('signIn'));
  });
});

/** The titles of the commands that the details of a node say to run. */
function advisedBy(node: Node): string[] {
  const texts = describeNode(node, new Date()).details.map(([, text]) => text);
  return texts.flatMap((text) =>
    [...text.matchAll(/\b[Rr]un (?=[A-Z])/g)].map(({ 0: { length }, index }) => {
      const rest = text.slice(index + length);
      return titles.find((title) => rest.startsWith(title)) ?? assert.fail(`no such command: ${rest}`);
    }),
  );
}

describe('the menu of several selected rows', () => {
  const forSeveral = commandsForSeveral();
  const pairs = (some: readonly Node[]) => some.flatMap((a) => some.map((b) => [a, b]));

  it('offers only commands that get all of them', () => {
    for (const pair of pairs(allNodes()))
      for (const command of commandsIn(rowMenu(pair)))
        assert.ok(forSeveral.has(command), `${command} on ${pair.map(({ kind }) => kind).join(' and ')}`);
  });

  it('offers each command that gets all of them', () => {
    const offered = new Set(pairs(allNodes()).flatMap((pair) => commandsIn(rowMenu(pair))));
    assert.deepEqual(
      [...forSeveral].filter((command) => !offered.has(command)),
      [],
    );
  });

  it('offers what rows of different kinds have in common', () => {
    assert.deepEqual(commandsIn(rowMenu([nodes.appOn, nodes.vaultRbac])), [
      ...['letAppReadSecret', 'whyCantItRead', 'copyResourceId', 'refresh'],
    ]);
    assert.deepEqual(commandsIn(rowMenu([nodes.secret, nodes.policy])), [
      ...['copyAsAzureCli', 'copyAsPowerShell', 'copyAsBicep'],
    ]);
  });

  it('offers access only for one app and one place that it may read', () => {
    const offers = (...rows: Node[]) => commandsIn(rowMenu(rows)).includes('letAppReadSecret');
    assert.ok(offers(nodes.secret, nodes.appOff));
    assert.ok(!offers(nodes.secret, nodes.secretDisabled));
    assert.ok(!offers(nodes.appOff, nodes.appOn));
    assert.ok(!offers(nodes.secret, nodes.appOff, nodes.vaultRbac));
    assert.ok(!appAndSecret([nodes.appOff]) && !appAndSecret([nodes.secret]));
  });
});

/** The commands of the tables that take what VS Code passes third: all selected rows. */
function commandsForSeveral(): ReadonlySet<string> {
  const folder = path.join(root, 'src/commands');
  const found = new Set<string>();
  for (const file of fs.globSync('*/commands.ts', { cwd: folder })) {
    const source = fs.readFileSync(path.join(folder, file), 'utf8');
    const visit = (node: ts.Node): void => {
      if (
        ts.isPropertyAssignment(node) &&
        ts.isStringLiteral(node.name) &&
        ts.isArrowFunction(node.initializer) &&
        node.initializer.parameters.length > 2
      )
        found.add(node.name.text.replace('keyless.', ''));
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2023));
  }
  return found;
}
