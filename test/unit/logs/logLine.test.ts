import assert from 'node:assert/strict';
import { headOf, renderLine } from '../../../src/logs/logLine';

describe('a log line', () => {
  it('starts an entry with level and function if the host wrote it', () => {
    assert.deepEqual(headOf('2026-11-24T15:00:00.123 [Warning,ReadSecret] careful'), {
      timed: true,
      level: 'Warning',
      fn: 'ReadSecret',
    });
    assert.deepEqual(headOf("2026-11-24T15:00:00.123 [Information] Executed 'Functions.Two' (Succeeded)"), {
      timed: true,
      level: 'Information',
      fn: 'Two',
    });
    assert.deepEqual(headOf('2026-01-01T00:00:00.123456789Z written to stdout'), { timed: true });
    assert.deepEqual(headOf('2026-11-24T15:00:00Z [info] lower'), { timed: true, level: 'Information' });
  });

  it('names a function of an in-process app and one with blanks in its name', () => {
    const at = '2026-11-24T15:00:00.123';
    const fn = (text: string) => headOf(`${at} ${text}`)?.fn;
    assert.equal(fn("[Information] Executing 'Pay' (Reason='New queue message', Id=1)"), 'Pay');
    assert.equal(fn("[Error] Executed 'Pay' (Failed, Id=1, Duration=12ms)"), 'Pay');
    assert.equal(fn("[Information] Executed 'Functions.GET modules' (Succeeded, Id=1)"), 'GET modules');
    assert.equal(fn('[Warning,GET modules] slow'), 'GET modules');
    assert.equal(
      fn('[Error] Exception while executing function: GET modules ---> System.Exception'),
      'GET modules',
    );
    assert.equal(fn('[Error] Exception while executing function: Functions.Pay'), 'Pay');
    assert.equal(fn('[Error] Timeout value of 00:05:00 was exceeded by function: Functions.Pay'), 'Pay');
    assert.equal(fn("[Error] Executing 'select 1' (sent by me)"), undefined);
  });

  /** Lines of public logs, with other names. */
  const known: readonly (readonly [source: string, line: string, level?: string, fn?: string])[] = [
    [
      'azure-docs#113640',
      '2024-01-25T20:44:48.754Z ERROR - Container app_0 for site app has exited',
      'Error',
    ],
    ['azure-docs#55944', '2020-05-29T05:34:18.801Z INFO  - Starting container for site', 'Information'],
    ['azure-docs#113640', '2024-01-25T20:44:55.1849862Z Container is terminating. Grace period: 0 seconds.'],
    [
      'azure-functions-host#8456',
      '2022-06-10T08:25:01.185824582Z: [INFO] Hosting environment',
      'Information',
    ],
    ['its form', '2022-06-10T08:25:01.185824582Z: [ERROR]  no identity', 'Error'],
    ['azure-functions-host#3474', 'info: Host.General[0]', 'Information'],
    ['.NET console logger', '2026-01-05T10:03:51.4112345Z fail: Function.Pay[3]', 'Error', 'Pay'],
    ['.NET console logger', 'warn: Function.GET modules.User[0]', 'Warning', 'GET modules'],
    ['.NET console logger', '2026-01-05T10:03:51.4112345Z crit: Host.Startup[515]', 'Critical'],
    ['gunicorn#3320', '[2024-10-30 17:19:51 +0000] [3676] [ERROR] Exception in worker process', 'Error'],
    [
      'gunicorn in a container',
      '2025-11-21T17:04:46.3315128Z [2025-11-21 17:04:46 +0000] [2120] [ERROR] Exception in worker process',
      'Error',
    ],
    [
      'azure-search-openai-demo#1222',
      '2024-02-02 08:37:56,725  [MainThread] [DEBUG] : Initializing AppServiceAppLogging',
      'Debug',
    ],
    ['Flask', '[2025-11-21 17:04:46,123] ERROR in app: Exception on /pay [GET]', 'Error'],
    ['Python', 'ERROR:root:cannot pay', 'Error'],
    ['Python', '2025-11-21 17:04:46,123 - azure.identity - WARNING - no token', 'Warning'],
    ['uvicorn', '2025-11-21T17:04:46.3315128Z ERROR:    Exception in ASGI application', 'Error'],
    ['Spring Boot', '2022-05-13 08:26:42.336  INFO 132 --- [http-nio-80-exec-1] o.s.web', 'Information'],
    ['Serilog', '2025-11-21T17:04:46.3315128Z [17:04:46 ERR] cannot pay', 'Error'],
    ['trace listener', '2026-01-05T14:05:36  PID[8400] Error       cannot pay', 'Error'],
    ['trace listener', '2026-01-05T14:05:36  PID[8400] Verbose     paying', 'Trace'],
    [
      'dotnet-worker#1856',
      '      {"EventId":0,"LogLevel":"Error","Category":"MyTestServiceFunc.HealthFunction","Message":"x"}',
      'Error',
    ],
    [
      'JSON console logger',
      '2026-01-05T10:03:51.4112345Z {"EventId":3,"LogLevel":"Warning","Category":"Function.Pay.User"}',
      'Warning',
      'Pay',
    ],
    ['JSON without a level', '2026-01-05T10:03:51.4112345Z {"Message":"x","State":{"level":"debug"}}'],
    ['a list', '2026-11-24T15:00:00.123 [1, 2] list'],
    ['an object of JavaScript', '2026-11-24T15:00:00.123 [constructor] {'],
  ];
  for (const [source, line, level, fn] of known)
    it(`has level ${level ?? 'unknown'} in ${source}: ${line.slice(0, 60)}`, () => {
      const head = headOf(line);
      assert.equal(head?.level, level);
      assert.equal(head?.fn, fn);
      assert.equal(renderLine(line, 'utc'), line);
    });

  it('continues the previous entry if it has no time', () => {
    for (const line of ['   at Run()', 'Stack: Error', '', 'today 2026-11-24T15:00:00'])
      assert.equal(headOf(line), undefined, line);
  });

  it('continues the previous entry if only a container gives it a time', () => {
    const lines = [
      '  File "/tmp/app/app.py", line 11, in <module>',
      '      Message of a console logger',
      '\t\tat Run()',
    ];
    for (const line of lines) assert.equal(headOf(`2025-11-21T17:04:46.3316079Z ${line}`), undefined, line);
    assert.deepEqual(headOf('2026-11-22T20:00:00  Welcome'), { timed: true });
  });

  it('shows level and function in a form that VS Code colors', () => {
    const render = (line: string) => renderLine(line, 'utc');
    assert.equal(
      render('2026-11-24T15:00:00.123 [Warning,ReadSecret] careful'),
      '2026-11-24T15:00:00.123 [Warning] [ReadSecret] careful',
    );
    assert.equal(
      render('2026-11-24T15:00:00.123 [Warning,GET modules] careful'),
      '2026-11-24T15:00:00.123 [Warning] [GET modules] careful',
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
    assert.match(
      renderLine('2026-11-24T15:00:00.123456Z: [INFO] x', 'local'),
      /^2026-11-2\dT\d\d:00:00\.123456[+-]\d\d:\d\d \[INFO\] x$/,
    );
    const ofTheApp = '2026-11-24 15:00:00,123 - app - INFO - x';
    assert.equal(renderLine(ofTheApp, 'local'), ofTheApp, "the app's time zone isn't known");
  });
});
