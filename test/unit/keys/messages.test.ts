import assert from 'node:assert/strict';
import { parsePageMessage, parseSearch } from '../../../src/keys/messages';
import { everything } from '../../../src/keys/model/keyTable';

describe('the messages of the page with keys', () => {
  it('to the extension are checked', () => {
    const act = { type: 'act', action: 'reveal', app: '/a', key: 'appSetting/X' };
    const choice = { filter: 'x', way: 'code', groupBy: 'app', sortBy: 'opens', descending: true };
    for (const message of [
      ...[{ type: 'ready' }, { type: 'again' }, { type: 'cancel' }],
      ...[
        act,
        { ...act, action: 'moveToKeyVault' },
        { ...act, action: 'replaceWithIdentity' },
        { ...act, action: 'rotateKey' },
        { ...act, action: 'turnOffKeyAccess' },
        { type: 'export', choice },
        { type: 'replaceAll', kind: 'resource', id: 'storage/a' },
        { type: 'replaceAll', kind: 'app', id: '/a' },
      ],
    ])
      assert.deepEqual(parsePageMessage({ ...message, more: 1 }), message);
    for (const other of [
      ...[null, [], 'again', { type: 'x' }, { ...act, action: 'delete' }, { ...act, app: 1 }],
      ...[
        { type: 'replaceAll', kind: 'none', id: '/a' },
        { ...act, key: undefined },
        { ...act, app: 'x'.repeat(3000) },
      ],
    ])
      assert.equal(parsePageMessage(other), undefined);
    for (const wrong of [
      undefined,
      1,
      { way: 'x', groupBy: 1, sortBy: '__proto__', descending: 'yes', filter: 1 },
    ])
      assert.deepEqual(parsePageMessage({ type: 'export', choice: wrong }), {
        type: 'export',
        choice: everything,
      });
  });

  it('to the page are checked', () => {
    const search = {
      type: 'search',
      fresh: true,
      state: 'done',
      scopeName: '',
      of: 0,
      apps: [],
      unlisted: [],
    };
    assert.deepEqual(parseSearch(search), search);
    for (const other of [
      {},
      null,
      { ...search, apps: [1] },
      { ...search, of: '1' },
      { ...search, unlisted: {} },
    ])
      assert.equal(parseSearch(other), undefined);
  });
});
