import assert from 'node:assert/strict';
import type { LogStreamState } from '../../../src/azure/logStream';
import { describeState, isRunning } from '../../../src/logs/states';

const cases: [LogStreamState, RegExp, boolean][] = [
  [{ kind: 'connecting', attempt: 1 }, /^Connecting\.$/, true],
  [{ kind: 'connecting', attempt: 3 }, /attempt 3/, true],
  [{ kind: 'live' }, /Connected/, true],
  [{ kind: 'idle', minutes: 1 }, /a minute/, true],
  [{ kind: 'idle', minutes: 5 }, /5 minutes/, true],
  [
    { kind: 'reconnecting', attempt: 2, delayMs: 1500, reason: 'It was cut.' },
    /^It was cut\. Connecting again in 2 s, attempt 2\.$/,
    true,
  ],
  [{ kind: 'ended', reason: 'Refused.', nextStep: 'Ask.' }, /^Ended: Refused\. Ask\.$/, false],
  [{ kind: 'stopped' }, /^Stopped\.$/, false],
];

describe('states of a log stream', () => {
  for (const [state, words, running] of cases) {
    it(`${JSON.stringify(state)} has words`, () => {
      assert.match(describeState(state), words);
      assert.equal(isRunning(state), running);
    });
  }
});
