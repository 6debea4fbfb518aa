import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { rememberRotated, rotatedKeys } from '../../../../src/commands/keyAccess/rotationMemory';

const hour = 60 * 60 * 1000;

describe('The keys that were rotated', () => {
  const [bus, other] = ['/namespaces/bus', '/namespaces/other'];
  const rotate = (memento: Memento, resourceId: string, keyName: string) =>
    rememberRotated(memento, { resourceId, keyName });
  const names = (memento: Memento, resourceId: string) => [...rotatedKeys(memento, resourceId).keys()];
  let kept: { at: number }[];
  let memento: Memento;
  beforeEach(() => {
    kept = [];
    memento = {
      keys: () => [],
      get: () => kept,
      update: (_: string, value: typeof kept) => {
        kept = JSON.parse(JSON.stringify(value)) as typeof kept;
        return Promise.resolve();
      },
    };
  });

  it('are known by their resource in any case of letters, each with the last time', async () => {
    await rotate(memento, bus, 'key1');
    await rotate(memento, other, 'key2');
    kept = kept.map((one) => ({ ...one, at: one.at - hour }));
    await rotate(memento, bus.toUpperCase(), 'key1');
    assert.deepEqual([names(memento, bus), names(memento, other)], [['key1'], ['key2']]);
    const [key1, key2] = [rotatedKeys(memento, bus).get('key1'), rotatedKeys(memento, other).get('key2')];
    assert.ok(key1 && key2 && key1.getTime() - key2.getTime() >= hour);
  });

  it('are forgotten after a day', async () => {
    await rotate(memento, bus, 'key1');
    kept = kept.map((one) => ({ ...one, at: one.at - 25 * hour }));
    assert.deepEqual(names(memento, bus), []);
    await rotate(memento, other, 'key2');
    assert.equal(kept.length, 1);
  });
});
