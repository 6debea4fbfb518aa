import assert from 'node:assert/strict';
import type { Binding } from '../../../../src/access/credentials/uses';
import type { ReplaceFacts } from '../../../../src/access/replace/replaceFacts';
import { databaseScript } from '../../../../src/access/replace/sql/databaseScript';
import { objectNamed, tablesReadBy } from '../../../../src/access/replace/sql/transactSqlNames';
import { hasPlan, isReplaceable } from '../../../../src/access/replace/isReplaceable';
import { planReplacement } from '../../../../src/access/replace/planReplacement';
import { describeNote, describeRefusal } from '../../../../src/access/replace/replaceWords';
import { binding } from '../credentials/find';
import { appId, clientId, factsOf, principalId, userAssigned } from './replaceWorld';

const value = 'Server=tcp:fakesql.database.windows.net,1433;Initial Catalog=Shop;User ID=app;Password=pw1';

function scriptOf(bindings: readonly Binding[], more: Partial<ReplaceFacts> = {}, text = value): string {
  return databaseScript(factsOf('Sql', text, bindings, more))?.text ?? assert.fail('no script');
}

function grantsIn(script: string): string[] {
  return script
    .split('\n')
    .filter((line) => /^\s*GRANT/.test(line))
    .map((line) => line.trim());
}

const sql = (type: string, members: Record<string, string>) =>
  binding(type, { connectionStringSetting: 'Sql', ...members });

describe('the script for a SQL database', () => {
  it('creates the user by its object ID, in the right database only, and says how to undo it', () => {
    const script = scriptOf([]);
    assert.match(script, /^SET XACT_ABORT ON;\nIF LOWER/m);
    assert.match(
      script,
      /^IF EXISTS \(SELECT 1 FROM sys\.database_principals WHERE name = N'app' AND type <> 'E'\)\n {2}THROW 50000,/m,
    );
    assert.match(
      script,
      /^IF LOWER\(DB_NAME\(\)\) <> N'shop'\n {2}THROW 50000, N'Connect to the database Shop first\.', 1;$/m,
    );
    assert.match(
      script,
      /^IF NOT EXISTS \(SELECT 1 FROM sys\.database_principals WHERE name = N'app' AND type = 'E'\)$/m,
    );
    assert.ok(script.includes(`CREATE USER [app] FROM EXTERNAL PROVIDER WITH OBJECT_ID = '${principalId}';`));
    assert.match(script, /^-- To take all of this back: DROP USER \[app\];$/m);
    assert.ok(!script.includes('pw1'));
  });

  it('names the identity as SQL does: after the app, the slot, or the user-assigned identity', () => {
    const slot = { ...factsOf('Sql', value, []).app, id: `${appId}/slots/staging` };
    assert.match(scriptOf([], { app: slot }), /CREATE USER \[app\/slots\/staging\]/);
    assert.match(scriptOf([], { identity: userAssigned }), /CREATE USER \[id\]/);
  });

  it("can't be written before the identity is enabled, and isn't needed for other credentials", () => {
    const script = databaseScript(factsOf('Sql', value, [], { identity: { kind: 'system-assigned' } }));
    assert.deepEqual(script, {
      kind: 'transactSql',
      server: 'fakesql.database.windows.net',
      database: 'Shop',
    });
    assert.equal(databaseScript(factsOf('Db', value.replace('windows.net', 'example.com'), [])), undefined);
  });

  for (const [what, type, members, expected] of [
    [
      'an output',
      'sql',
      { direction: 'out', commandText: 'sales.Orders' },
      ['GRANT SELECT, INSERT, UPDATE ON OBJECT::[sales].[Orders] TO [app];'],
    ],
    [
      'a query',
      'sql',
      {
        direction: 'in',
        commandText: 'SELECT * FROM Orders o JOIN [sales].[Lines] l ON l.Id = o.Id WHERE o.Id = @Id',
      },
      [
        'GRANT SELECT ON OBJECT::[dbo].[Orders] TO [app];',
        'GRANT SELECT ON OBJECT::[sales].[Lines] TO [app];',
      ],
    ],
    [
      'a procedure',
      'sql',
      { direction: 'in', commandText: 'GetOrders', commandType: 'StoredProcedure' },
      ['GRANT EXECUTE ON OBJECT::[dbo].[GetOrders] TO [app];'],
    ],
    [
      'a query that is more than that',
      'sql',
      { direction: 'in', commandText: 'WITH c AS (SELECT 1 n) SELECT n FROM c' },
      ['GRANT SELECT ON SCHEMA::[dbo] TO [app];'],
    ],
    [
      'a table that a setting names',
      'sql',
      { direction: 'out', commandText: '%Table%' },
      ['GRANT SELECT, INSERT, UPDATE ON SCHEMA::[dbo] TO [app];'],
    ],
    [
      'a trigger',
      'sqlTrigger',
      { tableName: '[dbo].[Orders]' },
      [
        'GRANT CREATE SCHEMA, CREATE TABLE TO [app];',
        'GRANT SELECT, VIEW CHANGE TRACKING ON OBJECT::[dbo].[Orders] TO [app];',
        'GRANT ALTER, SELECT, INSERT, UPDATE, DELETE ON SCHEMA::[az_func] TO [app];',
      ],
    ],
  ] as const)
    it(`gives ${what} what it needs and nothing else`, () => {
      assert.deepEqual(grantsIn(scriptOf([sql(type, members)])), expected);
    });

  it('gives code nothing by itself', () => {
    const script = scriptOf([]);
    assert.deepEqual(grantsIn(script), []);
    assert.match(script, /^-- GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::\[dbo\] TO \[app\];$/m);
  });

  it('keeps hostile names within their quotes and comments', () => {
    const evil = "a];DROP TABLE x;--'\nGO\nDROP TABLE y";
    const app = { ...factsOf('Sql', value, []).app, name: evil, id: `/sites/${evil}` };
    const hostile = { ...sql('sql', { direction: 'out', commandText: evil }), function: evil };
    const script = scriptOf([hostile], { app }, value.replace('Shop', `"it's"`));
    for (const line of script.split('\n'))
      assert.doesNotMatch(
        line.replaceAll(/\[(?:[^\]]|\]\])*\]|N'(?:[^']|'')*'|--.*$/g, ''),
        /DROP|;.*;/,
        line,
      );
  });
});

