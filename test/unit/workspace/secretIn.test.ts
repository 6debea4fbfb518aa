import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entry } from '../../../src/workspace/model/entries';
import { entriesIn } from '../../../src/workspace/model/entries';
import { formatOf } from '../../../src/workspace/model/fileKinds';
import type { FileSecret } from '../../../src/workspace/model/secretIn';
import { addressesIn, secretIn, templateKeysIn } from '../../../src/workspace/model/secretIn';
import { fakeKeys as fake } from '../access/credentials/fakeKeys';
import { checkedKey } from './checkedKey';

function entries(path: string, text: string): Entry[] {
  return [...entriesIn(text, path)].flat();
}

function secrets(path: string, text: string): FileSecret[] {
  const all = entries(path, text);
  const addresses = addressesIn(all);
  return all.flatMap((entry) => secretIn(entry, formatOf(path), addresses) ?? []);
}

const storage = `DefaultEndpointsProtocol=https;AccountName=fakeacct01;AccountKey=${fake.storage};EndpointSuffix=core.windows.net`;
const bus = `Endpoint=sb://fakebus.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${fake.serviceBus}`;

/** The inputs of the credential tests that are secrets, with their neighbors, and the kind that each is. */
const inputs: readonly (readonly [kind: FileSecret['kind'], settings: Record<string, string>])[] = [
  ['storageKey', { AzureWebJobsStorage: storage }],
  [
    'storageKey',
    {
      OrdersStorage: `AccountKey=${fake.storageUnmarked};EndpointSuffix=core.usgovcloudapi.net;AccountName=fakegov;DefaultEndpointsProtocol=https`,
    },
  ],
  [
    'storageSas',
    {
      AzureWebJobsStorage: `BlobEndpoint=https://fakeacct01.blob.core.windows.net/;SharedAccessSignature=?sv=2022-11-02&ss=bqt&srt=sco&sp=rwdl&se=2027-01-01T00:00:00Z&sig=${fake.signature}`,
    },
  ],
  ['storageKey', { WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: storage }],
  [
    'storageSas',
    {
      WEBSITE_RUN_FROM_PACKAGE: `https://fakeacct01.blob.core.windows.net/pkg/app.zip?sv=2022-11-02&sr=b&sp=r&se=2027-06-30&sig=${fake.signature}`,
    },
  ],
  ['namespaceKey', { ServiceBusConnection: bus }],
  [
    'namespaceKey',
    {
      Telemetry: `SharedAccessKey=${fake.eventHubs};EntityPath=telemetry;Endpoint=sb://fakehub.servicebus.windows.net;SharedAccessKeyName=listen`,
    },
  ],
  [
    'namespaceKey',
    {
      Telemetry2: `Endpoint=sb://fakens.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${fake.namespaceUnmarked}`,
    },
  ],
  [
    'cosmosKey',
    { CosmosDb: `AccountEndpoint=https://fakecos.documents.azure.com:443/;AccountKey=${fake.cosmos};` },
  ],
  [
    'databasePassword',
    {
      SqlConnectionString:
        "Server=tcp:fakesql.database.windows.net,1433;Initial Catalog=db1;User ID=app;Password='p;w=1';Encrypt=True;",
    },
  ],
  [
    'appConfigurationKey',
    { AppConfig: `Endpoint=https://fakecfg.azconfig.io;Id=0-l1-s0:FakeFake;Secret=${fake.appConfiguration}` },
  ],
  [
    'signalRKey',
    {
      AzureSignalRConnectionString: `Endpoint=https://fakesig.service.signalr.net;AccessKey=${fake.namespaceUnmarked};Version=1.0;`,
    },
  ],
  [
    'eventGridKey',
    {
      TopicKey: fake.eventGrid,
      TopicEndpoint: 'https://faket.westeurope-1.eventgrid.azure.net/api/events',
    },
  ],
  ['aiKey', { AZURE_OPENAI_KEY: fake.openAi, AZURE_OPENAI_ENDPOINT: 'https://fakeoai.openai.azure.com/' }],
  [
    'aiKey',
    { VISION_KEY: fake.aiUnmarked, VISION_ENDPOINT: 'https://westeurope.api.cognitive.microsoft.com/' },
  ],
  ['searchKey', { SEARCH_API_KEY: fake.search, SEARCH_ENDPOINT: 'https://fakesrch.search.windows.net' }],
  [
    'redisKey',
    {
      RedisConnection: `fakeredis.redis.cache.windows.net:6380,password=${fake.redis},ssl=True,abortConnect=False`,
    },
  ],
  ['clientSecret', { AZURE_CLIENT_SECRET: fake.clientSecret }],
  ['signInSecret', { MICROSOFT_PROVIDER_AUTHENTICATION_SECRET: fake.clientSecret }],
  [
    'logicAppUrl',
    {
      NextFlow: `https://prod-01.westeurope.logic.azure.com/workflows/0123/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${fake.signature}`,
    },
  ],
  ['functionKey', { BackendUrl: `https://fakefunc.azurewebsites.net/api/Pay?code=${fake.functionKey}` }],
];

