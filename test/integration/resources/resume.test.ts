import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import {
  createFunctionApp,
  partsOf,
  type NewFunctionApp,
} from '../../../src/azure/appService/creation/functionAppCreation';
import { listResources } from '../../../src/azure/resources/resources';
import { createResourceGroup } from '../../../src/azure/resources/resourceGroups';
import { createKeyVault } from '../../../src/commands/keyVault/createKeyVault';
import { makeFunctionApp } from '../../../src/commands/apps/makeFunctionApp';
import { resumeOperations } from '../../../src/commands/resumeOperations';
import type { Services } from '../../../src/commands/services';
import { LongOperations, type LongOperation } from '../../../src/commands/longOperations';
import { changedConnection } from '../../support/connections';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('an operation that a reload of the window interrupts', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  let subscriptionId: string;
  let memento: RecordingMemento;
  beforeEach(async () => {
    world = await openCommandWorld();
    await world.plain.control('/settings', { vaultRegistrationMs: 0 }, 'PATCH');
    subscriptionId = world.ready.subscriptionIds[1] ?? '';
  });
  beforeEach(async () => {
    prompts = new Prompts();
    memento = new RecordingMemento();
    (await world.loggedLines()).length = 0;
    world.refreshed.length = 0;
  });
  afterEach(() => {
    prompts.finish();
    assert.equal(memento.kept, undefined, 'an operation is still remembered');
  });
  afterEach(() => world.close());

  const group = () => `/subscriptions/${subscriptionId}/resourceGroups/keyless-rbac`;
  const vaultId = (name: string) => `${group()}/providers/Microsoft.KeyVault/vaults/${name}`;
  /** Starts an operation that never ends, and closes its window. */
  async function leave(operation: LongOperation, connection = world.connection): Promise<void> {
    const window = new LongOperations(memento);
    await new Promise<void>((begun) => {
      void window.track(connection, operation, () => {
        begun();
        return new Promise(() => undefined);
      });
    });
    window.close();
  }
  /** Resumes the operations as the window does after a reload. */
  async function resume(): Promise<Services> {
    const services = { ...world.services, operations: new LongOperations(memento) };
    await resumeOperations(services, { poll: 50, grace: 200 });
    return services;
  }
  const resources = async () =>
    (await listResources(world.connection, subscriptionId)).map(({ name }) => name).sort();

  it('is reported as done if the resource group is gone', async () => {
    const name = 'leaving';
    const { id: groupId } = await createResourceGroup(world.connection, {
      ...{ subscriptionId, name, location: 'northeurope' },
    });
    await leave({ change: { kind: 'deleteResourceGroup', groupId }, shown: [vaultId('was-there')] });
    await world.plain.arm('DELETE', groupId, '2021-04-01');
    await resume();
    assert.match(prompts.last.text, /Deleted the resource group leaving/);
    assert.deepEqual(world.refreshed, [vaultId('was-there')]);
    assert.ok((await world.loggedLines()).some((line) => line.startsWith('az group delete --name leaving')));
  });

  it('is reported as not done if the deletion never reached Azure', async () => {
    await leave({ change: { kind: 'deleteVault', vaultId: vaultId('keyless-rbac-kv') }, shown: [] });
    await resume();
    assert.equal(prompts.last.kind, 'warning');
    assert.match(prompts.last.text, /keyless-rbac-kv wasn't deleted/);
    assert.ok(!(await world.loggedLines()).some((line) => line.startsWith('az')));
  });

  it('is waited for if a vault is still being created', async () => {
    const vault = {
      location: 'northeurope',
      tenantId: world.ready.tenantId,
      permissionModel: 'rbac',
    } as const;
    await world.plain.control('/settings', { vaultRegistrationMs: 600 }, 'PATCH');
    await leave({
      change: {
        ...{ kind: 'createVault', vaultId: vaultId('slow-kv'), ...vault },
        ...{ retentionDays: 7, purgeProtection: false },
      },
      shown: [vaultId('slow-kv')],
    });
    const properties = {
      tenantId: world.ready.tenantId,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
    };
    const body = { location: 'northeurope', properties };
    const slow = (await world.plain.arm('PUT', vaultId('slow-kv'), '2023-07-01', body)) as {
      properties: { provisioningState: string };
    };
    await resume();
    assert.match(prompts.last.text, /Created the key vault slow-kv/);
    const made = (await world.plain.arm('GET', vaultId('slow-kv'), '2023-07-01')) as typeof slow;
    assert.deepEqual(
      [slow, made].map(({ properties }) => properties.provisioningState),
      ['RegisteringDns', 'Succeeded'],
    );
  });

  it('continues if a function app was partly created', async () => {
    const state = await halfMade('halted-app');
    await leave({ app: state });
    prompts.click('Continue');
    await resume();
    assert.match(prompts.messages[0]?.text ?? '', /workspaces\/halted-app-logs/);
    assert.match(prompts.last.text, /Created the function app halted-app/);
    const { app } = await world.app('halted-app');
    assert.ok(app.identity.systemAssigned);
  });

  it('is undone on request if a function app was partly created', async () => {
    const before = await resources();
    const state = await halfMade('unwanted-app');
    await leave({ app: state });
    prompts.click('Delete Resources');
    await resume();
    assert.deepEqual(await resources(), before);
  });

  it('is offered again if no part of the app was created, and reported as done if all of it was', async () => {
    const { wanted, group } = stateOf('unborn-app');
    await leave({ app: { wanted, group, made: [], making: partsOf(wanted).storage } });
    await resume();
    assert.match(prompts.last.text, /before any part of the function app unborn-app was created/);
    assert.deepEqual(prompts.last.buttons, ['Continue']);

    const made: string[] = [];
    const report = { next: () => undefined, made: ({ id }: { id: string }) => void made.push(id) };
    const late = { ...wanted, name: 'late-app', storageName: 'lateappstore' };
    await createFunctionApp(world.connection, late, report);
    await leave({ app: { wanted: late, group, made } });
    await resume();
    assert.match(prompts.last.text, /Created the function app late-app/);
  });

  it("puts back the value of a setting whose reference doesn't resolve", async () => {
    const { app } = await world.app('keyless-linux-app');
    const { vault } = await world.vault('keyless-demo-kv');
    const made = (await world.plain.vault('PUT', vault.vaultUri, '/secrets/Moved', { value: 'old' })) as {
      id: string;
    };
    const settings = async () =>
      (await world.plain.arm('POST', `${app.id}/config/appsettings/list`, '2023-12-01')) as {
        properties: Record<string, string>;
      };
    const before = (await settings()).properties;
    const reference = '@Microsoft.KeyVault(VaultName=nobodys-vault;SecretName=Moved)';
    await world.plain.arm('PUT', `${app.id}/config/appsettings`, '2023-12-01', {
      properties: { ...before, MOVED: reference },
    });
    const secretVersion = made.id.split('/').at(-1) ?? assert.fail();
    await leave({
      move: {
        ...{ appId: app.id, name: 'MOVED', vaultId: vault.id, secretName: 'Moved', secretVersion, reference },
        ...{ trial: 'KEYLESS_TRIAL_1', grantId: 'none' },
      },
    });
    await resume();
    assert.match(prompts.last.text, /MOVED of keyless-linux-app wasn't moved: vault not found/);
    assert.deepEqual((await settings()).properties, { ...before, MOVED: 'old' });
    assert.doesNotMatch(memento.everything, /"old"/);
  });

  it("is kept for later if its account isn't signed in", async () => {
    const nobody = changedConnection(world.connection, { accountId: 'nobody' });
    await leave({ change: { kind: 'deleteVault', vaultId: vaultId('any') }, shown: [] }, nobody);
    const services = await resume();
    assert.deepEqual(prompts.messages, []);
    const [left] = services.operations.left;
    await services.operations.forget(left?.key ?? '');
  });

  it('is remembered by names and IDs only, and forgotten when it ends', async () => {
    const services = { ...world.services, operations: new LongOperations(memento) };
    await makeFunctionApp(services, world.connection, {
      ...stateOf('open-app', 'consumption'),
      made: [],
    });
    const target = { connection: world.connection, subscription: await subscription() };
    prompts.pick('keyless-rbac').input('open-kv').pick('Vault access policies (legacy)');
    prompts.input('7').pick('Without purge protection').pick('Create Key Vault');
    await createKeyVault(services, target);
    assert.ok(memento.everything.includes('open-app') && memento.everything.includes('open-kv'));
    assert.doesNotMatch(memento.everything, /AccountKey|InstrumentationKey|[?&](s|h|c|t)=|https?:/i);
  });

  it('is forgotten when it fails', async () => {
    const operations = new LongOperations(memento);
    const change = { kind: 'deleteVault', vaultId: vaultId('any') } as const;
    const failing = operations.track(world.connection, { change, shown: [] }, () => {
      assert.notEqual(memento.kept, undefined);
      return Promise.reject(new Error('no'));
    });
    await assert.rejects(failing, /no/);
  });

  async function subscription() {
    const all = await world.services.inventory.subscriptions();
    const one = all.find((target) => target.subscription.subscriptionId === subscriptionId);
    return one?.subscription ?? assert.fail();
  }

  function stateOf(name: string, plan: NewFunctionApp['plan'] = 'basic') {
    const location = 'northeurope';
    const wanted: NewFunctionApp = {
      ...{ name, subscriptionId, resourceGroup: 'keyless-rbac', location, linux: plan === 'basic', plan },
      ...{
        runtime: { name: 'node', version: '22' },
        insights: {},
        storageName: name.replace('-app', 'appstore'),
      },
    };
    return { wanted, group: { name: 'keyless-rbac', location, isNew: false } };
  }

  /** The state that is left if the window doesn't wait for the answer to the app's PUT. */
  async function halfMade(name: string) {
    const { wanted, group } = stateOf(name);
    await world.plain.control('/faults', {
      ...{ method: 'PUT', path: `/sites/${name}`, status: 400 },
      body: { error: { code: 'BadRequest', message: 'No room.' } },
    });
    const made: string[] = [];
    const report = { next: () => undefined, made: ({ id }: { id: string }) => void made.push(id) };
    await assert.rejects(createFunctionApp(world.connection, wanted, report), /No room/);
    return { wanted, group, made, making: partsOf(wanted).app };
  }
}).timeout(60_000);

/** Keeps everything that was ever written to it. */
class RecordingMemento implements vscode.Memento {
  kept: unknown;
  everything = '';

  keys(): readonly string[] {
    return [];
  }

  get(): undefined {
    return this.kept as undefined;
  }

  update(_key: string, value: unknown): Promise<void> {
    this.kept = value;
    this.everything += JSON.stringify([value]);
    return Promise.resolve();
  }
}
