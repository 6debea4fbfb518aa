import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { letAppReadSecret } from '../../../src/commands/access/letAppReadSecret';
import { undoLastGrant } from '../../../src/commands/access/undoLastGrant';
import { TreeDragAndDrop, treeMimeType } from '../../../src/tree/dragAndDrop';
import type { Node } from '../../../src/tree/nodes/nodes';
import type { CommandWorld } from '../commandWorld';
import { useGrants } from './grantFixture';
import type { Prompts } from '../prompts';

describe('a grant', function () {
  this.timeout(60_000);
  const fixture = useGrants();
  const { appNode, vaultNode, secretNode, everything, report, press } = fixture;
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(() => {
    ({ world, prompts } = fixture);
  });

  it('is shown, carried out, verified, and undone in a vault with access policies', async () => {
    const before = await everything();
    await letAppReadSecret(world.services, await secretNode(), [await appNode(), await secretNode()]);
    assert.match(report(), /^# Let keyless-demo-app read ASampleKey\?\n\n\*\*2 steps give it access\.\*\*/);
    assert.match(
      report(),
      /1\. Enable the system-assigned identity of keyless-demo-app\n2\. Add an access policy to keyless-demo-kv: secrets get/,
    );
    assert.equal(await everything(), before);
    await press('Grant Access');
    const [told] = prompts.messages;
    assert.match(report(), /keyless-demo-app can read ASampleKey: ReadSecret ran successfully\./);
    assert.deepEqual(fixture.buttons(), ['Show Report', 'Undo Grant']);
    assert.match(told?.text ?? '', /keyless-demo-app can read ASampleKey: ReadSecret ran successfully/);
    assert.deepEqual(told?.buttons, ['Show Report', 'Undo Grant']);
    const log = (await world.loggedLines()).join('\n');
    assert.match(log, /az functionapp identity assign/);
    assert.match(log, /az keyvault set-policy/);
    const app = await appNode();
    assert.ok(world.refreshed.includes(app.app.id));
    prompts.button('Undo Grant');
    await undoLastGrant(world.services);
    assert.match(
      prompts.messages[1]?.detail ?? '',
      /1\. Remove secret permissions on keyless-demo-kv: get\n2\. Disable/,
    );
    assert.match(prompts.last.text, /^Undid the grant "keyless-demo-app can read ASampleKey"/);
    assert.equal(await everything(), before);
    await assert.rejects(undoLastGrant(world.services), /no grant to undo/);
    prompts.finish();
  });

  it('assigns the role on the whole vault and writes a reference on request, from the palette', async () => {
    const before = await everything();
    prompts.pick('keyless-demo-app').pick('keyless-rbac-kv').pick('DbPassword');
    prompts
      .pickMany(['Assign the role on the whole vault', 'Write an app setting as a Key Vault reference'])
      .input('DB_PASSWORD');
    await letAppReadSecret(world.services);
    assert.match(report(), /Key Vault Secrets User on the secret DbPassword of key vault keyless-rbac-kv/);
    await press('Options…');
    assert.match(
      report(),
      /Key Vault Secrets User on the key vault keyless-rbac-kv\n3\. Write the app setting DB\\_PASSWORD/,
    );
    await press('Grant Access');
    const [told] = prompts.messages;
    assert.match(told?.text ?? '', /can read DbPassword: the reference in DB_PASSWORD is resolved/);
    prompts.button('Undo Grant');
    await undoLastGrant(world.services);
    assert.equal(await everything(), before);
    prompts.finish();
  });

  it('is verified by a function whose code reads the secret, by another one, or without one', async () => {
    await letAppReadSecret(world.services, await appNode(), [await appNode(), await secretNode()]);
    assert.match(report(), /runs ReadSecret to verify it.*Run ReadSecret to prove it/s);
    await press("Don't Run It");
    assert.match(report(), /Keyless then verifies access.*Run a function to prove it/s);
    prompts.pick('ReadSecret');
    await press('Select a Function…');
    assert.match(report(), /runs ReadSecret to verify it/);
    await press('Grant Access');
    assert.match(prompts.last.text, /ReadSecret ran successfully/);
    const { vault } = await vaultNode();
    const { value } = (await world.plain.vault('GET', vault.vaultUri, '/secrets/ASampleKey')) as {
      value: string;
    };
    assert.ok(
      !(prompts.everything + (await world.loggedLines()).join()).includes(value),
      'the answer is shown',
    );
    prompts.finish();
  });

  it('can still be undone after it was verified again', async () => {
    await letAppReadSecret(world.services, undefined, [await appNode(), await secretNode()]);
    const fault = { service: 'sites', path: '/api/ReadSecret', status: 400, count: 1 };
    await world.plain.control('/faults', fault);
    await press('Grant Access');
    assert.match(report(), /Couldn't verify .* ReadSecret responded with 400/);
    assert.deepEqual(fixture.buttons().slice(0, 3), ['Verify Access', 'Show Report', 'Undo Grant']);
    await press('Verify Access');
    assert.match(report(), /ReadSecret ran successfully/);
    assert.deepEqual(fixture.buttons(), ['Show Report', 'Undo Grant']);
    assert.deepEqual(prompts.last.buttons, ['Show Report', 'Undo Grant']);
    prompts.finish();
  });

  it('says what was done if a step fails, and continues or undoes it', async () => {
    const before = await everything();
    const refuse = () =>
      world.plain.control('/faults', { path: '/accessPolicies/add', status: 403, count: 1 });
    const nodes = [await appNode(), await secretNode()];
    await refuse();
    prompts.button('Undo');
    await letAppReadSecret(world.services, undefined, nodes);
    await press('Grant Access');
    const [failed] = prompts.messages;
    assert.equal(failed?.text, "Some steps weren't completed.");
    assert.match(
      failed.detail,
      /Done so far:\n1\. Enable the system.*\n\nStill to do:\n1\. Add an access policy/s,
    );
    assert.equal(await everything(), before);
    await refuse();
    prompts.button('Continue');
    await letAppReadSecret(world.services, undefined, nodes);
    await press('Grant Access');
    assert.match(prompts.last.text, /can read ASampleKey/);
    prompts.finish();
  });

  it('starts when an app is dropped on a vault or a secret, and on nothing else', async () => {
    const asked: [Node, Node][] = [];
    const drag = new TreeDragAndDrop({
      letRead: (target, app) => Promise.resolve(void asked.push([target, app])),
      dropFiles: () => assert.fail(),
      fileUri: () => assert.fail(),
    });
    const app = { kind: 'app', id: 'a', ...(await appNode()) } as Node;
    const secret = { kind: 'secret', id: 's', ...(await secretNode()) } as Node;
    const vault = { kind: 'vault', id: 'v', ...(await vaultNode()) } as Node;
    const drop = async (dragged: Node[], target: Node | undefined) => {
      const data = new vscode.DataTransfer();
      drag.handleDrag(dragged, data);
      await drag.handleDrop(target, data);
    };
    await drop([app, vault], secret);
    await drop([app], vault);
    assert.deepEqual(asked, [
      [secret, app],
      [vault, app],
    ]);
    await drop([secret], vault);
    assert.equal(prompts.messages.length, 0);
    await drop([app], app);
    await drop([app], undefined);
    assert.match(prompts.last.text, /drop the app on a key vault or a secret/);
    const foreign = new vscode.DataTransfer();
    foreign.set(treeMimeType, new vscode.DataTransferItem('[{"kind":"app"}]'));
    await drag.handleDrop(vault, foreign);
    assert.equal(asked.length, 2);
    prompts.finish();
  });

  it('can be undone only with the account that made it', async () => {
    await letAppReadSecret(world.services, undefined, [await appNode(), await secretNode()]);
    await press('Grant Access');
    const inventory = { ...world.services.inventory, connections: () => Promise.resolve([]) };
    await assert.rejects(undoLastGrant({ ...world.services, inventory }), /made with another account/);
    prompts.finish();
  });

  it('is kept while its options are canceled, and copies its steps', async () => {
    const before = await everything();
    await letAppReadSecret(world.services, undefined, [await appNode(), await secretNode()]);
    const plan = report();
    prompts.escape();
    await press('Options…');
    assert.equal(report(), plan);
    prompts.pick('Azure CLI');
    await press('Copy Steps…');
    assert.match(
      await vscode.env.clipboard.readText(),
      /^# For Bash.*\naz functionapp identity assign .*\n\naz keyvault set-policy .*--object-id '<principal-id>' --secret-permissions get\n$/,
    );
    assert.equal(await everything(), before);
    prompts.finish();
  });
});
