import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { grantCommands } from '../../src/commands/grantTable';
import { letAppReadSecret } from '../../src/commands/letAppReadSecret';
import { undoLastGrant } from '../../src/commands/undoLastGrant';
import { whyCantItRead } from '../../src/commands/whyCantItRead';
import type { SecretTarget } from '../../src/ui/targets';
import { until } from '../support/until';
import type { CommandWorld } from './commandWorld';
import { openCommandWorld } from './commandWorld';
import { Prompts } from './prompts';

interface Settings {
  properties: Record<string, string>;
}

describe('grants by command', function () {
  this.timeout(60_000);
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
    await world.plain.control('/settings', { rolePropagationMs: 100, softDeleteDelayMs: 100 }, 'PATCH');
    prompts = new Prompts();
  });
  afterEach(async () => {
    prompts.restore();
    await world.close();
  });

  const appNode = (name = 'keyless-demo-app') => world.app(name);
  const vaultNode = (name = 'keyless-demo-kv') => world.vault(name);

  async function secretNode(vaultName = 'keyless-demo-kv', name = 'ASampleKey'): Promise<SecretTarget> {
    const vault = await vaultNode(vaultName);
    return {
      ...vault,
      secret: { id: `${vault.vault.vaultUri}/secrets/${name}`, name, enabled: true, tags: {} },
    };
  }

  /** What Azure has that grants could change, without what differs from read to read. */
  async function everything(): Promise<string> {
    const app = await appNode();
    const settings = await world.plain.arm('POST', `${app.app.id}/config/appsettings/list`, '2023-12-01');
    const vaults = await Promise.all(['keyless-demo-kv', 'keyless-rbac-kv'].map(vaultNode));
    const roles = await Promise.all(
      vaults.map(({ vault }) =>
        world.plain.arm('GET', `${vault.id}/providers/Microsoft.Authorization/roleAssignments`, '2022-04-01'),
      ),
    );
    return JSON.stringify([
      app.app.identity,
      settings,
      vaults.map(({ vault }) => vault.accessPolicies),
      roles,
    ]);
  }

  const report = () => vscode.window.activeTextEditor?.document.getText() ?? '';
  const reportUri = () => vscode.window.activeTextEditor?.document.uri.toString() ?? '';

  function buttons(): string[] {
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'keyless-report');
    return world.services.reports.provideCodeLenses(document).map(({ command }) => command?.title ?? '');
  }

  /** Presses a button of the report that is shown, as VS Code does, and waits until the report says otherwise. */
  async function press(title: string): Promise<void> {
    const before = report();
    const index = buttons().indexOf(title);
    assert.ok(index >= 0, `"${title}" is none of ${buttons().join(', ')}`);
    await grantCommands['keyless.runReportAction']?.(world.services, reportUri() as never, index as never);
    await until(() => report() !== before, {
      what: `another report after "${title}"; messages: ${prompts.everything}`,
    });
  }

  it('show the steps, carry them out, prove them and take them back, in a vault with access policies', async () => {
    const before = await everything();
    prompts.button('Let It Read');
    await letAppReadSecret(world.services, await secretNode(), [await appNode(), await secretNode()]);
    const [question, told] = prompts.messages;
    assert.equal(question?.text, 'Let keyless-demo-app read ASampleKey?');
    assert.match(
      question.detail,
      /1\. Enable the system-assigned identity of keyless-demo-app\n2\. Add an access policy to keyless-demo-kv: secrets get/,
    );
    assert.match(told?.text ?? '', /keyless-demo-app can read ASampleKey: it has the right/);
    assert.deepEqual(told?.buttons, ['Undo', 'Show Report']);
    const log = world.logged.join('\n');
    assert.match(log, /az functionapp identity assign/);
    assert.match(log, /az keyvault set-policy/);
    const app = await appNode();
    assert.ok(world.refreshed.includes(app.app.id));
    prompts.button('Undo');
    await undoLastGrant(world.services);
    assert.match(
      prompts.messages[2]?.detail ?? '',
      /1\. Take away the permission secrets get on keyless-demo-kv\n2\. Disable/,
    );
    assert.match(prompts.last.text, /^Taken back: keyless-demo-app may read ASampleKey/);
    assert.equal(await everything(), before);
    await assert.rejects(undoLastGrant(world.services), /no grant to take back/);
    prompts.finish();
  });

  it('assign the role on the vault on request, write the reference, and run a function, from the palette', async () => {
    const before = await everything();
    prompts.pick('keyless-demo-app').pick('keyless-rbac-kv').pick('DbPassword');
    prompts
      .button('Options…')
      .pickMany(['Assign the role on the whole vault', 'Write an app setting as a Key Vault reference']);
    prompts.input('DB_PASSWORD').button('Let It Read');
    await letAppReadSecret(world.services);
    const [first, second, told] = prompts.messages;
    assert.match(
      first?.detail ?? '',
      /Key Vault Secrets User on the secret DbPassword of key vault keyless-rbac-kv/,
    );
    assert.match(
      second?.detail ?? '',
      /Key Vault Secrets User on the key vault keyless-rbac-kv\n3\. Write the app setting DB_PASSWORD/,
    );
    assert.match(told?.text ?? '', /can read DbPassword: the reference in DB_PASSWORD is resolved/);
    prompts.button('Undo');
    await undoLastGrant(world.services);
    assert.equal(await everything(), before);
    prompts.finish();
  });

  it('read the secret for real where a function can be run', async () => {
    prompts
      .button('Options…')
      .pickMany(['Run a function that reads the secret'])
      .pick('ReadSecret')
      .button('Let It Read');
    await letAppReadSecret(world.services, await appNode(), [await appNode(), await secretNode()]);
    assert.match(prompts.last.text, /ReadSecret ran and answered/);
    const { vault } = await vaultNode();
    const { value } = (await world.plain.vault('GET', vault.vaultUri, '/secrets/ASampleKey')) as {
      value: string;
    };
    assert.ok(!(prompts.everything + world.logged.join()).includes(value), 'the answer is not shown');
    prompts.finish();
  });

  it('say what was done where a step fails, and take that back or go on', async () => {
    const before = await everything();
    const refuse = () =>
      world.plain.control('/faults', { path: '/accessPolicies/add', status: 403, count: 1 });
    const nodes = [await appNode(), await secretNode()];
    await refuse();
    prompts.button('Let It Read').button('Undo');
    await assert.rejects(letAppReadSecret(world.services, undefined, nodes), { name: 'Canceled' });
    const failed = prompts.messages[1];
    assert.equal(failed?.text, 'Not all of it was done.');
    assert.match(
      failed.detail,
      /Done so far:\n1\. Enable the system.*\n\nStill to do:\n1\. Add an access policy/s,
    );
    assert.equal(await everything(), before);
    await refuse();
    prompts.button('Let It Read').button('Go On');
    await letAppReadSecret(world.services, undefined, nodes);
    assert.match(prompts.last.text, /can read ASampleKey/);
    prompts.finish();
  });

  it('change nothing without a yes', async () => {
    const before = await everything();
    prompts.escape();
    await assert.rejects(letAppReadSecret(world.services, undefined, [await appNode(), await secretNode()]), {
      name: 'Canceled',
    });
    assert.equal(await everything(), before);
    prompts.finish();
  });

  describe('the report', () => {
    it('explains and mends: no identity, no policy, by a button each', async () => {
      await whyCantItRead(world.services, undefined, [await appNode(), await secretNode()]);
      assert.match(report(), /# Can keyless-demo-app read ASampleKey\?\n\nNo: one thing is in the way\./);
      assert.match(report(), /its system-assigned identity, which is not enabled/);
      assert.deepEqual(buttons(), ['Let App Read Secret…', 'Check Again', 'Enable System-Assigned Identity']);
      await press('Enable System-Assigned Identity');
      assert.match(report(), /No access policy/);
      await press('Add Access Policy (Secrets Get)');
      assert.match(report(), /Yes: nothing is in the way/);
      assert.deepEqual(buttons(), ['Check Again']);
      prompts.button('Undo').button('Undo');
      await undoLastGrant(world.services);
      await undoLastGrant(world.services);
      await press('Check Again');
      assert.match(report(), /not enabled/);
      prompts.finish();
    });

    it('switches the identity of references to one that can, and gives a role on the secret', async () => {
      const nodes = [await appNode('keyless-rbac-app'), await secretNode('keyless-rbac-kv', 'DbPassword')];
      await whyCantItRead(world.services, undefined, nodes);
      assert.ok(buttons().includes('Look as the user-assigned identity keyless-reader-id'), buttons().join());
      await press('Look as the user-assigned identity keyless-reader-id');
      assert.ok(buttons().includes('Assign It on the Whole Vault'));
      await press('Assign Key Vault Secrets User on the Secret');
      assert.match(report(), /Yes: nothing is in the way/);
      assert.match(report(), /role was assigned minutes ago/);
      await whyCantItRead(world.services, undefined, nodes);
      prompts.button('Change');
      await press('Resolve Key Vault References as keyless-reader-id');
      assert.match(report(), /Yes: nothing is in the way/);
      prompts.finish();
    });

    it('enables and recovers secrets, recovers vaults, and opens firewalls', async () => {
      prompts.button('Let It Read');
      const nodes = [await appNode(), await secretNode()];
      await letAppReadSecret(world.services, undefined, nodes);
      const { vault } = await vaultNode();
      await world.plain.vault('PATCH', vault.vaultUri, '/secrets/ASampleKey', {
        attributes: { enabled: false },
      });
      await whyCantItRead(world.services, undefined, nodes);
      await press('Enable Secret');
      assert.match(report(), /Yes: nothing/);
      await world.plain.vault('DELETE', vault.vaultUri, '/secrets/ASampleKey');
      await until(
        async () => {
          await whyCantItRead(world.services, undefined, nodes);
          return buttons().includes('Recover Secret');
        },
        { what: 'the deletion' },
      );
      await press('Recover Secret');
      assert.match(report(), /Yes: nothing/);
      const networkAcls = { bypass: 'None', defaultAction: 'Deny', ipRules: [{ value: '203.0.113.7' }] };
      await world.plain.arm('PATCH', vault.id, '2023-07-01', { properties: { networkAcls } });
      await press('Check Again');
      prompts.button('Let Them In');
      await press("Let the App's Addresses In");
      assert.match(prompts.last.detail, /127\.0\.0\.1/);
      assert.match(report(), /Yes: nothing/);
      await world.plain.arm('DELETE', vault.id, '2023-07-01');
      await press('Check Again');
      await press('Recover Key Vault');
      assert.match(report(), /Yes: nothing/);
      prompts.finish();
    });

    it('writes a broken reference anew, from its setting', async () => {
      const node = await appNode();
      prompts.button('Let It Read');
      await letAppReadSecret(world.services, undefined, [node, await secretNode()]);
      const settings = `${node.app.id}/config/appsettings`;
      const list = () => world.plain.arm('POST', `${settings}/list`, '2023-12-01') as Promise<Settings>;
      const { properties } = await list();
      const broken = { ...properties, KEY: '@Microsoft.KeyVault(SecretUri=keyless-demo-kv)' };
      await world.plain.arm('PUT', settings, '2023-12-01', { properties: broken });
      const setting = {
        name: 'KEY',
        looksSecret: false,
        slotSetting: false,
        resolution: { name: 'KEY', status: 'InvalidSyntax' },
      };
      prompts.pick('keyless-demo-kv').pick('ASampleKey');
      await whyCantItRead(world.services, { ...node, setting });
      assert.match(report(), /reference is not in order/);
      prompts.button('Change');
      await press('Write the Reference Anew');
      assert.match(report(), /Yes: nothing/);
      assert.match(
        (await list()).properties['KEY'] ?? '',
        /^@Microsoft\.KeyVault\(SecretUri=https:.*\/secrets\/ASampleKey\)$/,
      );
      prompts.finish();
    });

    it('is dropped when its tab is closed, and takes no foreign arguments', async () => {
      await whyCantItRead(world.services, undefined, [await appNode(), await secretNode()]);
      const uri = reportUri();
      for (const [a, b] of [
        [uri, 99],
        [uri, '0'],
        ['keyless-report:/x', 0],
        [undefined, undefined],
        [{}, {}],
      ])
        await grantCommands['keyless.runReportAction']?.(world.services, a as never, b as never);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await until(() => world.services.reports.action(uri, 0) === undefined, {
        what: 'the report to be dropped',
      });
      prompts.finish();
    });

    it('tells what it can not know, and why', async () => {
      const nodes = [await appNode('keyless-linux-app'), await secretNode()];
      const body = { error: { code: 'AuthorizationFailed', message: 'x' } };
      await world.plain.control('/faults', { path: '/vaults/keyless-demo-kv', status: 403, count: 0, body });
      await whyCantItRead(world.services, undefined, nodes);
      assert.match(report(), /Can't tell/);
      assert.match(report(), /AuthorizationFailed/);
      prompts.finish();
    });
  });
});
