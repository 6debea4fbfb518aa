import assert from 'node:assert/strict';
import {
  LineDecoder,
  longestLine,
  neutralise,
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
  it('come out the same wherever the bytes are cut', () => {
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

  it('are what stands between the line ends', () => {
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

  it('come without their end only when the stream ends', () => {
    const decoder = new LineDecoder();
    assert.deepEqual(decoder.push(Buffer.from('half')), []);
    assert.deepEqual(decoder.push(Buffer.from(' a line')), []);
    assert.deepEqual(decoder.end(), ['half a line']);
    assert.deepEqual(decoder.end(), []);
  });

  it('show bytes that are no UTF-8 as such and go on', () => {
    assert.deepEqual(decode([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82])]), ['a\ufffdb', '\ufffd']);
  });

  it('that are too long are cut and say so, the same however they arrive, and cut no character', () => {
    const text = `${'x'.repeat(longestLine - 1)}😀${'y'.repeat(longestLine)}\nthe next`;
    const whole = decode([Buffer.from(text)]);
    assert.deepEqual(whole, [
      `${'x'.repeat(longestLine - 1)} … [Keyless: ${longestLine + 2} more characters of this line were cut]`,
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

  it('hold nothing that acts on a view', () => {
    assert.equal(neutralise('\u001b[2J\u001b]0;title\u0007plain\0'), 'plain');
    assert.equal(neutralise('a\u001bcb\bc\u007f\u0085'), 'a␛cb␈c␡<U+0085>');
    assert.equal(neutralise('user\u202egnp.exe\u2028new line'), 'user<U+202E>gnp.exe<U+2028>new line');
    assert.equal(neutralise('tab\tand 日本語 stay'), 'tab\tand 日本語 stay');
  });

  it('tell apart what the service says', () => {
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
    assert.equal(serviceLineOf('I said: No new trace in the past 3 min(s).'), undefined);
    assert.equal(serviceLineOf('2026-11-22T20:00:00.123 [Information] Executed'), undefined);
  });

  it('that a Linux site repeats after a reconnect are left out, and only those', () => {
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
    assert.equal(replay.isNew('b', undefined), true, 'live lines may repeat');
  });
});
