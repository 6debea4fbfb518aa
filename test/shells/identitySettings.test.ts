import assert from 'node:assert/strict';
import type { ReplaceFacts } from '../../src/access/replace/replaceFacts';
import { whyNoDotnetTools } from '../support/dotnet';
import { temporaryFolder } from '../support/processes';
import { skip } from '../support/skip';
import { fakeKeys as fake } from '../unit/access/credentials/fakeKeys';
import { databaseScript } from '../../src/access/replace/sql/databaseScript';
import { binding } from '../unit/access/credentials/find';
import { clientId, factsOf, planOf, storageKey, userAssigned } from '../unit/access/replace/replaceWorld';
import type { Form } from './identityForms';
import { forms } from './identityForms';
import type { Answer, Case, Client } from './identityHost';
import { answersTo } from './identityHost';

const identities = [
  { who: 'system-assigned', identity: {} },
  { who: clientId, identity: { identity: userAssigned } },
] as const;

/** The environment after the one write of a plan. */
function caseOf({ setting, value, bindings, more, clients }: Form, identity: Partial<ReplaceFacts>): Case {
  const { write } = planOf(setting, value, bindings, { ...more, ...identity });
  assert.deepEqual(write.remove, setting in write.set ? [] : [setting]);
  return {
    environment: write.set,
    clients: clients.map(([kind, scope]) => ({ kind, connection: setting, scope: `${scope}/.default` })),
  };
}

/** The script for an app and a database with these names, and for all kinds of bindings. */
function databaseScriptOf(name: string): string {
  const value = `Server=fakesql.database.windows.net;Database="${name}";User=u;Password=p`;
  const all: readonly (readonly [type: string, members: Record<string, string>])[] = [
    ['sqlTrigger', { tableName: 'dbo.Orders' }],
    ['sql', { direction: 'out', commandText: `[${name.replaceAll(']', ']]')}]` }],
    ['sql', { direction: 'in', commandText: 'SELECT * FROM dbo.Orders' }],
    ['sql', { direction: 'in', commandText: 'sales.GetOrders' }],
    ['sql', { direction: 'in', commandText: 'EXEC sales.GetOrders' }],
  ];
  const bindings = all.map(([type, members]) => ({
    ...binding(type, { connectionStringSetting: 'Sql', ...members }),
    function: name,
  }));
  const facts = factsOf('Sql', value, bindings);
  const app = { ...facts.app, name, id: `/sites/${name}` };
  return databaseScript({ ...facts, app })?.text ?? assert.fail();
}

const keyed = storageKey('keyed');
const uri = { Photos__blobServiceUri: 'https://fakeacct01.blob.core.windows.net' };
const photos: readonly Client[] = [{ kind: 'blob', connection: 'Photos' }];
const topic = { Topic__topicEndpointUri: 'https://faket.westeurope-1.eventgrid.azure.net/api/events' };
/** What decides whether a key or an identity is used (webjobs-sdk, IConfigurationExtensions.cs). */
const rules = {
  both: { environment: { Photos: keyed, ...uri }, clients: photos },
  empty: { environment: { Photos: '', ...uri }, clients: photos },
  prefixed: { environment: { AzureWebJobsPhotos: keyed, ...uri }, clients: photos },
  // A connection string of the type Custom.
  connectionString: { environment: { CUSTOMCONNSTR_Photos: keyed, ...uri }, clients: photos },
  bus: {
    environment: {
      Bus: `Endpoint=sb://keyed.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${fake.serviceBus}`,
      Bus__fullyQualifiedNamespace: 'fakebus.servicebus.windows.net',
    },
    clients: [{ kind: 'serviceBus', connection: 'Bus' }],
  },
  nothing: {
    environment: { Photos__credential: 'managedidentity', Photos__clientId: clientId },
    clients: photos,
  },
  script: {
    environment: {},
    clients: [databaseScriptOf("it's"), databaseScriptOf("a];DROP TABLE x;--'\nGO\nDROP TABLE y")].map(
      (connection) => ({ kind: 'transactSql', connection }),
    ),
  },
  topic: { environment: topic, clients: [{ kind: 'eventGrid', connection: 'Topic' }] },
  topicAndKey: {
    environment: { ...topic, TopicKey: fake.eventGrid },
    clients: [
      {
        ...{ kind: 'eventGrid', connection: 'Topic', topicKeySetting: 'TopicKey' },
        topicEndpointUri: 'Topic__topicEndpointUri',
      },
    ],
  },
} as const satisfies Record<string, Case>;

