import assert from 'node:assert/strict';
import { writesOf } from '../../../../src/access/replace/writes';

const photos = { remove: ['Photos'], set: { Photos__blobServiceUri: 'https://a' } };
const orders = { remove: ['Orders'], set: { Orders__queueServiceUri: 'https://b' } };
const database = { remove: [], set: { Db: 'Server=s' } };
const ofType = (setting: string, connectionType: string) => ({ setting, connectionType });

describe('the requests that replace credentials', () => {
  it('are one for all app settings', () => {
    assert.deepEqual(
      writesOf([
        { setting: 'Photos', write: photos },
        { setting: 'Orders', write: orders },
      ]),
      [{ kind: 'appSettings', remove: ['Photos', 'Orders'], set: { ...photos.set, ...orders.set } }],
    );
  });

  it('write what replaces a connection string before they delete it', () => {
    assert.deepEqual(writesOf([{ ...ofType('Photos', 'Custom'), write: photos }]), [
      { kind: 'appSettings', remove: [], set: photos.set },
      { kind: 'connectionString', name: 'Photos', connectionType: 'Custom' },
    ]);
  });

  it('are one for a connection string that only gets another value', () => {
    assert.deepEqual(writesOf([{ ...ofType('Db', 'SQLAzure'), write: database }]), [
      { kind: 'connectionString', name: 'Db', connectionType: 'SQLAzure', value: 'Server=s' },
    ]);
  });

  it('are one for all app settings also if a connection string is among them', () => {
    assert.deepEqual(
      writesOf([
        { ...ofType('Photos', 'Custom'), write: photos },
        { setting: 'Orders', write: orders },
      ]).map(({ kind }) => kind),
      ['appSettings', 'connectionString'],
    );
  });
});
