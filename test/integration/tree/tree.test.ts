import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { contextValueOf } from '../../../src/tree/contextValue';
import { until } from '../../support/until';
import { openTreeWorld, type TreeWorld } from './treeWorld';

const first = 'Keyless Sandbox';
const second = 'Keyless Sandbox (RBAC)';

describe('the tree of the sandbox', () => {
  let world: TreeWorld;
  beforeEach(async () => {
    world = await openTreeWorld();
  });
  afterEach(async () => {
    await world.control('DELETE', '/faults');
    world.tree.refreshAll();
  });
  afterEach(async () => {
    await world.close();
  });

  const shown = async (...labels: string[]) =>
    (await world.children(...labels)).map((node) => {
      const { description } = world.item(node);
      return typeof description === 'string' ? `${world.label(node)} | ${description}` : world.label(node);
    });

  it('shows subscriptions with their function apps and vaults', async () => {
    assert.deepEqual(await shown(), [first, second]);
    assert.deepEqual(await shown(first), ['Function Apps', 'Key Vaults', 'User-Assigned Identities']);
    assert.deepEqual(await shown(first, 'Function Apps'), [
      'keyless-demo-app | Running, Windows, Basic, no identity',
    ]);
    assert.deepEqual(await shown(first, 'Key Vaults'), ['keyless-demo-kv | access policies']);
    assert.deepEqual(await shown(second, 'Key Vaults'), ['keyless-rbac-kv | RBAC']);
  });

  it('groups by resource group if the settings say so', async () => {
    const settings = vscode.workspace.getConfiguration('keyless');
    await settings.update('view.groupBy', 'resourceGroup', vscode.ConfigurationTarget.Global);
    try {
      await until(async () => (await shown(second)).includes('keyless-rbac | northeurope'), {
        what: 'the groups',
      });
      assert.deepEqual(
        (await shown(second, 'keyless-rbac')).map((text) => text.replace(/ \|.*/, '')),
        [
          ...['keyless-flex-app', 'keyless-linux-app', 'keyless-rbac-app', 'keyless-shop-app'],
          ...['keyless-rbac-kv', 'keyless-reader-id', 'keyless-writer-id'],
        ],
      );
    } finally {
      await settings.update('view.groupBy', undefined, vscode.ConfigurationTarget.Global);
    }
    await until(async () => (await shown(second)).includes('Key Vaults'), { what: 'the lists' });
  });

  it('shows the parts of an app', async () => {
    const app = [second, 'Function Apps', 'keyless-linux-app'];
    assert.deepEqual(
      (await shown(...app)).map((text) => text.replace(/ \|.*/, '')),
      ['Slots', 'Identity', 'Functions', 'App Settings', 'Connection Strings', 'Keys Left', 'Files'],
    );
    assert.deepEqual(await shown(...app, 'Slots'), ['staging | Running, Linux, Basic, identity on']);
    assert.ok((await shown(...app, 'Slots', 'staging')).every((text) => !text.startsWith('Slots')));
    const [system] = await shown(...app, 'Identity');
    assert.match(system ?? '', /^System-assigned \| On, [0-9a-f-]{36}$/);
    const user = await shown(second, 'Function Apps', 'keyless-rbac-app', 'Identity');
    assert.ok(user.includes('keyless-reader-id | user-assigned'));
    assert.deepEqual(await shown(first, 'Function Apps', 'keyless-demo-app', 'Identity'), [
      'System-assigned | Off',
    ]);
    assert.deepEqual(await shown(first, 'Function Apps', 'keyless-demo-app', 'Functions'), [
      'ReadSecret | HTTP, node',
    ]);
  });

  it("counts an app's keys once they are known, until the app is read again", async () => {
    const list = [second, 'Function Apps'];
    const app = 'keyless-rbac-app';
    const row = async () => (await shown(...list)).find((text) => text.startsWith(app));
    assert.equal(await row(), `${app} | Running, Windows, Standard, user-assigned identity`);
    const redrawn = new Set<string>();
    const drawn = world.tree.onDidChangeTreeData((node) => redrawn.add(node?.id ?? ''));
    assert.deepEqual(await shown(...list, app, 'Keys Left'), ['No keys left']);
    await world.tree.settled();
    drawn.dispose();
    const node = await world.node(...list, app);
    assert.deepEqual([...redrawn], [node.id]);
    assert.equal(await row(), `${app} | no keys left, Running, Windows, Standard, user-assigned identity`);
    assert.ok((await shown(...list, app)).includes('Keys Left | none'));
    await world.tree.refresh(node);
    assert.equal(await row(), `${app} | Running, Windows, Standard, user-assigned identity`);
  });

  it('hides the values of app settings', async () => {
    const settings = await world.children(first, 'Function Apps', 'keyless-demo-app', 'App Settings');
    const names = settings.map((node) => world.label(node));
    assert.ok(names.includes('SECRET_URI'), names.join());
    for (const node of settings) {
      const { tooltip, description } = world.item(node);
      assert.match(String(description), /^(value hidden|Key Vault reference)/);
      assert.doesNotMatch((tooltip as vscode.MarkdownString).value, /vault(\.|&#46;)localhost|AccountKey/);
    }
  });

  it('shows secrets with their states and versions', async () => {
    const secrets = await shown(second, 'Key Vaults', 'keyless-rbac-kv', 'Secrets');
    assert.ok(secrets.includes('DisabledSecret | disabled'), secrets.join());
    assert.ok(secrets.includes('ExpiredSecret | expired'), secrets.join());
    assert.ok(
      secrets.some((text) => /expires in [45] days/.test(text)),
      secrets.join(),
    );
    const versions = await shown(first, 'Key Vaults', 'keyless-demo-kv', 'Secrets', 'ASampleKey');
    assert.match(versions.join(), /^[0-9a-f]{8} \| Current$/);
  });

  it('shows who has access, by the kind of principal where the directory tells no names', async () => {
    const policies = await shown(first, 'Key Vaults', 'keyless-demo-kv', 'Access');
    assert.ok(
      policies.some((text) => /^principal [0-9a-f]{8} \| secrets: get, list, .*, user$/.test(text)),
      policies.join(),
    );
    const [notice, ...assignments] = await shown(second, 'Key Vaults', 'keyless-rbac-kv', 'Access');
    assert.equal(notice, 'Uses Azure role assignments');
    const officer = 'Key Vault Secrets Officer';
    const alex =
      /^Key Vault Secrets Officer \| (principal [0-9a-f]{8}), user$/m.exec(assignments.join('\n'))?.[1] ?? '';
    assert.ok(alex, assignments.join());
    assert.ok(
      assignments.every((text) => /^(Key Vault|Owner|Contributor|User Access)/.test(text)),
      assignments.join(),
    );
    const owner = `Owner | ${alex}, no access to secrets, inherited from subscription ${second}, user`;
    assert.ok(assignments.includes(owner), assignments.join());
    const vault = [second, 'Key Vaults', 'keyless-rbac-kv'];
    const onSecret = await shown(...vault, 'Secrets', 'DbPassword', 'Role Assignments');
    assert.ok(onSecret.includes(owner), onSecret.join());
    assert.ok(
      onSecret.includes(`${officer} | ${alex}, inherited from key vault keyless-rbac-kv, user`),
      onSecret.join(),
    );
    assert.ok(
      (await shown(first, 'Key Vaults', 'keyless-demo-kv', 'Secrets', 'ASampleKey')).every(
        (text) => !text.startsWith('Role'),
      ),
    );
    await world.control('PATCH', '/settings', { graphRights: 'directory' });
    world.tree.refreshAll();
    const named = await shown(second, 'Key Vaults', 'keyless-rbac-kv', 'Access');
    assert.ok(named.includes(`${officer} | Alex Contoso`), named.join());
  });

  it('rereads an app from the service after a write, and nothing else', async () => {
    const app = await world.node(first, 'Function Apps', 'keyless-demo-app');
    assert.ok(app.kind === 'app');
    await world.children(second, 'Key Vaults', 'keyless-rbac-kv', 'Secrets');
    const identity = (type: string) =>
      world.plain.arm('PATCH', app.app.id, '2025-05-01', { identity: { type } });
    await identity('SystemAssigned');
    await world.control('DELETE', '/stats');
    await world.tree.refreshResource(app.connection, app.app.id);
    assert.match((await shown(first, 'Function Apps', 'keyless-demo-app', 'Identity')).join(), /On,/);
    await world.children(second, 'Key Vaults', 'keyless-rbac-kv', 'Secrets');
    const paths = await requestPaths(world);
    assert.deepEqual(paths, [app.app.id.toLowerCase()]);
    await identity('None');
    await world.tree.refreshResource(app.connection, app.app.id);
    assert.match(contextValueOf(await world.node(first, 'Function Apps', 'keyless-demo-app')), /identityOff/);
  });

  it('lists secrets through Resource Manager if the vault refuses, and says so', async () => {
    await world.control('POST', '/faults', {
      ...{ service: 'vault', path: '^/secrets', count: 0, status: 403 },
      body: { error: { code: 'Forbidden', message: 'no', innererror: { code: 'ForbiddenByFirewall' } } },
    });
    const nodes = await world.children(first, 'Key Vaults', 'keyless-demo-kv', 'Secrets');
    const [notice, secret] = nodes;
    assert.ok(notice && secret);
    assert.equal(world.item(notice).label, 'Listed by Resource Manager because the vault refused');
    assert.match((world.item(notice).tooltip as vscode.MarkdownString).value, /firewall/i);
    assert.equal(world.item(secret).label, 'ASampleKey');
    assert.ok(secret.kind === 'secret');
    assert.match(secret.secret.id, /^https:\/\/keyless-demo-kv\.vault\.localhost:\d+\/secrets\/ASampleKey$/);
  });

  it("says why something can't be read, and reads it again on Retry", async () => {
    await world.control('POST', '/faults', {
      service: 'arm',
      path: '/functions',
      count: 0,
      status: 403,
      body: { error: { code: 'AuthorizationFailed', message: 'no' } },
    });
    const labels = [first, 'Function Apps', 'keyless-demo-app', 'Functions'];
    const [error] = await world.children(...labels);
    assert.ok(error?.kind === 'error');
    assert.ok(error.reason.length > 10);
    assert.equal(world.item(error).contextValue, 'error');
    await world.control('DELETE', '/faults');
    await vscode.commands.executeCommand('keyless.retry', error);
    assert.deepEqual(await shown(...labels), ['ReadSecret | HTTP, node']);
  });

  it('shows an error if Resource Manager is down, and recovers', async () => {
    await world.control('POST', '/faults', { service: 'arm', count: 0, disconnect: true });
    world.tree.refreshAll();
    const [error, ...others] = await world.children();
    assert.equal(others.length, 0);
    assert.ok(error?.kind === 'error');
    await world.control('DELETE', '/faults');
    await vscode.commands.executeCommand('keyless.retry', error);
    await until(async () => (await shown()).length === 2, { what: 'the subscriptions' });
  });

  it('shows secrets page by page', async () => {
    const vault = await world.node(first, 'Key Vaults', 'keyless-demo-kv');
    assert.ok(vault.kind === 'vault');
    const names = Array.from({ length: 30 }, (_, index) => `Many-${String(index).padStart(2, '0')}`);
    for (const name of names) {
      await world.plain.vault('PUT', vault.vault.vaultUri, `/secrets/${name}`, { value: 'x' });
    }
    await vscode.commands.executeCommand('keyless.refresh', vault);
    const labels = [first, 'Key Vaults', 'keyless-demo-kv', 'Secrets'];
    const nodes = await world.children(...labels);
    assert.equal(nodes.length, 26);
    const more = nodes.at(-1);
    assert.ok(more?.kind === 'loadMore');
    const rest = await world.tree.getChildren(more);
    assert.deepEqual(
      [...nodes, ...rest].map(world.label).filter((text) => text.startsWith('Many-')),
      names,
    );
    assert.equal(rest.length, 6);
    assert.ok(rest.every((node) => world.tree.getParent(node) === more));
    assert.equal((await shown(...labels)).length, 26);
  });

  it('shows only the selected subscriptions', async () => {
    const { services } = world;
    const session = await services.accounts.session();
    assert.ok(session);
    const { SubscriptionFilter } = await import('../../../src/account/subscriptionFilter');
    const { accountKey } = await import('../../../src/account/session');
    const filter = new SubscriptionFilter(services.memento);
    const [, rbac] = await world.children();
    assert.ok(rbac?.kind === 'subscription');
    await filter.select(accountKey(session.account), [rbac.subscription.subscriptionId]);
    world.tree.refilter();
    assert.deepEqual(await shown(), [second]);
    assert.deepEqual(
      (await services.inventory.keyVaults()).map(({ vault }) => vault.name),
      ['keyless-rbac-kv'],
    );
    await filter.select(accountKey(session.account), undefined);
    world.tree.refilter();
    assert.deepEqual(await shown(), [first, second]);
  });
});

/** The paths of requests to Resource Manager and vaults since the statistics were reset. */
async function requestPaths(world: TreeWorld): Promise<string[]> {
  const { recent } = (await world.control('GET', '/stats')) as {
    recent: { service: string; path: string }[];
  };
  return recent
    .filter(({ service }) => service === 'arm' || service === 'vault')
    .map(({ path }) => path.toLowerCase());
}
