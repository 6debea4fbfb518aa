import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { contextValueOf } from '../../../src/tree/contextValue';
import { ownRightsWorld, worldArguments } from '../../support/worlds/ownRightsWorld';
import { until } from '../../support/until';
import { Prompts } from '../prompts';
import type { TreeWorld } from './treeWorld';
import { openTreeWorld } from './treeWorld';

describe('a tree node for a refusal', () => {
  const file = worldArguments(ownRightsWorld);
  let world: TreeWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openTreeWorld(file.args);
  });
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(async () => {
    await world.close();
  });
  after(() => {
    file.remove();
  });

  const below = (vault: string, ...labels: string[]) =>
    world.children('Owned', 'Key Vaults', vault, 'Secrets', ...labels);

  it('says why an Owner is refused and grants access with a click', async () => {
    const [notice, secret] = await below('own-rbac-kv');
    assert.ok(notice?.kind === 'message' && secret?.kind === 'secret');
    assert.equal(contextValueOf(notice), 'message giveAccess');
    assert.match(
      String(world.item(notice).description),
      /Owner and Contributor don't allow it\. Assign yourself the Key Vault Reader role/,
    );
    const [versions] = await below('own-rbac-kv', 'One');
    assert.ok(versions?.kind === 'error');
    assert.equal(contextValueOf(versions), 'error giveAccess');
    assert.equal(versions.secret?.name, 'One');
    prompts.pick('List the names of secrets');
    await vscode.commands.executeCommand('keyless.giveMeAccess', versions);
    await until(async () => (await below('own-rbac-kv')).every(({ kind }) => kind === 'secret'), {
      what: 'the secrets from the vault itself',
    });
  });

  it("adds the user's IP address to a firewall", async () => {
    const [notice] = await below('own-firewall-kv');
    assert.ok(notice);
    assert.equal(contextValueOf(notice), 'message addAddress');
    prompts.button('Add IP Address');
    await vscode.commands.executeCommand('keyless.addMyIpToFirewall', notice);
    await until(async () => (await below('own-firewall-kv')).every(({ kind }) => kind === 'secret'), {
      what: 'the secrets from the vault itself',
    });
  });
});
