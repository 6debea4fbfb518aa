import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Parts, partsOf } from '../../../../src/access/credentials/parts';
import { withManagedIdentity } from '../../../../src/access/credentials/sqlValue';

const signIn = 'Authentication=Active Directory Managed Identity';

describe('a connection string of SqlClient without its password', () => {
  for (const [what, value, expected] of [
    [
      'in the usual order',
      'Server=s;Database=d;User ID=app;Password=p;Encrypt=True;',
      'Server=s;Database=d;Encrypt=True',
    ],
    [
      'with synonyms in any case',
      'PWD=p;data source=s;UID=app;initial catalog=d',
      'data source=s;initial catalog=d',
    ],
    [
      'with the password in quotes',
      `Server=s;Password='a;Database=x;';Database=d;User=app`,
      'Server=s;Database=d',
    ],
    ['with doubled quotes', `Server=s;Password="a"";b";User ID="x;y"`, 'Server=s'],
    [
      'with other quotes, which stay',
      `Server=s;Database='my;d''b';Password=p;Application Name="a"`,
      `Server=s;Database='my;d''b';Application Name="a"`,
    ],
    [
      'that signs in as an application',
      'Server=s;Authentication=Active Directory Service Principal;User Id=i;Password=p',
      'Server=s',
    ],
    [
      'that keeps the password readable',
      'Server=s;Persist Security Info=True;Trusted_Connection=False;Password=p',
      'Server=s',
    ],
  ] as const)
    it(`is what is left of one ${what}`, () => {
      assert.equal(withManagedIdentity(value), `${expected};${signIn}`);
    });

  for (const [what, value] of [
    ['JDBC', 'jdbc:sqlserver://s.database.windows.net:1433;user=app;password=p'],
    ['a URL', 'mssql://app:pw1@s.database.windows.net/d?Server=s'],
    ['ODBC', 'Driver={ODBC Driver 18 for SQL Server};Server=s;Uid=app;Pwd={p;}'],
    ['SqlClient with an open quote', `Server=s;Application Name='a;Password=p`],
  ] as const)
    it(`isn't made of one of ${what}`, () => {
      assert.equal(withManagedIdentity(value), undefined);
    });

  it('has every other part with its value, and nothing of the password, whatever is in them', () => {
    const text = fc.string({ minLength: 1, unit: 'binary-ascii' });
    const quote = (value: string) => `'${value.replaceAll("'", "''")}'`;
    fc.assert(
      fc.property(text, text, fc.constantFrom('Password', 'PWD', ' password '), (password, name, key) => {
        const value = `Server=s;${key}=${quote(`<${password}>`)};Database=${quote(`d${name}`)};UID=u`;
        const made = withManagedIdentity(value) ?? assert.fail();
        const parts = new Parts(partsOf(made));
        assert.equal(parts.value('Database'), `d${name}`);
        assert.equal(parts.value('Authentication'), 'Active Directory Managed Identity');
        assert.deepEqual(parts.find('Password', 'Pwd', 'UID'), undefined);
        assert.equal(made.length, `Server=s;Database=${quote(`d${name}`)};${signIn}`.length);
      }),
    );
  });
});
