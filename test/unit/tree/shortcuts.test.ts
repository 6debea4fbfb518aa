import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { contextValueOf } from '../../../src/tree/contextValue';
import type { Node } from '../../../src/tree/nodes/nodes';
import { passedRows, selectionWords } from '../../../src/tree/shortcuts';
import { root } from '../../support/paths';
import { commandsIn, rowMenu } from './rowMenus';
import { app, connection, nodesOfAllKinds } from './samples';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    keybindings: { command: string; key: string; mac?: string; when: string; args: { selected: string } }[];
  };
}

const { contributes } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const { commands, keybindings } = contributes;
const file = (readOnly: boolean): Node => ({
  ...{ kind: 'file', id: 'file', connection: connection(), app: app(), path: 'site/wwwroot/a.js', readOnly },
  entry: { name: 'a.js', folder: false, size: 1 },
});
const nodes = { ...nodesOfAllKinds(), file: file(false), readOnlyFile: file(true) };

/** What a keybinding tests `keyless.selection` for. */
const wanted = (when: string) =>
  new RegExp(/ keyless\.selection =~ \/(.+)\/( |$)/.exec(when)?.[1] ?? assert.fail(when));

describe('keyboard shortcuts', () => {
  it('run commands that exist, and only while rows of the view have the focus', () => {
    assert.ok(keybindings.length > 0);
    for (const { command, when, args } of keybindings) {
      assert.ok(
        commands.some((each) => each.command === command),
        command,
      );
      // An input is, for example, the one that finds rows, which needs these keys itself.
      assert.ok(when.startsWith('focusedView == keyless.resources && listFocus && !inputFocus && '), when);
      assert.equal(wanted(when).source, new RegExp(args.selected).source);
    }
    assert.ok(!keybindings.some(({ key }) => key === 'ctrl+f'), "VS Code's own");
  });

  it('do what the menu of the row offers', () => {
    for (const { command, when } of keybindings)
      for (const node of Object.values(nodes).filter((each) => wanted(when).test(selectionWords([each]))))
        assert.ok(
          commandsIn(rowMenu(node)).includes(command.replace('keyless.', '')),
          `${command} on ${node.kind}`,
        );
  });

  it('mean one command for each kind of row', () => {
    const meant = (node: Node) =>
      keybindings
        .filter(({ when }) => wanted(when).test(selectionWords([node])))
        .map(({ key, command }) => `${key}: ${command.replace('keyless.', '')}`);
    assert.deepEqual(meant(nodes.secret), ['delete: deleteSecrets', 'ctrl+c: copySecretUri']);
    assert.deepEqual(meant(nodes.secretDisabled), meant(nodes.secret));
    assert.deepEqual(meant(nodes.version), ['ctrl+c: copySecretUri']);
    assert.deepEqual(meant(nodes.setting), ['f2: renameSetting', 'delete: deleteSetting']);
    assert.deepEqual(meant(nodes.settingReference), meant(nodes.setting));
    assert.deepEqual(meant(nodes.file), ['f2: renameSiteFile', 'delete: deleteSiteFiles']);
    assert.deepEqual(meant(nodes.readOnlyFile), []);
    assert.deepEqual(meant(nodes.policy), ['delete: removeAccessPolicy']);
    const removes = (command: string) => [`delete: ${command}`, 'ctrl+c: copyResourceId'];
    assert.deepEqual(meant(nodes.roleAssignment), removes('removeRoleAssignment'));
    assert.deepEqual(meant(nodes.identityOfApp), removes('removeUserAssignedIdentity'));
    assert.deepEqual(meant(nodes.identityUser), removes('removeUserAssignedIdentity'));
    // Whole resources are deleted only from a menu.
    for (const node of [
      nodes.appOn,
      nodes.containerApp,
      nodes.vaultRbac,
      nodes.userAssigned,
      nodes.remembered,
    ])
      assert.deepEqual(meant(node), ['ctrl+c: copyResourceId'], node.kind);
    assert.deepEqual(meant(nodes.connectionStrings), []);
  });

  it('work for several rows only where the command does', () => {
    const several = keybindings.filter(({ when }) => !when.endsWith(' && !listMultiSelection'));
    assert.deepEqual(
      several.map(({ command }) => command.replace('keyless.', '')),
      ['deleteSecrets', 'deleteSiteFiles', 'copySecretUri', 'copyResourceId'],
    );
  });

  it('use the keys that VS Code uses for files on a Mac', () => {
    const macs = new Map(keybindings.map(({ key, mac }) => [key, mac]));
    assert.deepEqual(
      [...macs],
      [
        ['f2', undefined],
        ['delete', 'cmd+backspace'],
        ['ctrl+c', 'cmd+c'],
      ],
    );
  });
});

describe('a command that a key ran', () => {
  const secrets = { selected: String.raw`^secret\b` };

  it('gets the selected rows as menus pass them', () => {
    assert.deepEqual(passedRows([secrets], [nodes.secret]), [nodes.secret]);
    const both = [nodes.secret, nodes.secretDisabled];
    assert.deepEqual(passedRows([secrets], both), [nodes.secret, both]);
  });

  it("doesn't run unless it fits every selected row", () => {
    for (const selection of [[], [nodes.policy], [nodes.secret, nodes.policy]])
      assert.equal(passedRows([secrets], selection), undefined);
  });

  it("doesn't get the selection from menus and the palette", () => {
    for (const args of [[], [undefined], [nodes.policy], [nodes.policy, undefined], ['text']])
      assert.equal(passedRows(args, [nodes.secret]), args);
  });

  it('is offered by the first selected row', () => {
    assert.equal(selectionWords([]), '');
    assert.equal(selectionWords([nodes.secret, nodes.policy]), contextValueOf(nodes.secret));
  });
});