const harmless: Record<string, string> = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  AzureWebJobsStorage__accountName: 'fakeacct01',
  Docs: '@Microsoft.KeyVault(SecretUri=https://fakekv.vault.azure.net/secrets/docs)',
  WEBSITE_RUN_FROM_PACKAGE: '1',
  LocalBus:
    'Endpoint=sb://localhost;SharedAccessKeyName=Root;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
  Sql: 'Server=tcp:fakesql.database.windows.net,1433;Database=db1;Authentication=Active Directory Managed Identity;Encrypt=True',
  AzureSignalRConnectionString:
    'Endpoint=https://fakesig.service.signalr.net;AuthType=azure.msi;Version=1.0;',
  APPLICATIONINSIGHTS_CONNECTION_STRING:
    'InstrumentationKey=00000000-1111-2222-3333-444444444444;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/',
  Storage: 'AccountKey=<your-key>',
  Storage2: 'AccountName=fakeacct01;AccountKey=${STORAGE_KEY}',
  Sha256: '0123456789abcdef'.repeat(4),
  Sha512: `${'Zm9vYmFyQUJD0123'.repeat(6).slice(0, 86)}==`,
  AZURE_CLIENT_ID: '00000000-1111-2222-3333-444444444444',
  WEBSITE_CONTENTSHARE: 'fakeshare1234',
};

const json = (values: unknown) => JSON.stringify({ IsEncrypted: false, Values: values }, null, 2);
const env = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value}"`)
    .join('\r\n');
const code = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `const ${name} = "${value}";`)
    .join('\n');

