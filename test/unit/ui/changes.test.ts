import assert from 'node:assert/strict';
import type { Connection } from '../../../src/azure/core/connection';
import { Changes } from '../../../src/ui/changes';
import { changesOn, hostileNames } from '../changes/equivalents/changes';

const connection = { cloud: { name: 'Azure' } } as unknown as Connection;

describe('the changes that Keyless made', () => {
  it('are logged as a sentence and as Azure CLI commands', async () => {
    const lines: string[] = [];
    const changes = new Changes({ info: (line: string) => void lines.push(line) });
    for (const change of changesOn('keyless-demo')) changes.record(connection, change);
    await changes.written;
    assert.equal(lines[0], 'Enabled the system-assigned identity of keyless-demo. (Azure)');
    assert.match(lines[1] ?? '', /^az functionapp identity assign --name keyless-demo /);
    const sentences = lines.filter((line) => !/^(?:MSYS_NO_PATHCONV=1 |printf .* \| )*az |^# /.test(line));
    assert.equal(sentences.length, changesOn('keyless-demo').length);
    assert.deepEqual(changes.last?.change, changesOn('keyless-demo').at(-1));
  });

  it('take one line each, whatever the names contain', async () => {
    for (const name of hostileNames) {
      const lines: string[] = [];
      const changes = new Changes({ info: (line: string) => void lines.push(line) });
      for (const change of changesOn(name)) changes.record(connection, change);
      await changes.written;
      for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  });
});
