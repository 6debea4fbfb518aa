import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import type { KeptGrant } from '../../../../src/commands/access/grantHistory';
import {
  forgetGrant,
  keepAfterUndo,
  keepGrant,
  keptGrants,
} from '../../../../src/commands/access/grantHistory';
import { undoWords } from '../../../../src/commands/access/grantWords';
import type { UndoStep } from '../../../../src/grants/undoStep';

describe('remembered grants', () => {
  let memento: Memento;
  beforeEach(() => {
    const kept = new Map<string, unknown>();
    memento = {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key) as undefined,
      update: (key, value) => {
        kept.set(key, value);
        return Promise.resolve();
      },
    };
  });

  const step: UndoStep = { kind: 'disableIdentity', appId: '/app', principalId: 'p' };
  const grant = (id: string, secretName: string, steps: readonly UndoStep[]): KeptGrant => ({
    ...{ id, title: id, accountId: 'me', tenantIds: ['t', 't'], appId: '/app', vaultId: '/kv' },
    ...{ identity: 'SystemAssigned', secretName, steps },
  });
  const all = () => keptGrants(memento).map(({ id, steps }) => `${id} ${steps.length}`);

  it('stay in place while their steps are added', async () => {
    await keepGrant(memento, grant('a', 'A', [step]));
    await keepGrant(memento, grant('b', 'B', [step]));
    await keepGrant(memento, grant('a', 'A', [step, step]));
    assert.deepEqual(all(), ['b 1', 'a 2']);
    await forgetGrant(memento, 'b');
    assert.deepEqual(all(), ['a 2']);
  });

  it('say that a setting had no value', async () => {
    const restore = { kind: 'restoreSetting', appId: '/app', name: 'A', written: '@', before: null } as const;
    await keepGrant(memento, grant('a', 'A', [restore, { ...restore, connectionType: 'Custom' }]));
    assert.deepEqual(keptGrants(memento)[0]?.steps.map(undoWords), [
      'Remove the value of the app setting A again (the app restarts)',
      'Remove the value of the connection string A again (the app restarts)',
    ]);
  });

  it('include those that changed nothing, unless the same was granted before', async () => {
    await keepGrant(memento, grant('a', 'A', [step]));
    await keepGrant(memento, grant('again', 'A', []));
    await keepGrant(memento, grant('b', 'B', []));
    assert.deepEqual(all(), ['b 0', 'a 1']);
    await keepGrant(memento, grant('c', 'B', [step]));
    assert.deepEqual(all(), ['c 1', 'a 1']);
  });

  it('take over what an undone one left for them', async () => {
    const first = grant('a', 'A', [step]);
    const second = grant('b', 'B', []);
    await keepGrant(memento, first);
    await keepGrant(memento, second);
    await keepAfterUndo(memento, first, { done: [], left: [{ step, why: 'b needs it', neededBy: second }] });
    assert.deepEqual(all(), ['b 1']);
    const failure = { error: new Error('no'), left: [step] };
    await keepAfterUndo(memento, grant('b', 'B', [step, step]), { done: [step], left: [], failure });
    assert.deepEqual(all(), ['b 1'], 'what failed can be tried again');
  });
});
