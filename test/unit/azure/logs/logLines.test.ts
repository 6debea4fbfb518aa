import assert from 'node:assert/strict';
import {
  LineDecoder,
  longestLine,
  neutralize,
  Replay,
  serviceLineOf,
} from '../../../../src/azure/logs/logLines';
import { random } from '../../../support/random';

function decode(chunks: readonly Uint8Array[]): string[] {
  const decoder = new LineDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

const pieces = [
  'a',
  'Zeile',
  'ä',
  '€',
  '😀',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '\t',
  '\0',
  '\u001b[31mred\u001b[0m',
  '\u001b',
  '\u202e',
  ' ',
];

describe('log lines', () => {
  it('are the same wherever the bytes are split', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      const text = Array.from({ length: 60 }, () => pieces[next(pieces.length)]).join('');
      const bytes = Buffer.from(text);
      const whole = decode([bytes]);
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const to = at + 1 + next(5);
        chunks.push(bytes.subarray(at, to));
        at = to;
      }
      assert.deepEqual(decode(chunks), whole, `seed ${seed}`);
      const single = Array.from(bytes, (byte) => Buffer.from([byte]));
      assert.deepEqual(decode(single), whole, `seed ${seed}, byte by byte`);
    }
  });

  it('are split at every kind of line end', () => {
    assert.deepEqual(decode([Buffer.from('one\r\ntwo\nthree\rfour\n\nfive')]), [
      'one',
      'two',
      'three',
      'four',
      '',
      'five',
    ]);
    assert.deepEqual(decode([Buffer.from('one\r'), Buffer.from('\ntwo\r'), Buffer.from('three')]), [
      'one',
      'two',
      'three',
    ]);
    assert.deepEqual(decode([Buffer.from('\r'), Buffer.from('\n'), Buffer.from('\n')]), ['', '']);
  });

  it('are returned without a line end only when the stream ends', () => {
    const decoder = new LineDecoder();
    assert.deepEqual(decoder.push(Buffer.from('half')), []);
    assert.deepEqual(decoder.push(Buffer.from(' a line')), []);
    assert.deepEqual(decoder.end(), ['half a line']);
    assert.deepEqual(decoder.end(), []);
  });

  it('show a replacement character for invalid UTF-8', () => {
    assert.deepEqual(decode([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82])]), ['a\ufffdb', '\ufffd']);
  });

  it('are truncated with a note if too long, without splitting a character, however they arrive', () => {
    const text = `${'x'.repeat(longestLine - 1)}😀${'y'.repeat(longestLine)}\nthe next`;
    const whole = decode([Buffer.from(text)]);
    assert.deepEqual(whole, [
      `${'x'.repeat(longestLine - 1)} … [Keyless: the remaining ${longestLine + 2} characters of this line were dropped]`,
      'the next',
    ]);
    const bytes = Buffer.from(text);
    const cut = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
      bytes.subarray(i * 1000, i * 1000 + 1000),
    );
    assert.deepEqual(decode(cut), whole);
    const longest = 'z'.repeat(longestLine);
    assert.deepEqual(decode([Buffer.from(longest)]), [longest]);
  });

  it('contain nothing that could affect the terminal or editor', () => {
    assert.equal(neutralize('\u001b[2J\u001b]0;title\u0007plain\0'), 'plain');
    assert.equal(neutralize('a\u001bcb\bc\u007f\u0085'), 'a␛cb␈c␡<U+0085>');
    assert.equal(neutralize('user\u202egnp.exe\u2028new line'), 'user<U+202E>gnp.exe<U+2028>new line');
    assert.equal(neutralize('tab\tand 日本語 stay'), 'tab\tand 日本語 stay');
  });

  it("are recognized if they are the service's own", () => {
    const at = '2026-11-22T20:00:00  ';
    assert.deepEqual(
      serviceLineOf(`${at}Welcome, you are now connected to log-streaming service. The default`),
      { kind: 'welcome' },
    );
    assert.deepEqual(serviceLineOf(`${at}No new trace in the past 3 min(s).`), {
      kind: 'heartbeat',
      minutes: 3,
    });
    assert.equal(
      serviceLineOf(`${at}The log-streaming session has ended due to timeout 120 min(s).`)?.kind,
      'end',
    );
    assert.equal(serviceLineOf('Stream terminated due to timeout 120 min(s).')?.kind, 'end');
    assert.equal(
      serviceLineOf(`${at}The log-streaming session has ended. Please reconnect to continue streaming logs.`)
        ?.kind,
      'end',
    );
    assert.equal(serviceLineOf(`${at}Error has occurred and stream is terminated. x`)?.kind, 'end');
    // The first two from public logs of Linux apps, the third from azure-docs#56323.
    for (const line of [
      '2025-11-21T17:06:10.736Z No new trace in the past 1 min(s).',
      '2022-05-13T08:29:13  No new trace in the past 1 min(s).',
      'No new trace in the past 1 min(s).',
    ])
      assert.deepEqual(serviceLineOf(line), { kind: 'heartbeat', minutes: 1 }, line);
    assert.equal(
      serviceLineOf('2025-11-21T17:06:10.736Z Stream terminated due to timeout 120 min(s).')?.kind,
      'end',
    );
    assert.equal(serviceLineOf('He wrote: Stream terminated due to timeout 120 min(s).'), undefined);
    assert.equal(serviceLineOf('I said: No new trace in the past 3 min(s).'), undefined);
    assert.equal(serviceLineOf('2026-11-22T20:00:00.123 [Information] Executed'), undefined);
  });

  it('are left out only if a Linux site repeats them after a reconnect', () => {
    const replay = new Replay();
    replay.begin();
    const first = ['Starting', 'a', 'b', 'b', 'c'].map((line) =>
      replay.isNew(line, line === 'Starting' ? 'tailStart' : undefined),
    );
    assert.deepEqual(first, [true, true, true, true, true]);
    replay.begin();
    assert.equal(replay.isNew('Starting Log Tail -n 10 of existing logs ----', 'tailStart'), true);
    assert.equal(replay.isNew('b', undefined), false);
    assert.equal(replay.isNew('missed', undefined), true);
    assert.equal(replay.isNew('Ending Log Tail of existing logs ---', 'tailEnd'), true);
    assert.equal(replay.isNew('b', undefined), true, 'a live line can repeat');
  });
});
