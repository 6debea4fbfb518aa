import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Node } from '../../../src/tree/nodes/nodes';
import { selectWritten } from '../../../src/tree/reveal';
import { until } from '../../support/until';
import { freshSandbox } from '../freshSandbox';
import { Prompts } from '../prompts';
import { hiddenView, openServicesWorld, recordingLog } from '../servicesWorld';
import { openTreeWorld, type TreeWorld } from './treeWorld';

const subscription = 'Keyless Sandbox';

describe('what was just created', () => {
  let world: TreeWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openTreeWorld();
    prompts = new Prompts();
    const settings = { resourceGraphDelayMs: 3_600_000, vaultRegistrationMs: 0 };
    await world.control('PATCH', '/settings', settings);
    // Resource Graph takes its copy now.
    world.tree.refreshAll();
    for (const list of ['Function Apps', 'Key Vaults']) await world.children(subscription, list);
  });
  afterEach(async () => {
    prompts.finish();
    await world.close();
  });

  const labels = async (...path: string[]) =>
    (await world.children(subscription, ...path)).map((node) => world.label(node));
  const appears = (name: string, ...path: string[]) =>
    until(async () => (await labels(...path)).includes(name), { what: `${name} in the tree` });
  const run = (command: string, node: Node) => vscode.commands.executeCommand(`keyless.${command}`, node);

  it('appears in the tree while Resource Graph lags behind, also after Refresh', async () => {
    prompts.pick('Create a resource group…').input('vaults').pick('North Europe').input('shop-kv');
    prompts
      .pick('Vault access policies (legacy)')
      .input('7')
      .pick('Without purge protection')
      .pick('Create Key Vault');
    await run('createKeyVault', await world.node(subscription));
    await appears('shop-kv', 'Key Vaults');
    world.tree.refreshAll();
    assert.ok((await labels('Key Vaults')).includes('shop-kv'));

    const demo = await world.node(subscription, 'Function Apps', 'keyless-demo-app');
    assert.ok(demo.kind === 'app');
    const id = demo.app.id.replace(/[^/]+$/, 'late-app');
    const body = { location: 'westeurope', kind: 'functionapp', properties: {} };
    await world.plain.arm('PUT', id, '2024-04-01', body);
    world.services.refresh(demo.connection, id);
    await appears('late-app', 'Function Apps');
    await world.plain.arm('DELETE', id, '2024-04-01');
    world.services.refresh(demo.connection, id);
    await until(async () => !(await labels('Function Apps')).includes('late-app'), { what: 'the deletion' });
  });

  it('is a recovered secret, as soon as the vault shows it', async () => {
    const path = ['Key Vaults', 'keyless-demo-kv', 'Secrets'];
    prompts.button('Delete');
    await run('deleteSecrets', await world.node(subscription, ...path, 'ASampleKey'));
    await until(async () => !(await labels(...path)).includes('ASampleKey'), { what: 'the deletion' });
    const vault = await world.node(subscription, 'Key Vaults', 'keyless-demo-kv');
    await until(
      async () => {
        const { value } = (await world.plain.vault(
          'GET',
          vault.kind === 'vault' ? vault.vault.vaultUri : '',
          '/deletedsecrets',
        )) as { value: unknown[] };
        return value.length > 0;
      },
      { what: 'the deleted secret' },
    );
    prompts.pick('ASampleKey');
    await run('recoverSecret', vault);
    await appears('ASampleKey', ...path);
  });
});

describe('what was written', () => {
  it('is selected if the view is visible', async () => {
    const sandbox = await freshSandbox();
    const revealed: [string, boolean | undefined][] = [];
    const reveal = (node: Node, options?: { readonly select?: boolean; readonly focus?: boolean }) => {
      if (options?.select) revealed.push([node.id.replace(/^.*\/vaults\//, ''), options.focus]);
      return Promise.resolve();
    };
    const view = { ...hiddenView, visible: true, reveal };
    const world = await openServicesWorld(sandbox, recordingLog([]), view);
    try {
      const vaults = await world.services.inventory.keyVaults();
      const target = vaults.find(({ vault }) => vault.name === 'keyless-demo-kv');
      assert.ok(target);
      const { connection, vault } = target;
      const refresh = (select: string) => {
        world.services.refresh(connection, vault.id, `${vault.id}${select}`);
      };
      await selectWritten(world.tree, { ...view, visible: false }, connection, vault.id);
      refresh('/secrets/Missing');
      refresh('/accessPolicies/missing');
      refresh(`/accessPolicies/${vault.accessPolicies[0]?.objectId ?? ''}`);
      await until(() => revealed.length > 0, { what: 'the selection' });
      const policy = `keyless-demo-kv#policies/${vault.accessPolicies[0]?.objectId ?? ''}/`;
      assert.deepEqual(revealed, [[policy, false]]);
    } finally {
      world.dispose();
      await sandbox.stop();
    }
  });
});
