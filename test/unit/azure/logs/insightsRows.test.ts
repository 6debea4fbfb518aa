import assert from 'node:assert/strict';
import { literal } from '../../../../src/azure/logs/insights';
import { linesOf, rowOf } from '../../../../src/azure/logs/insightsLines';
import { newRows } from '../../../../src/azure/logs/insightsLog';
import { parseQuery } from '../../../../src/sandbox/resourcegraph/parser';
import { runQuery } from '../../../../src/sandbox/resourcegraph/run';

describe('rows of Application Insights', () => {
  it("finds a function's rows whichever column names it", () => {
    const row = (itemId: string, operation_Name: string | null, customDimensions: object, role = 'app') => ({
      ...{ itemId, operation_Name, customDimensions, cloud_RoleName: role },
      ...{ timestamp: '2026-11-24T15:00:00.1234567Z', message: '', outerMessage: '' },
    });
    const rows = [
      row('host', 'GET modules', { Category: 'Function.GET modules' }),
      // dotnet-worker#1540
      row('isolated', null, { AzureFunctions_FunctionName: 'get Modules', CategoryName: 'My.Function' }),
      row('request', 'GET /api/modules', { Category: 'Function.GET modules.User' }, 'APP-host'),
      row('other function', 'Other', { Category: 'Function.Other.User' }),
      row('other app', 'GET modules', {}, 'app-staging'),
    ];
    const source = { appId: '', roleNames: ['app', 'app-host'] };
    const text = newRows(source, { fn: 'GET modules' }, '2026-11-24T00:00:00Z')
      .replace('union traces, exceptions', 'telemetry')
      .replace(/\| project .*/, '| project itemId, timestamp');
    const columns = Object.keys(rows[0] ?? {});
    const found = runQuery(parseQuery(text), { columns, rows }).rows.map(({ itemId }) => itemId);
    assert.deepEqual(found, ['host', 'isolated', 'request']);
  });

  it('quotes text in a query', () => {
    assert.equal(literal("it's a \\ \n b"), "'it\\'s a \\\\   b'");
  });

  it('formats rows like the lines of log files', () => {
    const row = (columns: object) => {
      const made = rowOf({ timestamp: '2026-11-24T15:00:00.1234567Z', itemId: 'a', ...columns });
      assert.ok(made);
      return linesOf(made);
    };
    const at = '2026-11-24T15:00:00.123';
    assert.deepEqual(
      row({
        itemType: 'trace',
        itemCount: 5,
        severityLevel: 2,
        message: 'two\r\nlines \u001b[2J',
        operation_Name: 'Fn',
      }),
      [`${at} [Warning,Fn] two (1 of 5, sampled by Application Insights)`, 'lines '],
    );
    assert.deepEqual(
      row({
        itemType: 'exception',
        severityLevel: 3,
        type: 'System.Exception',
        outerMessage: 'broken',
        customDimensions: '{"LogLevel":"Critical","Category":"Function.Fn.User"}',
        details: '[{"parsedStack":[{"method":"Run","fileName":"a.cs","line":3},{"method":"Main"}]}]',
      }),
      [`${at} [Critical,Fn] System.Exception: broken`, '   at Run in a.cs:line 3', '   at Main'],
    );
    assert.deepEqual(row({ itemType: 'trace', message: 'x', operation_Name: 'GET modules' }), [
      `${at} [Information,GET modules] x`,
    ]);
    const isolated = { AzureFunctions_FunctionName: 'Pay', Category: 'My.Function' };
    assert.deepEqual(
      row({ itemType: 'trace', message: 'x', operation_Name: 'GET /api/pay', customDimensions: isolated }),
      [`${at} [Information,Pay] x`],
    );
    assert.deepEqual(row({ itemType: 'trace', message: null }), [`${at} [Information] `]);
    assert.equal(rowOf({ itemId: 'a', timestamp: 'never' }), undefined);
  });
});
