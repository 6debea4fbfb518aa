import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import {
  earlierReplacements,
  keepReplacement,
  lastReplacementOf,
} from '../../../../src/commands/replace/replacementHistory';

describe('Remembered replacements', () => {
  const appId = '/subscriptions/s/resourceGroups/r/providers/Microsoft.Web/sites/app';
  const whose = { appId, accountId: 'a', identity: 'SystemAssigned' };
  const write = { remove: ['Db'], set: {} };
  const oldValue = { kind: 'secret', vaultId: 'v', secretName: 'Db' } as const;
  const kept = (id: string, connectionType?: string) => ({
    ...{ id, ...whose, tenantId: 't', functions: [], steps: [], readyAt: 0 },
    parts: [
      {
        setting: 'Db',
        write,
        sticky: [],
        oldValue,
        ...(connectionType === undefined ? {} : { connectionType }),
      },
    ],
  });
  const memory = () => {
    const values = new Map<string, unknown>();
    return {
      keys: () => [...values.keys()],
      get: (key: string) => values.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
    } as Memento;
  };

  it('tell an app setting from a connection string of the same name', async () => {
    const memento = memory();
    await keepReplacement(memento, kept('setting'));
    await keepReplacement(memento, kept('string', 'SQLAzure'));
    const [setting, text] = [[{ name: 'db' }], [{ name: 'db', source: 'connectionString' } as const]];
    const idsOf = (settings: typeof setting | typeof text) =>
      earlierReplacements(memento, { ...whose, settings }).map(({ id }) => id);
    assert.deepEqual([idsOf(setting), idsOf(text)], [['setting'], ['string']]);
    assert.equal(lastReplacementOf(memento, appId, setting)?.id, 'setting');
    assert.equal(lastReplacementOf(memento, appId, text)?.id, 'string');
    assert.equal(lastReplacementOf(memento, appId, undefined)?.id, 'string');
  });

  it('are taken over only if all their settings are replaced again', async () => {
    const memento = memory();
    const { parts, ...one } = kept('one');
    const others = parts.map((part) => ({ ...part, setting: 'Other' }));
    await keepReplacement(memento, { ...one, parts: [...parts, ...others] });
    const settings = [{ name: 'Db' }];
    assert.deepEqual(earlierReplacements(memento, { ...whose, settings }), []);
    const both = [...settings, { name: 'Other' }];
    assert.equal(earlierReplacements(memento, { ...whose, settings: both }).length, 1);
    assert.deepEqual(earlierReplacements(memento, { ...whose, identity: '/other', settings: both }), []);
  });
});
