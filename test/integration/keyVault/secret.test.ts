import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  copyKeyVaultReference,
  copySecretUri,
  copySecretUriOfCurrentVersion,
  copySecretUriWithoutVersion,
} from '../../../src/commands/keyVault/copySecretUri';
import { createSecret } from '../../../src/commands/keyVault/createSecret';
import { copySecretValue, showSecretValue } from '../../../src/commands/keyVault/secretValue';
import type { SecretTarget } from '../../../src/inventory/targets';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('secrets', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let vaultUri: string;
  beforeEach(async () => {
    world = await openCommandWorld();
    ({ vaultUri } = (await world.vault('keyless-demo-kv')).vault);
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const clipboard = () => vscode.env.clipboard.readText();
  const secretNode = async (name: string, version?: string): Promise<SecretTarget> => {
    const id = `${vaultUri}/secrets/${name}${version ? `/${version}` : ''}`;
    return {
      ...(await world.vault('keyless-demo-kv')),
      secret: { id, name, enabled: true, tags: {}, ...(version ? { version } : {}) },
    };
  };
  const make = (name: string, value: string) =>
    world.plain.vault('PUT', vaultUri, `/secrets/${name}`, { value });
  const versionsOf = async (name: string) => {
    const { value } = (await world.plain.vault('GET', vaultUri, `/secrets/${name}/versions`)) as {
      value: { id: string }[];
    };
    return value.map(({ id }) => id);
  };

  const isListedAsDeleted = async (name: string) => {
    const { value } = (await world.plain.vault('GET', vaultUri, '/deletedsecrets')) as {
      value: { id: string }[];
    };
    return value.some(({ id }) => id.endsWith(`/${name}`));
  };

  it('are created with a name that is checked while typing and a value that is hidden', async () => {
    prompts.input('New-Secret').input('first value').pick('Create Secret');
    await createSecret(world.services, await world.vault('keyless-demo-kv'));
    assert.equal(
      ((await world.plain.vault('GET', vaultUri, '/secrets/New-Secret')) as { value: string }).value,
      'first value',
    );
    const [name, value] = prompts.inputs;
    for (const wrong of ['', 'a b', 'ä', '../x', 'a/b', 'x'.repeat(128), '$(trash)'])
      assert.ok(await name?.validateInput?.(wrong), wrong);
    assert.equal(value?.password, true);
    assert.ok(await value.validateInput?.('x'.repeat(25 * 1024 + 1)));
  });

  it('keep the line breaks of the clipboard, and can be empty after asking', async () => {
    const pem = '-----BEGIN KEY-----\nMIIEvQ\n-----END KEY-----';
    await vscode.env.clipboard.writeText(`${pem}\n`);
    prompts.input('Several-Lines').button('Use the Text on the Clipboard');
    prompts.button('Use Without the Last Line Break').pick('Create Secret');
    await createSecret(world.services, await world.vault('keyless-demo-kv'));
    prompts.input('Empty').input('').button('Save Empty Value').pick('Create Secret');
    await createSecret(world.services, await world.vault('keyless-demo-kv'));
    for (const [name, value] of [
      ['Several-Lines', pem],
      ['Empty', ''],
    ] as const)
      assert.equal(
        ((await world.plain.vault('GET', vaultUri, `/secrets/${name}`)) as { value: string }).value,
        value,
      );
    assert.doesNotMatch(`${prompts.everything}${(await world.loggedLines()).join('\n')}`, /MIIEvQ/);
  });

  it('get a new version only after asking', async () => {
    await make('New-Secret', 'first value');
    prompts.input('New-Secret').input('second value').escape();
    await assert.rejects(createSecret(world.services, await world.vault('keyless-demo-kv')), {
      name: 'Canceled',
    });
    assert.deepEqual(prompts.lists.at(-1)?.labels, [
      'Create Version',
      'Add a version to the secret New-Secret in keyless-demo-kv',
    ]);
    assert.match(prompts.inputs.at(-1)?.prompt ?? '', /already exists/);
    assert.equal((await versionsOf('New-Secret')).length, 1);
    prompts.pick('keyless-demo-kv').input('New-Secret').input('second value').pick('Create Version');
    await createSecret(world.services);
    assert.equal((await versionsOf('New-Secret')).length, 2);
  });

  it('that are deleted and disabled are recovered before they get a new version, after asking', async () => {
    await world.plain.vault('PUT', vaultUri, '/secrets/Gone', {
      value: 'one',
      attributes: { enabled: false },
    });
    await world.plain.vault('DELETE', vaultUri, '/secrets/Gone');
    await until(() => isListedAsDeleted('Gone'), { what: 'the deletion' });
    const create = async () => createSecret(world.services, await world.vault('keyless-demo-kv'));
    prompts.input('Gone').input('two').escape();
    await assert.rejects(create(), { name: 'Canceled' });
    assert.ok(await isListedAsDeleted('Gone'));
    prompts.input('Gone').input('two').pick('Recover and Create Version');
    await create();
    const { value } = (await world.plain.vault('GET', vaultUri, '/secrets/Gone')) as { value: string };
    assert.equal(value, 'two');
    assert.equal((await versionsOf('Gone')).length, 2);
  });

  it('have a URI that is copied from the tree without asking', async () => {
    const nodes = [
      await secretNode('ASampleKey'),
      await secretNode('New-Secret', '0123456789abcdef0123456789abcdef'),
    ];
    await copySecretUri(world.services, nodes[0], nodes);
    const versioned = `${vaultUri}/secrets/New-Secret/0123456789abcdef0123456789abcdef`;
    assert.equal(await clipboard(), `${vaultUri}/secrets/ASampleKey\n${versioned}`);
    await copySecretUriWithoutVersion(world.services, nodes[1], undefined);
    assert.equal(await clipboard(), `${vaultUri}/secrets/New-Secret`);
    await copyKeyVaultReference(world.services, nodes[0]);
    assert.equal(await clipboard(), `@Microsoft.KeyVault(SecretUri=${vaultUri}/secrets/ASampleKey)`);
  });

  it('have a URI of the current version', async () => {
    await make('New-Secret', 'first value');
    const { id } = (await make('New-Secret', 'second value')) as { id: string };
    await copySecretUriOfCurrentVersion(world.services, await secretNode('New-Secret'));
    assert.equal(await clipboard(), id);
    prompts.pick('keyless-demo-kv').pick('New-Secret');
    await copySecretUriOfCurrentVersion(world.services);
    assert.equal(await clipboard(), id);
  });

  it('have the right URI of the current version even if two versions were created in the same second', async () => {
    const version = async () => (await make('Twice', 'v')) as { id: string; attributes: { created: number } };
    let [before, now] = [await version(), await version()];
    while (before.attributes.created !== now.attributes.created) [before, now] = [now, await version()];
    await copySecretUriOfCurrentVersion(world.services, await secretNode('Twice'));
    assert.equal(await clipboard(), now.id);
  });

  it('are rejected if their identifier belongs to another vault', async () => {
    const node = await secretNode('ASampleKey');
    for (const id of [
      'https://evil.example/secrets/ASampleKey',
      `${vaultUri}/secrets/a)b`,
      `${vaultUri}/keys/ASampleKey`,
    ]) {
      await assert.rejects(
        copySecretUri(world.services, { ...node, secret: { ...node.secret, id } }),
        /identifier of another vault/,
      );
    }
  });

  it('have a URI for each version, and one without, that are copied from the palette', async () => {
    const [version = ''] = await versionsOf('ASampleKey');
    prompts
      .pick('keyless-demo-kv')
      .pick('ASampleKey')
      .pick(version.split('/').at(-1) ?? '');
    await copySecretUri(world.services);
    assert.equal(await clipboard(), version);
    prompts.pick('keyless-demo-kv').pick('ASampleKey').pick('Without version');
    await copySecretUri(world.services);
    assert.equal(await clipboard(), `${vaultUri}/secrets/ASampleKey`);
    prompts.pick('ASampleKey');
    await copySecretUriWithoutVersion(world.services, await world.vault('keyless-demo-kv'));
    assert.equal(await clipboard(), `${vaultUri}/secrets/ASampleKey`);
  });

  it('show their value in a dialog', async () => {
    await make('New-Secret', 'second value');
    prompts.escape();
    await showSecretValue(world.services, await secretNode('New-Secret'));
    assert.ok(prompts.last.modal);
    assert.equal(prompts.last.detail, 'second value');
  });

  it('show a long value in a document that is dropped with its tab', async () => {
    const value = 'line\n'.repeat(300);
    await world.plain.vault('PUT', vaultUri, '/secrets/Long', { value });
    await showSecretValue(world.services, await secretNode('Long'));
    const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor');
    assert.equal(document.getText(), value);
    assert.equal(document.isUntitled, false);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until(() => world.services.documents.size === 0, { what: 'the value to be dropped' });
  });

  it('have their value copied to the clipboard, which is cleared again', async () => {
    await make('New-Secret', 'second value');
    prompts.pick('keyless-demo-kv').pick('New-Secret');
    await copySecretValue(world.services);
    assert.equal(await clipboard(), 'second value');
    await world.services.clipboard.clear();
    assert.equal(await clipboard(), '');
  });

  it("say why their value can't be read", async () => {
    const vault = await world.vault('keyless-rbac-kv');
    const id = `${vault.vault.vaultUri}/secrets/DisabledSecret`;
    const node = { ...vault, secret: { id, name: 'DisabledSecret', enabled: false, tags: {} } };
    await assert.rejects(showSecretValue(world.services, node), { innerCode: 'SecretDisabled' });
  });

  it('leave no value in the log', async () => {
    prompts.input('New-Secret').input('first value').pick('Create Secret');
    await createSecret(world.services, await world.vault('keyless-demo-kv'));
    prompts.escape();
    await showSecretValue(world.services, await secretNode('New-Secret'));
    prompts.pick('keyless-demo-kv').pick('New-Secret');
    await copySecretValue(world.services);
    assert.ok((await world.loggedLines()).length > 0);
    assert.doesNotMatch((await world.loggedLines()).join('\n'), /first value/);
  });
});
