import assert from 'node:assert/strict';
import type { LogStreamState } from '../../../src/azure/logs/logState';
import { describeGap, describeState, isRunning, stateWord } from '../../../src/logs/states';
import { inBrackets, isWhole } from '../brackets';

const cases: [LogStreamState, RegExp, boolean][] = [
  [{ kind: 'connecting', attempt: 1, of: 10 }, /^Connecting\.$/, true],
  [{ kind: 'connecting', attempt: 3, of: 10 }, /^Connecting \(attempt 3 of 10\)\.$/, true],
  [
    { kind: 'connecting', attempt: 1, of: 10, slow: { reason: 'It is cold.', nextStep: 'Wait.' } },
    /^Connecting\. It is cold\. Wait\.$/,
    true,
  ],
  [{ kind: 'live' }, /Connected/, true],
  [{ kind: 'idle', minutes: 1 }, /1 minute\./, true],
  [{ kind: 'idle', minutes: 5 }, /5 minutes/, true],
  [
    {
      kind: 'reconnecting',
      attempt: 2,
      of: 10,
      delayMs: 1500,
      cause: 'cut',
      expected: false,
      reason: 'It was cut.',
    },
    /^It was cut\. Reconnecting in 2 s \(attempt 2 of 10\)\.$/,
    true,
  ],
  [
    { kind: 'ended', cause: 'forbidden', reason: 'Refused.', nextStep: 'Ask.' },
    /^Ended: Refused\. Ask\.$/,
    false,
  ],
  [{ kind: 'stopped' }, /^Stopped\.$/, false],
];

describe('descriptions of a log stream', () => {
  for (const [state, words, running] of cases) {
    it(`cover the state ${JSON.stringify(state)}`, () => {
      assert.match(describeState(state), words);
      assert.equal(isRunning(state), running);
      assert.equal(stateWord(state.kind), state.kind);
      inBrackets(() => {
        assert.match(describeState(state), /^⟦/);
        assert.ok(isWhole(stateWord(state.kind)));
      });
    });
  }

  it('say what is missing and from which file', () => {
    const file = 'LogFiles/Application/Functions/Host/x.log';
    assert.match(
      describeGap({ kind: 'purged', file }),
      /log file x\.log was deleted or truncated before it was fully read\.$/,
    );
    assert.match(describeGap({ kind: 'threshold' }), /250 lines per second/);
    assert.match(describeGap({ kind: 'unread' }), /couldn't be read/);
    for (const kind of ['purged', 'threshold', 'unread'] as const)
      for (const gap of [{ kind }, { kind, file }])
        assert.ok(isWhole(inBrackets(() => describeGap(gap))), kind);
  });
});
