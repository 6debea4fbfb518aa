import { storage, plan, workspace, component, role, changes, unseen } from './equivalentsChanges';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describeChange } from '../../src/changes/describeChange';
import { toAzureCli } from '../../src/changes/equivalents/azureCli';
import { worldArguments } from '../support/worlds/ownRightsWorld';
import { temporaryFolder } from '../support/processes';
import { startSandbox } from '../support/sandbox';
import { skip } from '../support/skip';
import { until } from '../support/until';
import { connect, type TestConnection } from '../unit/azure/support';
import { Client } from '../unit/sandbox/web/client';
import { AzureCli, isAzInstalled } from './azureCli';
import { carryOut, fileContent } from './runEquivalent';
import {
  subscriptionId,
  tenantId,
  group,
  app,
  other,
  slot,
  vault,
  somebody,
  anybody,
  readerPrincipal,
  world,
} from './equivalentsWorld';

describe('the Azure CLI equivalent of a change has the same effect:', function () {
  this.timeout(240_000);
  const endings: (() => Promise<void> | void)[] = [];
  let keyless: TestConnection;
  let byKeyless: Client;
  let byAz: Client;
  let az: AzureCli;
  /** The folder with files to upload. */
  const files = temporaryFolder('equivalents');
  endings.push(files.remove);
  /** The state after the previous change. */
  let state: object;

  before(async function () {
    if (!(await isAzInstalled())) skip(this, 'az is not installed');
    const file = worldArguments(world);
    endings.push(file.remove);
    const sandboxes = await Promise.all([startSandbox(file.args), startSandbox(file.args)]);
    endings.push(...sandboxes.map((sandbox) => () => sandbox.stop()));
    const [first, second] = sandboxes;
    keyless = connect(first.ready);
    byKeyless = new Client(first.ready);
    byAz = new Client(second.ready);
    az = await AzureCli.signIn(second.ready);
    endings.push(() => {
      az.dispose();
    });
    for (const client of [byKeyless, byAz]) await deleteSome(client);
    for (const name of ["it's [1].json", 'host.json'])
      fs.writeFileSync(path.join(files.path, name), fileContent);
    state = await stateOf(byAz);
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  for (const change of changes)
    it(`${change.kind}: ${describeChange(change)}`, async () => {
      await carryOut(keyless, change);
      for (const line of toAzureCli(change).split('\n')) await runInShell(line);
      const expected = await stateOf(byKeyless);
      let actual = await stateOf(byAz);
      // az doesn't wait until a recovered secret is available.
      const isSame = async () => isDeepStrictEqual((actual = await stateOf(byAz)), expected);
      if (change.kind === 'recoverSecret') await until(isSame, { what: 'the same state' });
      assert.deepEqual(actual, expected);
      if (!unseen.includes(change.kind)) assert.notDeepEqual(actual, state, 'nothing changed');
      state = actual;
    });

  it('deleteRoleAssignment', async () => {
    const assignments = await rolesOn(byAz);
    const id =
      assignments.find(({ properties }) => properties.principalId === readerPrincipal)?.id ?? assert.fail();
    await runInShell(toAzureCli({ kind: 'deleteRoleAssignment', id, ...role }));
    assert.equal((await rolesOn(byAz)).length, assignments.length - 1);
  });

  /** Runs a line with the words that a shell parses it into. */
  async function runInShell(line: string): Promise<void> {
    if (line.includes('https://SCM/'))
      return az.shell(line.replaceAll('https://SCM', byAz.scmUrl('keyless-one-app')), files.path);
    const script = `az() { printf '%s\\0' "$@"; }\n${line}`;
    const words = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    if (words[0] === 'role') await az.role(...words.slice(1));
    else if (words[0] === 'monitor') await az.monitor(...words.slice(1));
    else if (words[0] === 'keyvault' && words[1] === 'secret') await az.secret(...words.slice(2));
    else await az.run(...words);
  }
});

interface Assignment {
  id: string;
  properties: { principalId: string; roleDefinitionId: string; scope: string; principalType: string };
}

async function rolesOn(client: Client): Promise<Assignment[]> {
  const path = `${vault('keyless-rbac-kv')}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
  return (await client.arm('GET', path)).json<{ value: Assignment[] }>().value;
}

/** Deletes a secret and two vaults, to be recovered or purged later. */
async function deleteSome(client: Client): Promise<void> {
  const uri = `https://keyless-policy-kv.vault.localhost:${client.ready.vaultPort}`;
  const token = await client.token('https://vault.localhost');
  const version = 'api-version=7.5';
  assert.equal((await client.send('DELETE', `${uri}/secrets/Deleted?${version}`, { token })).status, 200);
  await until(
    async () =>
      (await client.send('GET', `${uri}/deletedsecrets/Deleted?${version}`, { token })).status === 200,
    {
      what: 'the deleted secret',
    },
  );
  for (const name of ['keyless-gone-kv', 'keyless-lost-kv'])
    await client.arm('DELETE', `${vault(name)}?api-version=2023-07-01`);
}

/** Everything that the changes affect, without what differs between any two runs. */
async function stateOf(client: Client): Promise<object> {
  const get = async (path: string, version: string, method = 'GET') =>
    (await client.arm(method, `${path}?api-version=${version}`)).json<{
      properties?: Record<string, unknown>;
    }>();
  const sites = [app, other, slot];
  const state: Record<string, unknown> = {};
  for (const id of sites) {
    const { properties = {}, ...site } = await get(id, '2023-12-01');
    const { state: running, keyVaultReferenceIdentity, serverFarmId, httpsOnly } = properties;
    state[id] = { ...site, properties: { running, keyVaultReferenceIdentity, serverFarmId, httpsOnly } };
    for (const kind of ['appsettings', 'connectionstrings'])
      state[`${id} ${kind}`] = (await get(`${id}/config/${kind}/list`, '2023-12-01', 'POST')).properties;
  }
  state['keys'] = Object.keys(
    (await client.arm('POST', `${app}/host/default/listkeys`)).json<{ functionKeys: object }>().functionKeys,
  );
  state['slot names'] = (await get(`${app}/config/slotConfigNames`, '2023-12-01')).properties;
  for (const name of [
    'keyless-policy-kv',
    'keyless-rbac-kv',
    'keyless-gone-kv',
    'keyless-wall-kv',
    'keyless-shut-kv',
  ])
    state[name] = await get(vault(name), '2023-07-01');
  state['identities'] = await get(
    `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`,
    '2023-01-31',
  );
  for (const [id, version] of [
    [storage, '2023-05-01'],
    [plan, '2023-12-01'],
    [workspace, '2023-09-01'],
    [component, '2020-02-02'],
  ] as const)
    state[id] = await get(id, version);
  const { value: deleted } = (
    await client.arm(
      'GET',
      `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/deletedVaults?api-version=2023-07-01`,
    )
  ).json<{ value: { name: string }[] }>();
  state['deleted vaults'] = deleted.map(({ name }) => name);
  state['roles'] = (await rolesOn(client)).map(({ properties }) => [
    ...[properties.scope, properties.roleDefinitionId, properties.principalId, properties.principalType],
  ]);
  state['secrets'] = await secretsOf(client);
  state['files'] = await filesOf(client, 'site/wwwroot/');
  return comparable(state, client);
}

/** Each subfolder and file of a folder, with the file's content in hexadecimal. */
async function filesOf(client: Client, folder: string): Promise<[string, string][]> {
  const url = `/api/vfs/${encodeURI(folder)}`;
  const entries = (await client.scm('GET', 'keyless-one-app', url)).json<{ name: string; mime: string }[]>();
  const below = entries.map(async ({ name, mime }): Promise<[string, string][]> => {
    if (mime === 'inode/directory')
      return [[`${folder}${name}/`, ''], ...(await filesOf(client, `${folder}${name}/`))];
    const file = await client.open(
      'GET',
      `${client.scmUrl('keyless-one-app')}${url}${encodeURIComponent(name)}`,
      {
        token: await client.token('https://appservice.azure.com'),
      },
    );
    return [[`${folder}${name}`, Buffer.concat((await file.toArray()) as Buffer[]).toString('hex')]];
  });
  return (await Promise.all(below)).flat();
}

/** The names and states of secrets, and the value of the one that was written. */
async function secretsOf(client: Client): Promise<unknown[]> {
  const uri = `https://keyless-policy-kv.vault.localhost:${client.ready.vaultPort}`;
  const token = await client.token('https://vault.localhost');
  const list = await client.send('GET', `${uri}/secrets?api-version=7.5`, { token });
  const { value } = list.json<{ value: { id: string; attributes: { enabled: boolean } }[] }>();
  const written = await client.send('GET', `${uri}/secrets/New?api-version=7.5`, { token });
  return [
    ...value.map(({ id, attributes: { enabled } }) => [id, enabled]),
    written.json<{ value?: string }>().value ?? 'none',
  ];
}

const times =
  /^(systemData|lastModified.*|etag|createdOn|updatedOn|creationTime|keyCreationTime|lastEnabledTime|createdDate|modifiedDate|lastSkuUpdate|CreationDate)$/i;

/** Removes ports, times and IDs that a service generates, and the order and case of permissions, which are irrelevant. */
function comparable(state: object, { ready }: Client): object {
  const known = new Set([
    subscriptionId,
    tenantId,
    somebody,
    anybody,
    readerPrincipal,
    '4633458b-17de-408a-b874-0445c86b69e6',
  ]);
  const text = JSON.stringify(state, (key, value: unknown) => {
    if (times.test(key)) return undefined;
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value.map((item: string) => item.toLowerCase()).sort()
      : value;
  })
    // az spells it like this.
    .replaceAll('/resourcegroups/', '/resourceGroups/')
    .replaceAll(`:${ready.vaultPort}`, '')
    .replaceAll(`:${ready.sitesPort}`, '')
    .replaceAll(`:${ready.scmPort}`, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, (id) => (known.has(id) ? id : 'an ID'));
  return JSON.parse(text) as object;
}
