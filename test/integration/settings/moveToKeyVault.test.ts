import assert from 'node:assert/strict';
import { moveToKeyVault } from '../../../src/commands/settings/moveToKeyVault';
import { undoLastGrant } from '../../../src/commands/access/undoLastGrant';
import { UserError } from '../../../src/ui/errors';
import { withBack } from '../../../src/ui/flow';
import type { SettingTarget } from '../../../src/inventory/targets';
import { control } from '../../support/sandboxClient';
import { until } from '../../support/until';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

const plain = 'planted plain text';

describe('a setting that is moved to a key vault', () => {
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
    await control(world.ready, 'DELETE', '/faults');
    assert.doesNotMatch(prompts.everything, /planted/);
    assert.doesNotMatch((await world.loggedLines()).join('\n'), /planted/);
  });
  afterEach(() => world.close());

  const settings = async (app: string) => {
    const { id } = (await world.app(app)).app;
    const answer = await world.plain.arm('POST', `${id}/config/appsettings/list`, '2023-12-01');
    return (answer as { properties: Record<string, string> }).properties;
  };
  const setting = async (app: string, name: string, value: string | null = plain): Promise<SettingTarget> => {
    const target = await world.app(app);
    const properties = { ...(await settings(app)), [name]: value };
    await world.plain.arm('PUT', `${target.app.id}/config/appsettings`, '2023-12-01', { properties });
    return { ...target, setting: { name, looksSecret: true, slotSetting: false } };
  };
  const secret = async (vault: string, name: string) => {
    const { vaultUri } = (await world.vault(vault)).vault;
    return ((await world.plain.vault('GET', vaultUri, `/secrets/${name}`)) as { value: string }).value;
  };
  const status = async (app: string, name: string) => {
    const { id } = (await world.app(app)).app;
    const path = `${id}/config/configreferences/appsettings/${name}`;
    const answer = (await world.plain.arm('GET', path, '2023-12-01')) as { properties: { status: string } };
    return answer.properties.status;
  };

  /** The role assignments on the secret itself. */
  const rolesOn = async (name: string) => {
    const { id } = (await world.vault('keyless-rbac-kv')).vault;
    const path = `${id}/secrets/${name}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()`;
    const { value } = (await world.plain.arm('GET', path, '2022-04-01')) as {
      value: { properties: { scope: string } }[];
    };
    return value.filter(({ properties }) => properties.scope.endsWith(`/secrets/${name}`));
  };

  it('becomes a secret that the app can read, with an identity and an access policy if it has none', async () => {
    const target = await setting('keyless-demo-app', 'Db__Password');
    const before = await settings('keyless-demo-app');
    // Back from the summary returns to the name, which still has what was typed.
    prompts.pick('keyless-demo-kv').input('Wrong').back().input('Db--Password').pick('Move to Key Vault');
    await withBack(() => moveToKeyVault(world.services, target));
    assert.equal(prompts.inputs[1]?.value, 'Wrong');
    await assert.rejects(secret('keyless-demo-kv', 'Wrong'));
    const { vaultUri } = (await world.vault('keyless-demo-kv')).vault;
    assert.deepEqual(await settings('keyless-demo-app'), {
      ...before,
      Db__Password: `@Microsoft.KeyVault(SecretUri=${vaultUri}/secrets/Db--Password)`,
    });
    assert.equal(await secret('keyless-demo-kv', 'Db--Password'), plain);
    assert.equal(await status('keyless-demo-app', 'Db__Password'), 'Resolved');
    assert.equal(prompts.inputs[0]?.value, 'Db--Password');
    assert.deepEqual(prompts.lists.at(-1)?.labels, [
      ...['Move to Key Vault', 'Create the secret Db--Password in keyless-demo-kv'],
      'Enable the system-assigned identity of keyless-demo-app',
      'Add an access policy to keyless-demo-kv: secrets get (applies to all its secrets)',
      'Wait until a reference to the secret resolves in a temporary setting',
      'Replace the value of Db__Password with the reference',
    ]);
    assert.match(prompts.lists.at(-1)?.items.at(-1)?.detail ?? '', /^keyless-demo-app restarts again\./);
    assert.match(prompts.last.text, /Moved Db__Password to keyless-demo-kv/);
  });

  it('becomes a secret if it is a connection string, and keeps its type', async () => {
    const target = await world.app('keyless-demo-app');
    const path = `${target.app.id}/config/connectionstrings`;
    const properties = { Db: { value: plain, type: 'SQLAzure' } };
    await world.plain.arm('PUT', path, '2023-12-01', { properties });
    const before = await settings('keyless-demo-app');
    prompts.pick('keyless-demo-kv').input('Db').pick('Move to Key Vault');
    const db = { name: 'Db', connectionType: 'SQLAzure', looksSecret: true, slotSetting: false };
    await moveToKeyVault(world.services, { ...target, setting: db });
    const { vaultUri } = (await world.vault('keyless-demo-kv')).vault;
    const now = (await world.plain.arm('POST', `${path}/list`, '2023-12-01')) as { properties: object };
    assert.deepEqual(now.properties, {
      Db: { type: 'SQLAzure', value: `@Microsoft.KeyVault(SecretUri=${vaultUri}/secrets/Db)` },
    });
    assert.deepEqual(world.selected, [`${target.app.id}/connectionStrings/Db`]);
    assert.equal(await secret('keyless-demo-kv', 'Db'), plain);
    assert.deepEqual(await settings('keyless-demo-app'), before);
  });

  it('is refused if it has no value', async () => {
    const target = await setting('keyless-demo-app', 'NOTHING', null);
    const before = await settings('keyless-demo-app');
    prompts.pick('keyless-demo-kv').input('Nothing');
    await assert.rejects(moveToKeyVault(world.services, target), {
      message: 'NOTHING of keyless-demo-app has no value',
    });
    assert.deepEqual(await settings('keyless-demo-app'), before);
  });

  it('gets a role on that one secret if the vault uses Azure RBAC', async () => {
    await control(world.ready, 'PATCH', '/settings', { rolePropagationMs: 500 });
    const target = await setting('keyless-linux-app', 'API_TOKEN');
    prompts.pick('keyless-linux-app').pick('keyless-linux-app').pick('API_TOKEN');
    prompts.pick('keyless-rbac-kv').input('ApiToken').pick('Move to Key Vault');
    await moveToKeyVault(world.services);
    assert.equal(await status('keyless-linux-app', 'API_TOKEN'), 'Resolved');
    const [vaults, summary] = prompts.lists.slice(-2);
    assert.equal(vaults?.title, 'keyless-linux-app: Move to Key Vault');
    assert.equal(vaults.labels[0], 'keyless-rbac-kv', "the vault that is referenced already isn't first");
    assert.match(
      summary?.labels.join('\n') ?? '',
      /Assign the role Key Vault Secrets User on the secret ApiToken/,
    );
    assert.ok(!prompts.lists[2]?.labels.includes('DB_PASSWORD'), 'a reference is offered');
    prompts.pick('keyless-rbac-kv').input('Other');
    await assert.rejects(moveToKeyVault(world.services, target), /is already a Key Vault reference/);
  });

  it("is left alone if the reference doesn't resolve, and the access can be undone", async () => {
    const target = await setting('keyless-linux-app', 'BROKEN');
    const before = await settings('keyless-linux-app');
    const path = String.raw`/secrets/Broken/\?`;
    const fault = { service: 'vault', method: 'GET', path, status: 404, count: 0 };
    await control(world.ready, 'POST', '/faults', fault);
    const restarts: string[] = [];
    world.services.logStreams.expectRestart = (id) => {
      restarts.push(id);
    };
    prompts.pick('keyless-rbac-kv').input('Broken').pick('Move to Key Vault');
    const error = await moveToKeyVault(world.services, target).then(
      () => assert.fail('it was moved'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UserError);
    assert.match(error.message, /BROKEN of keyless-linux-app wasn't moved: secret not found/);
    assert.match(
      error.nextStep ?? '',
      /The setting wasn't changed.*Left in place: the secret Broken in keyless-rbac-kv, its role assignment on the secret/,
    );
    assert.deepEqual(await settings('keyless-linux-app'), before);
    assert.ok(restarts.includes(target.app.id));
    const [why, undo] = error.actions;
    assert.equal(why?.command, 'keyless.whyCantItRead');
    assert.equal(undo?.command, 'keyless.undoLastGrant');
    assert.equal((await rolesOn('Broken')).length, 1);
    prompts.button('Undo Grant');
    await undoLastGrant(world.services, undo.arguments?.[0]);
    assert.equal((await rolesOn('Broken')).length, 0);
  });

  it("stays unchanged if the secret can't be created", async () => {
    const target = await setting('keyless-demo-app', 'REFUSED');
    const before = await settings('keyless-demo-app');
    const { id } = (await world.vault('keyless-demo-kv')).vault;
    const policies = ((await world.plain.arm('GET', id, '2026-02-01')) as { properties: object }).properties;
    const fault = { service: 'vault', method: 'PUT', status: 403, count: 0 };
    await control(world.ready, 'POST', '/faults', fault);
    prompts.pick('keyless-demo-kv').input('REFUSED').pick('Move to Key Vault');
    await assert.rejects(moveToKeyVault(world.services, target), { status: 403 });
    assert.deepEqual(await settings('keyless-demo-app'), before);
    assert.deepEqual(
      ((await world.plain.arm('GET', id, '2026-02-01')) as { properties: object }).properties,
      policies,
    );
  });

  it('adds a version to a secret, or recovers a deleted one, only after asking', async () => {
    const target = await setting('keyless-demo-app', 'AGAIN');
    const { vaultUri } = (await world.vault('keyless-demo-kv')).vault;
    await world.plain.vault('PUT', vaultUri, '/secrets/Gone', { value: 'old' });
    await world.plain.vault('DELETE', vaultUri, '/secrets/Gone');
    const isDeleted = () =>
      world.plain.vault('GET', vaultUri, '/deletedsecrets/Gone').then(
        () => true,
        () => false,
      );
    await until(isDeleted, { what: 'the deleted secret' });
    prompts.pick('keyless-demo-kv').input('ASampleKey').pick('Use Another Name');
    prompts.input('Gone').pick('Recover the Secret and Add a Version').escape();
    await assert.rejects(moveToKeyVault(world.services, target), { name: 'Canceled' });
    assert.match(prompts.lists.at(-1)?.labels[1] ?? '', /^Recover the deleted secret Gone/);
    prompts
      .pick('keyless-demo-kv')
      .input('Gone')
      .pick('Recover the Secret and Add a Version')
      .pick('Move to Key Vault');
    await moveToKeyVault(world.services, target);
    assert.equal(await secret('keyless-demo-kv', 'Gone'), plain);
    assert.equal(await status('keyless-demo-app', 'AGAIN'), 'Resolved');
  });

  it('leaves no value in the log', async () => {
    prompts.pick('keyless-demo-kv').input('Db--Password').pick('Move to Key Vault');
    await moveToKeyVault(world.services, await setting('keyless-demo-app', 'Db__Password'));
    assert.doesNotMatch((await world.loggedLines()).join('\n'), /planted/);
    assert.match((await world.loggedLines()).join('\n'), /Set the app setting Db__Password/);
  });
});
