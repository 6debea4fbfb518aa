import assert from 'node:assert/strict';
import { LogBuffer } from '../../../src/logs/logBuffer';

const time = '2026-11-24T15:00:00.000';
const info = (text: string) => `${time} [Information] ${text}`;
const error = (text: string, fn = 'One') => `${time} [Error,${fn}] ${text}`;

/** Puts level and function in separate brackets, as the buffer does. */
const bracketed = (lines: readonly (string | undefined)[]) =>
  lines.map((line) => line?.replace(/\[(\w+),(\w+)\]/, '[$1] [$2]'));
const linesOf = (buffer: LogBuffer) => buffer.text().split('\n').slice(0, -1);

describe('a log buffer', () => {
  it('shows everything without a filter', () => {
    const buffer = new LogBuffer(100);
    assert.deepEqual(buffer.add([info('a'), 'no time']), { append: [info('a'), 'no time'], halved: false });
    assert.deepEqual(linesOf(buffer), [info('a'), 'no time']);
  });

  it('filters by level, function and text, and shows all lines again without a filter', () => {
    const buffer = new LogBuffer(100);
    const lines = [info('start'), error('broken'), error('broken too', 'Two'), info("ran 'Functions.One'")];
    buffer.add(lines);
    buffer.filter = { level: 'Warning' };
    assert.deepEqual(linesOf(buffer), bracketed([lines[1], lines[2]]));
    buffer.filter = { level: 'Warning', fn: 'two' };
    assert.deepEqual(linesOf(buffer), bracketed([lines[2]]));
    buffer.filter = { text: 'BROKEN' };
    assert.deepEqual(linesOf(buffer), bracketed([lines[1], lines[2]]));
    assert.deepEqual(buffer.add([info('other'), info('broken again')]).append, [info('broken again')]);
    buffer.filter = {};
    assert.deepEqual(linesOf(buffer), bracketed([...lines, info('other'), info('broken again')]));
    assert.deepEqual(buffer.functions, ['One', 'Two']);
  });

  it('keeps stack traces together', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { level: 'Error' };
    const trace = [error('Result: Failure'), 'Exception: no', '   at one()', '   at two()'];
    assert.deepEqual(buffer.add([info('before'), ...trace, info('after')]).append, bracketed(trace));
    buffer.filter = { text: 'two()' };
    assert.deepEqual(linesOf(buffer), bracketed(trace));
  });

  it('keeps stack traces together when lines from several files are interleaved', () => {
    const buffer = new LogBuffer(100);
    buffer.add([error('broken')], 'a.log');
    buffer.add([info('other'), '  more of other'], 'b.log');
    buffer.add(['   at one()'], 'a.log');
    buffer.filter = { level: 'Error' };
    assert.deepEqual(linesOf(buffer), bracketed([error('broken'), '   at one()']));
  });

  it('shows a whole entry if only a later line passes the filter', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { text: 'needle' };
    assert.deepEqual(buffer.add([info('first'), 'second']).append, []);
    assert.deepEqual(buffer.add(['a needle']).append, [info('first'), 'second', 'a needle']);
    assert.deepEqual(buffer.add(['the rest']).append, ['the rest']);
  });

  it('treats lines as separate entries if none has a time', () => {
    const buffer = new LogBuffer(100);
    buffer.add(['plain', 'needle', '  at x']);
    buffer.filter = { text: 'needle' };
    assert.deepEqual(linesOf(buffer), ['needle', '  at x']);
  });

  describe('whose lines name no level', () => {
    const out = (text: string) => `2025-11-21T17:04:46.3315128Z ${text}`;

    it('lets them follow the line before', () => {
      const buffer = new LogBuffer(100);
      buffer.filter = { level: 'Error' };
      const crash = [
        out('[2025-11-21 17:04:46 +0000] [2120] [ERROR] Exception in worker process'),
        out('Traceback (most recent call last):'),
        out('  File "/tmp/app/app.py", line 11, in <module>'),
        out("ImportError: cannot import name 'x'"),
      ];
      const quiet = [out('[2025-11-21 17:04:46 +0000] [2120] [INFO] Worker exiting'), out('bye')];
      assert.deepEqual(buffer.add([...quiet, ...crash, ...quiet]).append, crash);
      assert.deepEqual(linesOf(buffer), crash);
    });

    it('shows the first ones under every filter', () => {
      const buffer = new LogBuffer(100);
      buffer.filter = { level: 'Critical', fn: 'Pay' };
      const first = ['connection lost', out('panic'), 'goroutine 1'];
      assert.deepEqual(buffer.add([...first, out('info: Host.General[0]'), 'quiet']).append, first);
    });

    it('shows those that report a failure, whatever came before', () => {
      const buffer = new LogBuffer(100);
      buffer.filter = { level: 'Error' };
      const failures = [
        out('Unhandled exception. System.InvalidOperationException: no'),
        '   at Program.Main()',
        'Error: connect ECONNREFUSED',
        out('Traceback (most recent call last):'),
      ];
      const lines = failures.flatMap((line) =>
        line.startsWith(' ') ? [line] : [info('quiet'), 'also quiet', line],
      );
      assert.deepEqual(buffer.add(lines).append, failures);
    });

    it('shows a stack trace that is longer than an entry, or goes on after a note', () => {
      const buffer = new LogBuffer(1000);
      buffer.filter = { level: 'Error', fn: 'One' };
      const frames = Array.from({ length: 400 }, (_, i) => `   at f${i}()`);
      buffer.add([info('before'), error('broken'), ...frames]);
      buffer.note('Reconnected.');
      buffer.add(['   at last()']);
      assert.deepEqual(linesOf(buffer), [
        ...bracketed([error('broken')]),
        ...frames,
        'Reconnected.',
        '   at last()',
      ]);
    });

    it('keeps what an error says in it, and shows an error within an entry of another level', () => {
      const buffer = new LogBuffer(100);
      buffer.filter = { level: 'Error' };
      const json = '      {"EventId":0,"LogLevel":"Error","Category":"My.Function","Message":"no"}';
      assert.deepEqual(buffer.add([error('failed'), 'INFO: this is its text']).append, [
        ...bracketed([error('failed')]),
        'INFO: this is its text',
      ]);
      assert.deepEqual(buffer.add([out('info: Host.Function.Console[0]'), out(json)]).append, [out(json)]);
    });
  });

  it('never hides an error that names no function because of a filter by function', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { fn: 'one' };
    const host = `${time} [Error] A host error has occurred`;
    assert.deepEqual(buffer.add([info('starting'), host, error('x', 'Two'), error('x')]).append, [
      host,
      ...bracketed([error('x')]),
    ]);
  });

  it('continues an entry after dropping the older half', () => {
    const buffer = new LogBuffer(10);
    buffer.add(Array.from({ length: 8 }, (_, i) => info(`old ${i}`)));
    buffer.add([error('broken'), '  at one()'], 'a.log');
    assert.equal(buffer.add([info('other')], 'b.log').halved, true);
    buffer.filter = { level: 'Error' };
    assert.deepEqual(buffer.add(['  at two()'], 'a.log').append, ['  at two()']);
    assert.deepEqual(linesOf(buffer), bracketed([error('broken'), '  at one()', '  at two()']));
  });

  it('keeps any Unicode text and converts it on demand', () => {
    const buffer = new LogBuffer(100_000);
    const lines = Array.from({ length: 9000 }, (_, i) => info(`${i} é 日本語 😀 ${'x'.repeat(i % 90)}`));
    for (const line of lines) buffer.add([line, ''], line.length % 2 ? 'a' : 'b');
    const shown = lines.flatMap((line) => [line, '']);
    assert.deepEqual(linesOf(buffer), shown);
    assert.equal(
      buffer.text((line) => line.toUpperCase()),
      shown.map((line) => `${line.toUpperCase()}\n`).join(''),
    );
  });

  it('never filters out lines from Keyless', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { level: 'Critical', text: 'x' };
    assert.deepEqual(buffer.note('Connected.').append, ['Connected.']);
    assert.deepEqual(linesOf(buffer), ['Connected.']);
  });

  it('drops the older half when it is full', () => {
    const buffer = new LogBuffer(10);
    const lines = Array.from({ length: 10 }, (_, i) => info(String(i)));
    assert.equal(buffer.add(lines).halved, false);
    assert.equal(buffer.add([info('10')]).halved, true);
    assert.deepEqual(linesOf(buffer), [...lines, info('10')].slice(6));
    assert.equal(buffer.dropped, 6);
    buffer.clear();
    assert.deepEqual([linesOf(buffer), buffer.dropped], [[], 0]);
  });

  it('limits bytes as well as lines, even in a single endless entry', () => {
    const buffer = new LogBuffer(1_000_000);
    let kept = 0;
    for (let i = 0; i < 1200; i++) buffer.add([i === 0 ? info('begin') : ' '.repeat(65_536)]);
    for (const line of linesOf(buffer)) kept += line.length;
    assert.ok(kept <= 96 * 1024 * 1024, String(kept));
    assert.ok(buffer.dropped > 0);
  });
});