describe('the script for PostgreSQL', () => {
  it('creates the role by its object ID, and leaves the rights to a person', () => {
    const text = 'postgresql://u:pw1@fakepg.postgres.database.azure.com:5432/shop?sslmode=require';
    const script = databaseScript(factsOf('Pg', text, []));
    assert.ok(script?.kind === 'postgres' && script.text !== undefined);
    assert.ok(
      script.text.includes(
        `SELECT pgaadauth_create_principal_with_oid('app', '${principalId}', 'service', false, false)`,
      ),
    );
    assert.match(script.text, /^-- GRANT CONNECT ON DATABASE "shop" TO "app";$/m);
    assert.doesNotMatch(script.text, /pw1|^GRANT/m);
  });
});

describe('replacing the password of a SQL database', () => {
  const output = sql('sql', { direction: 'out', commandText: 'dbo.Orders' });
  const resource = { id: '/servers/fakesql', type: 'microsoft.sql/servers', parts: [] };
  const signIn = 'Authentication=Active Directory Managed Identity';
  const plan = (more: Partial<ReplaceFacts> = {}, bindings = [output], text = value) =>
    planReplacement(factsOf('Sql', text, bindings, { resource, ...more }));

  it('changes the value of the setting and nothing else, and needs no role', () => {
    const { refusals, grant, roles, write, script } = plan();
    const server = 'Server=tcp:fakesql.database.windows.net,1433;Initial Catalog=Shop';
    assert.deepEqual([refusals, grant, roles], [[], [], []]);
    assert.deepEqual(write, { remove: [], set: { Sql: `${server};${signIn}` } });
    assert.ok(script?.text);
    const user = plan({ identity: userAssigned });
    assert.deepEqual(user.write.set, { Sql: `${server};${signIn};User Id=${clientId}` });
  });

  it('is refused where nobody is asked whether the script has run, or no database is named', () => {
    const { asksForScript: _, ...facts } = factsOf('Sql', value, [output], { resource });
    assert.deepEqual(planReplacement(facts).refusals, [{ kind: 'script' }]);
    const unnamed = plan({}, [output], value.replace('Initial Catalog=Shop;', ''));
    assert.deepEqual(unnamed.refusals, [{ kind: 'noDatabase' }]);
    for (const { refusals } of [planReplacement(facts), unnamed])
      for (const one of refusals) assert.ok(describeRefusal(one, facts).nextStep.length > 10);
  });

  it("isn't hindered by what only DefaultAzureCredential reads", () => {
    const { settings } = factsOf('Sql', value, [output]);
    const names = ['Sql', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'];
    assert.deepEqual(plan({ settings: { ...settings, names } }).refusals, []);
  });

  it("says that the host doesn't show it, and what code needs that no binding stands for", () => {
    assert.deepEqual(plan().notes, ['database']);
    assert.deepEqual(plan({}, []).notes, ['database', 'sqlClient']);
    const facts = factsOf('Sql', value, []);
    for (const note of plan({}, []).notes) assert.match(describeNote(note, facts).sentence, /\. /);
  });
});

describe('replacing the password of a PostgreSQL database', () => {
  it('has a plan that says what the code must do, in each cloud', () => {
    for (const [host, scope] of [
      ['fakepg.postgres.database.azure.com', 'https://ossrdbms-aad.database.windows.net/.default'],
      [
        'fakepg.postgres.database.chinacloudapi.cn',
        'https://ossrdbms-aad.database.chinacloudapi.cn/.default',
      ],
    ] as const) {
      const facts = factsOf('Pg', `Host=${host};Database=shop;Username=u;Password=pw1`, []);
      assert.ok(hasPlan(facts.finding) && !isReplaceable(facts.finding));
      const { refusals, script } = planReplacement(facts);
      assert.deepEqual(refusals, [{ kind: 'wayOut' }]);
      assert.match(script?.text ?? '', /ON DATABASE "shop"/);
      const { sentence, nextStep } = describeRefusal({ kind: 'wayOut' }, facts);
      assert.ok(sentence.includes(scope));
      assert.match(nextStep, /Run the script/);
    }
  });
});

describe('names in T-SQL', () => {
  for (const [text, expected] of [
    ['Orders', '[dbo].[Orders]'],
    ['  sales . Orders ', '[sales].[Orders]'],
    ['[a]]b].[c d]', '[a]]b].[c d]'],
    ['"x""y"."t"', '[x"y].[t]'],
    ['shop.dbo.Orders', '[dbo].[Orders]'],
    ['%Table%', undefined],
    ['Orders;', undefined],
    ['SELECT 1', undefined],
    ['', undefined],
  ] as const)
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.equal(objectNamed(text), expected);
    });

  for (const [query, expected] of [
    ["select * from dbo.ToDo where Title = 'from x' order by Id", ['[dbo].[ToDo]']],
    ['SELECT COUNT(*) FROM Orders', ['[dbo].[Orders]']],
    ['SELECT * FROM Orders AS o LEFT JOIN Lines AS l ON 1 = 1;', ['[dbo].[Orders]', '[dbo].[Lines]']],
    ['SELECT * FROM a, b', undefined],
    ['SELECT * FROM a x, b', undefined],
    ['SELECT * FROM dbo.fn(1)', undefined],
    ['SELECT dbo.fn(Id) FROM a', undefined],
    ['SELECT * FROM a CROSS APPLY dbo.fn(a.Id)', undefined],
    ['SELECT * FROM (SELECT 1 n) x', undefined],
    ['SELECT * FROM OPENJSON(@x)', undefined],
    ['SELECT 1; DROP TABLE a', undefined],
    ['SELECT 1', undefined],
    ['UPDATE a SET b = 1 FROM a', undefined],
  ] as const)
    it(`finds the tables of ${query}`, () => {
      assert.deepEqual(tablesReadBy(query), expected);
    });
});