describe('the secrets in a file', () => {
  for (const [path, write] of [
    ['local.settings.json', json],
    ['.env', env],
    ['app.ts', code],
  ] as const) {
    it(`are all found in ${path}, with the range of their values`, () => {
      for (const [kind, values] of inputs) {
        const text = write(values);
        const found = secrets(path, text);
        const [name = '', value = ''] = Object.entries(values)[0] ?? [];
        const shown = found.map((one) => [one.kind, one.name, text.slice(one.start, one.end)]);
        assert.deepEqual(shown, [[kind, name, value]], `${path}: ${name}`);
      }
    });

    it(`are none of what only looks like one in ${path}`, () => {
      assert.deepEqual(secrets(path, write(harmless)), []);
    });
  }

  it('name the setting that holds them in any kind of JSON', () => {
    const text = `{
      // a comment
      "ConnectionStrings": { "Orders": { "ConnectionString": "${bus}", "ProviderName": "x" } },
      "Search": { "Endpoint": "https://fakesrch.search.windows.net", "Key": "${fake.search}" },
      "parameters": { "storageKey": { "value": "${storage}" } },
      "configurations": [{ "env": { "PHOTOS": "${storage}" } }],
    }`;
    assert.deepEqual(
      secrets('appsettings.json', text).map(({ kind, name, host }) => [kind, name, host?.name]),
      [
        ['namespaceKey', 'Orders', 'fakebus'],
        ['searchKey', 'Search:Key', 'fakesrch'],
        ['storageKey', 'storageKey', 'fakeacct01'],
        ['storageKey', 'PHOTOS', 'fakeacct01'],
      ],
    );
  });

  const lines: readonly (readonly [path: string, line: string, kind: FileSecret['kind'], value: string])[] = [
    ['main.tf', `  connection_string = "${bus}"`, 'namespaceKey', bus],
    ['docker-compose.yml', `      - PHOTOS=${storage}`, 'storageKey', storage],
    ['docker-compose.yml', `      PHOTOS: ${storage} # old`, 'storageKey', storage],
    ['Dockerfile', `ENV PHOTOS=${storage}`, 'storageKey', storage],
    ['call.http', `x-functions-key: ${fake.functionKey}`, 'functionKey', fake.functionKey],
    ['deploy.sh', `az storage blob list --account-key ${fake.storage}`, 'storageKey', fake.storage],
    ['app.py', `client = Client('x', '${fake.search}')`, 'searchKey', fake.search],
    [
      'web.config',
      `<add key="Photos" value="https://fakeacct01.blob.core.windows.net/c/b?sv=1&amp;se=2027-06-30&amp;sig=${fake.signature}" />`,
      'storageSas',
      `https://fakeacct01.blob.core.windows.net/c/b?sv=1&amp;se=2027-06-30&amp;sig=${fake.signature}`,
    ],
  ];
  for (const [path, line, kind, value] of lines)
    it(`are found in ${path}: ${line.slice(0, 40)}`, () => {
      const found = secrets(path, `\n${line}\r\n`);
      assert.deepEqual(
        found.map((one) => [one.kind, `\n${line}\r\n`.slice(one.start, one.end)]),
        [[kind, value]],
      );
    });

  it('have the value that a program reads, without the escapes of its language', () => {
    const raw = String.raw;
    for (const [path, line, value] of [
      ['app.ts', raw`const key = "Password=p\"w\\1\u0026";`, raw`Password=p"w\1&`],
      ['app.js', raw`const key = 'Password=p\'w';`, "Password=p'w"],
      ['app.mjs', 'const key = `Password=p\\`w`;', 'Password=p`w'],
      ['app.py', raw`key = 'Password=p\'w'`, "Password=p'w"],
      ['app.py', raw`key = open(r'Password=p\\w')`, raw`Password=p\\w`],
      ['App.cs', raw`var key = $"Password=p\"w";`, 'Password=p"w'],
      ['App.cs', raw`var key = @"Password=p\\w";`, raw`Password=p\\w`],
      ['main.bicep', raw`var key = 'Password=p\'w'`, "Password=p'w"],
      ['main.tf', raw`key = "Password=p\"w"`, 'Password=p"w'],
      ['values.yaml', raw`key: 'Password=p\\w'`, raw`Password=p\\w`],
      ['deploy.ps1', raw`$key = "Password=p\\w"`, raw`Password=p\\w`],
    ] as const) {
      const found = entries(path, line).find((one) => one.value.startsWith('Password')) ?? assert.fail(line);
      assert.equal(found.value, value, line);
      assert.match(line.slice(found.start - 1, found.end + 1), /^(["'`])Password.*\1$/);
    }
  });

  it('have the value that a program reads from XML', () => {
    const url = `https://fakeacct01.blob.core.windows.net/c/b?sv=1&se=2027-06-30&sig=${fake.signature}`;
    const line = `<add key="Photos" value="${url.replaceAll('&', '&amp;')}" />`;
    assert.ok(entries('web.config', line).some(({ value }) => value === url));
  });

  it("aren't made of code that only names them", () => {
    const text = [
      'const AZURE_CLIENT_SECRET = process.env.AZURE_CLIENT_SECRET;',
      'password = readPassword()',
      'secret = os.environ["AZURE_CLIENT_SECRET"]',
      'const connection = `AccountName=${name};AccountKey=${key}`;',
      'AZURE_CLIENT_SECRET: ${{ secrets.AZURE_CLIENT_SECRET }}',
      'password: example-password',
    ].join('\n');
    assert.deepEqual(secrets('app.ts', text), []);
  });

  it('say that a key with a right checksum is real', () => {
    const key = checkedKey(64, '+ASt', 'Default0', 'base64');
    const text = json({ Photos: storage.replace(fake.storage, key), Samples: storage });
    assert.deepEqual(
      secrets('local.settings.json', text).map(({ isReal }) => isReal),
      [true, undefined],
    );
  });

  it('include calls of a template that read keys', () => {
    const text = "connectionString: 'AccountKey=${storage.listKeys().keys[0].value}'";
    const [found, ...others] = templateKeysIn(text, 'infra/main.bicep');
    assert.deepEqual([found?.kind, text.slice(found?.start, found?.end)], ['templateKey', 'listKeys']);
    assert.deepEqual(others, []);
    assert.deepEqual(templateKeysIn(text, 'src/app.ts'), []);
  });

  it('never contain a value', () => {
    for (const [, values] of inputs) {
      const shown = JSON.stringify(secrets('local.settings.json', json(values)));
      for (const key of Object.values(fake)) assert.ok(!shown.includes(key), shown);
    }
  });

  it('are looked for in any text, and each range is within it', () => {
    const path = fc.constantFrom('a.json', '.env', 'a.ts', 'a.yml');
    const piece = fc.constantFrom(...`{}[]":,='\`\\;#\n\r\t `.split(''), 'KEY=', storage, bus, '"a":');
    fc.assert(
      fc.property(path, fc.oneof(fc.string(), fc.string({ unit: piece, maxLength: 40 })), (name, text) => {
        for (const { start, end } of entries(name, text))
          assert.ok(start >= 0 && start <= end && end <= text.length);
        secrets(name, text);
      }),
    );
  });

  it('are looked for in JSON that nests deeper than the stack', () => {
    for (const depth of [3000, 200_000])
      assert.deepEqual(secrets('a.json', '['.repeat(depth) + ']'.repeat(depth)), []);
  });
});