describe('Settings that Keyless writes, read by the libraries of the Functions host', function () {
  this.timeout(480_000);
  const scratch = temporaryFolder('identity-host');
  const written = identities.flatMap(({ identity }) => forms.map((form) => caseOf(form, identity)));
  let answers: readonly (readonly Answer[])[];
  before(async function () {
    const why = await whyNoDotnetTools();
    if (why !== undefined) skip(this, why);
    answers = await answersTo([...written, ...Object.values(rules)], scratch.path);
  });
  after(scratch.remove);

  const answerTo = (rule: keyof typeof rules): Answer =>
    answers[written.length + Object.keys(rules).indexOf(rule)]?.[0] ?? assert.fail();

  for (const [index, { who }] of identities.entries())
    for (const [number, { what, clients }] of forms.entries())
      it(`open ${what} as ${who === clientId ? 'a user-assigned identity' : 'the system-assigned identity'}`, () => {
        const got = answers[index * forms.length + number] ?? [];
        assert.equal(got.length, clients.length);
        for (const [place, [kind, address]] of clients.entries()) {
          const { sentTo, authorization, details, error } = got[place] ?? assert.fail();
          assert.equal(error, null);
          if (kind === 'credential') assert.equal(details, `${who}|${address}`);
          else if (kind === 'sql') assert.equal(details, sqlSignIn(address, who));
          else if (kind === 'eventHub') assert.equal(details, address);
          else assert.equal(new URL(sentTo).host, address);
          if (sentTo !== '')
            assert.match(
              authorization,
              new RegExp(`^Bearer ${who}\\|https://(?:storage|servicebus)\\.azure\\.`),
            );
        }
      });

  it('change nothing while the setting with the key is still there', () => {
    const { sentTo, authorization } = answerTo('both');
    assert.match(sentTo, /^https:\/\/keyed\.blob\./);
    assert.match(authorization, /^SharedKey keyed:/);
    assert.match(answerTo('bus').sentTo, /^https:\/\/keyed\.servicebus\./);
    assert.match(answerTo('bus').authorization, /^SharedAccessSignature /);
  });

  it('change nothing while a connection string, or the setting with the prefix, has that name', () => {
    for (const rule of ['connectionString', 'prefixed'] as const)
      assert.match(answerTo(rule).authorization, /^SharedKey keyed:/, rule);
  });

  it("don't work while the setting is there without a value", () => {
    assert.match(answerTo('empty').error ?? '', /Unable to find matching constructor/);
  });

  it("don't work without an address", () => {
    assert.match(answerTo('nothing').error ?? '', /Unable to find matching constructor/);
  });

  it('need a script in a SQL database, which the T-SQL parser reads', () => {
    const index = written.length + Object.keys(rules).indexOf('script');
    const grants = Array.from({ length: 7 }, (_, place) => (place === 2 ? 'IfStatement' : 'GrantStatement'));
    for (const { error, details } of answers[index] ?? assert.fail()) {
      assert.equal(error, null);
      assert.equal(
        details,
        ['PredicateSetStatement', 'IfStatement', 'IfStatement', 'IfStatement', ...grants].join(),
      );
    }
  });

  it("can't replace the key of an Event Grid output unless its binding changes", () => {
    assert.match(answerTo('topic').authorization, /^Bearer system-assigned\|https:\/\/eventgrid\.azure\.net/);
    assert.match(
      answerTo('topicAndKey').error ?? '',
      /'TopicKeySetting' and 'TopicEndpointUri' properties should not be/,
    );
  });
});

/** What SqlClient reads: server, database, sign-in, user, password, encryption. */
function sqlSignIn(address: string, who: string): string {
  const user = who === clientId ? clientId : '';
  return [address, 'db1', 'ActiveDirectoryManagedIdentity', user, '', 'True'].join('|');
}
