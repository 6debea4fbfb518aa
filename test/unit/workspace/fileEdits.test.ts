import assert from 'node:assert/strict';
import type { Place } from '../../../src/workspace/model/fileEdits';
import { afterMove, refusedUse } from '../../../src/workspace/model/fileEdits';
import { entryOf, searchText } from '../../../src/workspace/model/searchText';
import { storageString } from '../../support/worlds/keysWorld';

const vault = { id: '/subscriptions/s/vaults/kv', vaultUri: 'https://kv.vault.azure.net' };
const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/photos)';
const secret = storageString('fakeacct01');

async function placeIn(text: string, path: string): Promise<Place> {
  const [found] = await searchText(text, path);
  assert.ok(found, path);
  return { text, path, entry: entryOf(text, path, found) ?? assert.fail() };
}

describe('a file whose secret was moved to a key vault', () => {
  it('has a reference, which Core Tools resolve in the values of local.settings.json', async () => {
    const text = `{ "IsEncrypted": false, "Values": { "Photos": "${secret}" } }`;
    assert.deepEqual(afterMove(await placeIn(text, 'local.settings.json'), vault, 'photos'), {
      kind: 'localReference',
      text: text.replace(secret, reference),
    });
  });

  for (const [path, line] of [
    ['.env', `PHOTOS='${secret}' # old`],
    ['appsettings.json', `{ "Photos": "${secret}" }`],
    ['local.settings.json', `{ "ConnectionStrings": { "Photos": "${secret}" } }`],
  ] as const)
    it(`has a reference in ${path}, and no secret is found any more`, async () => {
      const moved = afterMove(await placeIn(line, path), vault, 'photos');
      assert.deepEqual(moved, { kind: 'reference', text: line.replace(secret, reference) });
      assert.deepEqual(await searchText(moved.text, path), []);
    });

  it('has a parameter that deployments read from the vault', async () => {
    const text = `{\n  "parameters": {\n    "photos": { "value": "${secret}" }\n  }\n}\n`;
    const moved = afterMove(await placeIn(text, 'main.parameters.json'), vault, 'photos');
    assert.equal(moved.kind, 'parameter');
    assert.deepEqual(JSON.parse(moved.text), {
      parameters: { photos: { reference: { keyVault: { id: vault.id }, secretName: 'photos' } } },
    });
  });

  const launchWith = (item: object) =>
    JSON.stringify({ configurations: [{ name: 'Run', request: 'launch', type: 'node', ...item }] }, null, 2);

  it('has an input that gets the secret when the process starts', async () => {
    const path = '.vscode/launch.json';
    const first = afterMove(
      await placeIn(launchWith({ env: { A: secret, B: secret } }), path),
      vault,
      'photos',
    );
    // A second move adds no second input.
    const moved = afterMove(await placeIn(first.text, path), vault, 'photos');
    assert.equal(moved.kind, 'input');
    const { configurations, inputs } = JSON.parse(moved.text) as {
      configurations: { env: unknown }[];
      inputs: unknown;
    };
    assert.deepEqual(configurations[0]?.env, { A: '${input:photos}', B: '${input:photos}' });
    assert.deepEqual(inputs, [
      {
        ...{ id: 'photos', type: 'command', command: 'keyless.secretValue' },
        args: { secret: 'https://kv.vault.azure.net/secrets/photos' },
      },
    ]);
    assert.equal(refusedUse(moved.text, path, 'photos', vault), undefined);
  });

  it("doesn't get an input that would be refused", async () => {
    const path = 'a/.vscode/launch.json';
    const kindFor = async (item: object) => {
      const { text } = afterMove(await placeIn(launchWith(item), path), vault, 'photos');
      return refusedUse(text, path, 'photos', vault)?.kind;
    };
    assert.equal(await kindFor({ env: { A: secret }, console: 'integratedTerminal' }), 'terminal');
    assert.equal(await kindFor({ args: [secret] }), 'outsideEnvironment');
    const task = JSON.stringify({ tasks: [{ label: 'x', command: 'x', options: { env: { A: secret } } }] });
    const moved = afterMove(await placeIn(task, '.vscode/tasks.json'), vault, 'photos');
    assert.equal(refusedUse(moved.text, '.vscode/tasks.json', 'photos', vault), undefined);
    // Another input has the name already, and would get another secret.
    const taken = JSON.parse(launchWith({ env: { A: secret } })) as object;
    const inputs = [{ id: 'photos', type: 'promptString' }];
    const other = afterMove(await placeIn(JSON.stringify({ ...taken, inputs }), path), vault, 'photos');
    assert.equal(refusedUse(other.text, path, 'photos', vault)?.kind, 'unused');
  });
});
