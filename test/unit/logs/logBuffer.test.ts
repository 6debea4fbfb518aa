import assert from 'node:assert/strict';
import { LogBuffer } from '../../../src/logs/logBuffer';

const time = '2026-11-24T15:00:00.000';
const info = (text: string) => `${time} [Information] ${text}`;
const error = (text: string, fn = 'One') => `${time} [Error,${fn}] ${text}`;

describe('the buffer of a log', () => {
  it('passes everything on without a filter', () => {
    const buffer = new LogBuffer(100);
    assert.deepEqual(buffer.add([info('a'), 'no time']), { append: [info('a'), 'no time'], halved: false });
    assert.deepEqual(buffer.shown(), [info('a'), 'no time']);
  });

  it('filters by level, function and text, and tells of all lines again when the filter goes', () => {
    const buffer = new LogBuffer(100);
    const lines = [info('start'), error('broken'), error('broken too', 'Two'), info("ran 'Functions.One'")];
    buffer.add(lines);
    buffer.filter = { level: 'Warning' };
    assert.deepEqual(buffer.shown(), [lines[1], lines[2]]);
    buffer.filter = { level: 'Warning', fn: 'two' };
    assert.deepEqual(buffer.shown(), [lines[2]]);
    buffer.filter = { text: 'BROKEN' };
    assert.deepEqual(buffer.shown(), [lines[1], lines[2]]);
    assert.deepEqual(buffer.add([info('other'), info('broken again')]).append, [info('broken again')]);
    buffer.filter = {};
    assert.deepEqual(buffer.shown(), [...lines, info('other'), info('broken again')]);
    assert.deepEqual(buffer.functions, ['One', 'Two']);
  });

  it('keeps stack traces together', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { level: 'Error' };
    const trace = [error('Result: Failure'), 'Exception: no', '   at one()', '   at two()'];
    assert.deepEqual(buffer.add([info('before'), ...trace, info('after')]).append, trace);
    buffer.filter = { text: 'two()' };
    assert.deepEqual(buffer.shown(), trace);
  });

  it('keeps stack traces together when lines of several files come between each other', () => {
    const buffer = new LogBuffer(100);
    buffer.add([error('broken')], 'a.log');
    buffer.add([info('other'), '  more of other'], 'b.log');
    buffer.add(['   at one()'], 'a.log');
    buffer.filter = { level: 'Error' };
    assert.deepEqual(buffer.shown(), [error('broken'), '   at one()']);
  });

  it('shows the whole entry when only a later line of it passes', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { text: 'needle' };
    assert.deepEqual(buffer.add([info('first'), 'second']).append, []);
    assert.deepEqual(buffer.add(['a needle']).append, [info('first'), 'second', 'a needle']);
    assert.deepEqual(buffer.add(['the rest']).append, ['the rest']);
  });

  it('takes lines that never have a time one by one', () => {
    const buffer = new LogBuffer(100);
    buffer.add(['plain', 'needle', '  at x']);
    buffer.filter = { text: 'needle' };
    assert.deepEqual(buffer.shown(), ['needle', '  at x']);
  });

  it('never filters what Keyless says', () => {
    const buffer = new LogBuffer(100);
    buffer.filter = { level: 'Critical', text: 'x' };
    assert.deepEqual(buffer.note('Connected.').append, ['Connected.']);
    assert.deepEqual(buffer.shown(), ['Connected.']);
  });

  it('drops the older half when it is full', () => {
    const buffer = new LogBuffer(10);
    const lines = Array.from({ length: 10 }, (_, i) => info(String(i)));
    assert.equal(buffer.add(lines).halved, false);
    assert.equal(buffer.add([info('10')]).halved, true);
    assert.deepEqual(buffer.shown(), [...lines, info('10')].slice(6));
    assert.equal(buffer.dropped, 6);
    buffer.clear();
    assert.deepEqual([buffer.shown(), buffer.dropped], [[], 0]);
  });

  it('bounds characters as well as lines, also of one entry without end', () => {
    const buffer = new LogBuffer(1_000_000);
    let kept = 0;
    for (let i = 0; i < 1200; i++) buffer.add([i === 0 ? info('begin') : ' '.repeat(65_536)]);
    for (const line of buffer.shown()) kept += line.length;
    assert.ok(kept <= 96 * 1024 * 1024, String(kept));
    assert.ok(buffer.dropped > 0);
  });
});
