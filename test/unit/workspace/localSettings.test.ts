import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  readLocalSettings,
  replaceLocalSetting,
  setLocalSettings,
} from '../../../src/workspace/model/localSettings';

const text = `{
    // for func start
    "IsEncrypted": false,
    "Values": {
        "FUNCTIONS_WORKER_RUNTIME": "node", // first
        "Photos": "old"
    },
    "Host": { "LocalHttpPort": 7071 }
}
`;

describe('local.settings.json', () => {
  it('gets settings in the place of another one, and keeps comments, order, and indentation', () => {
    const uris = { Photos__blobServiceUri: 'https://b', Photos__queueServiceUri: 'https://q' };
    assert.equal(
      replaceLocalSetting(text, ['Values', 'Photos'], uris),
      text.replace(
        '"Photos": "old"',
        '"Photos__blobServiceUri": "https://b",\n        "Photos__queueServiceUri": "https://q"',
      ),
    );
    assert.equal(
      replaceLocalSetting('{"Values":{"A":"1","B":"2"}}', ['Values', 'A'], { A: '3' }),
      '{"Values":{"A": "3","B":"2"}}',
    );
    assert.deepEqual(
      JSON.parse(
        replaceLocalSetting('{"IsEncrypted":false,"Values":{"A":"1","B":"2"}}', ['Values', 'A'], { B: '3' }),
      ),
      { IsEncrypted: false, Values: { B: '3' } },
    );
  });

  it('gets settings among the values in the place of a connection string', () => {
    const add = { Orders__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net' };
    for (const [connection, ...path] of [
      ['old', 'ConnectionStrings', 'Orders'],
      [{ ConnectionString: 'old', ProviderName: 'p' }, 'ConnectionStrings', 'Orders', 'ConnectionString'],
    ] as const) {
      const before = { IsEncrypted: false, Values: { A: '1' }, ConnectionStrings: { Orders: connection } };
      assert.deepEqual(JSON.parse(replaceLocalSetting(JSON.stringify(before), path, add)), {
        ...{ IsEncrypted: false, Values: { A: '1', ...add }, ConnectionStrings: {} },
      });
    }
  });

  it('gets settings at the end', () => {
    assert.equal(
      setLocalSettings(text, 'Values', { More: '1' }),
      text.replace('"Photos": "old"', '"Photos": "old",\n        "More": "1"'),
    );
  });

  it('is made where there is none, and says that it is not encrypted', () => {
    const made = setLocalSettings('', 'Values', { A: '1' });
    assert.deepEqual(JSON.parse(made), { IsEncrypted: false, Values: { A: '1' } });
    const completed = setLocalSettings('{ "Values": {} }', 'Values', { A: '1' });
    assert.deepEqual(JSON.parse(completed), { Values: { A: '1' }, IsEncrypted: false });
  });

  it('keeps the other members of a connection string', () => {
    const object =
      '{"IsEncrypted":false,"ConnectionStrings":{"Orders":{"ConnectionString":"a","ProviderName":"p"}}}';
    const changed = setLocalSettings(object, 'ConnectionStrings', { Orders: 'b', More: 'c' });
    assert.deepEqual((JSON.parse(changed) as { ConnectionStrings: unknown }).ConnectionStrings, {
      Orders: { ConnectionString: 'b', ProviderName: 'p' },
      More: 'c',
    });
    assert.deepEqual(readLocalSettings(changed)?.connectionStrings.get('Orders'), 'b');
  });

  it('says whether it is encrypted, and is undefined if it is no object', () => {
    assert.equal(readLocalSettings('{"IsEncrypted":true,"Values":{"A":"x"}}')?.encrypted, true);
    assert.equal(readLocalSettings(text)?.encrypted, false);
    assert.equal(readLocalSettings('[1]'), undefined);
  });

  it('has each setting that was written, whatever its name and value', () => {
    const name = fc.string({ minLength: 1 }).filter((one) => one !== '__proto__');
    fc.assert(
      fc.property(name, fc.string(), (one, value) => {
        const values = readLocalSettings(setLocalSettings(text, 'Values', { [one]: value }))?.values;
        assert.equal(values?.get(one), value);
        assert.equal(values.size, ['FUNCTIONS_WORKER_RUNTIME', 'Photos'].includes(one) ? 2 : 3);
      }),
    );
  });
});
