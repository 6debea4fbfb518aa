import assert from 'node:assert/strict';
import { headOf, renderLine } from '../../../src/logs/logLine';

describe('a log line', () => {
  it('starts an entry with level and function if the host wrote it', () => {
    assert.deepEqual(headOf('2026-11-24T15:00:00.123 [Warning,ReadSecret] careful'), {
      level: 'Warning',
      fn: 'ReadSecret',
    });
    assert.deepEqual(headOf("2026-11-24T15:00:00.123 [Information] Executed 'Functions.Two' (Succeeded)"), {
      level: 'Information',
      fn: 'Two',
    });
    assert.deepEqual(headOf('2026-01-01T00:00:00.123456789Z written to stdout'), {});
    assert.deepEqual(headOf('2026-11-24T15:00:00Z [info] lower'), { level: 'Information' });
  });

  it('continues the previous entry if it has no time', () => {
    for (const line of ['   at Run()', 'Stack: Error', '', 'today 2026-11-24T15:00:00'])
      assert.equal(headOf(line), undefined, line);
  });

  it('shows level and function in a form that VS Code colors', () => {
    const render = (line: string) => renderLine(line, 'utc');
    assert.equal(
      render('2026-11-24T15:00:00.123 [Warning,ReadSecret] careful'),
      '2026-11-24T15:00:00.123 [Warning] [ReadSecret] careful',
    );
    assert.equal(render('2026-11-24T15:00:00.123 [Critical] end'), '2026-11-24T15:00:00.123 [CRITICAL] end');
    for (const line of ['    at Run()', '2026-11-24T15:00:00.123 [1, 2] list', '2026-11-24T15:00:00Z text'])
      assert.equal(render(line), line);
  });

  it('keeps compiler and restore output of C# scripts unchanged', () => {
    const lines = [
      "2026-11-24T15:00:00.123 [Information] Script for function 'Two' changed. Reloading.",
      "2026-11-24T15:00:00.123 [Error] run.csx(1,7): error CS0246: The type 'X' could not be found",
      '2026-11-24T15:00:00.123 [Information] Restoring packages.',
      '  Restored D:\\home\\site\\wwwroot\\function.proj (in 1.2 sec).',
    ];
    assert.deepEqual(
      lines.map((line) => renderLine(line, 'utc')),
      lines,
    );
  });

  it('can show its time in the local time zone', () => {
    const shown = renderLine('2026-11-24T15:00:00.123456Z [Error] x', 'local');
    const time = shown.split(' ')[0] ?? '';
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.123456[+-]\d\d:\d\d$/);
    assert.equal(new Date(time).getTime(), Date.UTC(2026, 10, 24, 15, 0, 0, 123));
    assert.equal(renderLine('2026-99-99T99:99:99 x', 'local'), '2026-99-99T99:99:99 x');
  });
});
