import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { addAccessPolicy } from '../../../src/commands/rights/addAccessPolicy';
import { restartApp, startApp, stopApp } from '../../../src/commands/apps/appState';
import { copyFunctionUrl, copyFunctionUrlWithKey } from '../../../src/commands/functions/functionUrl';
import { manageFunctionKeys } from '../../../src/commands/functions/manageFunctionKeys';
import { removeAccessPolicy } from '../../../src/commands/rights/removeAccessPolicy';
import { runFunction } from '../../../src/commands/functions/runFunction';
import type { FailedRead } from '../../../src/commands/access/explainReadFailure';
import { listFunctions } from '../../../src/azure/appService/sites';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('functions', () => {
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

  const appNode = () => world.app('keyless-demo-app');
  const shown = () => vscode.window.activeTextEditor?.document.getText() ?? assert.fail('no editor');
  /** What is offered above the answer, and for which failure. */
  const lenses = () => {
    const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor');
    return world.services.documents.provideCodeLenses(document).map(({ command }) => {
      const [failed] = (command?.arguments ?? []) as FailedRead[];
      return [command?.title, failed?.failure] as const;
    });
  };
  const functionKey = async () => {
    const { app } = await appNode();
    const keys = (await world.plain.arm(
      'POST',
      `${app.id}/functions/ReadSecret/listkeys`,
      '2024-04-01',
    )) as Record<string, string>;
    return keys['default'] ?? assert.fail('no key');
  };

  /** Enables the identity of keyless-demo-app and lets it read the secrets of keyless-demo-kv. */
  const letRead = async () => {
    prompts
      .pick('keyless-demo-kv')
      .button('Enable Identity')
      .pickMany('as offered')
      .pick('Add Access Policy');
    await addAccessPolicy(world.services, await appNode());
  };

  it("can't read the secret while their app has no access policy", async () => {
    prompts.pick('ReadSecret').pick('Run');
    await runFunction(world.services, await appNode());
    assert.match(shown(), /^Status 500/m);
    assert.deepEqual(lenses(), [["Why Can't It Read?", { kind: 'noIdentity' }]]);
  });

  it('read the secret once it has one, and never show their key', async () => {
    await letRead();
    prompts.pick('keyless-demo-app').pick('ReadSecret').pick('Run');
    await runFunction(world.services);
    assert.match(shown(), /^GET https:\/\/keyless-demo-app\.sites\.localhost:\d+\/api\/readsecret$/im);
    assert.match(shown(), /^Status 200, \d+ ms$/m);
    assert.deepEqual(lenses(), []);
    const key = await functionKey();
    assert.ok(!shown().includes(key));
    assert.ok(!prompts.everything.includes(key));
    assert.ok(!(await world.loggedLines()).join('\n').includes(key));
  });

  it('are enabled on request if they are disabled, before they are called or once they answered 404', async () => {
    const node = await appNode();
    const list = `${node.app.id}/config/appsettings`;
    const settings = async () =>
      (
        (await world.plain.arm('POST', `${list}/list`, '2023-12-01')) as {
          properties: Record<string, string>;
        }
      ).properties;
    const name = 'AzureWebJobs.ReadSecret.Disabled';
    const disable = async () => {
      const properties = { ...(await settings()), [name]: 'true' };
      await world.plain.arm('PUT', list, '2023-12-01', { properties });
    };
    await disable();
    prompts.pick('ReadSecret').escape();
    await assert.rejects(runFunction(world.services, node), { name: 'Canceled' });
    assert.equal(prompts.last.text, 'ReadSecret is disabled. Enable it?');
    assert.equal((await settings())[name], 'true');
    prompts.pick('ReadSecret').button('Enable Function').pick('Run');
    await runFunction(world.services, node);
    assert.doesNotMatch(shown(), /^Status 404/m);
    assert.equal((await settings())[name], 'false');
    const fn = (await listFunctions(node.connection, node.app)).find((one) => one.name === 'ReadSecret');
    await disable();
    prompts.pick('Run').button('Enable Function');
    await runFunction(world.services, { ...node, fn: fn ?? assert.fail() });
    assert.doesNotMatch(shown(), /^Status 404/m);
    assert.ok((await world.loggedLines()).some((line) => line.includes(name)));
  });

  it('take a body', async () => {
    await letRead();
    prompts.pick('ReadSecret').pick('Method').pick('POST').pick('Body').input('{"name":"value"}').pick('Run');
    await runFunction(world.services, await appNode());
    assert.match(shown(), /^Status 200/m);
  });

  it("can't read it anymore once the policy is removed", async () => {
    await letRead();
    prompts.pick('keyless-demo-kv').pick('keyless-demo-app').button('Remove Access Policy');
    await removeAccessPolicy(world.services);
    prompts.pick('ReadSecret').pick('Run');
    await runFunction(world.services, await appNode());
    assert.match(shown(), /Forbidden|AccessDenied|does not have secrets get permission/);
    const [[title, failure] = []] = lenses();
    assert.equal(title, "Why Can't It Read?");
    assert.deepEqual(failure?.kind === 'refused' && [failure.code, failure.vaultName], [
      'AccessDenied',
      'keyless-demo-kv',
    ]);
  });

  it('are called with the selected query, headers, and key, and save a request without its secrets', async () => {
    prompts.pick('ReadSecret').pick('Query').input('?a=1&code=hidden');
    prompts.pick('Headers').input('X-Name: value | Authorization: Bearer hidden');
    prompts.pick('Key').pick('No Key').pick('Save Request…').input('without a key').pick('Run');
    await runFunction(world.services, await appNode());
    assert.match(shown(), /^Status 401/m);
    assert.doesNotMatch(shown(), /hidden/);
    const kept = JSON.stringify(world.services.memento.get('keyless.requests'));
    assert.match(kept, /X-Name/);
    assert.doesNotMatch(kept, /hidden|Authorization|code/);
    assert.ok(await prompts.inputs[1]?.validateInput?.('no header'));
    prompts.pick('ReadSecret').pick('without a key').pick('Key').pick('default').pick('Run');
    await runFunction(world.services, await appNode());
    assert.doesNotMatch(shown(), /^Status 401/m);
    assert.ok(!prompts.everything.includes(await functionKey()));
  });

  it('take all parameters of their route, and repeated query parameters', async () => {
    const node = await appNode();
    const bindings = [
      { type: 'httpTrigger', direction: 'in', name: 'req', route: 'echo/{id:regex(^[a-z]{{1}}$)}/{*path}' },
      { type: 'http', direction: 'out', name: 'res' },
    ];
    const files = {
      'function.json': JSON.stringify({ bindings }),
      'index.js':
        'module.exports = async (context, req) => ({ res: { body: `${JSON.stringify(req.params)} ${req.query.a}` } });',
    };
    for (const [name, body] of Object.entries(files))
      await world.plain.send(
        'PUT',
        `https://${node.app.scmHostName ?? ''}/api/vfs/site/wwwroot/Echo/${name}`,
        { token: await world.plain.token('https://appservice.azure.com/.default'), body },
      );
    prompts.pick('Echo').pick('Query').input('a=1&a=2').pick('{path}').input('x/y z');
    prompts.pick('Run').input('a').pick('Run');
    await runFunction(world.services, node);
    assert.match(shown(), /^GET https:.*\/api\/echo\/a\/x\/y%20z$/m);
    assert.match(shown(), /^\{"id":"a","path":"x\/y z"\} 1,2$/m);
    const [, path, id] = prompts.inputs;
    assert.match(path?.prompt ?? '', /\{path\} .*\(optional\)$/);
    assert.equal(await path?.validateInput?.(''), undefined);
    assert.ok(await path?.validateInput?.('x/../y'));
    assert.ok(await id?.validateInput?.(''));
    prompts.pick('Echo').input('b').input('');
    await copyFunctionUrl(world.services, node);
    assert.match(await vscode.env.clipboard.readText(), /\/api\/echo\/b$/);
  });

  it('have keys that are created, renewed, and revoked, with the az command in the log', async () => {
    const keys = async () => {
      const { app } = await appNode();
      return (await world.plain.arm(
        'POST',
        `${app.id}/functions/ReadSecret/listkeys`,
        '2024-04-01',
      )) as Record<string, string>;
    };
    const manage = async () => manageFunctionKeys(world.services, await appNode());
    const clipboard = () => vscode.env.clipboard.readText();
    prompts.pick('ReadSecret').pick('Create Key…').input('mine');
    await manage();
    const made = (await keys())['mine'];
    assert.ok(made);
    assert.equal(await clipboard(), made);
    prompts.pick('ReadSecret').pick('mine').pick('Renew').button('Renew Key');
    await manage();
    const renewed = (await keys())['mine'];
    assert.ok(renewed && renewed !== made);
    prompts.pick('ReadSecret').pick('mine').pick('Copy Value');
    await manage();
    assert.equal(await clipboard(), renewed);
    prompts.pick('ReadSecret').pick('mine').pick('Revoke').escape();
    await assert.rejects(manage(), { name: 'Canceled' });
    prompts.pick('ReadSecret').pick('mine').pick('Revoke').button('Revoke Key');
    await manage();
    assert.equal((await keys())['mine'], undefined);
    const log = (await world.loggedLines()).join('\n');
    assert.match(log, /az functionapp function keys delete --function-name ReadSecret .*--key-name mine/);
    for (const value of [made, renewed])
      assert.ok(!log.includes(value) && !prompts.everything.includes(value));
    const name = 'durabletask_extension';
    const { app } = await appNode();
    await world.plain.arm('PUT', `${app.id}/host/default/systemKeys/${name}`, '2024-04-01', {
      properties: { name },
    });
    for (const key of ['_master', name]) {
      prompts.pick('ReadSecret').pick(key).escape();
      await assert.rejects(manage(), { name: 'Canceled' });
      assert.deepEqual(prompts.lists.at(-1)?.labels, ['Copy Value'], key);
    }
  });

  it('have a URL with and without a key', async () => {
    prompts.pick('ReadSecret');
    await copyFunctionUrl(world.services, await appNode());
    const plain = await vscode.env.clipboard.readText();
    assert.match(plain, /^https:\/\/keyless-demo-app\.sites\.localhost:\d+\/api\/readsecret$/);
    prompts.pick('ReadSecret');
    await copyFunctionUrlWithKey(world.services, await appNode());
    const withKey = await vscode.env.clipboard.readText();
    assert.equal(withKey, `${plain}?code=${encodeURIComponent(await functionKey())}`);
    assert.notEqual((await world.plain.send('GET', withKey)).status, 401);
    assert.equal((await world.plain.send('GET', plain)).status, 401);
    await world.services.clipboard.clear();
    assert.equal(await vscode.env.clipboard.readText(), '');
  });

  it('stop with their app after asking, and start again', async () => {
    const state = async () => {
      const site = (await world.plain.arm('GET', (await appNode()).app.id, '2024-04-01')) as {
        properties: { state: string };
      };
      return site.properties.state;
    };
    prompts.escape();
    await assert.rejects(stopApp(world.services, await appNode()), { name: 'Canceled' });
    assert.equal(await state(), 'Running');
    prompts.button('Stop App');
    await stopApp(world.services, await appNode());
    assert.equal(await state(), 'Stopped');
    prompts.pick('keyless-demo-app');
    await startApp(world.services);
    assert.equal(await state(), 'Running');
    await restartApp(world.services, await appNode());
    assert.match(prompts.last.text, /Restarted keyless-demo-app/);
  });
});
