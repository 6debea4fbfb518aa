import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { deleteSecrets, purgeSecret, recoverSecret } from '../../../src/commands/keyVault/deletedSecrets';
import { editSecret } from '../../../src/commands/keyVault/editSecret';
import { findSecret, openByUri } from '../../../src/commands/keyVault/findSecret';
import {
  compareSecretVersions,
  createSecretVersion,
  isSavedVersions,
} from '../../../src/commands/keyVault/secretVersions';
import { listAllSecrets } from '../../../src/inventory/secretLists';
import type { SecretTarget } from '../../../src/inventory/targets';
import { until } from '../../support/until';
import { Connection } from '../../../src/azure/core/connection';
import type { Inventory } from '../../../src/inventory/targets';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';

interface Bundle {
  readonly value: string;
  readonly contentType?: string;
  readonly attributes: { readonly enabled: boolean; readonly exp?: number };
  readonly tags?: Record<string, string>;
}

describe('a secret', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(async () => {
    prompts.finish();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  afterEach(() => world.close());

  const vault = () => world.vault('keyless-demo-kv');
  const plain = async (method: string, path: string, body?: unknown) =>
    world.plain.vault(method, (await vault()).vault.vaultUri, path, body);
  const secret = async (name: string): Promise<SecretTarget> => {
    const target = await vault();
    const all = await listAllSecrets(target.connection, target.vault, new AbortController().signal);
    return { ...target, secret: all.find((each) => each.name === name) ?? assert.fail(`no ${name}`) };
  };
  const bundle = async (name: string) => (await plain('GET', `/secrets/${name}`)) as Bundle;

  /** A secret with two versions. */
  const makeLife = async () => {
    const contentType = 'text/plain';
    await plain('PUT', '/secrets/Life', { value: 'one', contentType, tags: { owner: 'me' } });
    await plain('PUT', '/secrets/Life', { value: 'two', contentType });
  };

  const isListedAsDeleted = async () => {
    const { value } = (await plain('GET', '/deletedsecrets')) as { value: { id: string }[] };
    return value.some(({ id }) => id.endsWith('/Life'));
  };

  it("can't be changed or deleted if it belongs to a certificate", async () => {
    await makeLife();
    const target = await secret('Life');
    const managed = { ...target, secret: { ...target.secret, managed: true as const } };
    const refusal = /belongs to a certificate/;
    await assert.rejects(editSecret(world.services, managed), refusal);
    await assert.rejects(deleteSecrets(world.services, target, [target, managed]), refusal);
    await assert.rejects(createSecretVersion(world.services, managed), refusal);
    assert.equal((await bundle('Life')).value, 'two');
  });

  it('gets a new version, which keeps the content type and tags', async () => {
    await plain('PUT', '/secrets/Life', { value: 'one', contentType: 'text/plain', tags: { owner: 'me' } });
    prompts.input('two');
    await createSecretVersion(world.services, await secret('Life'));
    const now = await bundle('Life');
    assert.deepEqual([now.value, now.contentType, now.tags], ['two', 'text/plain', { owner: 'me' }]);
    assert.ok(!prompts.everything.includes('two') && !(await world.loggedLines()).join('\n').includes('two'));
  });

  it('has attributes that are written only on Save, and change nothing else', async () => {
    await makeLife();
    const edit = async () => editSecret(world.services, await secret('Life'));
    prompts.pick('Enabled').pick('Content Type').input('application/json').escape();
    await assert.rejects(edit(), { name: 'Canceled' });
    assert.equal((await bundle('Life')).contentType, 'text/plain');
    prompts.pick('Expiration Date').input('2031-05-06').pick('Tags').input('a=1, "b"="2, 3"').pick('Save');
    await edit();
    assert.equal(prompts.lists.at(-1)?.items[0]?.description, 'Changes: Expiration Date, Tags');
    const now = await bundle('Life');
    assert.deepEqual(now.tags, { a: '1', b: '2, 3' });
    assert.equal(now.attributes.exp, Date.parse('2031-05-06T00:00:00Z') / 1000);
    assert.deepEqual([now.value, now.contentType, now.attributes.enabled], ['two', 'text/plain', true]);
    assert.match(
      (await world.loggedLines()).join('\n'),
      /az keyvault secret set-attributes .*--expires 2031-05-06T00:00:00Z --tags a=1 .*b=2, 3/,
    );
    for (const bad of ['tomorrow', '2031-13-01', '06.05.2031'])
      assert.ok(
        await prompts.inputs.find(({ prompt }) => prompt?.startsWith('Expires'))?.validateInput?.(bad),
        bad,
      );
  });

  it('shows its versions side by side with differences marked, but no value', async () => {
    await makeLife();
    const life = await secret('Life');
    const tagged = { ...life.vault, tags: { team: 'payments' } };
    await compareSecretVersions(world.services, { ...life, vault: tagged });
    const { text, page } = new ShownReport(() => world.services);
    assert.match(text, /[0-9a-f]{8} \\\(newest\\\) \| [0-9a-f]{8} \|$/m);
    // The service rounds creation times to seconds, so two versions of the same second have no order.
    assert.match(text, /^\| \*\*Tag owner\*\* \| (– \| me|me \| –) \|$/m);
    assert.match(text, /^\| Content type \| text\/plain \| text\/plain \|$/m);
    assert.doesNotMatch(text, /\| (one|two) \|/);
    const { saved } = page.content;
    assert.ok(isSavedVersions(saved));
    assert.doesNotMatch(JSON.stringify(saved), /payments/);
    assert.ok(!isSavedVersions({ ...saved, vault: { ...saved.vault, tenantId: undefined } }));
  });

  it('is deleted and recovered, or deleted and purged', async () => {
    await makeLife();
    prompts.button('Delete');
    await deleteSecrets(world.services, await secret('Life'));
    await until(isListedAsDeleted, { what: 'the deleted secret' });
    await assert.rejects(plain('GET', '/secrets/Life'), /SecretNotFound/);
    prompts.pick('Life');
    await recoverSecret(world.services, await vault());
    await until(async () => bundle('Life').catch(() => undefined), { what: 'the recovered secret' });
    assert.equal((await bundle('Life')).value, 'two');
    prompts.button('Delete');
    await deleteSecrets(world.services, await secret('Life'));
    await until(isListedAsDeleted, { what: 'the deleted secret' });
    prompts.pick('Life').escape();
    await assert.rejects(purgeSecret(world.services, await vault()), { name: 'Canceled' });
    prompts.pick('Life').button('Purge Secret');
    await purgeSecret(world.services, await vault());
    assert.equal(await isListedAsDeleted(), false);
    assert.match(
      (await world.loggedLines()).join('\n'),
      /az keyvault secret purge --vault-name keyless-demo-kv --name Life/,
    );
  });

  it('is deleted together with secrets of other vaults after a dialog lists them all', async () => {
    const { connection, vault: other } = await world.vault('keyless-rbac-kv');
    const elsewhere = {
      connection,
      vault: other,
      secret: { ...(await secret('ASampleKey')).secret, name: 'X' },
    };
    prompts.escape();
    const both = [await secret('ASampleKey'), elsewhere];
    await assert.rejects(deleteSecrets(world.services, both[0], both), { name: 'Canceled' });
    assert.equal(prompts.last.text, 'Delete 2 secrets?');
    assert.match(prompts.last.detail, /keyless-demo-kv\/ASampleKey\n.*keyless-rbac-kv\/X\n/);
  });

  it('is found in the list by its name', async () => {
    prompts.pick('ASampleKey').pick('Copy Secret URI');
    await findSecret(world.services, await vault());
    assert.deepEqual(prompts.lists.at(-1)?.labels.slice(0, 2), [
      'Copy Secret URI',
      'Copy Key Vault Reference',
    ]);
  });

  it('is opened by its URI, even if its vault is in no visible subscription', async () => {
    const { vaultUri } = (await vault()).vault;
    prompts.input(`${vaultUri}/secrets/ASampleKey`).pick('Copy Secret URI');
    await openByUri(world.services);
    prompts.input(`${vaultUri}/secrets/NoSuchSecret`);
    await assert.rejects(openByUri(world.services), /has no secret named NoSuchSecret/);
    const { accountId, cloud, credential, http } = world.connection;
    const other = new Connection({ accountId, tenantId: 'another', cloud, credential, http });
    const hiding = (connections: readonly Connection[]) => ({
      ...world.services,
      inventory: Object.assign(Object.create(world.services.inventory) as Inventory, {
        keyVaults: () => Promise.resolve([]),
        connections: () => Promise.resolve(connections),
      }),
    });
    // The vault says which of the two tenants it's in.
    prompts.input(`${vaultUri}/secrets/ASampleKey`).pick('Copy Secret URI');
    await openByUri(hiding([other, world.connection]));
    prompts.input(`${vaultUri}/secrets/ASampleKey`);
    await assert.rejects(
      openByUri(hiding([other])),
      /is in the tenant Contoso \(sandbox\), which you aren't signed in to/,
    );
    assert.ok(
      !prompts.lists.at(-1)?.labels.includes('Let App Read Secret…'),
      'offered without the vault as a resource',
    );
    for (const bad of ['', 'http://kv.vault.azure.net', 'https://kv.vault.azure.net/keys/a', 'a b'])
      assert.ok(await prompts.inputs[0]?.validateInput?.(bad), bad);
  });
});
