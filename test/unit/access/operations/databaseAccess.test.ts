import assert from 'node:assert/strict';
import type { AccessFacts } from '../../../../src/access/operations/accessFacts';
import { isUpToDatabase } from '../../../../src/access/operations/accessVerdict';
import { databaseAccess } from '../../../../src/access/operations/databaseAccess';
import { explainAccess } from '../../../../src/access/operations/explainAccess';
import { planAccess } from '../../../../src/access/operations/planAccess';
import { group, identity, other, principalId, tenantId, withheld } from '../readWorld';
import { accessFacts, inShort, network, wanted } from './accessWorld';

const scope = `${group}/providers/Microsoft.Sql/servers/sql/databases/Shop`;
const host = 'sql.database.windows.net';
const target = { kind: 'present', tenantId, network: withheld, host } as const;
const facts = (change: Partial<AccessFacts> = {}) =>
  accessFacts({ wanted: wanted('writeRows'), scope, target, ...change });

describe('The access of an app to a SQL database', () => {
  it('is given by a script, for the identity by its ID, in the right database only', () => {
    const { server, database, roles, scripts, connectionString } = databaseAccess(facts()) ?? assert.fail();
    assert.match(
      connectionString,
      /^Server=tcp:sql\.database\.windows\.net,1433;Initial Catalog=Shop;Encrypt=True;/,
    );
    assert.deepEqual([server, database, roles], [host, 'Shop', ['db_datareader', 'db_datawriter']]);
    const { give = '' } = scripts ?? {};
    assert.match(give, /^IF LOWER\(DB_NAME\(\)\) <> N'shop'\n {2}THROW 50000,/m);
    assert.ok(give.includes(`CREATE USER [app] FROM EXTERNAL PROVIDER WITH OBJECT_ID = '${principalId}';`));
    for (const role of roles)
      assert.ok(
        give.includes(
          `IF NOT EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N'${role}') AND member_principal_id = DATABASE_PRINCIPAL_ID(N'app'))\n  ALTER ROLE [${role}] ADD MEMBER [app];`,
        ),
        role,
      );
  });

  it('is undone by a script that leaves a user with anything else', () => {
    const { undo = '' } = databaseAccess(facts())?.scripts ?? {};
    assert.match(undo, /^IF LOWER\(DB_NAME\(\)\) <> N'shop'\n {2}THROW 50000,/m);
    assert.deepEqual(undo.match(/ALTER ROLE .*/g), [
      'ALTER ROLE [db_datareader] DROP MEMBER [app];',
      'ALTER ROLE [db_datawriter] DROP MEMBER [app];',
    ]);
    assert.match(
      undo,
      /AND type = 'E'\)\n {2}AND NOT EXISTS .*database_role_members .*\n {2}AND NOT EXISTS .*database_permissions .* type <> 'CO'\)\n {2}AND NOT EXISTS .*schemas .*\n {2}DROP USER \[app\];\n$/,
    );
    assert.doesNotMatch(undo, /CREATE/);
  });

  it('names a user-assigned identity and hostile names as SQL does', () => {
    const named = (name: string) => facts({ scope: scope.replace('Shop', name), principal: other });
    const { give = '' } = databaseAccess(named("a'];DROP"))?.scripts ?? {};
    assert.match(give, /CREATE USER \[id1\]/);
    const app = { ...facts().app, identityInUse: other.resourceId ?? '' };
    assert.match(
      databaseAccess(facts({ app, principal: other }))?.connectionString ?? '',
      /Managed Identity;User Id=<client ID of id1>$/,
    );
    assert.match(give, /<> N'a''\];drop'/);
    assert.match(databaseAccess(named('a;b'))?.connectionString ?? '', /Initial Catalog="a;b";/);
  });

  it('needs the identity first, and a server that could be read', () => {
    const { principal: _, ...none } = facts();
    assert.equal(databaseAccess(none)?.scripts, undefined);
    assert.deepEqual(
      planAccess(none).steps.map(({ kind }) => kind),
      ['enableIdentity'],
    );
    assert.equal(databaseAccess(facts({ principal: { ...identity, exists: false } }))?.scripts, undefined);
    for (const unread of [withheld, { kind: 'absent' } as const])
      assert.equal(databaseAccess(facts({ target: unread })), undefined);
    assert.equal(databaseAccess(accessFacts()), undefined, 'a container');
  });

  it('is known only to the database, unless something else prevents it', () => {
    const open = { ...target, network: network() };
    const verdict = explainAccess(facts({ target: open }));
    assert.equal(inShort(verdict), 'cannotTell: database');
    assert.equal(isUpToDatabase(verdict), true);
    assert.deepEqual(planAccess(facts({ target: open })).steps, []);
    const closed = { ...target, network: network({ publicNetworkAccess: 'Disabled' }) };
    const refused = explainAccess(facts({ target: closed }));
    assert.equal(inShort(refused), 'cannot: closed');
    assert.equal(isUpToDatabase(refused), false);
    assert.equal(isUpToDatabase(explainAccess(accessFacts({ target: withheld }))), false);
  });
});
