import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { letAppReadSecret } from '../../../src/commands/access/letAppReadSecret';
import { undoLastGrant } from '../../../src/commands/access/undoLastGrant';
import { whyCantItRead } from '../../../src/commands/access/whyCantItRead';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { useGrants } from './grantFixture';
import type { Report } from '../../../src/reports/model/report';
import type { Prompts } from '../prompts';

const emptyReport: Report = {
  ...{ kind: '', title: '', note: '', at: 0, sections: [], ids: [] },
  answer: { tone: 'neutral', text: '', actions: [] },
};

describe('the report on an app and a secret', function () {
  this.timeout(60_000);
  const fixture = useGrants();
  const { appNode, vaultNode, secretNode, page, report, buttons, press, readSetting, writeSetting } = fixture;
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(() => {
    ({ world, prompts } = fixture);
  });

  it('explains a missing identity and a missing policy, and fixes each with a button', async () => {
    await whyCantItRead(world.services, undefined, [await appNode(), await secretNode()]);
    assert.match(report(), /# Can keyless-demo-app read ASampleKey\?\n\n\*\*No, for one reason\.\*\*/);
    assert.match(report(), /its system-assigned identity, which isn't enabled/);
    assert.deepEqual(buttons(), ['Let App Read Secret…', 'Enable System-Assigned Identity']);
    await press('Enable System-Assigned Identity');
    assert.match(report(), /No access policy/);
    await press('Add Access Policy (Secrets Get)');
    assert.match(report(), /Yes. Nothing blocks it/);
    assert.deepEqual(buttons(), []);
    prompts.button('Undo Grant').button('Undo Grant');
    await undoLastGrant(world.services);
    await undoLastGrant(world.services);
    await page().check();
    assert.match(report(), /isn't enabled/);
    prompts.finish();
  });

  it('switches the reference identity to one that can read, and assigns a role on the secret', async () => {
    const nodes = [await appNode('keyless-rbac-app'), await secretNode('keyless-rbac-kv', 'DbPassword')];
    await whyCantItRead(world.services, undefined, nodes);
    assert.ok(buttons().includes('Check as the user-assigned identity keyless-reader-id'), buttons().join());
    await press('Check as the user-assigned identity keyless-reader-id');
    assert.ok(buttons().includes('Assign Key Vault Secrets User on the Vault'));
    await press('Assign Key Vault Secrets User on the Secret');
    assert.match(report(), /Yes. Nothing blocks it/);
    assert.match(report(), /role was assigned minutes ago/);
    await whyCantItRead(world.services, undefined, nodes);
    prompts.button('Change Configuration');
    await press('Resolve Key Vault References as keyless-reader-id');
    assert.match(report(), /Yes. Nothing blocks it/);
    prompts.finish();
  });

  it('enables and recovers secrets, recovers vaults, and opens firewalls', async () => {
    const nodes = [await appNode(), await secretNode()];
    await letAppReadSecret(world.services, undefined, nodes);
    await press('Grant Access');
    const { vault } = await vaultNode();
    await world.plain.vault('PATCH', vault.vaultUri, '/secrets/ASampleKey', {
      attributes: { enabled: false },
    });
    await whyCantItRead(world.services, undefined, nodes);
    await press('Enable Secret');
    assert.match(report(), /Yes\. Nothing/);
    await world.plain.vault('DELETE', vault.vaultUri, '/secrets/ASampleKey');
    await until(
      async () => {
        await whyCantItRead(world.services, undefined, nodes);
        return buttons().includes('Recover Secret');
      },
      { what: 'the deletion' },
    );
    await press('Recover Secret');
    assert.match(report(), /Yes\. Nothing/);
    const networkAcls = { bypass: 'None', defaultAction: 'Deny', ipRules: [{ value: '203.0.113.7' }] };
    await world.plain.arm('PATCH', vault.id, '2023-07-01', { properties: { networkAcls } });
    await page().check();
    prompts.button('Allow IP Addresses');
    await press("Allow the App's IP Addresses");
    assert.match(prompts.last.detail, /127\.0\.0\.1/);
    assert.match(report(), /Yes\. Nothing/);
    const shut = { publicNetworkAccess: 'Disabled', networkAcls: { ...networkAcls, ipRules: [] } };
    await world.plain.arm('PATCH', vault.id, '2023-07-01', { properties: shut });
    await page().check();
    prompts.button('Turn On Access');
    await press("Open Only to the App's IP Addresses");
    assert.match(report(), /Yes\. Nothing/);
    await world.plain.arm('DELETE', vault.id, '2023-07-01');
    await page().check();
    await press('Recover Key Vault');
    assert.match(report(), /Yes\. Nothing/);
    prompts.finish();
  });

  it('rewrites a broken reference in its setting', async () => {
    const node = await appNode();
    await letAppReadSecret(world.services, undefined, [node, await secretNode()]);
    await press('Grant Access');
    await writeSetting(node.app.id, 'KEY', '@Microsoft.KeyVault(SecretUri=keyless-demo-kv)');
    const setting = {
      name: 'KEY',
      looksSecret: false,
      slotSetting: false,
      resolution: { name: 'KEY', status: 'InvalidSyntax' },
    };
    prompts.pick('keyless-demo-kv').pick('ASampleKey');
    await whyCantItRead(world.services, { ...node, setting });
    assert.match(report(), /Key Vault reference is invalid/);
    prompts.button('Change Configuration');
    await press('Rewrite Reference');
    assert.match(report(), /Yes\. Nothing/);
    assert.match(
      await readSetting(node.app.id, 'KEY'),
      /^@Microsoft\.KeyVault\(SecretUri=https:.*\/secrets\/ASampleKey\)$/,
    );
    prompts.finish();
  });

  it('makes a reference to a missing version follow the current version', async () => {
    const node = await appNode();
    await letAppReadSecret(world.services, undefined, [node, await secretNode()]);
    await press('Grant Access');
    const { vault } = await vaultNode();
    const gone = `@Microsoft.KeyVault(SecretUri=${vault.vaultUri}/secrets/ASampleKey/${'0'.repeat(32)})`;
    await writeSetting(node.app.id, 'KEY', gone);
    const resolution = { name: 'KEY', status: 'SecretVersionNotFound' };
    const setting = {
      name: 'KEY',
      looksSecret: false,
      slotSetting: false,
      keyVaultReference: gone,
      resolution,
    };
    await whyCantItRead(world.services, { ...node, setting });
    assert.match(report(), /## What prevents it/);
    prompts.button('Change Configuration');
    await press('Make Reference Follow the Current Version');
    assert.match(report(), /Yes\. Nothing/);
    assert.match(await readSetting(node.app.id, 'KEY'), /\/secrets\/ASampleKey\)$/);
    prompts.button('Undo Grant');
    await undoLastGrant(world.services);
    assert.equal(await readSetting(node.app.id, 'KEY'), gone);
    prompts.finish();
  });

  it("offers to create a secret only while it doesn't exist", async () => {
    const nodes = [await appNode('keyless-linux-app'), await secretNode('keyless-rbac-kv', 'Missing')];
    await whyCantItRead(world.services, undefined, nodes);
    const { vault } = await vaultNode('keyless-rbac-kv');
    await world.plain.vault('PUT', vault.vaultUri, '/secrets/Missing', { value: 'made elsewhere' });
    assert.ok(buttons().includes('Create Secret'));
    await page().check();
    assert.ok(!buttons().includes('Create Secret'));
  });

  it('takes a refusal into account only until something was changed', async () => {
    const app = await appNode('keyless-linux-app');
    const { connection, vault } = await vaultNode('keyless-rbac-kv');
    const target = { vaultId: vault.id, vaultName: vault.name, secretName: 'DbPassword' };
    const observed = { code: 'ForbiddenByRbac', at: new Date() };
    const question = { connection, appId: app.app.id, vaultConnection: connection, target, observed };
    await whyCantItRead(world.services, question);
    await press('Assign Key Vault Secrets User on the Secret');
    assert.match(report(), /Yes\. Nothing/);
    assert.doesNotMatch(report(), /refused anyway/);
    const later = { ...question, observed: { ...observed, at: new Date() } };
    await whyCantItRead(world.services, later);
    assert.match(report(), /hasn't taken effect yet/);
    await press('Wait for Access');
    assert.match(prompts.last.text, /can read DbPassword: the reference in DB_PASSWORD is resolved/);
    assert.match(report(), /Yes\. Nothing/);
    // Everything else of the question lasts, also when the window reloads.
    const rest = { identity: 'SystemAssigned', settingName: 'DB', connectionType: 'Custom' };
    await whyCantItRead(world.services, { ...question, ...rest });
    const { identity, settingName, connectionType } = page().content.saved as typeof rest;
    assert.deepEqual({ identity, settingName, connectionType }, rest);
    prompts.finish();
  });

  it('waits for the newest reading when a newer one replaces the first', async () => {
    const reads: (() => void)[] = [];
    const shown = world.services.reports.show({
      ...{ subject: 'test', title: 'Test', saved: undefined, about: ['/a'] },
      read: async () => {
        const at = reads.length;
        await new Promise<void>((resolve) => reads.push(resolve));
        return { report: { ...emptyReport, at }, buttons: new Map() };
      },
    });
    await until(() => reads.length === 1, { what: 'the first reading' });
    world.services.reports.recheck('/A');
    await until(() => reads.length === 2, { what: 'the second reading' });
    let isShown = false;
    void shown.then(() => (isShown = true));
    reads[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!isShown, 'only the reading that was replaced has ended');
    reads[1]?.();
    await shown;
    assert.equal(page().report?.at, 1);
    prompts.finish();
  });

  it('is dropped when its tab closes, and ignores actions that it does not have', async () => {
    await whyCantItRead(world.services, undefined, [await appNode(), await secretNode()]);
    const shown = page();
    for (const id of ['', 'answer.99', '__proto__']) await shown.run(id);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until(() => world.services.reports.open.length === 0, { what: 'the report to be dropped' });
    prompts.finish();
  });

  it('is read again when Keyless changes what it depends on, and after the window reloads', async () => {
    const [app, secret] = [await appNode(), await secretNode()];
    const { accountId, tenantId } = app.connection;
    const [account, { vault }] = [{ accountId, tenantId }, secret];
    const target = { vaultId: vault.id, vaultName: vault.name, secretName: secret.secret.name };
    const saved = { kind: 'why', account, vaultAccount: account, appId: app.app.id, target };
    const { reports } = world.services;
    const newPanel = () => vscode.window.createWebviewPanel('keyless.report', '', vscode.ViewColumn.Active);
    await reports.restore(newPanel(), { ...saved, target: {} });
    assert.equal(reports.open.length, 0, 'a state that is not valid');
    await reports.restore(newPanel(), saved);
    await until(() => report().includes("isn't enabled"), { what: 'the restored report' });
    assert.deepEqual(page().content.saved, saved);
    await world.plain.arm('PATCH', app.app.id, '2023-12-01', { identity: { type: 'SystemAssigned' } });
    reports.changed(vault.id.toUpperCase());
    await until(() => report().includes('No access policy'), { what: 'the report after a change' });
    await world.services.accounts.signOut();
    await until(() => page().content.failure, { what: 'the failure' });
    assert.match(page().content.failure?.reason ?? '', /isn't signed in/);
    assert.equal(page().report, undefined, 'what another account has read');
    prompts.finish();
  });

  it("says what it can't know, and why", async () => {
    const nodes = [await appNode('keyless-linux-app'), await secretNode()];
    const body = { error: { code: 'AuthorizationFailed', message: 'x' } };
    await world.plain.control('/faults', { path: '/vaults/keyless-demo-kv', status: 403, count: 0, body });
    await whyCantItRead(world.services, undefined, nodes);
    assert.match(report(), /Can't tell/);
    assert.match(report(), /AuthorizationFailed/);
    prompts.finish();
  });
});
