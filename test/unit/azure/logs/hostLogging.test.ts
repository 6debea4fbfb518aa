import assert from 'node:assert/strict';
import { hidesInformation, hostLogging, ruleFor } from '../../../../src/azure/logs/hostLogging';

const windows = { linux: false };
const prefix = 'AzureFunctionsJobHost__logging__';

/** The level of a category, and where it comes from. */
function levelOf(
  category: string,
  logging: object,
  settings: Record<string, string> = {},
  { linux, source = 'logStream' }: { linux?: boolean; source?: 'logStream' | 'applicationInsights' } = {},
): string | undefined {
  const hostJson = JSON.stringify({ version: '2.0', logging });
  const { rules } = hostLogging(
    { linux: linux ?? false },
    hostJson,
    new Map(Object.entries(settings)),
    source,
  );
  const rule = ruleFor(rules, category);
  return rule && `${rule.value} (${rule.name})`;
}

describe("a host's logging", () => {
  it('takes the most specific category, ignoring case', () => {
    const logLevel = {
      Default: 'Warning',
      Function: 'Error',
      'function.pay': 'Trace',
      'Host.Results': 'None',
    };
    const level = (category: string) => levelOf(category, { logLevel });
    assert.equal(level('Host.General'), 'Warning (logging.logLevel.Default)');
    assert.equal(level('Function.Other.User'), 'Error (logging.logLevel.Function)');
    assert.equal(level('Function.Pay.User'), 'Trace (logging.logLevel.function.pay)');
    assert.equal(level('Host.Results'), 'None (logging.logLevel.Host.Results)');
    assert.equal(levelOf('Function.Pay', { logLevel: { 'Function.*.User': 'None' } }), undefined);
    assert.match(levelOf('Function.Pay.User', { logLevel: { 'Function.*.User': 'None' } }) ?? '', /^None/);
    assert.equal(levelOf('Function.Pay', {}), undefined);
  });

  it('takes what is only for Application Insights before the rest, and only there', () => {
    const logging = {
      logLevel: { Function: 'Information' },
      ApplicationInsights: { logLevel: { default: 'Error' } },
    };
    assert.match(levelOf('Function.Pay', logging) ?? '', /^Information/);
    assert.equal(
      levelOf('Function.Pay', logging, {}, { source: 'applicationInsights' }),
      'Error (logging.ApplicationInsights.logLevel.default)',
    );
  });

  it('is overridden by app settings, which name the category after the last underscores', () => {
    const logging = { logLevel: { Function: 'Error' } };
    const set = (name: string, linux = false) =>
      levelOf('Function.Pay', logging, { [`${prefix}${name}`]: 'Information' }, { linux });
    assert.match(set('LogLevel__function') ?? '', /^Information/);
    assert.match(set('logLevel__Function.Pay') ?? '', /^Information/);
    // azure-functions-host#9920
    assert.match(set('logLevel__Function__Pay') ?? '', /^Error/);
    // Linux replaces periods in names of app settings.
    assert.match(set('logLevel__Function.Pay', true) ?? '', /^Error/);
    assert.match(set('logLevel__Function', true) ?? '', /^Information/);
    const colons = { 'AzureFunctionsJobHost:logging:logLevel:Function': 'Trace' };
    assert.match(levelOf('Function.Pay', logging, colons) ?? '', /^Trace/);
  });

  it('names the app setting that changes a rule, if the app can have it', () => {
    const hostJson = '{"logging":{"logLevel":{"Function.Pay":"Error","default":"None"}}}';
    const settings = (linux: boolean) =>
      hostLogging({ linux }, hostJson, new Map(), 'logStream').rules.map(({ setting }) => setting);
    assert.deepEqual(settings(false), [`${prefix}logLevel__Function.Pay`, `${prefix}logLevel__default`]);
    assert.deepEqual(settings(true), [undefined, `${prefix}logLevel__default`]);
  });

  it('is read from a host.json with comments and trailing commas', () => {
    const hostJson = `{ // comment, }
      "url": "https://x//y", /* , } */ "text": ",]",
      "logging": { "fileLoggingMode": "always", "logLevel": { "Function": "Error", /* last */ }, },
    }`;
    const { fileLoggingMode, rules } = hostLogging(windows, hostJson, new Map(), 'logStream');
    assert.equal(fileLoggingMode?.value, 'always');
    assert.deepEqual(
      rules.map(({ category, value }) => [category, value]),
      [['Function', 'Error']],
    );
  });

  it('has no rules without host.json, in one that is no JSON, and for levels that are no object', () => {
    for (const hostJson of [
      undefined,
      '',
      '{',
      'null',
      '{"logging":{"logLevel":"Error"}}',
      '{"logging":[1]}',
    ])
      assert.deepEqual(hostLogging(windows, hostJson, new Map(), 'logStream').rules, [], hostJson);
  });

  it('hides information at Warning and above, also by number', () => {
    const rule = (value: string) => ({
      ...{
        value,
        where: 'host.json' as const,
        name: '',
        setting: undefined,
        category: undefined,
        own: false,
      },
    });
    const hiding = ['Warning', 'error', 'CRITICAL', 'None', '3', '6'];
    for (const value of hiding) assert.ok(hidesInformation(rule(value)), value);
    for (const value of ['Information', 'debug', 'Trace', '2', 'unknown'])
      assert.ok(!hidesInformation(rule(value)), value);
  });
});
